"""How well one label is told from the others: found, missed, given in vain."""

from __future__ import annotations

import numpy as np

from scoring.answers import Flags, Labels
from scoring.cells import Confusion
from scoring.metric import Metric, Parameter, Values
from scoring.statistic import Floats, SampleSums, divide, share

LABEL = Parameter(name="label", kind="label", zh="所看的标签", en="the label looked at")
BETA = Parameter(
    name="beta", kind="number", zh="召回率相对精确率的重要程度", en="weight of recall", at_most=10.0
)


def precision(answers: Labels, parameters: Values) -> SampleSums:
    """Share of samples given one label that are of it; 0 where none was given it."""
    cells, truly, given = _one(answers, parameters)
    columns = np.column_stack([truly & given, given])
    return cells.sums(columns, _or_zero, group=given)


def recall(answers: Labels, parameters: Values) -> SampleSums:
    """Share of samples of one label that were given it."""
    cells, truly, given = _one(answers, parameters)
    return _shares(cells, truly & given, truly)


def f1(answers: Labels, parameters: Values) -> SampleSums:
    """Harmonic mean of one label's precision and recall."""
    return f_beta(answers, {**parameters, "beta": 1.0})


def f_beta(answers: Labels, parameters: Values) -> SampleSums:
    """Mean of one label's precision and recall, recall counting beta times as much."""
    cells, truly, given = _one(answers, parameters)
    square = float(parameters["beta"]) ** 2

    def finish(sums: Floats) -> Floats:
        hits, wanted, said = np.moveaxis(sums, -1, 0)
        value = divide((1 + square) * hits, square * wanted + said, empty=0.0)
        return np.where(wanted > 0, value, np.nan)

    columns = np.column_stack([truly & given, truly, given])
    return cells.sums(columns, finish, group=truly)


def mcc(answers: Labels, parameters: Values) -> SampleSums:
    """Correlation between being of one label and being given it (Matthews).

    It looks at one label: over many labels, spoiling a right answer can raise the correlation.
    """
    cells, truly, given = _one(answers, parameters)
    given = np.where(cells.missing, ~truly, given)
    columns = np.column_stack([truly & given, truly, given, np.ones(len(truly))])

    def finish(sums: Floats) -> Floats:
        hits, wanted, said, count = np.moveaxis(sums, -1, 0)
        spread = wanted * (count - wanted)
        product = np.sqrt(spread * (said * (count - said)))
        correlation = divide(count * hits - wanted * said, product, empty=0.0)
        return np.where(spread > 0, correlation, np.nan)

    rarer = min(truly, ~truly, key=cells.samples)
    return cells.sums(columns, finish, group=rarer)


def miss_rate(answers: Labels, parameters: Values) -> SampleSums:
    """Share of samples of one label that were not given it."""
    cells, truly, given = _one(answers, parameters)
    return _shares(cells, truly & ~given, truly)


def false_reject_rate(answers: Labels, parameters: Values) -> SampleSums:
    """Share of samples not of one label that were given it or no label at all."""
    cells, truly, given = _one(answers, parameters)
    return _shares(cells, ~truly & (given | cells.missing), ~truly)


def _one(answers: Labels, parameters: Values) -> tuple[Confusion, Flags, Flags]:
    """Cells of the confusion matrix, which of them are of the label, and which were given it."""
    code = answers.labels.index(str(parameters["label"]))
    cells = Confusion.of(answers)
    return cells, cells.truth == code, cells.predicted == code


def _or_zero(sums: Floats) -> Floats:
    return divide(sums[..., 0], sums[..., 1], empty=0.0)


def _shares(cells: Confusion, hit: Flags, eligible: Flags) -> SampleSums:
    return cells.sums(np.column_stack([hit, eligible]), share, group=eligible)


