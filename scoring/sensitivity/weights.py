"""Which weights would put whom first: orders over all weights, or over weights near those declared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from scoring.ranking.quota import selection_frequency
from scoring.resampling import Floats
from scoring.stream import Stream

Ints = NDArray[np.int64]

SHARE = 20
"""Per cent by which each weight may differ in the box."""

_BITS = 20
_POINTS = 2.0**-14


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Acceptability:
    """How often each candidate takes each rank over drawn weights.

    ``ranks``, shape (K, K): share of weights that give the row's candidate the column's rank,
    equals sharing the better one. ``in_places``, shape (K,): share of weights with a place.
    ``central``, shape (K, C): mean of the weights, in per cent, that put the candidate first;
    NaN where none does.
    """

    ranks: Floats
    in_places: Floats
    central: Floats


def simplex_weights(seed: bytes, criteria: int, count: int) -> Ints:
    """Weights drawn evenly from all there are, as whole numbers that add up to 2**20.

    Shape (count, C). They are the gaps between sorted uniform numbers, so no logarithm and no
    division comes in, and every machine draws the same.
    """
    words = Stream(seed).words(count * (criteria - 1)).reshape(count, criteria - 1)
    cuts = np.sort((words >> np.uint64(64 - _BITS)).astype(np.int64), axis=1)
    ends = np.zeros((count, 1), np.int64)
    return np.diff(np.concatenate([ends, cuts, ends + (1 << _BITS)], axis=1), axis=1)


def box_weights(seed: bytes, declared: Floats, count: int) -> Ints:
    """Weights within 20 per cent of those declared, each drawn evenly and on its own.

    Shape (count, C), as whole numbers; only their proportions count. ``declared`` holds
    multiples of 0.01.
    """
    words = Stream(seed).words(count * len(declared)).reshape(count, len(declared))
    steps = (words >> np.uint64(64 - _BITS + 2)).astype(np.int64)
    least = (100 - SHARE) << (_BITS - 2)
    factors = least + 2 * SHARE * steps
    return factors * np.rint(np.asarray(declared) * 100).astype(np.int64)[None, :]


def acceptability(points: Floats, weights: Ints, places: int) -> Acceptability:
    """Ranks of all candidates under each weight vector.

    Parameters
    ----------
    points : shape (K, C)
        0 to 100 on every criterion, more is better.
    weights : shape (N, C)
        Whole numbers, as drawn above.
    places
        How many first ranks have a place.

    References
    ----------
    Lahdelma and Salminen (2001), SMAA-2: stochastic multicriteria acceptability analysis for
    group decision making.
    """
    fixed = np.rint(points / _POINTS).astype(np.int64)
    totals = weights @ fixed.T
    ranks = rankdata(-totals, method="min", axis=1).astype(np.int64)
    size = len(points)
    counted = np.stack([(ranks == place).mean(axis=0) for place in range(1, size + 1)], axis=1)
    shares = weights / weights.sum(axis=1, keepdims=True)
    first = ranks == 1
    times = first.sum(axis=0)
    central = np.full(points.shape, np.nan)
    np.divide(100 * (first.T @ shares), times[:, None], out=central, where=times[:, None] > 0)
    return Acceptability(
        ranks=counted,
        in_places=selection_frequency(totals.astype(np.float64), places),
        central=central,
    )
