"""How good forecasts are against naive ones, as quantiles and as intervals."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from scoring.answers import Flags
from scoring.answers import Values as Numbers
from scoring.metric import Metric, Parameter, Task, Values
from scoring.metrics.numbers import BOTH, MISSING_EN, MISSING_ZH
from scoring.statistic import Floats, SampleSums, divide, mean_of, share

SCALE = Parameter(
    name="scale",
    kind="number",
    zh="朴素预测的平均绝对误差（目标量的单位）",
    en="mean absolute error of the naive forecast, in target units",
)
QUANTILE = Parameter(
    name="quantile", kind="number", zh="分位点", en="the quantile answered", at_most=0.9999
)
LEVEL = Parameter(
    name="level", kind="number", zh="区间的名义置信度", en="nominal level of the interval",
    at_most=0.9999,
)  # fmt: skip


def mase(answers: Numbers, parameters: Values) -> SampleSums:
    """Mean absolute error over that of a naive forecast, which the board declares."""
    scale = float(parameters["scale"])
    return SampleSums(
        np.column_stack([_costs(answers, np.abs), np.ones(len(answers.truth))]),
        lambda sums: share(sums) / scale,
        (answers.high - answers.low, 1.0),
    )


def smape(answers: Numbers, _: Values) -> SampleSums:
    """Mean of errors, each over the mean magnitude of the numbers given and wanted."""

    def relative(given: Floats) -> Floats:
        size = np.abs(answers.truth) + np.abs(given)
        return divide(2 * np.abs(answers.truth - given), size, empty=0.0)

    ends = [np.full(len(answers.truth), end) for end in (answers.low, answers.high)]
    if answers.low <= 0 <= answers.high:
        ends.append(np.zeros(len(answers.truth)))
    worst = np.max([relative(end) for end in ends], axis=0)
    given = np.where(answers.missing, 0.0, answers.predicted)
    return mean_of(np.where(answers.missing, worst, relative(given)), worst=2.0)


def pinball(answers: Numbers, parameters: Values) -> SampleSums:
    """Mean loss of a forecast quantile, whose errors on its two sides weigh differently."""
    quantile = float(parameters["quantile"])

    def cost(shortfall: Floats) -> Floats:
        return np.maximum(quantile * shortfall, (quantile - 1) * shortfall)

    return mean_of(_costs(answers, cost), worst=answers.high - answers.low)


def interval_coverage(answers: Numbers, _: Values) -> SampleSums:
    """Share of samples that lie in the interval given for them."""
    lower, upper, missing = _ends(answers)
    return mean_of((lower <= answers.truth) & (answers.truth <= upper) & ~missing)


def interval_score(answers: Numbers, parameters: Values) -> SampleSums:
    """Mean width of intervals, with a penalty for what lies outside them (Winkler)."""
    penalty = 2 / (1 - float(parameters["level"]))
    lower, upper, missing = _ends(answers)
    truth = answers.truth
    outside = np.maximum(lower - truth, 0.0) + np.maximum(truth - upper, 0.0)
    furthest = np.maximum(truth - answers.low, answers.high - truth)
    worst = np.maximum(answers.high - answers.low, penalty * furthest)
    most = (answers.high - answers.low) * max(1.0, penalty)
    return mean_of(np.where(missing, worst, upper - lower + penalty * outside), worst=most)


def _costs(answers: Numbers, cost: Callable[[Floats], Floats]) -> Floats:
    """Cost of each error (wanted less given); the worst in the declared range for no answer."""
    ends = [cost(answers.truth - end) for end in (answers.low, answers.high)]
    given = np.where(answers.missing, 0.0, answers.predicted)
    costs: Floats = np.where(answers.missing, np.maximum(*ends), cost(answers.truth - given))
    return costs


def _ends(answers: Numbers) -> tuple[Floats, Floats, Flags]:
    missing = answers.unbounded
    if answers.lower is None or answers.upper is None:
        return np.zeros(len(missing)), np.zeros(len(missing)), missing
    lower, upper = (np.where(missing, 0.0, end) for end in (answers.lower, answers.upper))
    return lower, upper, missing


ONLY: tuple[Task, ...] = ("forecasting",)

METRICS = (
    Metric(
        name="mase",
        task=ONLY,
        statistic=mase,
        better="lower",
        bounds=(0.0, math.inf),
        kind="ratio",
        unit="none",
        zh="平均绝对标度误差",
        en="Mean absolute scaled error",
        formula_zh="（|预测值 − 参考值|之和 ÷ 全部样本数）÷ 朴素预测在历史数据上的平均绝对误差（由榜单声明）"
        + MISSING_ZH,
        formula_en="(sum of |predicted − target| ÷ all samples) ÷ mean absolute error of the naive "
        "forecast on past data, which the board declares" + MISSING_EN,
        example="mase(scale=12.5)",
        reference="Hyndman & Koehler (2006), Another look at measures of forecast accuracy",
        parameters=(SCALE,),
    ),
    Metric(
        name="smape",
        task=ONLY,
        statistic=smape,
        better="lower",
        bounds=(0.0, 2.0),
        kind="mean",
        zh="对称平均绝对百分比误差",
        en="Symmetric mean absolute percentage error",
        formula_zh="（2×|预测值 − 参考值| ÷（|预测值| + |参考值|），两者皆为0时计0）之和 ÷ 全部样本数"
        "，最大为2（200%）" + MISSING_ZH,
        formula_en="sum of 2 × |predicted − target| ÷ (|predicted| + |target|), 0 where both are 0, "
        "÷ all samples; at most 2" + MISSING_EN,
        example="smape",
        reference="Makridakis (1993), Accuracy measures: theoretical and practical concerns",
    ),
    Metric(
        name="pinball",
        task=BOTH,
        statistic=pinball,
        better="lower",
        bounds=(0.0, math.inf),
        kind="mean",
        unit="target",
        zh="分位数损失",
        en="Quantile (pinball) loss",
        formula_zh="（参考值高于预测值时 差×分位点，低于时 差×（1−分位点））之和 ÷ 全部样本数"
        + MISSING_ZH,
        formula_en="sum of error × quantile where the target lies above, × (1 − quantile) where "
        "below, ÷ all samples" + MISSING_EN,
        example="pinball(quantile=0.9)",
        reference="Koenker & Bassett (1978), Regression quantiles",
        parameters=(QUANTILE,),
    ),
    Metric(
        name="interval_coverage",
        task=BOTH,
        statistic=interval_coverage,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="proportion",
        zh="预测区间覆盖率",
        en="Interval coverage",
        formula_zh="参考值落在所给区间[low, high]内的样本数 ÷ 全部样本数；未给区间按未覆盖计；"
        "不看区间宽度，宜与区间得分并用",
        formula_en="samples whose target lies within the interval given ÷ all samples; without an "
        "interval it is not covered; width is not looked at: use beside the interval score",
        example="interval_coverage",
        reference="Gneiting & Raftery (2007), Strictly proper scoring rules",
        reads="unbounded",
    ),
    Metric(
        name="interval_score",
        task=BOTH,
        statistic=interval_score,
        better="lower",
        bounds=(0.0, math.inf),
        kind="mean",
        unit="target",
        zh="区间得分",
        en="Interval (Winkler) score",
        formula_zh="（区间宽度 + 2÷(1−置信度)×参考值超出区间的距离）之和 ÷ 全部样本数；"
        "未给区间按声明范围内的最大值计",
        formula_en="sum of interval width + 2 ÷ (1 − level) × distance of the target outside it "
        "÷ all samples; without an interval it costs the most within the declared range",
        example="interval_score(level=0.9)",
        reference="Winkler (1972), A decision-theoretic approach to interval estimation",
        reads="unbounded",
        parameters=(LEVEL,),
    ),
)
