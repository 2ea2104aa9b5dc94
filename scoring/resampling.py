"""Bootstrap draws that are the same on every platform, common to all candidates of an item."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from harness.canonical import PREFIX, canonical_json
from scoring.poisson import PoissonBytes
from scoring.stream import Stream

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]

BLOCK_CELLS = 1 << 20
KEPT_CELLS = 1 << 27
MOST_UNITS = 1 << 26
AT_ONCE = 1 << 17


def derive_seed(lock: str, *purpose: str) -> bytes:
    """Seed of one purpose under one lock: SHA-256 of the lock's digest and the purpose's words.

    Shape: 32 bytes. Two purposes of an item (its samples, its judges) have independent draws.
    """
    return hashlib.sha256(canonical_json([lock, *purpose])).digest()


@dataclass(frozen=True)
class Draws:
    """Bootstrap weights: how often each unit falls into each resample.

    Row ``b`` of the count matrix counts ``units`` draws with replacement from ``units`` units
    (samples, clusters or judges), so every row sums to ``units``. Most of them are drawn at once:
    every unit's count is Poisson, a few standard deviations below one in the mean, and the draws
    that a row then lacks are made one by one. Given their sum, independent Poisson counts are
    multinomial, so the row is what drawing one by one throughout would give; probabilities are
    off by at most 2**-32. No float is involved, so every platform has the same bytes.

    The recipe, with which anybody can draw them again: words of 64 bits come from a Philox stream
    and are taken low end first. Rows are made ``max(1, 131072 // units)`` at a time. (1) A byte a
    unit says how many; ``PoissonBytes`` has the steps. (2) Where the byte is of the last few, half
    a new word a unit says it. (3) Rows of more than ``units`` are made anew by (1) and (2) until
    there are none. (4) Half a word for each draw that is lacking, times ``units``, upper half of
    the product, is the unit drawn. Each of these begins with a new word.

    Parameters
    ----------
    seed
        32 bytes: the first half keys the stream, the second half starts its counter.
    units
        Number of units resampled, at least 1 and below 2**26.
    count
        Number of resamples B, at least 1.

    Raises
    ------
    ValueError
        A seed of another length, or sizes out of range.

    References
    ----------
    Hanley & MacGibbon (2006), Creating non-parametric bootstrap samples using Poisson frequencies.
    Lemire (2019), Fast random integer generation in an interval.

    Examples
    --------
    >>> [block.shape for block in Draws(bytes(32), units=5, count=3).blocks()]
    [(3, 5)]
    """

    seed: bytes
    units: int
    count: int

    def __post_init__(self) -> None:
        Stream(self.seed)
        if not 1 <= self.units < MOST_UNITS:
            raise ValueError(f"units must be between 1 and {MOST_UNITS - 1}, not {self.units}")
        if self.count < 1:
            raise ValueError(f"count must be at least 1, not {self.count}")

    def blocks(self) -> Iterator[Floats]:
        """Yield the counts in order as float64 blocks, shape (b, units), at most 8 MiB or a row.

        Each pass yields equal blocks. The counts are whole numbers, so that a product with whole
        numbers below 2**53 in sum is exact whatever the order of summation.
        """
        for counts in self.counts():
            yield counts.astype(np.float64)

    def counts(self) -> Iterator[Counts]:
        """Yield the blocks as they are kept, a byte a count: not to be reckoned with as they are."""
        # Every candidate and metric passes over the same draws; counting again is the dear part.
        return iter(self._kept) if self.units * self.count <= KEPT_CELLS else self._generated()

    def digest(self) -> str:
        """SHA-256 of the count matrix, one byte a count, row after row."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        state = hashlib.sha256()
        for counts in self.counts():
            state.update(counts.tobytes())
        return PREFIX + state.hexdigest()

    @cached_property
    def _kept(self) -> tuple[Counts, ...]:
        return tuple(self._generated())

    def _generated(self) -> Iterator[Counts]:
        made = self._made()
        rows = max(1, AT_ONCE // self.units)
        together = max(1, BLOCK_CELLS // (rows * self.units))
        for first in range(0, self.count, rows * together):
            wanted = min(rows * together, self.count - first)
            found = [next(made) for _ in range(-(-wanted // rows))]
            yield np.concatenate(found)[:wanted]

    def _made(self) -> Iterator[Counts]:
        """Counts without end, some rows at a time."""
        stream, units = Stream(self.seed), self.units
        rows = max(1, AT_ONCE // units)
        starts = np.arange(rows) * units
        steps = PoissonBytes.below(units)
        while True:
            if steps is None:
                counts = np.zeros((rows, units), np.uint8)
            else:
                counts = steps.drawn(stream, rows, units)
            lacking = units - _sums(counts)
            while steps is not None and (over := np.flatnonzero(lacking < 0)).size:
                counts[over] = steps.drawn(stream, len(over), units)
                lacking[over] = units - _sums(counts[over])
            drawn = stream.halves(int(lacking.sum())).astype(np.int64) * units >> 32
            drawn += np.repeat(starts, lacking)
            # One byte holds a count: a larger one needs 256 equal draws, less likely than 1 in
            # 10**500.
            np.add.at(counts.reshape(-1), drawn, np.uint8(1))
            yield counts


def _sums(counts: Counts) -> NDArray[np.int64]:
    """Sum of every row, each below 2**32."""
    sums: NDArray[np.int64] = counts.sum(axis=1, dtype=np.uint32).astype(np.int64)
    return sums


def order_position(level: float, count: int) -> int:
    """Which of ``count`` sorted values is the quantile: ``ceil(level * (count + 1))``, from 1.

    No interpolation; the level is read as the decimal that it prints as. A position beyond
    ``count`` says that there are too few values for this level.

    Examples
    --------
    >>> order_position(0.95, 9999)
    9500
    """
    return math.ceil(Decimal(repr(float(level))) * (count + 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Percentile interval of a quantity over its replicates, equal tails, by order statistics."""

    low: float
    high: float


def spread(replicates: Floats, confidence: float) -> Spread:
    """Percentile interval of replicates, shape (B,), at a confidence between 0 and 1.

    The two ends are mirrored order statistics; with too few replicates they are the extremes.
    """
    count = len(replicates)
    high = min(order_position(0.5 + confidence / 2, count), count)
    ordered = np.partition(replicates, sorted({count - high, high - 1}))
    return Spread(low=float(ordered[count - high]), high=float(ordered[high - 1]))
