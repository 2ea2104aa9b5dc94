"""How far a score may lie from the truth, by the method that its statistic allows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import special

from scoring.resampling import order_position, spread
from scoring.statistic import Codes, Floats, SampleSums, by_cluster

Method = Literal["wilson", "clopper_pearson", "t", "delong", "percentile", "bca", "none"]

ROWS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Two ends that hold the true value in a share ``level`` of repetitions, and the method."""

    low: float
    high: float
    method: Method
    level: float

    def within(self, low: float, high: float) -> Interval:
        """Cut to the bounds of a metric."""
        cut = (min(max(end, low), high) for end in (self.low, self.high))
        return Interval(low=next(cut), high=next(cut), method=self.method, level=self.level)

    def holding(self, value: float) -> Interval:
        """Widened to the value, which the replicates of a biased statistic may all lie beside."""
        return replace(self, low=min(self.low, value), high=max(self.high, value))


def wilson(successes: float, n: float, level: float) -> Interval:
    """Wilson's interval of a proportion; ``successes`` and ``n`` need not be whole.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> round(wilson(8, 10, 0.95).low, 4)
    0.4902
    """
    successes, n = float(successes), float(n)
    z2 = _z(level) ** 2
    share = successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low = 0.0 if successes <= 0 else max(centre - half, 0.0)
    high = 1.0 if successes >= n else min(centre + half, 1.0)
    return Interval(low=low, high=high, method="wilson", level=level)


def clopper_pearson(successes: int, n: int, level: float) -> Interval:
    """Exact interval of a proportion, whose coverage is never below its level.

    References
    ----------
    Clopper & Pearson (1934), The use of confidence or fiducial limits.
    """
    tail = (1 - level) / 2
    return Interval(
        low=_exact_low(successes, n, tail),
        high=_exact_high(successes, n, tail),
        method="clopper_pearson",
        level=level,
    )


def clopper_pearson_bound(
    successes: int, n: int, level: float, side: Literal["lower", "upper"]
) -> float:
    """Exact one-sided bound of a proportion, safe to hold against a gate."""
    bound = _exact_low if side == "lower" else _exact_high
    return bound(successes, n, 1 - level)


def mean_t(scores: Floats, level: float) -> Interval:
    """Student's interval of a mean of independent scores, shape (n,), n at least 2."""
    count = len(scores)
    mean = math.fsum(scores) / count
    variance = math.fsum((scores - mean) ** 2) / (count - 1)
    half = float(special.stdtrit(count - 1, 0.5 + level / 2)) * math.sqrt(variance / count)
    return Interval(low=mean - half, high=mean + half, method="t", level=level)


def bounded_mean(scores: Floats, bounds: tuple[float, float], level: float) -> Interval | None:
    """Wilson's interval of a mean of independent scores between bounds, shape (n,), n at least 2.

    The scores are taken to be as many yes and no as would have their mean and variance: where few
    fail and much, Student's interval ends too near the bound. Of scores that all are 0 or 1 it is
    Wilson's of so many, but for Student's longer reach. ``None`` without variance.
    """
    low, high = bounds
    count = len(scores)
    mean = math.fsum(scores) / count
    variance = math.fsum((scores - mean) ** 2) / count
    if variance <= 0:
        return None
    reach = _z(level) / float(special.stdtrit(count - 1, 0.5 + level / 2))
    alike = count * (mean - low) * (high - mean) / variance * reach**2
    share = (mean - low) / (high - low)
    ends = wilson(share * alike, alike, level)
    return replace(ends, low=low + ends.low * (high - low), high=low + ends.high * (high - low))


def few_units_t(value: float, replicates: Floats, level: float, units: int) -> Interval | None:
    """Student's interval of a value by the spread of its replicates, shape (B,), over few units.

    Two or three clusters have but a handful of resamples, whose ends say little. ``None`` for one.
    """
    if units < 2:
        return None
    half = -_tail(level, units) * float(np.std(replicates, ddof=1))
    return Interval(low=value - half, high=value + half, method="t", level=level)


