"""Exact tests of two candidates on the samples that both answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from scoring.per_sample import PerSample
from scoring.resampling import Floats
from scoring.stream import Stream

Test = Literal["mcnemar", "sign_flip", "cluster_sign_flip"]

FLIPS = 9_999
EXACT_UNITS = 14
_DIGITS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Two-sided p value of scores distributed alike, and how many units speak for each candidate."""

    p: float
    first_better: int
    second_better: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SideBySide:
    """Scores of all candidates on the same samples, shape (K, n), or summed by cluster.

    ``test`` is McNemar's where samples are independent and scores are 0 or 1, else sign flips.
    """

    metric: str
    test: Test
    scores: Floats
    flipped: Floats

    @classmethod
    def of(cls, answered: list[PerSample | None], seed: bytes) -> SideBySide | None:
        """Lay candidates side by side; None where they do not share metric and samples."""
        known = [one for one in answered if one is not None]
        if len(known) < len(answered) or not known:
            return None
        first = known[0]
        counted = ~np.isnan(first.scores)
        for one in known[1:]:
            same = one.metric == first.metric and one.scores.shape == first.scores.shape
            if not same or (np.isnan(one.scores) == counted).any():
                return None
        table = np.stack([one.scores[counted] for one in known])
        test: Test = "sign_flip"
        if first.clusters is not None:
            test = "cluster_sign_flip"
            codes = first.clusters[counted]
            table = np.stack([np.bincount(codes, weights=row) for row in table])
        elif np.isin(np.abs(table), (0.0, 1.0)).all():
            test = "mcnemar"
        flipped = table[:, :0] if test == "mcnemar" else _flipped(table, seed)
        return cls(metric=first.metric, test=test, scores=table, flipped=flipped)

    def verdict(self, one: int, other: int) -> Verdict:
        """Whether two candidates, by position, differ on these samples."""
        apart = self.scores[one] - self.scores[other]
        better, worse = int((apart > 0).sum()), int((apart < 0).sum())
        if self.test == "mcnemar":
            p = mcnemar(better, worse)
        elif better + worse <= EXACT_UNITS:
            p = exact_sign_flip(apart)
        else:
            drawn = np.abs(self.flipped[one] - self.flipped[other])
            p = (1 + int((drawn >= abs(apart.sum())).sum())) / (len(drawn) + 1)
        return Verdict(p=p, first_better=better, second_better=worse)


def mcnemar(better: int, worse: int) -> float:
    """Exact two-sided p value of McNemar's test from the samples on which two disagree.

    Examples
    --------
    >>> mcnemar(1, 5)
    0.21875
    """
    count = better + worse
    if not count:
        return 1.0
    tail = float(binom.cdf(min(better, worse), count, 0.5))
    return round(min(1.0, 2 * tail), _DIGITS)


def exact_sign_flip(apart: Floats) -> float:
    """Two-sided p value over all ways to swap the two candidates unit by unit.

    The differences must be such that their sums are exact.
    """
    some = apart[apart != 0]
    if not some.size:
        return 1.0
    patterns = np.arange(1 << some.size)[:, None] >> np.arange(some.size) & 1
    sums = np.abs((1 - 2 * patterns) @ some)
    return float((sums >= abs(some.sum())).mean())


def _flipped(table: Floats, seed: bytes) -> NDArray[np.float64]:
    """Every candidate's sum under common random signs, shape (K, FLIPS).

    Sums are exact, so the sum of a difference is the difference of sums, and all pairs share
    one pass.
    """
    units = table.shape[1]
    words = -(-units // 64)
    sums = np.empty((len(table), FLIPS))
    rows = max(1, (1 << 21) // max(units, 1))
    drawn = Stream(seed).words(FLIPS * words).reshape(FLIPS, words)
    for first in range(0, FLIPS, rows):
        bits = np.unpackbits(
            drawn[first : first + rows].astype("<u8").view(np.uint8), axis=1, bitorder="little"
        )[:, :units]
        sums[:, first : first + rows] = table @ (1.0 - 2.0 * bits).T
    return sums
