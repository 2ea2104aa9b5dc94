"""How good numbers are: distances, relative distances and shares within a tolerance."""

from __future__ import annotations

import math

import numpy as np

from scoring.answers import Flags
from scoring.answers import Values as Numbers
from scoring.metric import Metric, Parameter, Task, Values
from scoring.statistic import Floats, SampleSums, divide, share

SLACK = 1e-9
ALIKE = 2.0**-44
TOLERANCE = Parameter(
    name="tolerance",
    kind="number",
    zh="允许误差（目标量的单位）",
    en="allowed error, in target units",
)
CAPACITY = Parameter(
    name="capacity", kind="number", zh="装机（开机）容量", en="installed or running capacity"
)
FLOOR = Parameter(
    name="floor",
    kind="number",
    zh="分母下限（目标量的单位）",
    en="least denominator, in target units",
)
PART = Parameter(
    name="tolerance",
    kind="number",
    zh="允许误差占容量的比例",
    en="allowed error as a share of capacity",
    at_most=1.0,
)


def mae(answers: Numbers, _: Values) -> SampleSums:
    """Mean distance between numbers given and wanted."""
    return SampleSums(_with_count(_errors(answers)), share, (_width(answers), 1.0))


def rmse(answers: Numbers, _: Values) -> SampleSums:
    """Square root of the mean squared distance."""
    return SampleSums(
        _with_count(_errors(answers) ** 2),
        lambda sums: np.sqrt(share(sums)),
        (_width(answers) ** 2, 1.0),
    )


def r2(answers: Numbers, _: Values) -> SampleSums:
    """Share of the target's variance that the answers explain."""
    centred = answers.truth - math.fsum(answers.truth) / max(len(answers.truth), 1)
    columns = [_errors(answers) ** 2, centred**2, centred, np.ones(len(centred))]
    width, largest = _width(answers), float(np.abs(centred).max(initial=0.0))

    def finish(sums: Floats) -> Floats:
        error, square, shift, count = np.moveaxis(sums, -1, 0)
        spread = square - divide(shift**2, count)
        # What rounding leaves of equal targets is no variance to explain.
        spread = np.where(spread > count * largest**2 * ALIKE, spread, 0.0)
        return 1 - divide(error, spread)

    return SampleSums(np.column_stack(columns), finish, (width**2, width**2, width, 1.0))


def within(answers: Numbers, parameters: Values) -> SampleSums:
    """Share of samples whose error is within a tolerance."""
    return SampleSums(_with_count(_near(answers, float(parameters["tolerance"]))), share)


def wape(answers: Numbers, _: Values) -> SampleSums:
    """Sum of errors over the sum of what was to be forecast."""
    columns = np.column_stack([_errors(answers), np.abs(answers.truth)])
    return SampleSums(columns, share, (_width(answers), max(abs(answers.low), abs(answers.high))))


def mape(answers: Numbers, parameters: Values) -> SampleSums:
    """Mean of errors, each as a share of the number wanted."""
    floor = float(parameters["floor"])
    relative = _errors(answers) / np.maximum(np.abs(answers.truth), floor)
    return SampleSums(_with_count(relative), share, (_width(answers) / floor, 1.0))


def capacity_accuracy(answers: Numbers, parameters: Values) -> SampleSums:
    """One less the root mean squared error as a share of capacity."""
    capacity = float(parameters["capacity"])
    return SampleSums(
        _with_count(_errors(answers) ** 2),
        lambda sums: 1 - np.sqrt(share(sums)) / capacity,
        (_width(answers) ** 2, 1.0),
    )


def qualified_rate(answers: Numbers, parameters: Values) -> SampleSums:
    """Share of points whose error is within a share of capacity."""
    allowed = float(parameters["tolerance"]) * float(parameters["capacity"])
    return SampleSums(_with_count(_near(answers, allowed)), share)


def _errors(answers: Numbers) -> Floats:
    """Distances, shape (n,); the worst within the declared range where there is no answer."""
    worst = np.maximum(answers.truth - answers.low, answers.high - answers.truth)
    return np.where(answers.missing, worst, np.abs(answers.predicted - answers.truth))


def _near(answers: Numbers, allowed: float) -> Flags:
    """Errors within a tolerance; decimal fractions that binary ones miss by a hair are within."""
    size = np.maximum(np.abs(answers.truth), allowed)
    distance = np.abs(answers.predicted - answers.truth)
    return ~answers.missing & (distance <= allowed + SLACK * size)


def _with_count(amounts: Floats | Flags) -> Floats:
    return np.column_stack([amounts, np.ones(len(amounts))])


def _width(answers: Numbers) -> float:
    return answers.high - answers.low


BOTH: tuple[Task, ...] = ("regression", "forecasting")
MISSING_ZH = "；未作答按声明范围内的最大误差计"
MISSING_EN = "; a missing answer costs the largest error within the declared range"

