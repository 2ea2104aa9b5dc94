"""Poisson counts from random bytes, to within 2**-40 of their probabilities, without floats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.stream import Stream

Counts = NDArray[np.uint8]

MARGIN = 4
MOST = 60


@dataclass(frozen=True, slots=True)
class PoissonBytes:
    """Steps by which random bytes become Poisson counts.

    Of 256 bytes, as many give each count as its probability holds whole times, smallest first;
    ``edges`` are the bytes at which the count goes up. The bytes from ``open`` on say nothing:
    there 32 further bits give the count, by what is left of each probability; ``rest`` are the
    numbers below 2**32 at which it goes up.
    """

    edges: tuple[int, ...]
    open: int
    rest: tuple[int, ...]

    @classmethod
    def below(cls, units: int) -> PoissonBytes | None:
        """Steps of a mean by which ``units`` counts add up to ``units`` or less almost always.

        The mean is four standard deviations below one; ``None`` where that leaves nothing.
        """
        expected = units - MARGIN * math.isqrt(units)
        if expected <= 0:
            return None
        # Decimal's exponential is rounded right on every platform; a mathematical library's is not.
        with localcontext(prec=50):
            mean = Decimal(expected) / units
            share, whole, left = 256 * (-mean).exp(), [], []
            for count in range(1, MOST):
                whole.append(int(share))
                left.append(share - int(share))
                share = share * mean / count
            ends = list(accumulate(whole))
            scale = (1 << 32) / sum(left, Decimal(0))
            rest = [round(end * scale) for end in accumulate(left)]
        return cls(
            edges=tuple(end for end in ends if end < ends[-1]),
            open=ends[-1],
            rest=tuple(end for end in rest if end < 1 << 32),
        )

    def drawn(self, stream: Stream, rows: int, units: int) -> Counts:
        """Independent counts, shape (rows, units)."""
        said = stream.bytes(rows * units)
        counts = _steps(said, self.edges)
        unsaid = np.flatnonzero(said >= self.open)
        counts[unsaid] = _steps(stream.halves(len(unsaid)), self.rest)
        return counts.reshape(rows, units)


def _steps(drawn: NDArray[np.unsignedinteger[Any]], edges: Sequence[int]) -> Counts:
    """How many of the edges each number reaches."""
    counts = np.zeros(len(drawn), np.uint8)
    reached = np.empty(len(drawn), np.bool_)
    for edge in edges:
        np.greater_equal(drawn, drawn.dtype.type(edge), out=reached)
        counts += reached.view(np.uint8)
    return counts
