"""How far numbers given rise and fall with the numbers wanted, whatever their scale."""

from __future__ import annotations

import math

import numpy as np

from scoring.answers import Values as Numbers
from scoring.metric import Metric, Task, Values
from scoring.metrics.numbers import ALIKE
from scoring.statistic import Floats, SampleSums, WeightedScan, divide


def pearson(answers: Numbers, _: Values) -> SampleSums:
    """Correlation of the numbers themselves."""
    middle = math.fsum(answers.truth) / max(len(answers.truth), 1)
    wanted, given = answers.truth - middle, _given(answers) - middle
    columns = [wanted, given, wanted**2, given**2, wanted * given, np.ones(len(wanted))]
    width = answers.high - answers.low

    def finish(sums: Floats) -> Floats:
        first, second, squares, others, products, count = np.moveaxis(sums, -1, 0)
        spreads = [
            _spread(square - divide(shift**2, count), count, largest)
            for square, shift, largest in (
                (squares, first, np.abs(wanted).max(initial=0.0)),
                (others, second, np.abs(given).max(initial=0.0)),
            )
        ]
        return _correlation(products - divide(first * second, count), *spreads)

    return SampleSums(
        np.column_stack(columns), finish, (width, width, width**2, width**2, width**2, 1.0)
    )


def spearman(answers: Numbers, _: Values) -> WeightedScan:
    """Correlation of the ranks of the numbers; equal numbers share the middle of their ranks."""
    codes = [np.unique(one, return_inverse=True)[1] for one in (answers.truth, _given(answers))]

    def scan(weights: Floats) -> Floats:
        wanted, given = (_ranks(one, weights) for one in codes)
        spreads = ((weights * ranks**2).sum(axis=1) for ranks in (wanted, given))
        return _correlation((weights * wanted * given).sum(axis=1), *spreads)

    count = len(answers.truth)
    return WeightedScan(scan, count, count)


def _spread(spread: Floats, count: Floats, largest: float) -> Floats:
    """A spread of centred numbers, 0 where it is what rounding leaves of equal ones."""
    return np.where(spread > count * largest**2 * ALIKE, spread, 0.0)


def _given(answers: Numbers) -> Floats:
    """Numbers given; without one, the end of the declared range that is furthest off."""
    upper = answers.high - answers.truth > answers.truth - answers.low
    return np.where(answers.missing, np.where(upper, answers.high, answers.low), answers.predicted)


def _ranks(codes: np.ndarray[tuple[int, ...], np.dtype[np.intp]], weights: Floats) -> Floats:
    """Middle rank of each sample less the mean rank, shape (b, n): multiples of one half."""
    totals = np.stack([np.bincount(codes, weights=row) for row in weights])
    upto = np.cumsum(totals, axis=1)
    return (upto - totals / 2 - upto[:, -1:] / 2)[:, codes]


def _correlation(shared: Floats, wanted: Floats, given: Floats) -> Floats:
    """Shared spread over both spreads; NaN where all targets are equal, 0 where all answers are."""
    value = divide(shared, np.sqrt(wanted * given), empty=0.0)
    return np.where(wanted > 0, np.clip(value, -1.0, 1.0), np.nan)


BOTH: tuple[Task, ...] = ("regression", "forecasting")
FAR_ZH = "；未作答按声明范围内离参考值最远的一端计；判错也可能使其变好，仅供参考，不赋权重"
FAR_EN = (
    "; a missing answer is the end of the declared range that is furthest off; a wrong answer may "
    "improve it: informs only"
)

METRICS = (
    Metric(
        name="pearson",
        task=BOTH,
        statistic=pearson,
        better="higher",
        bounds=(-1.0, 1.0),
        kind="ratio",
        unit="none",
        zh="皮尔逊相关系数",
        en="Pearson correlation",
        formula_zh="（预测值与参考值各减均值之积）之和 ÷ √（各自离差平方和之积）；预测值全部相等时为0"
        + FAR_ZH,
        formula_en="sum of products of both numbers less their means ÷ root of the product of both "
        "sums of squares; 0 where all answers are equal" + FAR_EN,
        example="pearson",
        reference="Pearson (1895), Note on regression and inheritance; scipy, pearsonr",
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
    ),
    Metric(
        name="spearman",
        task=BOTH,
        statistic=spearman,
        better="higher",
        bounds=(-1.0, 1.0),
        kind="order",
        unit="none",
        zh="斯皮尔曼等级相关系数",
        en="Spearman rank correlation",
        formula_zh="（预测值与参考值的名次各减均值之积）之和 ÷ √（各自离差平方和之积），"
        "相等的数取平均名次；预测值全部相等时为0" + FAR_ZH,
        formula_en="sum of products of the ranks of both numbers less their means ÷ root of the "
        "product of both sums of squares, equal numbers sharing the middle rank; 0 where all "
        "answers are equal" + FAR_EN,
        example="spearman",
        reference="Spearman (1904), The proof and measurement of association; scipy, spearmanr",
        deletion_safe=False,
        rewards_right=False,
        of_one=False,
    ),
)
