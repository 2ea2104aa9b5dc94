"""How well belief in the positive label tells its samples from the others."""

from __future__ import annotations

from scoring.answers import Labels
from scoring.metric import Metric, Values
from scoring.metrics.anomaly import RATE
from scoring.metrics.curves import auc_of, precision_of, recall_of
from scoring.statistic import WeightedScan


def auc(answers: Labels, _: Values) -> WeightedScan:
    """Chance that a positive sample is believed in more than a negative one."""
    return auc_of(answers.positives, answers.beliefs, answers.sorted_beliefs)


def average_precision(answers: Labels, _: Values) -> WeightedScan:
    """Precision at the place of each positive sample, averaged over positive samples."""
    return precision_of(answers.positives, answers.beliefs, answers.sorted_beliefs)


def positive_recall_at_fpr(answers: Labels, parameters: Values) -> WeightedScan:
    """Largest share of positives found by a threshold that few enough negatives pass."""
    return recall_of(answers.positives, answers.beliefs, float(parameters["fpr"]))


METRICS = (
    Metric(
        name="auc",
        task=("classification",),
        statistic=auc,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        unit="none",
        zh="ROC曲线下面积",
        en="Area under the ROC curve",
        formula_zh="正类样本置信分高于负类样本的对数（相等计半）÷ 正负样本对总数；"
        "未给分的正类排在最后，未给分的负类排在最前",
        formula_en="pairs in which the positive sample is believed in more than the negative "
        "(ties count half) ÷ all such pairs; without a belief a positive ranks last, "
        "a negative first",
        example="auc",
        reference="Hanley & McNeil (1982), The meaning and use of the area under a ROC curve",
        needs_positive=True,
        reads="beliefless",
        of_one=False,
    ),
    Metric(
        name="average_precision",
        task=("classification",),
        statistic=average_precision,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        unit="none",
        zh="平均精确率",
        en="Average precision",
        formula_zh="每个正类样本所在置信分处的精确率之和 ÷ 正类样本数（同分作为一步）；"
        "未给分的正类计0，未给分的负类排在最前",
        formula_en="sum of the precision at each positive sample's belief ÷ positive samples "
        "(equal beliefs are one step); without a belief a positive counts 0, a negative ranks first",
        example="average_precision",
        reference="Manning et al. (2008), Introduction to Information Retrieval, 8.4",
        needs_positive=True,
        reads="beliefless",
        of_one=False,
    ),
    Metric(
        name="positive_recall_at_fpr",
        task=("classification",),
        statistic=positive_recall_at_fpr,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        zh="限定误报率下的正类召回率",
        en="Recall of the positive label at a false alarm rate",
        formula_zh="取误报率（达到阈值的负类样本数 ÷ 负类样本数）不超过限定值的最低阈值，"
        "达到该阈值的正类样本数 ÷ 正类样本数；未给分的正类按漏报计，未给分的负类按误报计",
        formula_en="at the lowest threshold whose false alarms ÷ negatives stay within the allowed "
        "rate: positives that reach it ÷ positives; without a belief a positive is missed and a "
        "negative alarms",
        example="positive_recall_at_fpr(fpr=0.05)",
        reference="Fawcett (2006), An introduction to ROC analysis",
        needs_positive=True,
        reads="beliefless",
        of_one=False,
        parameters=(RATE,),
    ),
)
