"""The least change of weights that makes two candidates change places."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.resampling import Floats

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Flip:
    """Weights nearest to those declared under which two candidates are level.

    ``distance`` is Euclidean, in the unit of the weights.
    """

    weights: Floats
    distance: float


def nearest_flip(weights: Floats, apart: Floats) -> Flip | None:
    """Nearest weights, none below 0 and with the same sum, that make ``weights @ apart`` 0.

    They are the projection of ``weights - push * apart`` on all weights of that sum, for the one
    push at which it is level. Sums are exact, so that machines agree to the last bit.

    Parameters
    ----------
    weights : shape (C,)
        As declared, none below 0, of any number of criteria.
    apart : shape (C,)
        Points of one candidate minus points of the other, criterion by criterion.

    Returns
    -------
    Flip or None
        None where one candidate is ahead on every criterion, so that no weights are level.

    Examples
    --------
    >>> nearest_flip(np.array([50.0, 50.0]), np.array([3.0, -1.0])).weights.tolist()
    [25.0, 75.0]
    """
    declared, total = weights.tolist(), math.fsum(weights.tolist())
    ahead = np.where(np.abs(apart) > _ROUNDING, apart, 0.0).tolist()
    if _lead(declared, ahead) < 0:
        ahead = [-points for points in ahead]
    if min(ahead) > 0:
        return None

    def pushed(push: float) -> list[float]:
        moved = [weight - push * points for weight, points in zip(declared, ahead, strict=True)]
        return _on_simplex(moved, total)

    found = declared
    if _lead(declared, ahead) > 0:
        found = pushed(_least(lambda push: _lead(pushed(push), ahead) <= 0))
    squares = [(new - old) ** 2 for new, old in zip(found, declared, strict=True)]
    return Flip(weights=np.array(found), distance=math.sqrt(math.fsum(squares)))


def _lead(weights: Sequence[float], ahead: Sequence[float]) -> float:
    return math.fsum(weight * points for weight, points in zip(weights, ahead, strict=True))


def _least(enough: Callable[[float], bool]) -> float:
    """Least number above 0 from which on something holds, to the last bit."""
    low, high = 0.0, 1.0
    while not enough(high):
        low, high = high, 2 * high
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _on_simplex(point: Sequence[float], total: float) -> list[float]:
    """Nearest weights to a point, none below 0 and with a given sum.

    References
    ----------
    Held, Wolfe and Crowder (1974), Validation of subgradient optimization.
    """
    cut, reached = 0.0, 0.0
    for count, value in enumerate(sorted(point, reverse=True), start=1):
        reached += value
        level = (reached - total) / count
        if value <= level:
            break
        cut = level
    return [max(value - cut, 0.0) for value in point]
