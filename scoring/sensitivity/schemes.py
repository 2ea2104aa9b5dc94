"""Five ways to turn per-sample scores into ranks, side by side; only the board's own counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, wilcoxon

from scoring.ranking.multiplicity import holm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Scheme = Literal[
    "mean_then_rank", "median_then_rank", "rank_then_mean", "rank_then_median", "test_then_rank"
]
Consensus = Literal["euclidean", "borda", "copeland"]

DIGITS = 10
"""Decimals beyond which two averages are one: what rounding adds must not part equals."""

ERROR = 0.05


def mean_then_rank(scores: Floats) -> Ints:
    """Ranks of the mean scores, best 1, equals sharing the better rank; ``scores`` is (n, K)."""
    return _ranks(scores.mean(axis=0))


def median_then_rank(scores: Floats) -> Ints:
    """Ranks of the median scores."""
    return _ranks(np.median(scores, axis=0))


def rank_then_mean(scores: Floats) -> Ints:
    """Ranks of the mean over samples of the rank within each sample."""
    return _ranks(-rankdata(-scores, method="min", axis=1).mean(axis=0))


def rank_then_median(scores: Floats) -> Ints:
    """Ranks of the median over samples of the rank within each sample."""
    return _ranks(-np.median(rankdata(-scores, method="min", axis=1), axis=0))


def test_then_rank(scores: Floats, *, corrected: bool = True) -> Ints:
    """Ranks of how many others each beats by a one-sided signed-rank test at 5 %.

    ``corrected`` says that the tests of all ordered pairs share the error after Holm.

    References
    ----------
    Wiesenfarth et al. (2021), Methods and open-source toolkit for analyzing and visualizing
    challenge results.
    """
    size = scores.shape[1]
    pairs = [(one, other) for one in range(size) for other in range(size) if one != other]
    found = np.array([_signed_rank(scores[:, one], scores[:, other]) for one, other in pairs])
    adjusted = holm(found) if corrected else found
    wins = np.zeros(size)
    for (one, _), p in zip(pairs, adjusted, strict=True):
        wins[one] += p < ERROR
    return _ranks(wins)


SCHEMES: Mapping[Scheme, Callable[[Floats], Ints]] = {
    "mean_then_rank": mean_then_rank,
    "median_then_rank": median_then_rank,
    "rank_then_mean": rank_then_mean,
    "rank_then_median": rank_then_median,
    "test_then_rank": test_then_rank,
}


def consensus(ranks: Ints, method: Consensus) -> Floats:
    """One order out of several: from ranks, shape (T, K), to a value each, less is better.

    The mean of ranks that equals share evenly; or the rank, shared evenly, by Borda's points or
    by Copeland's victories over pairs.
    """
    even = rankdata(ranks, method="average", axis=1)
    if method == "euclidean":
        means: Floats = even.mean(axis=0)
        return means
    if method == "borda":
        return _shared(np.round(even.sum(axis=0), DIGITS))
    ahead = (ranks[:, :, None] < ranks[:, None, :]).sum(axis=0)
    won = np.sign(ahead - ahead.T).sum(axis=1)
    return _shared(-won)


def _signed_rank(one: Floats, other: Floats) -> float:
    apart = np.round(one - other, DIGITS)
    if not apart.any():
        return 1.0
    found = wilcoxon(
        apart, alternative="greater", correction=True, method="asymptotic", zero_method="wilcox"
    )
    return float(found.pvalue)


def _ranks(merits: Floats) -> Ints:
    found: Ints = rankdata(-np.round(merits, DIGITS), method="min").astype(np.int64)
    return found


def _shared(values: Floats) -> Floats:
    found: Floats = rankdata(values, method="average")
    return found
