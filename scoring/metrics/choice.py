"""How sound choices of options are: in every form of a question, given at all, without habit."""

from __future__ import annotations

import numpy as np

from scoring.answers import Labels
from scoring.metric import Metric, Values
from scoring.statistic import Floats, SampleSums, divide, mean_of


def circular_accuracy(answers: Labels, _: Values) -> SampleSums:
    """Share of questions chosen right in every form in which they are asked."""
    if answers.groups is None:
        raise ValueError("no groups of questions are declared")
    _names, first, group = np.unique(answers.groups, return_index=True, return_inverse=True)
    wrong = np.bincount(group, weights=answers.predicted != answers.truth)
    # A question counts at its first form; the others add nothing.
    asked = np.zeros(len(group))
    asked[first] = 1.0
    return mean_of((wrong == 0)[group] * asked, asked)


def abstention_rate(answers: Labels, _: Values) -> SampleSums:
    """Share of samples without an answer that could be read."""
    return mean_of(answers.missing)


def letter_bias(answers: Labels, _: Values) -> SampleSums:
    """How far the letters chosen are from the letters that are right, in their frequencies."""
    size = len(answers.labels)
    codes = np.arange(size)
    columns = np.hstack(
        [answers.truth[:, None] == codes, answers.predicted[:, None] == codes]
    ).astype(np.float64)

    def finish(sums: Floats) -> Floats:
        wanted, chosen = sums[..., :size], sums[..., size:]
        count = wanted.sum(axis=-1)
        answered = chosen.sum(axis=-1)
        apart = np.abs(
            divide(wanted, np.broadcast_to(count[..., None], wanted.shape), empty=0.0)
            - divide(chosen, np.broadcast_to(answered[..., None], chosen.shape), empty=0.0)
        )
        distance = np.rint(apart * 2.0**40).sum(axis=-1) * 2.0**-41
        return np.where(count > 0, np.where(answered > 0, distance, 1.0), np.nan)

    return SampleSums(columns, finish)


METRICS = (
    Metric(
        name="circular_accuracy",
        task=("choice",),
        statistic=circular_accuracy,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="循环评测准确率",
        en="Circular accuracy",
        formula_zh="各种选项次序下都选对的题目数 ÷ 全部题目数（同一题的各次序同属一个 cluster）；"
        "未作答、弃选或多选按错误计",
        formula_en="questions chosen right in every order of their options ÷ all questions (the "
        "orders of a question are one cluster); no choice or several is wrong",
        example="circular_accuracy",
        reference="Liu et al. (2023), MMBench (CircularEval)",
        needs=("cluster",),
    ),
    Metric(
        name="abstention_rate",
        task=("choice", "safety"),
        statistic=abstention_rate,
        better="lower",
        bounds=(0.0, 1.0),
        sees="given",
        kind="proportion",
        zh="弃答率",
        en="Abstention rate",
        formula_zh="未作答、作答无效或读不出结论的样本数 ÷ 全部样本数",
        formula_en="samples without an answer, or with one that cannot be read, ÷ all samples",
        example="abstention_rate",
        reference="Fei et al. (2023), LawBench (abstention rate)",
    ),
    Metric(
        name="letter_bias",
        task=("choice",),
        statistic=letter_bias,
        better="lower",
        bounds=(0.0, 1.0),
        kind="confusion",
        unit="none",
        zh="选项字母偏好",
        en="Letter bias",
        formula_zh="各字母 |参考占比 − 选择占比| 之和 ÷ 2；一个也未选时为1；仅供参考，不赋权重",
        formula_en="sum over letters of |share among targets − share among choices| ÷ 2; 1 where "
        "nothing is chosen; informs only",
        example="letter_bias",
        reference="Zheng et al. (2024), Large language models are not robust multiple choice "
        "selectors",
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
    ),
)
