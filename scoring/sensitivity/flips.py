"""The least change of weights that makes two candidates change places."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from scoring.resampling import Floats

_ROUNDING = 1e-9
ALL_FACES = 12
"""Criteria up to which every set of vanishing weights is tried."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Flip:
    """Weights nearest to those declared under which two candidates are level.

    ``distance`` is Euclidean, in the unit of the weights.
    """

    weights: Floats
    distance: float


def nearest_flip(weights: Floats, apart: Floats) -> Flip | None:
    """Nearest weights, none below 0 and with the same sum, that make ``weights @ apart`` 0.

    Parameters
    ----------
    weights : shape (C,)
        As declared, none below 0.
    apart : shape (C,)
        Points of one candidate minus points of the other, criterion by criterion.

    Returns
    -------
    Flip or None
        None where one candidate is ahead on every criterion that can carry weight.

    Examples
    --------
    >>> nearest_flip(np.array([50.0, 50.0]), np.array([3.0, -1.0])).weights.tolist()
    [25.0, 75.0]
    """
    best: Flip | None = None
    size = len(weights)
    # The nearest point lies inside one face of the simplex and is that face's own nearest point.
    for kept in _faces(size):
        found = _projected(weights, apart, list(kept))
        if found is None or (found < -_ROUNDING).any():
            continue
        distance = float(np.sqrt(np.square(found - weights).sum()))
        if best is None or distance < best.distance - _ROUNDING:
            best = Flip(weights=np.maximum(found, 0.0), distance=distance)
    return best


def _faces(size: int) -> list[tuple[int, ...]]:
    everything = tuple(range(size))
    if size > ALL_FACES:
        return [everything]
    return [kept for count in range(size, 0, -1) for kept in combinations(everything, count)]


def _projected(weights: Floats, apart: Floats, kept: list[int]) -> Floats | None:
    """Nearest weights that are 0 outside ``kept``; None where there are none."""
    some, total = weights[kept], weights.sum()
    lifted = some + (total - some.sum()) / len(kept)
    across = apart[kept] - apart[kept].mean()
    length = float(across @ across)
    level = float(lifted @ apart[kept])
    found = np.zeros(len(weights))
    if length <= _ROUNDING:
        if abs(level) > _ROUNDING * max(1.0, float(total)):
            return None
        found[kept] = lifted
        return found
    found[kept] = lifted - across * (level / length)
    return found
