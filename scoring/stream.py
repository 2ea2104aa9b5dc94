"""Random words that are the same on every platform, from a counter-based stream."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

SEED_BYTES = 32
NORMAL_STEP = 2.0**-12


class Stream:
    """Words of 64 bits of a Philox stream, each taken low end first.

    Parameters
    ----------
    seed
        32 bytes: the first half keys the stream, the second half starts its counter.

    Raises
    ------
    ValueError
        A seed of another length.

    References
    ----------
    Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3.
    """

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        words = [int.from_bytes(seed[at : at + 8], "little") for at in range(0, SEED_BYTES, 8)]
        self._words = np.random.Philox(
            key=np.array(words[:2], np.uint64), counter=np.array([0, 0, *words[2:]], np.uint64)
        )

    def words(self, count: int) -> NDArray[np.uint64]:
        """The next words, shape (count,)."""
        words: NDArray[np.uint64] = self._words.random_raw(count)
        return words

    def halves(self, count: int) -> NDArray[np.uint32]:
        """Numbers below 2**32, shape (count,), two a word; what is left of a word is dropped."""
        halves: NDArray[np.uint32] = self._low_first(-(-count // 2)).view("<u4")[:count]
        return halves

    def bytes(self, count: int) -> NDArray[np.uint8]:
        """Numbers below 256, shape (count,), eight a word; what is left of a word is dropped."""
        return self._low_first(-(-count // 8)).view(np.uint8)[:count]

    def normals(self, count: int) -> NDArray[np.float64]:
        """Standard normal deviates, shape (count,), one from each half of a word.

        They are multiples of 2**-12, so that the last bits of a special function decide nothing.
        """
        shares = (self.halves(count) + 0.5) * 2.0**-32
        deviates: NDArray[np.float64] = np.rint(ndtri(shares) / NORMAL_STEP) * NORMAL_STEP
        return deviates

    def _low_first(self, count: int) -> NDArray[np.uint64]:
        return self.words(count).astype("<u8", copy=False)
