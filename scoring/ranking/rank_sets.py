"""Which ranks a candidate may truly have, for all candidates at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import lambertw
from scipy.stats import norm, t

from scoring.resampling import order_position

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

_COLUMNS = 2048
# A spread this small against the numbers themselves is rounding, not sampling.
_NOISE = 1e-12
_DECIMALS = 9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RankSets:
    """Confidence sets for ranks, best rank 1.

    ``lower`` and ``upper``, shape (K,), bound each candidate's true rank; ``beats``, shape
    (K, K), says that the row's candidate is separably ahead of the column's.
    """

    lower: Ints
    upper: Ints
    beats: Flags


def rank_sets(
    estimates: Floats,
    replicates: Floats,
    *,
    confidence: float,
    floor_error: float | Floats = 0.0,
    freedom: Floats | None = None,
    simultaneous: bool = True,
    stepdown: bool = True,
) -> RankSets:
    """Rank sets that hold the true ranks of all candidates with the stated confidence.

    Each ordered pair is tested by its studentized difference against the largest one that the
    replicates give; rejected ordered pairs are removed and the rest tested again until nothing
    new is found. Removing both directions of a pair would lose control of the direction.

    A difference whose replicates lean to the side of the one behind (rare failures of the one
    ahead) is worth less: where few such failures were drawn, the lead and the certainty of the
    lead are too large together. What leans the other way gains nothing.

    Parameters
    ----------
    estimates : shape (K,)
        Totals, more is better.
    replicates : shape (B, K)
        Bootstrap totals from draws common to all candidates.
    confidence
        Between 0 and 1.
    floor_error
        Least standard error of a difference, in the unit of the estimates: one sample's worth;
        of each pair, shape (K, K), where they differ.
        A pair whose error is still 0 cannot be separated.
    freedom : shape (K, K)
        Degrees of freedom of each pair's error, where few independent units stand behind it:
        its difference must then be as unlikely under Student's t as is asked under the normal.
        A pair without any is not separated.
    simultaneous
        False: each candidate's set holds on its own, and row i of ``beats`` is from i's set.
    stepdown
        False: one round only, wider sets.

    Raises
    ------
    ValueError
        Shapes that disagree, or numbers that are not finite.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for ranks with applications to mobility
    across neighbourhoods and academic achievement across countries.
    Hall (1992), On the removal of skewness by transformation.
    """
    if estimates.ndim != 1 or replicates.ndim != 2 or replicates.shape[1] != estimates.size:
        raise ValueError(f"estimates {estimates.shape} and replicates {replicates.shape} disagree")
    if not (np.isfinite(estimates).all() and np.isfinite(replicates).all()):
        raise ValueError("estimates and replicates must be finite")
    deviations = np.ascontiguousarray((replicates - estimates).T)
    scale = float(np.abs(replicates).max(initial=0.0))
    seen, cubes = _pair_errors(deviations, scale)
    errors = np.maximum(seen, floor_error)
    testable = (errors > 0) & ~np.eye(estimates.size, dtype=bool)
    if freedom is not None:
        testable &= freedom > 0
    statistic = np.divide(
        estimates[:, None] - estimates,
        errors,
        out=np.full(errors.shape, -np.inf),
        where=testable,
    )
    statistic = _as_unskewed(statistic, _skewness(cubes, errors, len(replicates)))
    evidence = _Evidence(
        statistic=statistic if freedom is None else as_normal(statistic, freedom),
        deviations=deviations,
        errors=errors,
        position=order_position(confidence, len(replicates)),
        least=np.where(errors > seen, norm.isf((1 - confidence) / 2), 0.0),
    )
    if simultaneous:
        beats = _rejected(evidence, testable, stepdown=stepdown)
        return RankSets(
            lower=1 + beats.sum(axis=0), upper=estimates.size - beats.sum(axis=1), beats=beats
        )
    return _marginal(evidence, testable, stepdown=stepdown)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Evidence:
    """Studentized differences (K, K), deviations (K, B), errors (K, K), and the quantile's place.

    ``least``, shape (K, K), is the quantile of one difference alone where its error is the least
    one: replicates that never move would call any difference certain.
    """

    statistic: Floats
    deviations: Floats
    errors: Floats
    position: int
    least: Floats


MOST_SKEWED = 1.0
"""Skewness of a mean on one failure, beyond which none can lean: more is the chance of the draws."""


def _skewness(cubes: Floats, errors: Floats, count: int) -> Floats:
    """Skewness of every difference, shape (K, K), less what so many replicates show by chance."""
    found = np.divide(cubes, errors**3, out=np.zeros(cubes.shape), where=errors > 0)
    chance = np.divide(6 / max(count, 1), found**2, out=np.ones(found.shape), where=found != 0)
    shrunk: Floats = np.clip(found * np.maximum(1 - chance, 0.0), -MOST_SKEWED, MOST_SKEWED)
    return shrunk


def _as_unskewed(statistic: Floats, skewness: Floats) -> Floats:
    """Studentized differences as they would be, had their errors not come out small with them.

    Of a mean with skewness g, the square of the error that goes with a deviation of z standard
    errors is about exp(g z) times what it should be, so that z exp(-g z / 2) is found for z.
    """
    found = statistic.copy()
    leaning = (statistic > 0) & (skewness < 0)
    half = -skewness[leaning] / 2
    # The last bits of a special function must not decide a call.
    found[leaning] = np.round(lambertw(half * statistic[leaning]).real / half, _DECIMALS)
    return found


def as_normal(statistic: Floats, freedom: Floats) -> Floats:
    """Normal deviates as likely as these values of Student's t; what is not above 0 stays."""
    ahead = statistic > 0
    found = statistic.copy()
    tail = t.sf(statistic[ahead], np.maximum(freedom[ahead], 1.0))
    # The last bits of a special function must not decide a call.
    found[ahead] = np.round(norm.isf(tail), _DECIMALS)
    return found


