"""How well the size of an error is known, in degrees of freedom, and intervals widened by that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import special

from scoring.resampling import Floats, Spread, spread

MANY = 200
"""Degrees of freedom from which on a standard error counts as known."""

_FEW = 4
"""Degrees of freedom below which percentiles of replicates are too coarse to be ends."""

_DEGREES = np.geomspace(1.0, 1000.0, 4001)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Errors of one cause: draws around 0, shape (B,), and the freedom by which their size is known.

    Causes of one name, such as the same samples or judges, are common to all who have them, draw
    by draw; those of different names know nothing of each other. Freedom is infinite where the
    size is not in doubt and 0 where nothing shows it. ``seen`` are the errors that resampling
    shows; they are ``wider`` than that, or else as ``doubted`` has them.
    """

    name: str
    seen: Floats
    freedom: float
    wider: float = 1.0
    doubted: Floats | None = None

    @property
    def draws(self) -> Floats:
        """The errors, shape (B,)."""
        if self.doubted is not None:
            return self.doubted
        return self.seen if self.wider == 1 else self.seen * self.wider

    def times(self, weight: float) -> Source:
        """The same errors of something that counts so many times."""
        doubted = None if self.doubted is None else self.doubted * weight
        return Source(self.name, self.seen * weight, self.freedom, self.wider, doubted)


def added(sources: Iterable[Source]) -> dict[str, Source]:
    """Sources by name, those of one name added up, with the least of their freedoms."""
    found: dict[str, Source] = {}
    for one in sources:
        other = found.get(one.name)
        found[one.name] = (
            one
            if other is None
            else Source(one.name, other.draws + one.draws, min(other.freedom, one.freedom))
        )
    return found


def freedoms(candidates: Sequence[Sequence[Source]], level: float) -> Floats:
    """Degrees of freedom of each difference of candidates, (K, K), and of each one's on the diagonal.

    Student's t of that freedom reaches as far, at a two-sided level, as the reaches of the
    sources, each by its own freedom, whose squares are added up in proportion. An error known by
    one degree that came out small by chance is not taken as small on the word of the others, as
    Satterthwaite's approximation would. Where a difference has no variance it is known by the least
    freedom of its sources. Where a source shows nothing of its size the freedom is 0,
    and infinite where all sizes are known.

    References
    ----------
    Howe (1974), Approximate confidence limits on the mean of X + Y where X and Y are two tabled
    independent random variables.

    Examples
    --------
    >>> steady = Source("samples", np.array([-1.0, 1.0]), np.inf)
    >>> vague = Source("judges", np.array([-3.0, 3.0]), 4)
    >>> freedoms([[steady, vague], [steady]], 0.95).tolist()
    [[4.28, 4.0], [4.0, inf]]
    """
    size = len(candidates)
    told = [added(one) for one in candidates]
    every = [source.freedom for one in told for source in one.values()]
    if all(freedom >= MANY for freedom in every):
        return np.full((size, size), np.inf)
    whole, reached, most = np.zeros((size, size)), np.zeros((size, size)), np.ones((size, size))
    own_whole, own_reached = np.zeros(size), np.zeros(size)
    for name in dict.fromkeys(name for one in told for name in one):
        holders = [at for at, one in enumerate(told) if name in one]
        squares = np.ones(size)
        squares[holders] = [student_ratio(level, told[at][name].freedom) ** 2 for at in holders]
        most = np.maximum(most, np.maximum.outer(squares, squares))
        if len(holders) == 1:
            (alone,) = holders
            variance = float(np.var(told[alone][name].draws, ddof=1))
            own_whole[alone] += variance
            own_reached[alone] += variance * squares[alone]
        else:
            variances = _variances([one[name].draws if name in one else None for one in told])
            whole += variances
            reached += variances * np.maximum.outer(squares, squares)
    apart = ~np.eye(size, dtype=bool)
    whole += own_whole[:, None] + own_whole * apart
    reached += own_reached[:, None] + own_reached * apart
    unknown = np.array([any(s.freedom < 1 for s in one.values()) for one in told])
    found = _of_reach(whole, reached, most, level)
    found[unknown] = found[:, unknown] = 0.0
    return found


def freedom_of(sources: Sequence[Source], level: float) -> float:
    """Degrees of freedom of the sum of several sources' errors."""
    return float(freedoms([sources], level)[0, 0])


def student_ratio(level: float, freedom: float) -> float:
    """How much farther Student's t reaches than a normal deviate, both at a two-sided level.

    From :data:`MANY` degrees on no farther; without any, as far as may be (1 here, since callers
    know that nothing can be said then).

    Examples
    --------
    >>> round(student_ratio(0.95, 4), 4), student_ratio(0.95, np.inf)
    (1.4166, 1.0)
    """
    if freedom >= MANY or freedom < 1:
        return 1.0
    tail = 0.5 - level / 2
    return float(special.stdtrit(freedom, tail) / special.ndtri(tail))


def interval_around(
    middle: float,
    replicates: Floats,
    level: float,
    *,
    freedom: float,
    least: float = 0.0,
    bounds: tuple[float, float],
) -> Spread | None:
    """Interval of a value from its replicates, shape (B,), as Student's t and its least error ask.

    Percentiles are stretched about the value; of very few degrees of freedom, where they are
    coarse, the standard deviation is. Neither end is nearer than the least standard error makes
    it. ``None`` where nothing shows how large the error is.
    """
    if freedom <= 0 or not replicates.size:
        return None
    normal = float(-special.ndtri(0.5 - level / 2))
    ratio = student_ratio(level, freedom)
    if freedom < _FEW:
        half = normal * ratio * float(np.std(replicates))
        low, high = middle - half, middle + half
    else:
        found = spread(replicates, level)
        low = middle + (found.low - middle) * ratio
        high = middle + (found.high - middle) * ratio
    low, high = min(low, middle - normal * least), max(high, middle + normal * least)
    return Spread(low=max(low, bounds[0]), high=min(high, bounds[1]))


def _of_reach(whole: Floats, reached: Floats, most: Floats, level: float) -> Floats:
    """The freedom by which errors of a variance reach as far as so many variances of known size.

    Where none was seen, it is as badly known as the worst of its sources, with the square of their
    reach in ``most``: two units without a difference say little of how large it can be.
    """
    squares = most.copy()
    np.divide(reached, whole, out=squares, where=whole > 0)
    # From far to near, as reaches fall where degrees of freedom rise.
    known = np.interp(np.sqrt(squares), _reaches(level)[::-1], _DEGREES[::-1])
    # The last bits of a special function must not decide a call.
    found: Floats = np.where(known < MANY, np.round(known, 2), np.inf)
    return found


@cache
def _reaches(level: float) -> Floats:
    """How much farther than a normal deviate Student's t reaches, for many degrees of freedom."""
    tail = 0.5 - level / 2
    found: Floats = special.stdtrit(_DEGREES, tail) / special.ndtri(tail)
    return found


def _variances(draws: Sequence[Floats | None]) -> Floats:
    """Variance of each difference, shape (K, K), and of each candidate's own on the diagonal."""
    count = max(len(one) for one in draws if one is not None)
    table = np.array([np.zeros(count) if one is None else one for one in draws])
    centred = table - table.mean(axis=1, keepdims=True)
    products = centred @ centred.T / max(count - 1, 1)
    own = np.diag(products)
    variances: Floats = np.maximum(own[:, None] + own - 2 * products, 0.0)
    np.fill_diagonal(variances, own)
    return variances
