"""From a score to points on anchors that the board declared, and from numbers to printed digits."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FULL = 100.0
# Wide enough for every float64 in full, so that rounding never meets a shortened number.
_EXACT = Context(prec=800)


@overload
def points(value: float, floor: float, target: float) -> float: ...
@overload
def points(value: Floats, floor: float, target: float) -> Floats: ...
def points(value: float | Floats, floor: float, target: float) -> float | Floats:
    """Attained share of the way from floor to target, in points from 0 to 100.

    A floor above the target declares a score of which less is better. NaN stays NaN. One score
    is worked out on the decimals that it and its anchors print as, so that paper agrees; an
    array (replicates) in floating point.

    Raises
    ------
    ValueError
        Anchors that are equal or not finite.

    Examples
    --------
    >>> points(0.75, 0.5, 1.0)
    50.0
    >>> points(3.0, 10.0, 2.0)
    87.5
    """
    if not (math.isfinite(floor) and math.isfinite(target)):
        raise ValueError(f"anchors must be finite: floor {floor}, target {target}")
    if floor == target:
        raise ValueError(f"floor and target must differ: both {floor}")
    if isinstance(value, np.ndarray):
        share = (value - floor) / (target - floor)
        # Adding zero turns -0.0 into 0.0, which prints without a sign.
        attained: Floats = FULL * np.clip(share, 0.0, 1.0) + 0.0
        return attained
    if math.isnan(value):
        return math.nan
    if math.isinf(value):
        return FULL if (value > 0) == (target > floor) else 0.0
    exact = (_fraction(value) - _fraction(floor)) / (_fraction(target) - _fraction(floor))
    return float(100 * min(max(exact, Fraction(0)), Fraction(1)))


def deviations(values: Floats, value: float, floor: float, target: float) -> Floats:
    """Points by which replicates lie from a score's own, seen past the anchors.

    Attained points stop at the anchors, and so would hide errors of a score near one of them. A
    replicate is at most twice the scale away, so that a wild draw does not drown the others; one
    that is no number stands at the value.

    Examples
    --------
    >>> deviations(np.array([0.25, 0.75, 9.0, np.nan]), 0.5, floor=0.5, target=1.0).tolist()
    [-50.0, 50.0, 200.0, 0.0]
    """
    apart = (values - value) / (target - floor)
    found: Floats = FULL * np.clip(np.nan_to_num(apart, nan=0.0), -2.0, 2.0)
    return found


def round_half_up(x: float, digits: int) -> float:
    """Number as published: rounded at ``digits`` decimals, halves away from zero.

    What is rounded is the shortest decimal that prints as ``x``, so 2.675 becomes 2.68 as on
    paper, although its binary value lies below.

    Raises
    ------
    ValueError
        A number that is not finite.

    Examples
    --------
    >>> round_half_up(2.675, 2), round_half_up(0.5, 0)
    (2.68, 1.0)
    """
    if not math.isfinite(x):
        raise ValueError(f"not a finite number: {x}")
    step = Decimal(1).scaleb(-digits)
    rounded = Decimal(repr(float(x))).quantize(step, rounding=ROUND_HALF_UP, context=_EXACT)
    return float(rounded) + 0.0


def _fraction(x: float) -> Fraction:
    return Fraction(repr(float(x)))
