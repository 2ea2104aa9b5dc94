"""How well the size of an error is known, in degrees of freedom, and intervals widened by that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import special

from scoring.resampling import Floats, Spread, spread

_DEGREES = np.geomspace(1.0, 1000.0, 4001)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Errors of one cause: draws, shape (B,), and the freedom by which their size is known."""

    name: str
    draws: Floats
    freedom: int


def joint_freedom(variances: Sequence[Floats], freedoms: Sequence[float], level: float) -> Floats:
    """Degrees of freedom of a sum of independent errors, for intervals at a two-sided level.

    Student's t of that freedom reaches as far as the reaches of the parts, each by its own
    freedom, whose squares are added up. An error known by one degree that came out small by chance
    is not taken as small on the word of the others, as Satterthwaite's approximation would.

    ``variances`` have one shape, each with the freedom that it is known by; infinite where nothing
    is in doubt, 0 where the size of any error is not known at all.

    References
    ----------
    Howe (1974), Approximate confidence limits on the mean of X + Y where X and Y are two tabled
    independent random variables.

    Examples
    --------
    >>> joint_freedom([np.array([9.0, 0.0]), np.array([1.0, 1.0])], [4, math.inf], 0.95).tolist()
    [4.28, inf]
    """
    whole = np.sum(variances, axis=0)
    if any(freedom < 1 for freedom in freedoms):
        return np.zeros(whole.shape)
    parts = [student_ratio(level, freedom) ** 2 for freedom in freedoms]
    reached = np.sum([v * part for v, part in zip(variances, parts, strict=True)], axis=0)
    squares: Floats = np.ones(whole.shape)
    np.divide(reached, whole, out=squares, where=whole > 0)
    # From far to near, as reaches fall where degrees of freedom rise.
    known = np.interp(np.sqrt(squares), _reaches(level)[::-1], _DEGREES[::-1])
    # The last bits of a special function must not decide a call.
    rounded: Floats = np.where(known < _DEGREES[-1], np.round(known, 2), np.inf)
    return rounded


def freedom_of(sources: Sequence[Source], level: float) -> float:
    """Degrees of freedom of the sum of several sources' errors."""
    variances = [np.var(source.draws, keepdims=True) for source in sources]
    return float(joint_freedom(variances, [source.freedom for source in sources], level)[0])


def student_ratio(level: float, freedom: float) -> float:
    """How much farther Student's t reaches than a normal deviate, both at a two-sided level.

    Examples
    --------
    >>> round(student_ratio(0.95, 4), 4), student_ratio(0.95, math.inf)
    (1.4166, 1.0)
    """
    if math.isinf(freedom):
        return 1.0
    tail = 0.5 - level / 2
    return float(special.stdtrit(freedom, tail) / special.ndtri(tail))


@cache
def _reaches(level: float) -> Floats:
    """How much farther than a normal deviate Student's t reaches, for many degrees of freedom."""
    tail = 0.5 - level / 2
    found: Floats = special.stdtrit(_DEGREES, tail) / special.ndtri(tail)
    return found


def around(middle: float, replicates: Floats, level: float, freedom: float) -> Spread | None:
    """Percentile interval of replicates, shape (B,), its ends moved out as Student's t asks.

    Ends are stretched about the value itself: with very few degrees of freedom they lie beyond
    any replicate. ``None`` where nothing shows how large the error is.
    """
    if freedom <= 0 or not replicates.size:
        return None
    found, ratio = spread(replicates, level), student_ratio(level, freedom)
    return Spread(
        low=middle + (found.low - middle) * ratio, high=middle + (found.high - middle) * ratio
    )
