"""The ranking of one item: totals, ranks, rank sets, tiers, proposals and neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring.anchors import round_half_up
from scoring.freedom import interval_around
from scoring.ranking.field import Field, line_up
from scoring.ranking.order import competition_ranks, order_for_places
from scoring.ranking.pairs import Pair, neighbours
from scoring.ranking.quota import (
    Certainty,
    Proposal,
    Quota,
    certainties,
    proposals,
    selection_frequency,
)
from scoring.ranking.tiers import tiers
from scoring.ranking.totals import (
    PartPoints,
    Scorecard,
    Standing,
    common_scorecard,
    total,
)

__all__ = [
    "Contest",
    "ItemRanking",
    "PartPoints",
    "Row",
    "Rules",
    "Standing",
    "Unranked",
    "contest",
    "rank_item",
    "ranking_of",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One ranked candidate.

    ``total`` is in full precision, ``published`` rounded; ``low`` and ``high`` are the
    percentile interval of the total, None without replicates or where nothing shows its error;
    ``lower`` and ``upper`` bound its true rank. ``proposal``, ``certainty`` and
    ``selection_frequency`` are None while a part of the scorecard is missing; the frequency also
    without replicates.
    """

    candidate: str
    rank: int
    tied: bool
    total: float
    published: float
    low: float | None
    high: float | None
    lower: int
    upper: int
    tier: int
    proposal: Proposal | None
    certainty: Certainty | None
    selection_frequency: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unranked:
    """One candidate that takes no part in the ranking, with its total where it has one."""

    candidate: str
    total: float | None
    published: float | None
    proposal: Proposal = "unranked"


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemRanking:
    """The ranking of one item, as plain values.

    ``rows`` stand in the order in which places are given; what nothing parts, by name. Totals
    are out of ``maximum``, the sum over ``parts``; ``missing_parts`` count for nobody until
    every ranked candidate has them, and totals are then out of ``declared_maximum``.
    """

    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]
    unranked: tuple[Unranked, ...]
    parts: tuple[str, ...]
    missing_parts: tuple[str, ...]
    maximum: int
    declared_maximum: int
    places: int
    reserves: int
    digits: int
    confidence: float
    tie_breakers: tuple[str, ...]
    replicates: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How an item is ranked, as declared.

    Parameters
    ----------
    places
        Places of the item.
    digits
        Decimals of published totals.
    confidence
        Of intervals and rank sets, between 0 and 1.
    reserves
        How many stand behind the places.
    tie_breakers
        Names of the values that part equal totals for places, the first first.
    """

    places: int
    digits: int
    confidence: float
    reserves: int = 1
    tie_breakers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Contest:
    """The ranked candidates of an item lined up under its rules.

    ``groups`` are positions in the field in the order in which places are given.
    """

    rules: Rules
    card: Scorecard
    ranked: tuple[Standing, ...]
    others: tuple[Standing, ...]
    field: Field
    published: tuple[float, ...]
    groups: tuple[tuple[int, ...], ...]

    @property
    def order(self) -> tuple[int, ...]:
        """Positions in the order in which places are given; what nothing parts, by name."""
        return tuple(position for group in self.groups for position in group)


def contest(candidates: Sequence[Standing], rules: Rules) -> Contest:
    """Line up an item's candidates on the parts that all of them have.

    Raises
    ------
    ValueError
        Candidates that repeat, parts that disagree, replicates of unequal number, points
        outside 0 to 100, or no part that every ranked candidate has.
    """
    card = common_scorecard(candidates)
    ranked = sorted((one for one in candidates if one.eligible), key=lambda one: one.candidate)
    field = line_up(ranked, card, confidence=rules.confidence)
    published = tuple(round_half_up(value, rules.digits) for value in field.totals.tolist())
    return Contest(
        rules=rules,
        card=card,
        ranked=tuple(ranked),
        others=tuple(
            sorted((one for one in candidates if not one.eligible), key=lambda one: one.candidate)
        ),
        field=field,
        published=published,
        groups=order_for_places(
            published,
            [tuple(one.tie_break.get(name) for name in rules.tie_breakers) for one in ranked],
        ),
    )


def rank_item(candidates: Sequence[Standing], rules: Rules) -> ItemRanking:
    """Rank an item's candidates on the published totals of the parts that all of them have.

    On given parts, totals and the order of any two candidates depend on nobody else. While a
    part is missing (no panel yet) candidates are ranked on the others and nothing is proposed.

    Raises
    ------
    ValueError
        As :func:`contest`.
    """
    return ranking_of(contest(candidates, rules))


def ranking_of(found: Contest) -> ItemRanking:
    """The ranking that a contest ends in."""
    rules, card, field = found.rules, found.card, found.field
    quota = Quota(places=rules.places, reserves=rules.reserves)
    rows = _rows(field, found.published, rules.confidence)
    if not card.missing:
        rows = _proposed(rows, field, found.groups, quota=quota, digits=rules.digits)
    return ItemRanking(
        rows=tuple(rows[position] for position in found.order),
        pairs=neighbours(field, found.order, places=rules.places, confidence=rules.confidence),
        unranked=tuple(_unranked(one, card, rules.digits) for one in found.others),
        parts=card.parts,
        missing_parts=card.missing,
        maximum=card.maximum,
        declared_maximum=card.declared,
        places=rules.places,
        reserves=rules.reserves,
        digits=rules.digits,
        confidence=rules.confidence,
        tie_breakers=rules.tie_breakers,
        replicates=len(field.replicates),
    )


def _rows(field: Field, published: Sequence[float], confidence: float) -> list[Row]:
    """One row a candidate, proposing nothing yet."""
    found: list[Row] = []
    ranks = competition_ranks(published)
    tiered = tiers(field.totals, field.sets.beats)
    for position, name in enumerate(field.names):
        low, high = _ends(field, position, confidence)
        row = Row(
            candidate=name,
            rank=ranks[position].rank,
            tied=ranks[position].tied,
            total=float(field.totals[position]),
            published=published[position],
            low=low,
            high=high,
            lower=int(field.sets.lower[position]),
            upper=int(field.sets.upper[position]),
            tier=tiered[position],
            proposal=None,
            certainty=None,
            selection_frequency=None,
        )
        found.append(row)
    return found


def _ends(
    field: Field, position: int, confidence: float
) -> tuple[float, float] | tuple[None, None]:
    """Interval of a total."""
    found = interval_around(
        float(field.totals[position]),
        field.replicates[:, position],
        confidence,
        freedom=float(field.freedom[position, position]),
        least=float(field.least[position, position]),
        bounds=(0.0, float(field.maximum)),
    )
    return (None, None) if found is None else (found.low, found.high)


def _proposed(
    rows: Sequence[Row],
    field: Field,
    groups: Sequence[Sequence[int]],
    *,
    quota: Quota,
    digits: int,
) -> list[Row]:
    """The same rows with what is proposed for each, and how sure that is."""
    proposed = proposals(groups, quota)
    certain = certainties(proposed, field.sets, quota)
    frequencies: list[float] | list[None] = [None] * len(rows)
    if field.seen.size:
        frequencies = selection_frequency(np.round(field.seen, digits), quota.places).tolist()
    return [
        replace(row, proposal=proposal, certainty=certainty, selection_frequency=frequency)
        for row, proposal, certainty, frequency in zip(
            rows, proposed, certain, frequencies, strict=True
        )
    ]


def _unranked(one: Standing, card: Scorecard, digits: int) -> Unranked:
    value = total(one, card.parts) if card.parts else None
    return Unranked(
        candidate=one.candidate,
        total=value,
        published=None if value is None else round_half_up(value, digits),
    )