def _marginal(evidence: _Evidence, testable: Flags, *, stepdown: bool) -> RankSets:
    size = len(testable)
    lower, upper = np.ones(size, np.int64), np.full(size, size, np.int64)
    beats = np.zeros_like(testable)
    for one in range(size):
        own = np.zeros_like(testable)
        own[one, :] = own[:, one] = True
        rejected = _rejected(evidence, testable & own, stepdown=stepdown)
        lower[one] += rejected[:, one].sum()
        upper[one] -= rejected[one, :].sum()
        beats[one] = rejected[one]
    return RankSets(lower=lower, upper=upper, beats=beats)


def _rejected(evidence: _Evidence, family: Flags, *, stepdown: bool) -> Flags:
    """Ordered pairs of a family whose difference is above zero beyond chance."""
    beats = np.zeros_like(family)
    remaining = family.copy()
    if evidence.position > evidence.deviations.shape[1]:
        return beats
    while remaining.any():
        largest = _largest(evidence, remaining)
        critical = np.partition(largest, evidence.position - 1)[evidence.position - 1]
        fresh = remaining & (evidence.statistic > np.maximum(critical, evidence.least))
        beats |= fresh
        remaining &= ~fresh
        if not stepdown or not fresh.any():
            break
    return beats


def _largest(evidence: _Evidence, pairs: Flags) -> Floats:
    """Largest studentized deviation over ordered pairs in each replicate, shape (B,)."""
    largest = np.full(evidence.deviations.shape[1], -np.inf)
    either = np.triu(pairs | pairs.T, 1)
    for columns in _slices(largest.size):
        some, top = evidence.deviations[:, columns], largest[columns]
        for one in np.flatnonzero(either.any(axis=1)):
            others = np.flatnonzero(either[one])
            scaled = (some[one] - some[others]) / evidence.errors[one, others, None]
            onward, back = pairs[one, others], pairs[others, one]
            # Most pairs are open both ways: |x| serves both, and no row is copied.
            if onward.all() and back.all():
                np.abs(scaled, out=scaled)
            else:
                scaled[~onward] *= -1
                both = onward & back
                scaled[both] = np.abs(scaled[both])
            np.maximum(top, scaled.max(axis=0), out=top)
    return largest


def _pair_errors(deviations: Floats, scale: float) -> tuple[Floats, Floats]:
    """Standard deviation and third moment over replicates of every difference, each (K, K)."""
    size, count = deviations.shape
    squares, cubes = np.zeros((size, size)), np.zeros((size, size))
    if count < 2:
        return squares, cubes
    centred = deviations - deviations.mean(axis=1, keepdims=True)
    for columns in _slices(count):
        some = centred[:, columns]
        for one in range(size - 1):
            apart = some[one] - some[one + 1 :]
            square = np.square(apart)
            squares[one, one + 1 :] += square.sum(axis=1)
            cubes[one, one + 1 :] += np.multiply(square, apart, out=square).sum(axis=1)
    errors: Floats = np.sqrt((squares + squares.T) / (count - 1))
    errors[errors <= _NOISE * scale] = 0.0
    return errors, (cubes - cubes.T) / count


def _slices(count: int) -> Iterator[slice]:
    for first in range(0, count, _COLUMNS):
        yield slice(first, first + _COLUMNS)
