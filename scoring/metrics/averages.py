"""Precision, recall and F-beta of all labels, averaged in the three ways that libraries name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scoring.answers import Labels
from scoring.cells import Confusion
from scoring.metric import Metric, Values
from scoring.metrics.classification import balanced_accuracy, over_labels, split
from scoring.metrics.one_label import BETA
from scoring.statistic import Floats, SampleSums, divide, share, summable, weighted

Averaged = Callable[[Floats, Floats], Floats]


def micro_precision(answers: Labels, _: Values) -> SampleSums:
    """Share of the answers given that are right; 0 where none is given."""
    cells = Confusion.of(answers)
    columns = np.column_stack([cells.predicted == cells.truth, ~cells.missing])
    return cells.sums(columns, lambda sums: divide(sums[..., 0], sums[..., 1], empty=0.0))


def micro_recall(answers: Labels, _: Values) -> SampleSums:
    """Share of samples whose label was given: over all labels together it is the accuracy."""
    cells = Confusion.of(answers)
    right = cells.predicted == cells.truth
    return cells.sums(np.column_stack([right, np.ones(len(right))]), share)


def micro_f_beta(answers: Labels, parameters: Values) -> SampleSums:
    """F-beta over all labels together, recall counting beta times as much."""
    cells, square = Confusion.of(answers), float(parameters["beta"]) ** 2
    right = cells.predicted == cells.truth
    columns = np.column_stack([right, np.ones(len(right)), ~cells.missing])

    def finish(sums: Floats) -> Floats:
        hits, wanted, given = np.moveaxis(sums, -1, 0)
        return divide((1 + square) * hits, square * wanted + given)

    return cells.sums(columns, finish)


def macro_f_beta(answers: Labels, parameters: Values) -> SampleSums:
    """Mean over labels of the F-beta of each, each label counting the same."""
    return _f_beta(answers, parameters, _alike)


def weighted_f_beta(answers: Labels, parameters: Values) -> SampleSums:
    """Mean over labels of the F-beta of each, weighed by the label's samples."""
    return _f_beta(answers, parameters, _by_samples)


def weighted_precision(answers: Labels, _: Values) -> SampleSums:
    """Mean over labels of the precision of each, weighed by the label's samples."""

    def finish(sums: Floats) -> Floats:
        right, wanted, given = split(sums)
        return _by_samples(divide(right, given, empty=0.0), wanted)

    return over_labels(answers, finish)


def multiclass_mcc(answers: Labels, _: Values) -> SampleSums:
    """Correlation of labels wanted and given over all labels (Gorodkin); no answer is a label."""
    return over_labels(answers, _correlation)


def _f_beta(answers: Labels, parameters: Values, averaged: Averaged) -> SampleSums:
    square = float(parameters["beta"]) ** 2

    def finish(sums: Floats) -> Floats:
        right, wanted, given = split(sums)
        return averaged(divide((1 + square) * right, square * wanted + given, empty=0.0), wanted)

    return over_labels(answers, finish)


def _alike(each: Floats, wanted: Floats) -> Floats:
    occurring = wanted > 0
    total = (summable(each) * occurring).sum(axis=-1)
    return divide(total, occurring.sum(axis=-1, dtype=np.float64))


def _by_samples(each: Floats, wanted: Floats) -> Floats:
    return divide(weighted(wanted, each), wanted.sum(axis=-1))


def _correlation(sums: Floats) -> Floats:
    right, wanted, given = split(sums)
    count = wanted.sum(axis=-1)
    silent = count - given.sum(axis=-1)
    spread = count**2 - (wanted**2).sum(axis=-1)
    variety = count**2 - (given**2).sum(axis=-1) - silent**2
    shared = count * right.sum(axis=-1) - (wanted * given).sum(axis=-1)
    value = divide(shared, np.sqrt(spread * variety), empty=0.0)
    return np.where(spread > 0, np.clip(value, -1.0, 1.0), np.nan)


NONE_ZH = "；未作答按未判出计"
NONE_EN = "; a missing answer is given no label"
EACH_ZH = (
    "每个标签的Fβ =（1+β²）×判对数 ÷（β²×参考答案为该标签的样本数 + 判为该标签的样本数）" + NONE_ZH
)
EACH_EN = (
    "each label's F-beta = (1 + β²) × right ÷ (β² × samples of the label + samples given the label)"
    + NONE_EN
)

