"""Samples in order of a score, from which curves and their areas follow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.statistic import Floats, divide, weighted

Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreOrder:
    """Positives and negatives, highest score first; equal scores form one step.

    Steps are kept only where a positive stands. ``above`` and ``upto`` count the negatives whose
    score is higher than, and at least as high as, each step's. The first ``scored`` steps hold
    positives with a score; one more holds those without, which no threshold finds.
    """

    positives: Places
    starts: Places
    negatives: Places
    above: Places
    upto: Places
    scored: int

    @classmethod
    def of(cls, truth: Flags, score: Floats) -> ScoreOrder:
        """Sort; a missing positive ranks below everything, a missing negative above everything."""
        missing = np.isnan(score)
        key = np.where(missing, np.where(truth, np.inf, -np.inf), -score)
        positives, negatives = np.flatnonzero(truth), np.flatnonzero(~truth)
        positives = positives[np.argsort(key[positives], kind="stable")]
        negatives = negatives[np.argsort(key[negatives], kind="stable")]
        steps, starts = np.unique(key[positives], return_index=True)
        below = key[negatives]
        return cls(
            positives=positives,
            starts=starts,
            negatives=negatives,
            above=np.searchsorted(below, steps, side="left"),
            upto=np.searchsorted(below, steps, side="right"),
            scored=int(np.isfinite(steps).sum()),
        )

    @property
    def least(self) -> int:
        """Samples of the rarer class."""
        return min(len(self.positives), len(self.negatives))

    def _counts(self, weights: Floats) -> tuple[Floats, Floats]:
        """Weight of positives at each step (b, steps); running weight of negatives (b, 1 + neg)."""
        if len(self.starts):
            hits = np.add.reduceat(weights[:, self.positives], self.starts, axis=1)
        else:
            hits = np.zeros((len(weights), 0))
        running = np.zeros((len(weights), len(self.negatives) + 1))
        np.cumsum(weights[:, self.negatives], axis=1, out=running[:, 1:])
        return hits, running

    def area(self, weights: Floats) -> Floats:
        """Area under the ROC curve, shape (b,), for weights of shape (b, n)."""
        hits, running = self._counts(weights)
        higher = running[:, self.above] + running[:, self.upto]
        lost = (hits * higher).sum(axis=1)
        pairs = 2 * hits.sum(axis=1) * running[:, -1]
        return divide(pairs - lost, pairs)

    def average_precision(self, weights: Floats) -> Floats:
        """Precision at each positive's step, averaged over positives, shape (b,)."""
        hits, running = self._counts(weights)
        scored = hits[:, : self.scored]
        found = np.cumsum(scored, axis=1)
        precision = divide(found, found + running[:, self.upto[: self.scored]], empty=0.0)
        return divide(weighted(scored, precision), hits.sum(axis=1))

    def recall_at(self, rate: float, weights: Floats) -> Floats:
        """Largest share of positives found while at most ``rate`` of negatives alarm, (b,)."""
        hits, running = self._counts(weights)
        allowed = np.floor(rate * running[:, -1:] + 1e-9)
        reached = running[:, self.upto[: self.scored]] <= allowed
        found = np.cumsum(hits[:, : self.scored], axis=1) * reached
        recall = divide(found.max(axis=1, initial=0.0), hits.sum(axis=1))
        return np.where(running[:, -1] > 0, recall, np.nan)

    def placements(self) -> tuple[Floats, Floats]:
        """Each positive's share of negatives below it; each negative's share of positives above."""
        count, others = len(self.positives), len(self.negatives)
        sizes = np.diff(np.append(self.starts, count))
        below = 1.0 - np.repeat((self.above + self.upto) / 2.0, sizes) / others
        marks = np.zeros((2, others + 1))
        np.add.at(marks[0], self.above, sizes)
        np.add.at(marks[1], self.upto, sizes)
        ahead = np.cumsum(marks, axis=1)[:, :others].mean(axis=0) / count
        return below, ahead


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SortedScores:
    """Scores of positives and of negatives, each lowest first: enough for areas without weights."""

    positives: Floats
    negatives: Floats
    count: int
    others: int

    @classmethod
    def of(cls, truth: Flags, score: Floats) -> SortedScores:
        """Sort both; those without a score are only counted."""
        ours, theirs = np.sort(score[truth]), np.sort(score[~truth])
        # Missing scores are sorted to the end.
        return cls(
            positives=ours[: np.searchsorted(ours, np.inf, side="right")],
            negatives=theirs[: np.searchsorted(theirs, np.inf, side="right")],
            count=len(ours),
            others=len(theirs),
        )

    def area(self) -> float:
        """Area under the ROC curve; equal to that of `ScoreOrder` to the last bit."""
        below = np.searchsorted(self.negatives, self.positives, side="left").sum()
        upto = np.searchsorted(self.negatives, self.positives, side="right").sum()
        pairs = 2 * self.count * self.others
        return float(below + upto) / float(pairs) if pairs else math.nan

    def average_precision(self) -> float:
        """Precision at each positive's step, averaged over positives."""
        if not self.count:
            return math.nan
        scored = len(self.positives)
        firsts = np.arange(scored)
        firsts[1:][self.positives[1:] == self.positives[:-1]] = 0
        found = (scored - np.maximum.accumulate(firsts)).astype(np.float64)
        lower = np.searchsorted(self.negatives, self.positives, side="left")
        precision = found / (found + (self.others - lower))
        return float(weighted(np.ones(1), precision)) / self.count