METRICS = (
    Metric(
        name="precision",
        task=("classification",),
        statistic=precision,
        better="higher",
        bounds=(0.0, 1.0),
        sees="claimed",
        kind="proportion",
        zh="精确率",
        en="Precision",
        formula_zh="判为该标签且判对的样本数 ÷ 判为该标签的样本数；一个也未判出时为0",
        formula_en="samples rightly given the label ÷ samples given the label; 0 where none is",
        example="precision(label=紧急)",
        reference="GB/T 45288.2-2025, A.1.3",
        clause="GB/T 45288.2 A.1.3",
        deletion_safe=False,
        parameters=(LABEL,),
    ),
    Metric(
        name="recall",
        task=("classification",),
        statistic=recall,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="proportion",
        zh="召回率",
        en="Recall",
        formula_zh="判为该标签且判对的样本数 ÷ 参考答案为该标签的样本数；未作答按未判出计",
        formula_en="samples rightly given the label ÷ samples of the label; "
        "a missing answer is given no label",
        example="recall(label=紧急)",
        reference="GB/T 45288.2-2025, A.1.2",
        clause="GB/T 45288.2 A.1.2",
        parameters=(LABEL,),
    ),
    Metric(
        name="f1",
        task=("classification",),
        statistic=f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="F1值",
        en="F1",
        formula_zh="2×判对数 ÷（参考答案为该标签的样本数 + 判为该标签的样本数）；未作答按未判出计",
        formula_en="2 × right ÷ (samples of the label + samples given the label); "
        "a missing answer is given no label",
        example="f1(label=紧急)",
        reference="GB/T 45288.2-2025, A.1.4",
        clause="GB/T 45288.2 A.1.4",
        deletion_safe=False,
        parameters=(LABEL,),
    ),
    Metric(
        name="f_beta",
        task=("classification",),
        statistic=f_beta,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="Fβ值",
        en="F-beta",
        formula_zh="（1+β²）×判对数 ÷（β²×参考答案为该标签的样本数 + 判为该标签的样本数）；"
        "未作答按未判出计",
        formula_en="(1 + β²) × right ÷ (β² × samples of the label + samples given the label); "
        "a missing answer is given no label",
        example="f_beta(beta=2,label=紧急)",
        reference="van Rijsbergen (1979), Information Retrieval",
        deletion_safe=False,
        parameters=(LABEL, BETA),
    ),
    Metric(
        name="mcc",
        task=("classification",),
        statistic=mcc,
        better="higher",
        bounds=(-1.0, 1.0),
        kind="confusion",
        unit="none",
        zh="马修斯相关系数",
        en="Matthews correlation",
        formula_zh="（判对数×正确放过数 − 误判数×漏判数）÷ √（判为该标签数 × 未判为该标签数 × "
        "参考答案为该标签数 × 参考答案非该标签数）；未作答按判错计；全判为或全未判为该标签时为0",
        formula_en="(right × rightly passed − false × missed) ÷ root of (given the label × not "
        "given it × of the label × not of it); a missing answer is wrong; "
        "0 where all or none are given the label",
        example="mcc(label=紧急)",
        reference="Matthews (1975), Comparison of the predicted and observed secondary structure",
        of_one=False,
        parameters=(LABEL,),
    ),
    Metric(
        name="miss_rate",
        task=("classification",),
        statistic=miss_rate,
        better="lower",
        bounds=(0.0, 1.0),
        sees="found",
        kind="proportion",
        zh="漏检率",
        en="Miss rate",
        formula_zh="参考答案为该标签而未判为该标签的样本数 ÷ 参考答案为该标签的样本数"
        "（分母不是全部样本）；未作答按漏检计",
        formula_en="samples of the label not given it ÷ samples of the label (not all samples); "
        "a missing answer is a miss",
        example="miss_rate(label=缺陷)",
        reference="FN ÷ (TP + FN) = 1 − recall",
        parameters=(LABEL,),
    ),
    Metric(
        name="false_reject_rate",
        task=("classification",),
        statistic=false_reject_rate,
        better="lower",
        bounds=(0.0, 1.0),
        sees="claimed",
        kind="proportion",
        zh="误检率（过杀率）",
        en="False reject rate",
        formula_zh="参考答案不是该标签而判为该标签或未作答的样本数 ÷ 参考答案不是该标签的样本数"
        "（分母不是全部样本）",
        formula_en="samples not of the label that were given it or not answered ÷ "
        "samples not of the label (not all samples)",
        example="false_reject_rate(label=缺陷)",
        reference="FP ÷ (FP + TN)",
        parameters=(LABEL,),
    ),
)