def delong(placements: tuple[Floats, Floats], level: float) -> Interval:
    """DeLong's interval of an area under the ROC curve, two samples or more of each class.

    Its ends are found on the scale of log odds, on which the area errs alike to both sides even
    where it is near 1 or the samples are few; without variance it has no width.

    Parameters
    ----------
    placements
        Each positive's share of negatives below it, each negative's share of positives above it.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Comparing the areas under two or more correlated ROC
    curves.
    Qin & Hotilovac (2008), Comparison of non-parametric confidence intervals for the area under
    the ROC curve of a continuous-scale diagnostic test.
    """
    positives, negatives = placements
    area = math.fsum(positives) / len(positives)
    variance = sum(
        math.fsum((part - area) ** 2) / (len(part) - 1) / len(part)
        for part in (positives, negatives)
    )
    low = high = area
    if variance > 0:
        half = _z(level) * math.sqrt(variance) / (area * (1 - area))
        low, high = (float(special.expit(special.logit(area) + way * half)) for way in (-1, 1))
    return Interval(low=low, high=high, method="delong", level=level)


def percentile(replicates: Floats, level: float, units: int) -> Interval:
    """Order statistics of bootstrap replicates, shape (B,), with equal tails.

    The tails are those of Student's t where there are few ``units`` (samples, or clusters where
    declared), among which a bootstrap finds too little spread.

    References
    ----------
    Hesterberg (2015), What teachers should know about the bootstrap: expanded percentiles.
    """
    ends = spread(replicates, 1 - 2 * float(special.ndtr(_tail(level, units))))
    return Interval(low=ends.low, high=ends.high, method="percentile", level=level)


def bca(
    statistic: SampleSums,
    replicates: Floats,
    level: float,
    clusters: Codes | None = None,
    *,
    units: int | None = None,
) -> Interval | None:
    """Bias-corrected and accelerated bootstrap interval of a function of sums.

    Leaving one sample out, or one cluster where they are declared, is taking its row from the
    sums, so the jackknife costs one evaluation of ``finish`` over the rows. The tails are as wide
    as those of `percentile` over ``units``, all where not given. ``None`` where the correction does not exist.

    References
    ----------
    Efron (1987), Better bootstrap confidence intervals.
    """
    value = statistic.value()
    rows, counts = statistic.distinct() if clusters is None else by_cluster(statistic, clusters)
    below = (np.sum(replicates < value) + np.sum(replicates <= value)) / (2 * len(replicates))
    shift = float(special.ndtri(below))
    acceleration = _acceleration(statistic, rows, counts)
    if not (math.isfinite(shift) and math.isfinite(acceleration)):
        return None
    ordered = np.sort(replicates)
    tail = _tail(level, int(counts.sum()) if units is None else units)
    ends = []
    for end in (tail, -tail):
        moved = shift + end
        room = 1 - acceleration * moved
        if room <= 0:
            return None
        position = order_position(float(special.ndtr(shift + moved / room)), len(ordered))
        ends.append(float(ordered[min(max(position, 1), len(ordered)) - 1]))
    return Interval(low=ends[0], high=ends[1], method="bca", level=level)


def left_out(statistic: SampleSums, rows: Floats) -> Floats:
    """The value without each of the rows that add up to its sums, shape (k,).

    Where it is undefined then it stands as it is.
    """
    value = statistic.value()
    left = np.concatenate(
        [
            statistic.finish(statistic.sums - rows[at : at + ROWS_AT_ONCE])
            for at in range(0, len(rows), ROWS_AT_ONCE)
        ]
    )
    found: Floats = np.where(np.isnan(left), value, left)
    return found


def _acceleration(statistic: SampleSums, rows: Floats, counts: Floats) -> float:
    """Skewness of the jackknife over six; NaN where leaving out changes nothing."""
    left = left_out(statistic, rows)
    distance = math.fsum(counts * left) / counts.sum() - left
    squares = math.fsum(counts * distance**2)
    return math.fsum(counts * distance**3) / (6 * squares**1.5) if squares > 0 else math.nan


def _tail(level: float, units: int) -> float:
    """Where the lower tail of a bootstrap over units ends, in standard deviations."""
    if units < 2:
        return -math.inf
    student = float(special.stdtrit(units - 1, 0.5 - level / 2))
    return student * math.sqrt(units / (units - 1))


def _z(level: float) -> float:
    return float(special.ndtri(0.5 + level / 2))


def _exact_low(successes: int, n: int, tail: float) -> float:
    if successes == 0:
        return 0.0
    return float(special.betaincinv(successes, n - successes + 1, tail))


def _exact_high(successes: int, n: int, tail: float) -> float:
    if successes == n:
        return 1.0
    return float(special.betaincinv(successes + 1, n - successes, 1 - tail))
