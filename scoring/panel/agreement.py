"""How far the judges of a panel agree, beyond what chance would give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scoring.resampling import Draws, Floats, Spread, spread

LOW = 2 / 3
"""Krippendorff's customary bound for tentative conclusions."""

ENOUGH = 8
"""Candidates from which on agreement is judged at all."""

DIGITS = 6

ROUNDING = 1e-9
"""Below which sums of squares are nothing but rounding."""

Level = Literal["nominal", "ordinal", "interval", "ratio"]


Verdict = Literal["low", "fair", "open", "too_few"]

Method = Literal["mcgraw_wong", "percentile"]
"""Of an interval: for judges drawn at random, or for these judges over resampled candidates."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A coefficient with its interval and the method that made it; None: undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None
    method: Method | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """Coefficients of agreement on one criterion.

    ``alpha`` is Krippendorff's for interval data and takes missing scores; the others are of the
    candidates that every judge scored.
    """

    candidates: int
    alpha: Estimate
    icc_a1: Estimate
    icc_ak: Estimate
    kendall_w: Estimate

    @property
    def verdict(self) -> Verdict:
        """Whether the judges agree enough for conclusions: low or fair where all of alpha's interval is."""
        if self.candidates < ENOUGH or self.alpha.value is None:
            return "too_few"
        if self.alpha.low is None or self.alpha.high is None:
            return "open"
        return "low" if self.alpha.high < LOW else "fair" if self.alpha.low >= LOW else "open"


def agreement(scores: Floats, seed: bytes, *, count: int, confidence: float) -> Agreement:
    """Agreement on one criterion; ``scores``, shape (J, K), NaN where none was given.

    Where every judge scored every candidate, intervals of the intraclass correlations are for
    judges drawn at random. The others come from ``count`` resamples of the candidates, for these
    judges only, and so do those of a table that shows no error, as in full agreement.
    """
    whole = scores[:, ~np.isnan(scores).any(axis=0)]
    some = scores[:, ~np.isnan(scores).all(axis=0)]
    one = random_judges(whole, confidence) if whole.shape == some.shape else None
    mean = None if one is None else _of_mean(one, len(whole))

    def estimate(
        of: Callable[[Floats, Floats], Floats], table: Floats, ends: Spread | None = None
    ) -> Estimate:
        size = table.shape[1]
        value = float(of(table, np.ones((1, size)))[0]) if min(table.shape) > 1 else np.nan
        if np.isnan(value):
            return Estimate(value=None)
        if ends is not None:
            return _estimate(value, ends, "mcgraw_wong")
        blocks = Draws(seed, units=size, count=count).blocks()
        drawn = np.concatenate([of(table, block) for block in blocks])
        drawn = drawn[~np.isnan(drawn)]
        if 2 * drawn.size < count:
            return Estimate(value=_kept(value))
        return _estimate(value, spread(drawn, confidence), "percentile")

    return Agreement(
        candidates=some.shape[1],
        alpha=estimate(_alpha, some),
        icc_a1=estimate(lambda table, w: _icc(table, w, averaged=False), whole, one),
        icc_ak=estimate(lambda table, w: _icc(table, w, averaged=True), whole, mean),
        kendall_w=estimate(_concordance, whole),
    )


def krippendorff_alpha(scores: Floats, level: Level = "interval") -> float:
    """Krippendorff's alpha: one minus observed over expected disagreement; NaN if undefined.

    Parameters
    ----------
    scores : shape (J, K)
        NaN where a judge gave none; candidates with fewer than two scores do not count.
    level
        How far apart two scores are: by identity, by rank, by difference or by ratio.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's alpha-reliability.
    """
    values, codes = np.unique(scores[~np.isnan(scores)], return_inverse=True)
    coded = np.full(scores.shape, -1)
    coded[~np.isnan(scores)] = codes
    counts = np.stack([(coded == code).sum(axis=0) for code in range(len(values))], axis=1)
    counts = counts[counts.sum(axis=1) > 1].astype(np.float64)
    pairs = counts.sum(axis=1) - 1
    together = (counts / pairs[:, None]).T @ counts
    together -= np.diag((counts / pairs[:, None]).sum(axis=0))
    margins = together.sum(axis=1)
    apart = _distances(values, margins, level)
    expected = float(margins @ apart @ margins)
    if not expected:
        return float("nan")
    return 1 - float(margins.sum() - 1) * float((together * apart).sum()) / expected


def icc(scores: Floats, *, averaged: bool) -> float:
    """Intraclass correlation of absolute agreement, judges at random, shape (J, K) complete.

    Of one judge, ICC(A,1), or of the mean of all, ICC(A,k).

    References
    ----------
    Shrout and Fleiss (1979), Intraclass correlations: uses in assessing rater reliability.
    McGraw and Wong (1996), Forming inferences about some intraclass correlation coefficients.
    """
    return float(_icc(scores, np.ones((1, scores.shape[1])), averaged=averaged)[0])


