"""Weighted sums of a scorecard's parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from scoring.anchors import FULL
from scoring.freedom import Source
from scoring.resampling import Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PartPoints:
    """One part of a scorecard: points 0 to 100, None when not there, and what it may add.

    ``replicates``, shape (B,), are in points too; None says that the part has no sampling error.
    ``freedom`` counts the degrees of freedom by which their spread is known, such as independent
    samples less one; None: very many, 0: nothing shows how large the error is. ``sources`` part
    the errors by causes of different freedom, where there are several.
    """

    points: float | None
    maximum: int
    replicates: Floats | None = None
    freedom: int | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Standing:
    """One candidate as it enters an item's ranking.

    ``eligible`` says that its gates are passed and its answers counted. ``tie_break`` holds
    values by tie-breaker, more is better. ``least`` is the least error of its total and of any
    difference to others, one sample's worth.
    """

    candidate: str
    eligible: bool
    parts: Mapping[str, PartPoints]
    tie_break: Mapping[str, float | None] = field(default_factory=dict)
    least: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """The parts that every ranked candidate has, those that some lack, and what totals are out of.

    ``declared`` is what totals are out of once nothing is missing.
    """

    parts: tuple[str, ...]
    missing: tuple[str, ...]
    maximum: int
    declared: int


def common_scorecard(candidates: Sequence[Standing]) -> Scorecard:
    """Scorecard on which all eligible candidates can be compared.

    Raises
    ------
    ValueError
        Candidates that repeat, that declare different parts or maxima, or that have none in
        common; points outside 0 to 100.
    """
    if len({one.candidate for one in candidates}) < len(candidates):
        raise ValueError("a candidate stands twice in an item")
    declared = {tuple(sorted((k, v.maximum) for k, v in one.parts.items())) for one in candidates}
    if len(declared) > 1:
        raise ValueError(f"candidates declare different parts: {sorted(declared)}")
    for one in candidates:
        for name, part in one.parts.items():
            if part.points is not None and not 0 <= part.points <= FULL:
                raise ValueError(f"{one.candidate}, {name}: {part.points} is not in 0 to 100")
    maxima = dict(next(iter(declared), ()))
    ranked = [one for one in candidates if one.eligible]
    parts = tuple(
        name for name in maxima if all(one.parts[name].points is not None for one in ranked)
    )
    if ranked and not parts:
        raise ValueError("no part of the scorecard is there for every ranked candidate")
    return Scorecard(
        parts=parts,
        missing=tuple(name for name in maxima if name not in parts),
        maximum=sum(maxima[name] for name in parts),
        declared=sum(maxima.values()),
    )


def merged(criteria: Sequence[PartPoints], maximum: int) -> PartPoints:
    """One part from criteria whose maxima are their weights, such as metrics that sum to 100.

    Its points are None if a criterion's are.

    Raises
    ------
    ValueError
        No criteria, no weight, or replicates of unequal number.

    Examples
    --------
    >>> merged([PartPoints(points=80.0, maximum=60), PartPoints(points=50.0, maximum=40)], 50)
    PartPoints(points=68.0, maximum=50, replicates=None, freedom=None, sources=())
    """
    weight = sum(one.maximum for one in criteria)
    if weight <= 0:
        raise ValueError("criteria need weights above zero in sum")
    added = _added(criteria)
    if added is None:
        return PartPoints(points=None, maximum=maximum)
    count = _count(criteria)
    return PartPoints(
        points=float(added / weight),
        maximum=maximum,
        replicates=_added_replicates(criteria, count) / weight if count else None,
    )


def total(one: Standing, parts: Sequence[str]) -> float | None:
    """Sum of points times maximum over 100; None if a part is not there."""
    added = _added([one.parts[name] for name in parts])
    return None if added is None else float(added / int(FULL))


def total_replicates(one: Standing, parts: Sequence[str], count: int) -> Floats:
    """Replicates of a total, shape (B,); parts without any stay at their points.

    Raises
    ------
    ValueError
        Replicates of unequal number.
    """
    try:
        return _added_replicates([one.parts[name] for name in parts], count) / FULL
    except ValueError as error:
        raise ValueError(f"{one.candidate}: {error}") from error


def replicate_count(candidates: Sequence[Standing], parts: Sequence[str]) -> int:
    """Number of replicates B that the parts carry, 0 if none has sampling error."""
    return _count([one.parts[name] for one in candidates for name in parts])


def _added(parts: Sequence[PartPoints]) -> Decimal | None:
    """Points times maxima, added as decimals: what is equal on paper stays equal."""
    added = Decimal(0)
    for part in parts:
        if part.points is None:
            return None
        added += Decimal(repr(float(part.points))) * part.maximum
    return added


def _added_replicates(parts: Sequence[PartPoints], count: int) -> Floats:
    added = np.zeros(count)
    for part in parts:
        if part.replicates is None:
            added += (part.points or 0.0) * part.maximum
        elif part.replicates.shape != (count,):
            raise ValueError(f"replicates of shape {part.replicates.shape}, not ({count},)")
        else:
            added += part.replicates * part.maximum
    return added


def _count(parts: Sequence[PartPoints]) -> int:
    carried = (part.replicates for part in parts)
    return max((len(replicates) for replicates in carried if replicates is not None), default=0)
