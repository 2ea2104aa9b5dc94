"""What an order becomes when one criterion or one rival is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring.anchors import FULL, round_half_up
from scoring.ranking.order import competition_ranks, order_for_places
from scoring.ranking.totals import Standing, common_scorecard, total
from scoring.resampling import Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Criteria:
    """Every candidate's points on every criterion that counts.

    ``weights``, shape (C,), are what each may add to the total; ``points``, shape (K, C), run
    from 0 to 100.
    """

    candidates: tuple[str, ...]
    names: tuple[str, ...]
    weights: Floats
    points: Floats

    def totals(self, kept: Sequence[int] | None = None) -> dict[str, float]:
        """Totals over some criteria, stretched to the weight of all."""
        some = list(range(len(self.names))) if kept is None else list(kept)
        stretch = self.weights.sum() / self.weights[some].sum() / FULL
        sums = self.points[:, some] @ self.weights[some] * stretch
        return dict(zip(self.candidates, np.round(sums, 9).tolist(), strict=True))


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Who moved when something was left out: ranks before and after, and places won and lost."""

    left_out: str
    moved: Mapping[str, tuple[int, int]]
    entering: tuple[str, ...]
    leaving: tuple[str, ...]


def change(
    left_out: str,
    before: Mapping[str, float],
    after: Mapping[str, float],
    *,
    places: int,
    digits: int,
) -> Change:
    """Compare the competition ranks of two sets of totals on their published values."""
    first, second = _ranks(before, digits), _ranks(after, digits)
    return Change(
        left_out=left_out,
        moved={
            name: (first[name], second[name])
            for name in sorted(first)
            if name in second and first[name] != second[name]
        },
        entering=tuple(n for n in sorted(second) if second[n] <= places < first.get(n, places + 1)),
        leaving=tuple(n for n in sorted(first) if first[n] <= places < second.get(n, places)),
    )


def without_criterion(criteria: Criteria, *, places: int, digits: int) -> tuple[Change, ...]:
    """What each criterion decides: the order with it left out and the others stretched."""
    if len(criteria.names) < 2:
        return ()
    before = criteria.totals()
    everything = range(len(criteria.names))
    return tuple(
        change(
            name,
            before,
            criteria.totals([other for other in everything if other != one]),
            places=places,
            digits=digits,
        )
        for one, name in enumerate(criteria.names)
        if criteria.weights.sum() > criteria.weights[one]
    )


def without_candidate(
    candidates: Sequence[Standing], *, digits: int, tie_breakers: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Candidates whose leaving reorders others, each with those whose total or order changed.

    Must be empty: totals rest on fixed anchors and weights, and on all sheets of the panel, which
    stay in when a candidate leaves. It is worked out, not assumed.
    """
    whole = _listed(candidates, digits, tie_breakers)
    found = {}
    for gone in candidates:
        rest = [one for one in candidates if one.candidate != gone.candidate]
        if not any(one.eligible for one in rest):
            continue
        left = _listed(rest, digits, tie_breakers)
        wanted = [entry for entry in whole if entry[0] != gone.candidate]
        if left != wanted:
            found[gone.candidate] = tuple(
                sorted({entry[0] for entry in {*left} ^ {*wanted}}) or [e[0] for e in left]
            )
    return found


def with_parts(one: Standing, points: Mapping[str, float | None]) -> Standing:
    """The same candidate with other points for some parts."""
    parts = {
        name: replace(part, points=points[name], sources=()) if name in points else part
        for name, part in one.parts.items()
    }
    return replace(one, parts=parts)


def totals_of(candidates: Sequence[Standing]) -> dict[str, float]:
    """Totals of the eligible candidates on the parts that all of them have."""
    card = common_scorecard(candidates)
    return {
        one.candidate: value
        for one in candidates
        if one.eligible and (value := total(one, card.parts)) is not None
    }


def _listed(
    candidates: Sequence[Standing], digits: int, tie_breakers: Sequence[str]
) -> list[tuple[str, float]]:
    """Names with published totals in the order in which places are given."""
    card = common_scorecard(candidates)
    ranked = sorted((one for one in candidates if one.eligible), key=lambda one: one.candidate)
    published = [round_half_up(total(one, card.parts) or 0.0, digits) for one in ranked]
    ties = [tuple(one.tie_break.get(name) for name in tie_breakers) for one in ranked]
    return [
        (ranked[position].candidate, published[position])
        for group in order_for_places(published, ties)
        for position in group
    ]


def _ranks(totals: Mapping[str, float], digits: int) -> dict[str, int]:
    published = [round_half_up(value, digits) for value in totals.values()]
    ranks = competition_ranks(published)
    return {name: one.rank for name, one in zip(totals, ranks, strict=True)}