METRICS = (
    Metric(
        name="micro_precision",
        task=("classification",),
        statistic=micro_precision,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="微平均精确率",
        en="Micro precision",
        formula_zh="标签正确的样本数 ÷ 已作答样本数，一个也未作答时为0；全部作答时等于准确率",
        formula_en="samples labelled right ÷ samples answered, 0 where none is; "
        "equals accuracy where all are answered",
        example="micro_precision",
        reference="scikit-learn, precision_score(average='micro')",
        deletion_safe=False,
    ),
    Metric(
        name="micro_recall",
        task=("classification",),
        statistic=micro_recall,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="微平均召回率",
        en="Micro recall",
        formula_zh="标签正确的样本数 ÷ 全部样本数，即准确率" + NONE_ZH,
        formula_en="samples labelled right ÷ all samples, which is the accuracy" + NONE_EN,
        example="micro_recall",
        reference="scikit-learn, recall_score(average='micro')",
    ),
    Metric(
        name="micro_f_beta",
        task=("classification",),
        statistic=micro_f_beta,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="微平均Fβ",
        en="Micro F-beta",
        formula_zh="（1+β²）×标签正确的样本数 ÷（β²×全部样本数 + 已作答样本数）",
        formula_en="(1 + β²) × samples labelled right ÷ (β² × all samples + samples answered)",
        example="micro_f_beta(beta=2)",
        reference="scikit-learn, fbeta_score(average='micro')",
        deletion_safe=False,
        parameters=(BETA,),
    ),
    Metric(
        name="macro_recall",
        task=("classification",),
        statistic=balanced_accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="宏平均召回率",
        en="Macro recall",
        formula_zh="各标签召回率之和 ÷ 参考答案中出现的标签数，即平衡准确率" + NONE_ZH,
        formula_en="sum of each label's recall ÷ labels that occur in the target, which is the "
        "balanced accuracy" + NONE_EN,
        example="macro_recall",
        reference="scikit-learn, recall_score(average='macro')",
    ),
    Metric(
        name="macro_f_beta",
        task=("classification",),
        statistic=macro_f_beta,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="宏平均Fβ",
        en="Macro F-beta",
        formula_zh="各标签Fβ之和 ÷ 参考答案中出现的标签数；" + EACH_ZH,
        formula_en="sum of each label's F-beta ÷ labels that occur in the target; " + EACH_EN,
        example="macro_f_beta(beta=2)",
        reference="scikit-learn, fbeta_score(average='macro')",
        deletion_safe=False,
        parameters=(BETA,),
    ),
    Metric(
        name="weighted_precision",
        task=("classification",),
        statistic=weighted_precision,
        better="higher",
        bounds=(0.0, 1.0),
        sees="claimed",
        kind="confusion",
        zh="加权精确率",
        en="Weighted precision",
        formula_zh="各标签（精确率 × 该标签样本数）之和 ÷ 全部样本数；"
        "精确率 = 判对数 ÷ 判为该标签的样本数，未判出计0",
        formula_en="sum over labels of precision × samples of the label ÷ all samples; "
        "precision = right ÷ samples given the label, 0 where none",
        example="weighted_precision",
        reference="scikit-learn, precision_score(average='weighted')",
        deletion_safe=False,
    ),
    Metric(
        name="weighted_recall",
        task=("classification",),
        statistic=micro_recall,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="加权召回率",
        en="Weighted recall",
        formula_zh="各标签（召回率 × 该标签样本数）之和 ÷ 全部样本数，即准确率" + NONE_ZH,
        formula_en="sum over labels of recall × samples of the label ÷ all samples, which is the "
        "accuracy" + NONE_EN,
        example="weighted_recall",
        reference="scikit-learn, recall_score(average='weighted')",
    ),
    Metric(
        name="weighted_f_beta",
        task=("classification",),
        statistic=weighted_f_beta,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="加权Fβ",
        en="Weighted F-beta",
        formula_zh="各标签（Fβ × 该标签样本数）之和 ÷ 全部样本数；" + EACH_ZH,
        formula_en="sum over labels of F-beta × samples of the label ÷ all samples; " + EACH_EN,
        example="weighted_f_beta(beta=2)",
        reference="scikit-learn, fbeta_score(average='weighted')",
        deletion_safe=False,
        parameters=(BETA,),
    ),
    Metric(
        name="multiclass_mcc",
        task=("classification",),
        statistic=multiclass_mcc,
        better="higher",
        bounds=(-1.0, 1.0),
        kind="confusion",
        unit="none",
        zh="马修斯相关系数（多类）",
        en="Matthews correlation over all labels",
        formula_zh="（样本数×判对数 − 各标签（参考数×作答数）之和）÷ √（样本数² − 各标签参考数²之和）÷ "
        "√（样本数² − 各标签作答数²之和）；未作答作为单独一类；判错也可能使其变好，仅供参考，不赋权重",
        formula_en="(samples × right − sum over labels of wanted × given) ÷ root of (samples² − sum "
        "of wanted²) ÷ root of (samples² − sum of given²); no answer is a label of its own; a wrong "
        "answer may improve it: informs only",
        example="multiclass_mcc",
        reference="Gorodkin (2004), Comparing two K-category assignments; scikit-learn, "
        "matthews_corrcoef",
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
    ),
)
