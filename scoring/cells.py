"""Samples told apart only by the cell of a table that they fall in, such as a confusion matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from scoring.answers import Codes, Labels
from scoring.statistic import Floats, SampleSums

AT_ONCE = 1 << 20


@dataclass(frozen=True, eq=False)
class CellSums(SampleSums):
    """A function of sums to which every sample of a cell adds the same whole numbers.

    Its value costs one evaluation whatever the number of samples, and so does leaving each out.

    Parameters
    ----------
    columns : shape (k, m)
        What a sample of each cell adds to each sum.
    counts : shape (k,)
        Samples of each cell.
    group : shape (k,)
        Marks the cells of the smallest group that the value hangs on.
    cells
        Yields the cell of each sample, shape (n,), when a bootstrap asks for it.
    """

    counts: Floats = None  # type: ignore[assignment]
    cells: Callable[[], Codes] = None  # type: ignore[assignment]

    @property
    def n(self) -> int:
        """Number of samples."""
        return int(self.counts.sum())

    @property
    def least(self) -> int:
        """Samples of the smallest group that the value hangs on."""
        return self.n if self.group is None else int(self.counts[self.group].sum())

    def members(self) -> NDArray[np.bool_] | None:
        """The samples of that group, marked as shape (n,); None for all."""
        return None if self.group is None else self.group[self.cells()]

    @property
    def parts(self) -> tuple[Floats, Floats, NDArray[np.intp]]:
        """Whole numbers need no fine part; made anew each time, as they are large."""
        rows = self.columns[self.cells()]
        return rows, np.empty((len(rows), 0)), np.empty(0, dtype=np.intp)

    @cached_property
    def sums(self) -> Floats:
        """The sums with every sample counted once, shape (m,)."""
        sums: Floats = self.counts @ self.columns
        return sums

    def each(self, finish: Callable[[Floats], Floats] | None = None) -> Floats:
        """The metric, or another finish, of every sample by itself, shape (n,)."""
        return (finish or self.finish)(self.columns)[self.cells()]

    def distinct(self) -> tuple[Floats, Floats]:
        """What a sample of each cell adds, and how many samples it has."""
        return self.columns, self.counts


@dataclass(frozen=True, kw_only=True, eq=False)
class Confusion:
    """The cells of a confusion matrix that occur: label wanted, label given (-1 none), samples."""

    truth: Codes
    predicted: Codes
    counts: Floats
    cells: Callable[[], Codes]

    @classmethod
    def of(cls, answers: Labels) -> Confusion:
        """Count the cells of a candidate's answers; several metrics in turn share one count."""
        return _confusion(answers)

    @classmethod
    def counted(cls, answers: Labels) -> Confusion:
        """Count the cells anew."""
        width = len(answers.labels) + 1
        flat = answers.confusion.ravel()
        kept = np.flatnonzero(flat)
        place = np.zeros(len(flat), dtype=np.int64)
        place[kept] = np.arange(len(kept))
        given = kept % width
        return cls(
            truth=kept // width,
            predicted=np.where(given == width - 1, -1, given),
            counts=flat[kept].astype(np.float64),
            cells=lambda: place[answers.cells],
        )

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Cells of samples without a label."""
        missing: NDArray[np.bool_] = self.predicted < 0
        return missing

    @cached_property
    def by_label(self) -> Floats:
        """What a sample of each cell adds: right, wanted and given for each label that occurs."""
        occurring = np.union1d(self.truth, self.predicted[~self.missing])
        right = np.where(self.truth == self.predicted, self.truth, -1)
        columns = [codes[:, None] == occurring for codes in (right, self.truth, self.predicted)]
        return np.hstack(columns).astype(np.float64)

    @cached_property
    def rarest(self) -> NDArray[np.bool_]:
        """Cells of the label that is wanted least often."""
        labels = np.unique(self.truth)
        counts = np.bincount(self.truth, weights=self.counts)[labels]
        return np.isin(self.truth, labels[np.argmin(counts)] if len(labels) else [])

    @property
    def wanted(self) -> int:
        """How many labels are wanted by some sample, 1 at least."""
        return max(len(np.unique(self.truth)), 1)

    def samples(self, some: NDArray[np.bool_]) -> int:
        """How many samples some cells have, marked as shape (k,)."""
        return int(self.counts[some].sum())

    def sums(
        self,
        columns: Floats,
        finish: Callable[[Floats], Floats],
        *,
        group: NDArray[np.bool_] | None = None,
        groups: int = 1,
    ) -> CellSums:
        """Sum columns, shape (k, m), over the samples of each cell."""
        table = np.asarray(columns, dtype=np.float64)
        return CellSums(
            table, finish, group=group, groups=groups, counts=self.counts, cells=self.cells
        )


@lru_cache(maxsize=1)
def _confusion(answers: Labels) -> Confusion:
    return Confusion.counted(answers)


def drawn_over_cells(statistics: Sequence[CellSums], seed: bytes, count: int) -> tuple[Floats, ...]:
    """Bootstrap values of statistics over the same cells, each (count,), at a cost free of n.

    Resampling n samples is one multinomial draw over the cells, so the law is that of the
    bootstrap over samples. The draws are not common to candidates: for intervals, not ranks.

    Parameters
    ----------
    seed
        32 bytes.
    """
    first = statistics[0]
    stream = np.random.Generator(np.random.Philox(int.from_bytes(seed[:16], "little")))
    shares = first.counts / first.counts.sum()
    rows = max(1, AT_ONCE // len(shares))
    parts: list[list[Floats]] = [[] for _ in statistics]
    for start in range(0, count, rows):
        some = min(rows, count - start)
        drawn = stream.multinomial(first.n, shares, size=some).astype(np.float64)
        for statistic, part in zip(statistics, parts, strict=True):
            part.append(statistic.finish(drawn @ statistic.columns))
    values = [np.concatenate(part) for part in parts]
    return tuple(
        np.where(np.isnan(found), statistic.value(), found)
        for statistic, found in zip(statistics, values, strict=True)
    )
