"""How good sets of labels are, where a sample may have several or none."""

from __future__ import annotations

import numpy as np

from scoring.metric import Metric, Values
from scoring.statistic import Floats, SampleSums, divide, mean_of, summable
from scoring.structured_answers import LabelSets


def label_micro_f1(answers: LabelSets, _: Values) -> SampleSums:
    """F1 of all marks of all labels together."""

    def finish(sums: Floats) -> Floats:
        hits, wanted, given = np.moveaxis(sums, -1, 0)
        return np.where(wanted > 0, divide(2 * hits, wanted + given, empty=0.0), np.nan)

    hits, wanted, given = (marks.sum(axis=1) for marks in _marks(answers))
    width = float(max(len(answers.labels), 1))
    columns = np.column_stack([hits, wanted, given]).astype(np.float64)
    return SampleSums(columns, finish, (width,) * 3, group=wanted > 0)


def label_macro_f1(answers: LabelSets, _: Values) -> SampleSums:
    """Mean over labels of the F1 of each, each label counting the same."""
    occurring = answers.truth.any(axis=0) | answers.predicted.any(axis=0)
    columns = np.hstack([marks[:, occurring] for marks in _marks(answers)]).astype(np.float64)
    counts = answers.truth.sum(axis=0)
    labels = np.flatnonzero(counts)
    rarest = labels[np.argmin(counts[labels])] if len(labels) else 0

    def finish(sums: Floats) -> Floats:
        hits, wanted, given = np.split(sums, 3, axis=-1)
        each = summable(divide(2 * hits, wanted + given, empty=0.0)) * (wanted > 0)
        return divide(each.sum(axis=-1), (wanted > 0).sum(axis=-1, dtype=np.float64))

    group = answers.truth[:, rarest] > 0
    return SampleSums(columns, finish, group=group, groups=max(len(labels), 1))


def subset_accuracy(answers: LabelSets, _: Values) -> SampleSums:
    """Share of samples whose set of labels is exactly right."""
    same = (answers.truth == answers.predicted).all(axis=1)
    return mean_of(same & ~answers.missing)


def jaccard(answers: LabelSets, _: Values) -> SampleSums:
    """Mean over samples of labels shared over labels wanted or given."""
    hits, wanted, given = (marks.sum(axis=1).astype(np.float64) for marks in _marks(answers))
    return mean_of(np.where(answers.missing, 0.0, divide(hits, wanted + given - hits, empty=1.0)))


def hamming_loss(answers: LabelSets, _: Values) -> SampleSums:
    """Share of all marks that are wrong."""
    wrong = (answers.truth != answers.predicted).mean(axis=1)
    return mean_of(np.where(answers.missing, 1.0, wrong))


def _marks(answers: LabelSets) -> tuple[Floats, Floats, Floats]:
    return answers.truth & answers.predicted, answers.truth, answers.predicted  # type: ignore[return-value]


METRICS = (
    Metric(
        name="label_micro_f1",
        task=("multilabel",),
        statistic=label_micro_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="多标签微平均F1",
        en="Micro F1 of label sets",
        formula_zh="2×给对的标签数 ÷（参考标签总数 + 给出标签总数）；未作答按未给标签计",
        formula_en="2 × labels rightly given ÷ (labels wanted + labels given), all samples "
        "together; a missing answer gives none",
        example="label_micro_f1",
        reference="Tsoumakas & Katakis (2007), Multi-label classification: an overview",
        deletion_safe=False,
    ),
    Metric(
        name="label_macro_f1",
        task=("multilabel",),
        statistic=label_macro_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="多标签宏平均F1",
        en="Macro F1 of label sets",
        formula_zh="各标签F1之和 ÷ 参考答案中出现的标签数；未作答按未给标签计",
        formula_en="sum of each label's F1 ÷ labels that occur in the target; "
        "a missing answer gives none",
        example="label_macro_f1",
        reference="scikit-learn, f1_score(average='macro') on indicator matrices",
        deletion_safe=False,
    ),
    Metric(
        name="subset_accuracy",
        task=("multilabel",),
        statistic=subset_accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="标签集完全正确率",
        en="Subset accuracy",
        formula_zh="标签集与参考完全相同的样本数 ÷ 全部样本数；未作答按错误计",
        formula_en="samples whose set of labels equals the target ÷ all samples; "
        "a missing answer is wrong",
        example="subset_accuracy",
        reference="scikit-learn, accuracy_score on indicator matrices",
    ),
    Metric(
        name="jaccard",
        task=("multilabel",),
        statistic=jaccard,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="标签集交并比",
        en="Jaccard index of label sets",
        formula_zh="每个样本的 共有标签数 ÷ 参考或给出的标签数（两者皆空计1）之和 ÷ 全部样本数；"
        "未作答计0",
        formula_en="sum over samples of labels shared ÷ labels wanted or given (1 where both are "
        "empty) ÷ all samples; a missing answer counts 0",
        example="jaccard",
        reference="scikit-learn, jaccard_score(average='samples')",
    ),
    Metric(
        name="hamming_loss",
        task=("multilabel",),
        statistic=hamming_loss,
        better="lower",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="汉明损失",
        en="Hamming loss",
        formula_zh="标错（漏标或多标）的标签数 ÷（样本数 × 标签数）；未作答按全错计",
        formula_en="labels wrongly given or left out ÷ (samples × labels); "
        "a missing answer is all wrong",
        example="hamming_loss",
        reference="scikit-learn, hamming_loss",
    ),
)