def random_judges(scores: Floats, confidence: float) -> Spread | None:
    """Interval of ICC(A,1) over other judges and candidates, shape (J, K) complete, within 0 to 1.

    Its degrees of freedom, after Satterthwaite, take a coefficient below 0 for 0. None for one
    judge or candidate, in full agreement, and where each judge gave all candidates the same:
    such scores show no error.

    References
    ----------
    McGraw and Wong (1996), Forming inferences about some intraclass correlation coefficients,
    table 7, ICC(A,1), case 2.
    """
    judges, size = scores.shape
    if min(judges, size) < 2:
        return None
    found = _mean_squares(scores, np.ones((1, size)))
    between, among, left = (float(one[0]) for one in (found.between, found.among, found.left))
    apart = (size - 1) * left + among
    other = judges * among + (judges * size - judges - size) * left
    if min(apart, other + between, max(between, left)) <= ROUNDING:
        return None
    odds = max(between - left, 0.0) / apart
    shares = np.array([odds * among, (1 + (size - 1) * odds) * left])
    degrees = np.array([judges - 1, (judges - 1) * (size - 1)])
    freedom = shares.sum() ** 2 / (shares**2 / degrees).sum()
    tail = 0.5 + confidence / 2
    above = float(special.fdtri(size - 1, freedom, tail))
    below = float(special.fdtri(freedom, size - 1, tail))
    low = size * (between - above * left) / (above * other + size * between)
    high = size * (below * between - left) / (other + size * below * between)
    return Spread(low=max(low, 0.0), high=max(high, 0.0))


def kendall_w(scores: Floats) -> float:
    """Kendall's coefficient of concordance with the correction for ties, shape (J, K) complete.

    Examples
    --------
    >>> kendall_w(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]))
    1.0
    """
    return float(_concordance(scores, np.ones((1, scores.shape[1])))[0])


def _distances(values: Floats, margins: Floats, level: Level) -> NDArray[np.float64]:
    one, other = values[:, None], values[None, :]
    if level == "nominal":
        unequal: Floats = (one != other).astype(np.float64)
        return unequal
    squares: Floats = np.square(one - other)
    if level == "interval":
        return squares
    if level == "ratio":
        total = one + other
        return np.square(np.divide(one - other, total, out=np.zeros_like(total), where=total != 0))
    reached = np.cumsum(margins) - margins / 2
    steps: Floats = np.square(reached[:, None] - reached[None, :])
    return steps


def _alpha(table: Floats, weights: Floats) -> Floats:
    """Alpha for interval data with each candidate counted ``weights`` times, shape (b, K)."""
    given = (~np.isnan(table)).sum(axis=0)
    kept = given > 1
    count = given[kept].astype(np.float64)
    # Scores about their middle keep squares small; alpha does not change.
    some = table[:, kept] - np.nanmean(table)
    sums, squares = np.nansum(some, axis=0), np.nansum(some**2, axis=0)
    within = 2 * (count * squares - sums**2) / (count - 1)
    drawn = weights[:, kept]
    total = drawn @ count
    observed = drawn @ within
    expected = 2 * (total * (drawn @ squares) - (drawn @ sums) ** 2)
    alpha: Floats = 1 - (total - 1) * _over(observed, expected)
    return alpha


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _MeanSquares:
    """Between candidates, among judges and left over, one of each per row of weights, shape (b,)."""

    size: Floats
    between: Floats
    among: Floats
    left: Floats


def _mean_squares(table: Floats, weights: Floats) -> _MeanSquares:
    judges = len(table)
    size = weights.sum(axis=1)
    some = table - table.mean()
    rows = weights @ some.mean(axis=0) / size
    columns = weights @ some.T / size[:, None]
    squares = weights @ np.square(some).sum(axis=0)
    between = judges * (weights @ np.square(some.mean(axis=0)) - size * rows**2)
    among = size * np.square(columns - rows[:, None]).sum(axis=1)
    left = squares - judges * size * rows**2 - between - among
    return _MeanSquares(
        size=size,
        between=between / (size - 1),
        among=among / (judges - 1),
        left=np.maximum(left, 0.0) / ((size - 1) * (judges - 1)),
    )


def _icc(table: Floats, weights: Floats, *, averaged: bool) -> Floats:
    judges, found = len(table), _mean_squares(table, weights)
    above = found.between - found.left
    lent = (found.among - found.left) / found.size
    if averaged:
        return _over(above, found.between + lent)
    return _over(above, found.between + (judges - 1) * found.left + judges * lent)


def _estimate(value: float, ends: Spread, method: Method) -> Estimate:
    low, high = ends.low, ends.high
    if method == "mcgraw_wong":
        # A coefficient below 0 lies outside the shares of variance that it estimates.
        low, high = min(low, value), max(high, value)
    return Estimate(value=_kept(value), low=_kept(low), high=_kept(high), method=method)


def _of_mean(one: Spread, judges: int) -> Spread:
    """Ends for the mean of all judges from those for one, by Spearman and Brown."""
    ends = (judges * end / (1 + (judges - 1) * end) for end in (one.low, one.high))
    return Spread(low=next(ends), high=next(ends))


def _concordance(table: Floats, weights: Floats) -> Floats:
    judges = len(table)
    size = weights.sum(axis=1)
    ranks = np.zeros(weights.shape)
    ties = np.zeros(len(weights))
    for given in table:
        below = (given[:, None] < given[None, :]).astype(np.float64)
        equal = (given[:, None] == given[None, :]).astype(np.float64)
        alike = weights @ equal
        ranks += weights @ below + (alike + 1) / 2
        ties += (weights * (alike**2 - 1)).sum(axis=1)
    apart = np.square(ranks - (judges * (size + 1) / 2)[:, None])
    spread_of_sums = (weights * apart).sum(axis=1)
    return _over(12 * spread_of_sums, judges**2 * (size**3 - size) - judges * ties)


def _over(above: Floats, below: Floats) -> Floats:
    """Quotient, NaN where the denominator is below 0 or nothing but rounding."""
    quotient: Floats = np.full(above.shape, np.nan)
    np.divide(above, below, out=quotient, where=below > ROUNDING)
    return quotient


def _kept(value: float) -> float:
    return round(value, DIGITS) + 0.0
