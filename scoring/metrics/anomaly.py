"""How well scores tell anomalous samples from normal ones."""

from __future__ import annotations

from scoring.answers import Anomalies
from scoring.metric import Metric, Parameter, Values
from scoring.metrics.curves import auc_of, precision_of, recall_of
from scoring.statistic import WeightedScan

RATE = Parameter(
    name="fpr",
    kind="number",
    zh="允许的误报率",
    en="allowed share of normal samples that alarm",
    at_most=1.0,
)


def anomaly_auc(answers: Anomalies, _: Values) -> WeightedScan:
    """Chance that an anomalous sample scores higher than a normal one."""
    return auc_of(answers.truth, answers.score, answers.sorted_scores)


def anomaly_ap(answers: Anomalies, _: Values) -> WeightedScan:
    """Precision at the score of each anomalous sample, averaged over anomalous samples."""
    return precision_of(answers.truth, answers.score, answers.sorted_scores)


def recall_at_fpr(answers: Anomalies, parameters: Values) -> WeightedScan:
    """Largest share of anomalies found by a threshold that few enough normal samples pass."""
    return recall_of(answers.truth, answers.score, float(parameters["fpr"]))


METRICS = (
    Metric(
        name="anomaly_auc",
        task=("anomaly",),
        statistic=anomaly_auc,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        unit="none",
        zh="异常检测ROC曲线下面积",
        en="Area under the ROC curve",
        formula_zh="异常样本得分高于正常样本的对数（相等计半）÷ 异常与正常样本对总数；"
        "未作答的异常样本排在最后，未作答的正常样本排在最前",
        formula_en="pairs in which the anomalous sample scores higher than the normal one "
        "(ties count half) ÷ all such pairs; unanswered, an anomaly ranks last, "
        "a normal sample first",
        example="anomaly_auc",
        reference="Hanley & McNeil (1982), The meaning and use of the area under a ROC curve",
        of_one=False,
    ),
    Metric(
        name="anomaly_ap",
        task=("anomaly",),
        statistic=anomaly_ap,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        unit="none",
        zh="异常检测平均精确率",
        en="Average precision",
        formula_zh="每个异常样本所在得分处的精确率之和 ÷ 异常样本数（同分作为一步）；"
        "未作答的异常样本计0，未作答的正常样本排在最前",
        formula_en="sum of the precision at each anomalous sample's score ÷ anomalous samples "
        "(equal scores are one step); unanswered, an anomaly counts 0, a normal sample ranks first",
        example="anomaly_ap",
        reference="Manning et al. (2008), Introduction to Information Retrieval, 8.4",
        of_one=False,
    ),
    Metric(
        name="recall_at_fpr",
        task=("anomaly",),
        statistic=recall_at_fpr,
        better="higher",
        bounds=(0.0, 1.0),
        kind="order",
        zh="限定误报率下的召回率",
        en="Recall at a false alarm rate",
        formula_zh="取误报率（报警的正常样本数 ÷ 正常样本数）不超过限定值的最低阈值，"
        "达到该阈值的异常样本数 ÷ 异常样本数；"
        "未作答的异常样本按漏报计，未作答的正常样本按误报计",
        formula_en="at the lowest threshold whose false alarms ÷ normal samples stay within the "
        "allowed rate: anomalous samples that reach it ÷ anomalous samples; "
        "unanswered, an anomaly is missed and a normal sample alarms",
        example="recall_at_fpr(fpr=0.05)",
        reference="Fawcett (2006), An introduction to ROC analysis",
        of_one=False,
        parameters=(RATE,),
    ),
)
