"""Groups of candidates that the measurement separates as wholes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def tiers(estimates: Floats, beats: Flags) -> tuple[int, ...]:
    """Tier of each candidate, best 1: a new one starts where all above beat all from there on.

    Tiers are disjoint and ordered, whatever the pairs say within one. ``beats``, shape (K, K),
    is that of the rank sets.

    References
    ----------
    Bojar et al. (2013), Findings of the 2013 workshop on statistical machine translation.

    Examples
    --------
    >>> tiers(np.array([9.0, 5.0, 4.0]), np.array([[0, 1, 1], [0, 0, 0], [0, 0, 0]], dtype=bool))
    (1, 2, 2)
    """
    best_first = np.argsort(-estimates, kind="stable")
    ordered = beats[np.ix_(best_first, best_first)]
    found = np.empty(len(estimates), np.int64)
    tier = 1
    for place, position in enumerate(best_first):
        if place and ordered[:place, place:].all():
            tier += 1
        found[position] = tier
    return tuple(int(one) for one in found)