METRICS = (
    Metric(
        name="mae",
        task=BOTH,
        statistic=mae,
        better="lower",
        bounds=(0.0, math.inf),
        kind="mean",
        unit="target",
        zh="平均绝对误差",
        en="Mean absolute error",
        formula_zh="|预测值 − 参考值|之和 ÷ 全部样本数" + MISSING_ZH,
        formula_en="sum of |predicted − target| ÷ all samples" + MISSING_EN,
        example="mae",
        reference="Willmott & Matsuura (2005), Advantages of the mean absolute error",
    ),
    Metric(
        name="rmse",
        task=BOTH,
        statistic=rmse,
        better="lower",
        bounds=(0.0, math.inf),
        kind="ratio",
        unit="target",
        zh="均方根误差",
        en="Root mean squared error",
        formula_zh="（预测值 − 参考值）²之和 ÷ 全部样本数，再开平方" + MISSING_ZH,
        formula_en="root of: sum of (predicted − target)² ÷ all samples" + MISSING_EN,
        example="rmse",
        reference="Chai & Draxler (2014), Root mean square error or mean absolute error?",
    ),
    Metric(
        name="r2",
        task=BOTH,
        statistic=r2,
        better="higher",
        bounds=(-math.inf, 1.0),
        kind="ratio",
        unit="none",
        zh="决定系数",
        en="Coefficient of determination",
        formula_zh="1 −（预测值 − 参考值）²之和 ÷（参考值 − 参考值均值）²之和" + MISSING_ZH,
        formula_en="1 − sum of (predicted − target)² ÷ sum of (target − mean target)²" + MISSING_EN,
        example="r2",
        reference="scikit-learn, r2_score",
        of_one=False,
    ),
    Metric(
        name="within",
        task=BOTH,
        statistic=within,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="误差合格率",
        en="Share within tolerance",
        formula_zh="|预测值 − 参考值| 不超过允许误差的样本数 ÷ 全部样本数"
        "（比较时容许十亿分之一的舍入）；未作答按不合格计",
        formula_en="samples with |predicted − target| within the tolerance ÷ all samples "
        "(compared with one part in 10⁹ of slack for rounding); a missing answer is outside",
        example="within(tolerance=0.5)",
        reference="counted",
        parameters=(TOLERANCE,),
    ),
    Metric(
        name="wape",
        task=BOTH,
        statistic=wape,
        better="lower",
        bounds=(0.0, math.inf),
        kind="ratio",
        zh="加权绝对百分比误差",
        en="Weighted absolute percentage error",
        formula_zh="|预测值 − 参考值|之和 ÷ |参考值|之和" + MISSING_ZH,
        formula_en="sum of |predicted − target| ÷ sum of |target|" + MISSING_EN,
        example="wape",
        reference="Kolassa & Schütz (2007), Advantages of the MAD/mean ratio over the MAPE",
    ),
    Metric(
        name="mape",
        task=BOTH,
        statistic=mape,
        better="lower",
        bounds=(0.0, math.inf),
        kind="mean",
        zh="平均绝对百分比误差",
        en="Mean absolute percentage error",
        formula_zh="（|预测值 − 参考值| ÷ |参考值|，分母不小于声明的下限）之和 ÷ 全部样本数"
        + MISSING_ZH,
        formula_en="sum of |predicted − target| ÷ |target|, the latter at least the declared "
        "floor, ÷ all samples" + MISSING_EN,
        example="mape(floor=1)",
        reference="Hyndman & Koehler (2006), Another look at measures of forecast accuracy",
        parameters=(FLOOR,),
    ),
    Metric(
        name="capacity_accuracy",
        task=("forecasting",),
        statistic=capacity_accuracy,
        better="higher",
        bounds=(-math.inf, 1.0),
        kind="ratio",
        zh="功率预测准确率",
        en="Accuracy against capacity",
        formula_zh="1 − 均方根误差 ÷ 容量（均方根误差以全部时点为分母；不是分类准确率）"
        + MISSING_ZH,
        formula_en="1 − root mean squared error over all points ÷ capacity "
        "(not the accuracy of labels)" + MISSING_EN,
        example="capacity_accuracy(capacity=100)",
        reference="功率预测通行定义：准确率 = 1 − RMSE ÷ 装机（开机）容量",
        parameters=(CAPACITY,),
    ),
    Metric(
        name="qualified_rate",
        task=("forecasting",),
        statistic=qualified_rate,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="功率预测合格率",
        en="Qualified rate",
        formula_zh="|预测值 − 参考值| 不超过 容量×允许比例 的时点数 ÷ 全部时点数"
        "（比较时容许十亿分之一的舍入）；未作答按不合格计",
        formula_en="points with |predicted − target| within capacity × tolerance ÷ all points "
        "(compared with one part in 10⁹ of slack for rounding); a missing answer is outside",
        example="qualified_rate(capacity=100,tolerance=0.25)",
        reference="功率预测通行定义：|误差| ÷ 容量 不超过阈值的时点占比",
        parameters=(CAPACITY, PART),
    ),
)
