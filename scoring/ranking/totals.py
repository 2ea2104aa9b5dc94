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

    ``sources`` are the errors of the points, by their causes; a part without any is exact.
    """

    points: float | None
    maximum: int
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Standing:
    """One candidate as it enters an item's ranking.

    ``eligible`` says that its gates are passed and its answers counted. ``tie_break`` holds
    values by tie-breaker, more is better. ``least`` is how far one answer can move its total.
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


def total(one: Standing, parts: Sequence[str]) -> float | None:
    """Sum of points times maximum over 100; None if a part is not there."""
    added = _added([one.parts[name] for name in parts])
    return None if added is None else float(added / int(FULL))


def total_sources(one: Standing, parts: Sequence[str]) -> list[Source]:
    """What a total may be off by, by causes, in points of the total."""
    return [
        source.times(one.parts[name].maximum / FULL)
        for name in parts
        for source in one.parts[name].sources
    ]


def total_replicates(
    one: Standing, parts: Sequence[str], count: int, *, seen: bool = False
) -> Floats:
    """Replicates of a total, shape (B,): its value with the errors of every draw.

    ``seen``: with the errors that resampling shows, for description.

    Raises
    ------
    ValueError
        Replicates of unequal number.
    """
    found = np.full(count, total(one, parts) or 0.0)
    for source in total_sources(one, parts):
        if source.seen.shape != (count,):
            raise ValueError(f"{one.candidate}: draws of {source.seen.shape}, not ({count},)")
        found += source.seen if seen else source.draws
    return found


def replicate_count(candidates: Sequence[Standing], parts: Sequence[str]) -> int:
    """Number of replicates B that the parts carry, 0 if none has an error."""
    carried = [
        len(source.seen)
        for one in candidates
        for name in parts
        for source in one.parts[name].sources
    ]
    return max(carried, default=0)


def _added(parts: Sequence[PartPoints]) -> Decimal | None:
    """Points times maxima, added as decimals: what is equal on paper stays equal."""
    added = Decimal(0)
    for part in parts:
        if part.points is None:
            return None
        added += Decimal(repr(float(part.points))) * part.maximum
    return added
