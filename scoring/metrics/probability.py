"""How good the probabilities are that answers give to every label."""

from __future__ import annotations

import math

import numpy as np

from scoring.answers import Flags, Labels
from scoring.metric import Metric, Parameter, Values
from scoring.statistic import Floats, SampleSums, divide, mean_of, summable

CUT = Parameter(
    name="k",
    kind="count",
    zh="看前几个（小于标签数）",
    en="how many of the first, fewer than there are labels",
    at_most=100.0,
    below_labels=True,
)
BINS = Parameter(name="bins", kind="count", zh="分箱数", en="number of bins", at_most=1000.0)
LEAST = Parameter(name="floor", kind="number", zh="概率下限", en="least probability", at_most=0.5)


def top_k(answers: Labels, parameters: Values) -> SampleSums:
    """Share of samples whose label is among the k that were held most likely."""
    shares, _ = _given(answers)
    wanted = _of_truth(answers, shares)[:, None]
    place = (shares >= wanted).sum(axis=1)
    return mean_of((place <= int(parameters["k"])) & ~answers.unsure)


def log_loss(answers: Labels, parameters: Values) -> SampleSums:
    """Mean of the negative logarithm of the probability given to the right label."""
    floor = float(parameters["floor"])
    shares, missing = _given(answers)
    wanted = np.where(missing, floor, np.maximum(_of_truth(answers, shares), floor))
    worst = -math.log(floor)
    return mean_of(summable(-np.log(wanted) / worst, 44) * worst, worst=worst)


def brier(answers: Labels, _: Values) -> SampleSums:
    """Half the mean squared distance between probabilities and what is so."""
    shares, missing = _given(answers)
    wanted = _of_truth(answers, shares)
    squares = (shares**2).sum(axis=1) - wanted**2 + (1 - wanted) ** 2
    return mean_of(np.where(missing, 1.0, np.minimum(squares / 2, 1.0)))


def ece(answers: Labels, parameters: Values) -> SampleSums:
    """Mean distance between how sure answers were and how often they were right, bin by bin."""
    bins = int(parameters["bins"])
    shares, missing = _given(answers)
    sure = shares.max(axis=1)
    right = shares.argmax(axis=1) == answers.truth
    at = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    columns = np.zeros((len(sure), bins + 2))
    columns[np.arange(len(sure)), at] = np.where(missing, 0.0, summable(sure) - right)
    columns[:, bins] = missing
    columns[:, bins + 1] = 1.0

    def finish(sums: Floats) -> Floats:
        distance = np.abs(sums[..., :bins]).sum(axis=-1) + sums[..., bins]
        return divide(distance, sums[..., bins + 1])

    return SampleSums(columns, finish)


def _given(answers: Labels) -> tuple[Floats, Flags]:
    """Probabilities, shape (n, labels), of sum 1 or all 0 where none were given; where that is."""
    missing = answers.unsure
    if answers.probabilities is None:
        return np.zeros((len(answers.truth), len(answers.labels))), missing
    given = np.where(missing[:, None], 0.0, answers.probabilities)
    return divide(given, given.sum(axis=1, keepdims=True), empty=0.0), missing


def _of_truth(answers: Labels, shares: Floats) -> Floats:
    wanted: Floats = shares[np.arange(len(shares)), answers.truth]
    return wanted


METRICS = (
    Metric(
        name="top_k",
        task=("classification",),
        statistic=top_k,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="前k准确率",
        en="Top-k accuracy",
        formula_zh="参考标签的概率排在前k位的样本数 ÷ 全部样本数（概率相同的标签排在参考标签之前）；"
        "未给概率按错误计",
        formula_en="samples whose label has one of the k highest probabilities ÷ all samples "
        "(labels of equal probability come before it); without probabilities it is wrong",
        example="top_k(k=3)",
        reference="scikit-learn, top_k_accuracy_score",
        reads="unsure",
        parameters=(CUT,),
    ),
    Metric(
        name="log_loss",
        task=("classification",),
        statistic=log_loss,
        better="lower",
        bounds=(0.0, math.inf),
        kind="mean",
        unit="none",
        zh="对数损失",
        en="Log loss",
        formula_zh="−ln（参考标签的概率，不低于声明的下限）之和 ÷ 全部样本数；未给概率按下限计",
        formula_en="sum of −ln(probability of the label, at least the declared floor) ÷ "
        "all samples; without probabilities it is the floor",
        example="log_loss(floor=0.001)",
        reference="Good (1952), Rational decisions",
        reads="unsure",
        parameters=(LEAST,),
    ),
    Metric(
        name="brier",
        task=("classification",),
        statistic=brier,
        better="lower",
        bounds=(0.0, 1.0),
        kind="mean",
        unit="none",
        zh="布赖尔得分",
        en="Brier score",
        formula_zh="（各标签的概率 − 是否为该标签）²之和 ÷ 2，再对样本求和 ÷ 全部样本数；"
        "未给概率计1",
        formula_en="sum over labels of (probability − whether it is the label)² ÷ 2; summed ÷ "
        "all samples; without probabilities it is 1",
        example="brier",
        reference="Brier (1950), Verification of forecasts expressed in terms of probability",
        reads="unsure",
    ),
    Metric(
        name="ece",
        task=("classification",),
        statistic=ece,
        better="lower",
        bounds=(0.0, 1.0),
        kind="ratio",
        unit="none",
        zh="期望校准误差",
        en="Expected calibration error",
        formula_zh="按最高概率等宽分箱，各箱 |最高概率之和 − 判对数| 之和 ÷ 全部样本数；"
        "未给概率每条计1；只反映校准，判错也可能使其变小，仅供参考，不赋权重",
        formula_en="with bins of equal width of the highest probability: sum over bins of |sum of "
        "it − samples right| ÷ all samples; without probabilities each costs 1; "
        "tells calibration only, which a wrong answer may improve: informs only",
        example="ece(bins=10)",
        reference="Guo et al. (2017), On calibration of modern neural networks",
        reads="unsure",
        rewards_right=False,
        parameters=(BINS,),
    ),
)
