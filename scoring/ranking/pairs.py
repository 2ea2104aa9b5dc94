"""Differences between candidates of an item, measured on the same resamples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, pairwise

import numpy as np
from scipy.stats import t

from scoring.freedom import interval_around
from scoring.ranking.field import Field
from scoring.ranking.multiplicity import holm
from scoring.ranking.per_sample_tests import SideBySide

POWER = 0.8
WHOLE_TABLE = 100
"""Candidates up to which all pairs are listed; above, neighbours and pairs at the line."""

_DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two candidates: how far apart, and whether that is separable.

    ``difference`` is ahead minus behind, in points of the total. ``low`` and ``high`` hold this
    one difference with the stated confidence, None without replicates or where nothing shows how
    large its error is; ``separable`` holds for
    all pairs of the item together and is the stricter word. ``detectable`` is the true
    difference that would be found with a power of 0.8 at that confidence. ``p`` is of the
    per-sample scores, ``holm`` adjusted over the table.
    """

    ahead: str
    behind: str
    difference: float
    low: float | None
    high: float | None
    separable: bool
    at_line: bool
    standard_error: float | None = None
    detectable: float | None = None
    p: float | None = None
    holm: float | None = None
    first_better: int | None = None
    second_better: int | None = None


def neighbours(
    field: Field, order: Sequence[int], *, places: int, confidence: float
) -> tuple[Pair, ...]:
    """Each candidate with the next in ``order``; the pair at the line has the last place first."""
    return tuple(
        _pair(field, ahead, behind, confidence, at_line=rank == places)
        for rank, (ahead, behind) in enumerate(pairwise(order), start=1)
    )


def pair_table(
    field: Field,
    order: Sequence[int],
    *,
    places: int,
    confidence: float,
    side_by_side: SideBySide | None,
) -> tuple[Pair, ...]:
    """All pairs, the better first; at the line are those with one on either side.

    ``side_by_side`` holds per-sample scores in the order of the field, where there are any.
    """
    wanted = list(combinations(range(len(order)), 2))
    if len(order) > WHOLE_TABLE:
        wanted = [(one, other) for one, other in wanted if other == one + 1]
    pairs = []
    for one, other in wanted:
        ahead, behind = order[one], order[other]
        pair = _pair(field, ahead, behind, confidence, at_line=one < places <= other)
        if side_by_side is not None:
            found = side_by_side.verdict(ahead, behind)
            pair = replace(
                pair,
                p=found.p,
                first_better=found.first_better,
                second_better=found.second_better,
            )
        pairs.append(pair)
    if side_by_side is None:
        return tuple(pairs)
    adjusted = holm(np.array([pair.p for pair in pairs], np.float64))
    return tuple(
        replace(pair, holm=round(p, 2 * _DIGITS))
        for pair, p in zip(pairs, adjusted.tolist(), strict=True)
    )


def detectable_difference(
    standard_error: float, confidence: float, freedom: float = math.inf
) -> float:
    """Difference that is found with a power of 0.8 at a confidence, two-sided.

    ``freedom`` are the degrees of freedom by which the standard error is known.

    Examples
    --------
    >>> detectable_difference(1.0, 0.95), detectable_difference(1.0, 0.95, freedom=4)
    (2.801585, 3.71741)
    """
    tails = t.isf([(1 - confidence) / 2, 1 - POWER], freedom)
    return round(float(tails.sum()) * standard_error, _DIGITS)


def _pair(field: Field, ahead: int, behind: int, confidence: float, *, at_line: bool) -> Pair:
    apart = field.replicates[:, ahead] - field.replicates[:, behind]
    difference = float(_decimal(field.totals[ahead]) - _decimal(field.totals[behind]))
    freedom = float(field.freedom[ahead, behind])
    least, maximum = float(field.least[ahead, behind]), float(field.maximum)
    interval = interval_around(
        difference,
        apart,
        confidence,
        freedom=freedom,
        least=least,
        bounds=(-maximum, maximum),
    )
    error = None
    if interval is not None:
        error = round(max(float(np.std(apart, ddof=1)), least), _DIGITS)
    return Pair(
        ahead=field.names[ahead],
        behind=field.names[behind],
        difference=difference,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        separable=bool(field.sets.beats[ahead, behind]),
        at_line=at_line,
        standard_error=error,
        detectable=None if error is None else detectable_difference(error, confidence, freedom),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))
