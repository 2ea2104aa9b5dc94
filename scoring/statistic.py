"""What a metric is a function of, in a form that a bootstrap can weigh without scoring again."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scoring.resampling import Draws

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Counts = NDArray[np.uint8]
Weighing = Callable[[Floats], Floats]

COARSE = 2.0**-26
FINE = 2.0**-52
LEAST = 2.0**-900
WHOLE = 2.0**26
CELLS_AT_ONCE = 4_000_000
SINGLE, SPARE = 2.0**24, 4


def power_of_two_above(bound: float) -> float:
    """The least power of two that is greater than a magnitude; 1 for 0."""
    return math.ldexp(1.0, math.frexp(bound)[1]) if bound else 1.0


@dataclass(frozen=True, eq=False)
class SampleSums:
    """A function of sums over samples: ``finish(weights @ columns)``.

    Amounts are held as fixed-point numbers of a coarse and a fine part, at a resolution of
    2**-52 of the power of two above the column's largest magnitude. Sums weighted by counts are
    then exact in float64 while the weights add up to less than 2**26, whatever the order of
    addition.

    Parameters
    ----------
    columns : shape (n, m)
        What each sample adds to each sum.
    finish
        From sums, shape (..., m), to the metric, shape (...); NaN where it is undefined.
    scale : shape (m,)
        The largest magnitude that a column can hold by declaration; 1 where not given.
    group : shape (n,)
        Marks the samples of the smallest group that the value hangs on; all where not given.
    groups
        Groups of equal weight that the value averages, of which `group` is the smallest.
    """

    columns: Floats
    finish: Callable[[Floats], Floats]
    scale: tuple[float, ...] = ()
    group: NDArray[np.bool_] | None = None
    groups: int = 1

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.columns)

    @property
    def least(self) -> int:
        """Samples of the smallest group that the value hangs on."""
        return self.n if self.group is None else int(self.group.sum())

    def members(self) -> NDArray[np.bool_] | None:
        """The samples of that group, marked as shape (n,); None for all."""
        return self.group

    @property
    def effective(self) -> int:
        """About how many samples the value hangs on: one of them moves it by as small a share."""
        return self.least * self.groups

    @cached_property
    def parts(self) -> tuple[Floats, Floats, NDArray[np.intp]]:
        """Coarse parts (n, m), fine parts (n, f) and the columns that the fine parts belong to.

        Whole numbers below 2**26 have no fine part.
        """
        across = np.ascontiguousarray(self.columns.T)
        largest = np.abs(across).max(axis=1, initial=LEAST)
        if largest.max(initial=0.0) < WHOLE and (across == np.rint(across)).all():
            return across.T, np.empty((self.columns.shape[0], 0)), np.empty(0, dtype=np.intp)
        scale = np.array([power_of_two_above(float(found)) for found in largest])[:, None]
        coarse = np.rint(across / (scale * COARSE)) * (scale * COARSE)
        fine = np.rint((across - coarse) / (scale * FINE)) * (scale * FINE)
        kept = np.flatnonzero(fine.any(axis=1))
        return coarse.T, fine[kept].T, kept

    @cached_property
    def sums(self) -> Floats:
        """The sums with every sample counted once, shape (m,)."""
        coarse, fine, kept = self.parts
        sums: Floats = coarse.sum(axis=0)
        sums[kept] += fine.sum(axis=0)
        return sums

    def rows(self, some: slice) -> Floats:
        """What some samples add, shape (k, m), as it enters the sums."""
        coarse, fine, kept = self.parts
        rows = coarse[some].copy()
        rows[:, kept] += fine[some]
        return rows

    def distinct(self) -> tuple[Floats, Floats]:
        """Rows as they enter the sums, shape (k, m), and how many samples add each, (k,)."""
        return self.rows(slice(None)), np.ones(len(self.columns))

    def value(self) -> float:
        """The metric with every sample counted once; NaN where it is undefined."""
        return float(self.finish(self.sums[None, :])[0])

    def each(self, finish: Callable[[Floats], Floats] | None = None) -> Floats:
        """The metric, or another finish, of every sample by itself, shape (n,)."""
        return (finish or self.finish)(self.rows(slice(None)))

    def replicates(self, draws: Draws, clusters: Codes | None) -> Floats:
        """Values under each bootstrap draw, shape (B,)."""
        return replicates_of((self,), draws, clusters)[0]


def by_cluster(statistic: SampleSums, clusters: Codes) -> tuple[Floats, Floats]:
    """What each cluster adds to each sum, shape (k, m), and that it does so once, (k,)."""
    sums = _per_cluster(statistic.rows(slice(None)), clusters)
    return sums, np.ones(len(sums))


def _per_cluster(columns: Floats, clusters: Codes) -> Floats:
    sums = np.zeros((int(clusters.max()) + 1, columns.shape[1]))
    for at, column in enumerate(columns.T):
        sums[:, at] = np.bincount(clusters, weights=column, minlength=len(sums))
    return sums


@dataclass(frozen=True, eq=False)
class WeightedScan:
    """A function of sorted samples and their weights, such as the area under a curve.

    Parameters
    ----------
    scan
        From weights, shape (b, n), to the metric, shape (b,); NaN where it is undefined.
    n
        Number of samples.
    least
        Samples of the rarer of the two classes.
    group
        Yields marks of these samples, shape (n,), where clusters are to be counted.
    placements
        For an area under the ROC curve: each positive's share of negatives below it, and each
        negative's share of positives above it.
    at_once
        The value with every sample counted once, where there is a shorter way to it.
    each
        Yields the value of every sample by itself, shape (n,), where one sample is enough.
    """

    scan: Weighing
    n: int
    least: int
    placements: Callable[[], tuple[Floats, Floats]] | None = None
    at_once: Callable[[], float] | None = None
    each: Callable[[], Floats] | None = None
    group: Callable[[], NDArray[np.bool_]] | None = None

    @property
    def groups(self) -> int:
        """Groups of equal weight that the value averages: one."""
        return 1

    def members(self) -> NDArray[np.bool_] | None:
        """The samples of the rarer class, marked as shape (n,); None where all may count."""
        return None if self.group is None else self.group()

    @property
    def effective(self) -> int:
        """About how many samples the value hangs on: one of them moves it by as small a share."""
        return self.least

    def value(self) -> float:
        """The metric with every sample counted once; NaN where it is undefined."""
        if self.at_once is not None:
            return self.at_once()
        return float(self.scan(np.ones((1, self.n)))[0])

    def weighing(self, clusters: Codes | None) -> Weighing:
        """Prepare the function from block weights to values, a few rows at a time."""
        rows = max(1, CELLS_AT_ONCE // max(self.n, 1))

        def weigh(weights: Floats) -> Floats:
            chunks = (weights[start : start + rows] for start in range(0, len(weights), rows))
            return np.concatenate(
                [self.scan(chunk if clusters is None else chunk[:, clusters]) for chunk in chunks]
            )

        return weigh

    def replicates(self, draws: Draws, clusters: Codes | None) -> Floats:
        """Values under each bootstrap draw, shape (B,)."""
        return replicates_of((self,), draws, clusters)[0]


Statistic = SampleSums | WeightedScan


def replicates_of(
    statistics: Sequence[Statistic], draws: Draws, clusters: Codes | None
) -> tuple[Floats, ...]:
    """Values of several statistics under the same draws, each shape (B,), in one pass over them.

    A draw in which a statistic is undefined (a class is absent) stands at the statistic's value.
    """
    together = _Together.of([s for s in statistics if isinstance(s, SampleSums)], clusters)
    scans = {
        at: statistic.weighing(clusters)
        for at, statistic in enumerate(statistics)
        if isinstance(statistic, WeightedScan)
    }
    summed = [at for at in range(len(statistics)) if at not in scans]
    parts: list[list[Floats]] = [[] for _ in statistics]
    waiting: list[Floats] = []

    def finish() -> None:
        if waiting:
            for at, values in zip(summed, together.values(np.concatenate(waiting)), strict=True):
                parts[at].append(values)
            waiting.clear()

    for block in draws.counts():
        weights = block.astype(np.float64) if scans else np.empty((0, 0))
        for at, scan in scans.items():
            parts[at].append(scan(weights))
        waiting.append(together.totals(block))
        if sum(totals.size for totals in waiting) >= CELLS_AT_ONCE:
            finish()
    finish()
    drawn = [np.concatenate(part) if part else np.empty(0) for part in parts]
    return tuple(
        np.where(np.isnan(values), statistic.value(), values) if np.isnan(values).any() else values
        for statistic, values in zip(statistics, drawn, strict=True)
    )


@dataclass(frozen=True, eq=False)
class _Together:
    """The columns of several statistics side by side, each once, for one product a block.

    Small whole numbers are reckoned with in single precision, in which their sums are exact too.
    """

    statistics: Sequence[SampleSums]
    small: NDArray[np.float32]
    large: Floats
    places: Sequence[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]]

    @classmethod
    def of(cls, statistics: Sequence[SampleSums], clusters: Codes | None) -> _Together:
        """Lay columns side by side; ``places`` are those of coarse parts, fine parts, and kept."""
        small: list[NDArray[np.uint8]] = []
        large: list[Floats] = []
        known: dict[bytes, int] = {}

        def place(column: Floats) -> int:
            bytes_ = _small(column)
            kept = column if bytes_ is None else bytes_
            key = hashlib.blake2b(kept.tobytes(), digest_size=16).digest()
            if key not in known and bytes_ is not None:
                small.append(bytes_)
                known[key] = len(small)
            elif key not in known:
                large.append(column)
                known[key] = -len(large)
            return known[key]

        found = []
        for statistic in statistics:
            coarse, fine, kept = statistic.parts
            if clusters is not None:
                coarse, fine = _per_cluster(coarse, clusters), _per_cluster(fine, clusters)
            at = [
                np.array([place(np.ascontiguousarray(column)) for column in part.T], dtype=np.intp)
                for part in (coarse, fine)
            ]
            found.append((at[0], at[1], kept))
        # From 1 upward for single precision, from -1 downward for double: both in one row.
        places = [
            (*(np.where(at > 0, at - 1, len(small) - at - 1) for at in pair[:2]), pair[2])
            for pair in found
        ]
        return cls(
            statistics,
            np.array(small).astype(np.float32).T if small else np.empty((0, 0), dtype=np.float32),
            np.array(large).T if large else np.empty((0, 0)),
            places,  # type: ignore[arg-type]
        )

    def totals(self, counts: Counts) -> Floats:
        """Sums of every column for a block of counts, shape (b, units): shape (b, columns)."""
        totals = np.empty((len(counts), self.small.shape[1] + self.large.shape[1]))
        # Some BLAS kernels multiply lanes that nobody asked for and raise the flag "invalid" for
        # them, so the flags say nothing about the result; the result itself is looked at.
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            if self.small.shape[1]:
                totals[:, : self.small.shape[1]] = counts.astype(np.float32) @ self.small
            if self.large.shape[1]:
                totals[:, self.small.shape[1] :] = counts.astype(np.float64) @ self.large
        if not np.isfinite(totals).all():
            raise FloatingPointError("a sum over samples is not a finite number")
        return totals

    def values(self, totals: Floats) -> Iterator[Floats]:
        """Values of each statistic, shape (b,), from sums, shape (b, columns)."""
        for statistic, (coarse, fine, kept) in zip(self.statistics, self.places, strict=True):
            sums = totals[:, coarse]
            if kept.size:
                sums[:, kept] += totals[:, fine]
            yield statistic.finish(sums)


def _small(column: Floats) -> NDArray[np.uint8] | None:
    """A column in bytes, where it has whole numbers whose sums are exact in single precision."""
    above = min(256.0, SINGLE / SPARE / max(len(column), 1))
    if not (column.min(initial=0.0) >= 0 and column.max(initial=0.0) < above):
        return None
    bytes_ = column.astype(np.uint8)
    return bytes_ if (bytes_ == column).all() else None


def divide(above: Floats, below: Floats, *, empty: float = math.nan) -> Floats:
    """Quotient of sums, with ``empty`` where there is nothing to divide by."""
    quotient: Floats = np.full(np.shape(above), empty)
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient


def share(sums: Floats) -> Floats:
    """First sum over second: the finish of proportions, means and ratios."""
    return divide(sums[..., 0], sums[..., 1])


def summable(terms: Floats, bits: int = 40) -> Floats:
    """Terms in [0, 1] rounded to 2**-bits, so that their sum does not depend on the order."""
    return np.rint(terms * 2.0**bits) * 2.0**-bits


def weighted(weights: Floats, shares: Floats) -> Floats:
    """Sum over the last axis of whole weights times shares in [0, 1], the same in any order.

    Shares count to 2**-53 while the weights add up to less than 2**26.
    """
    coarse = np.rint(shares / COARSE) * COARSE
    fine = np.rint((shares - coarse) / FINE) * FINE
    total: Floats = (weights * coarse).sum(axis=-1) + (weights * fine).sum(axis=-1)
    return total


def mean_of(
    scores: NDArray[Any], eligible: NDArray[Any] | None = None, worst: float = 1.0
) -> SampleSums:
    """Mean of scores, shape (n,), over the samples that count, marked 1 in ``eligible``.

    ``worst`` is the largest magnitude that a score can have by declaration.
    """
    scores = np.asarray(scores, dtype=np.float64)
    counted = np.ones(len(scores)) if eligible is None else np.asarray(eligible, dtype=np.float64)
    columns = np.column_stack([np.where(counted > 0, scores, 0.0), counted])
    return SampleSums(columns, share, (worst, 1.0), group=counted > 0)
