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

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]

SEED_BYTES = 32
BLOCK_CELLS = 1 << 20
KEPT_CELLS = 1 << 27
MOST_UNITS = 1 << 26
_CHUNK = 1 << 14
_HALF = np.uint64(32)


def derive_seed(lock: str, *purpose: str) -> bytes:
    """Seed of one purpose under one lock: SHA-256 of the lock's digest and the purpose's words.

    Shape: 32 bytes. Two purposes of an item (its samples, its judges) have independent draws.
    """
    return hashlib.sha256(canonical_json([lock, *purpose])).digest()


@dataclass(frozen=True)
class Draws:
    """Bootstrap weights: how often each unit falls into each resample.

    Row ``b`` of the count matrix counts ``units`` draws with replacement from ``units`` units
    (samples, clusters or judges), so every row sums to ``units``. A row takes ``ceil(units / 2)``
    words of 64 bits from a Philox stream, two draws a word, the low half first, each mapped by
    the high half of a 32 x 32 bit product; a unit's probability is off by at most 2**-32. No
    float is involved.

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
    Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3.
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
        if len(self.seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(self.seed)}")
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
        stream = _stream(self.seed)
        rows = max(1, BLOCK_CELLS // self.units)
        for first in range(0, self.count, rows):
            yield self._block(stream, min(rows, self.count - first))

    def _block(self, stream: np.random.Philox, rows: int) -> Counts:
        # One byte holds a count: a larger one needs 256 equal draws, less likely than 1 in 10**500.
        block = np.empty((rows, self.units), np.uint8)
        some = max(1, _CHUNK // self.units)
        offsets = np.arange(some, dtype=np.uint64)[:, None] * np.uint64(self.units)
        room = np.empty((some, self.units), np.uint64)
        for first in range(0, rows, some):
            part = block[first : first + some]
            drawn = _drawn(stream, room[: len(part)])
            if len(part) > 1:
                drawn += offsets[: len(part)]
            found = np.bincount(drawn.ravel().view(np.int64), minlength=part.size)
            part[:] = found.reshape(part.shape)
        return block


def raw_words(seed: bytes, count: int) -> NDArray[np.uint64]:
    """Words of a seed's counter-based stream, shape (count,), the same on every platform."""
    words: NDArray[np.uint64] = _stream(seed).random_raw(count)
    return words


def _stream(seed: bytes) -> np.random.Philox:
    words = [int.from_bytes(seed[at : at + 8], "little") for at in range(0, 32, 8)]
    return np.random.Philox(
        key=np.array(words[:2], np.uint64), counter=np.array([0, 0, *words[2:]], np.uint64)
    )


def _drawn(stream: np.random.Philox, room: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Fill rows with draws, shape (rows, units): whole numbers in [0, units)."""
    rows, units = room.shape
    words = stream.random_raw(rows * -(-units // 2)).astype("<u8", copy=False)
    np.multiply(words.view("<u4").reshape(rows, -1)[:, :units], np.uint64(units), out=room)
    room >>= _HALF
    return room


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
