"""How good labels are over all labels: shares right and means of what each label reaches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scoring.answers import Labels
from scoring.cells import Confusion
from scoring.metric import Metric, Values
from scoring.statistic import Floats, SampleSums, divide, share, summable, weighted


def accuracy(answers: Labels, _: Values) -> SampleSums:
    """Share of samples whose label is right."""
    cells = Confusion.of(answers)
    right = cells.predicted == cells.truth
    return cells.sums(np.column_stack([right, np.ones(len(right))]), share)


def micro_f1(answers: Labels, _: Values) -> SampleSums:
    """F1 over all labels together: right answers against samples and answers given."""
    cells = Confusion.of(answers)
    right = cells.predicted == cells.truth
    return cells.sums(np.column_stack([2 * right, 2 - cells.missing]), share)


def balanced_accuracy(answers: Labels, _: Values) -> SampleSums:
    """Mean over labels of the recall of each."""
    return over_labels(answers, _balanced)


def macro_precision(answers: Labels, _: Values) -> SampleSums:
    """Mean over labels of the precision of each, each label counting the same."""
    return over_labels(answers, _precise)


def macro_f1(answers: Labels, _: Values) -> SampleSums:
    """Mean over labels of the F1 of each, each label counting the same."""
    return over_labels(answers, _macro)


def weighted_f1(answers: Labels, _: Values) -> SampleSums:
    """Mean over labels of the F1 of each, weighed by the label's samples."""
    return over_labels(answers, _weighted)


def kappa(answers: Labels, _: Values) -> SampleSums:
    """Agreement beyond what the frequencies of labels give by chance (Cohen)."""
    return over_labels(answers, _kappa)


def over_labels(answers: Labels, finish: Callable[[Floats], Floats]) -> SampleSums:
    """Sum right, wanted and given per label that occurs; a missing answer is given nothing."""
    cells = Confusion.of(answers)
    return cells.sums(cells.by_label, finish, group=cells.rarest, groups=cells.wanted)


def split(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """Part the sums of `over_labels` into right, wanted and given, each shape (..., labels)."""
    right, wanted, given = np.split(sums, 3, axis=-1)
    return right, wanted, given


def _balanced(sums: Floats) -> Floats:
    right, wanted, _ = split(sums)
    recalls = summable(divide(right, wanted, empty=0.0))
    return divide(recalls.sum(axis=-1), (wanted > 0).sum(axis=-1, dtype=np.float64))


def _precise(sums: Floats) -> Floats:
    right, wanted, given = split(sums)
    each = summable(divide(right, given, empty=0.0)) * (wanted > 0)
    return divide(each.sum(axis=-1), (wanted > 0).sum(axis=-1, dtype=np.float64))


def _kappa(sums: Floats) -> Floats:
    right, wanted, given = split(sums)
    count = wanted.sum(axis=-1)
    chance = (wanted * given).sum(axis=-1)
    room = count * count - chance
    agreement = divide(count * right.sum(axis=-1) - chance, room, empty=1.0)
    return np.where(count > 0, agreement, np.nan)


def _macro(sums: Floats) -> Floats:
    right, wanted, given = split(sums)
    each = summable(divide(2 * right, wanted + given, empty=0.0))
    return divide(each.sum(axis=-1), (wanted > 0).sum(axis=-1, dtype=np.float64))


def _weighted(sums: Floats) -> Floats:
    right, wanted, given = split(sums)
    each = divide(2 * right, wanted + given, empty=0.0)
    return divide(weighted(wanted, each), wanted.sum(axis=-1))


METRICS = (
    Metric(
        name="accuracy",
        task=("classification", "choice"),
        statistic=accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="准确率",
        en="Accuracy",
        formula_zh="标签正确的样本数 ÷ 全部样本数；未作答或无效按错误计",
        formula_en="samples labelled right ÷ all samples; a missing or invalid answer is wrong",
        example="accuracy",
        reference="GB/T 45288.2-2025, A.1.1",
        clause="GB/T 45288.2 A.1.1",
    ),
    Metric(
        name="micro_f1",
        task=("classification",),
        statistic=micro_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="微平均F1",
        en="Micro F1",
        formula_zh="2×标签正确的样本数 ÷（全部样本数 + 已作答样本数）；全部作答时等于准确率",
        formula_en="2 × samples labelled right ÷ (all samples + samples answered); "
        "equals accuracy where all are answered",
        example="micro_f1",
        reference="scikit-learn, f1_score(average='micro')",
        deletion_safe=False,
    ),
    Metric(
        name="macro_precision",
        task=("classification",),
        statistic=macro_precision,
        better="higher",
        bounds=(0.0, 1.0),
        sees="claimed",
        kind="confusion",
        zh="宏平均精确率",
        en="Macro precision",
        formula_zh="各标签精确率（判对数 ÷ 判为该标签的样本数，未判出计0）之和 ÷ "
        "参考答案中出现的标签数",
        formula_en="sum of each label's precision (right ÷ samples given the label, 0 where none) "
        "÷ labels that occur in the target",
        example="macro_precision",
        reference="scikit-learn, precision_score(average='macro')",
        deletion_safe=False,
    ),
    Metric(
        name="kappa",
        task=("classification",),
        statistic=kappa,
        better="higher",
        bounds=(-1.0, 1.0),
        kind="confusion",
        unit="none",
        zh="科恩κ系数",
        en="Cohen's kappa",
        formula_zh="（一致率 − 机遇一致率）÷（1 − 机遇一致率），机遇一致率 = "
        "各标签（参考占比 × 作答占比）之和；未作答按不一致计；仅供参考，不赋权重",
        formula_en="(agreement − chance agreement) ÷ (1 − chance agreement), the latter the sum "
        "over labels of wanted share × given share; a missing answer disagrees; informs only",
        example="kappa",
        reference="Cohen (1960), A coefficient of agreement for nominal scales",
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
    ),
    Metric(
        name="balanced_accuracy",
        task=("classification",),
        statistic=balanced_accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="平衡准确率",
        en="Balanced accuracy",
        formula_zh="各标签召回率之和 ÷ 参考答案中出现的标签数；未作答按错误计",
        formula_en="sum of each label's recall ÷ labels that occur in the target; "
        "a missing answer is wrong",
        example="balanced_accuracy",
        reference="Brodersen et al. (2010), The balanced accuracy and its posterior distribution",
    ),
    Metric(
        name="macro_f1",
        task=("classification",),
        statistic=macro_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="宏平均F1",
        en="Macro F1",
        formula_zh="各标签F1之和 ÷ 参考答案中出现的标签数；"
        "每个标签的F1 = 2×判对数 ÷（参考答案为该标签的样本数 + 判为该标签的样本数）；"
        "未作答按未判出计",
        formula_en="sum of each label's F1 ÷ labels that occur in the target; "
        "F1 = 2 × right ÷ (samples of the label + samples given the label); "
        "a missing answer is given no label",
        example="macro_f1",
        reference="Opitz & Burst (2019), Macro F1 and macro F1 (mean of F1 scores)",
        deletion_safe=False,
    ),
    Metric(
        name="weighted_f1",
        task=("classification",),
        statistic=weighted_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="confusion",
        zh="加权F1",
        en="Weighted F1",
        formula_zh="各标签（F1 × 该标签样本数）之和 ÷ 全部样本数；未作答按未判出计",
        formula_en="sum over labels of F1 × samples of the label ÷ all samples; "
        "a missing answer is given no label",
        example="weighted_f1",
        reference="scikit-learn, f1_score(average='weighted')",
        deletion_safe=False,
    ),
)
