"""Two candidates of an item criterion by criterion, on the draws that both share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from harness.pipeline.measured import least_of
from harness.pipeline.standings import MEASURED, Entry
from scoring.anchors import FULL
from scoring.freedom import Source, freedoms, interval_around
from scoring.ranking.item import Contest
from scoring.ranking.pairs import Pair
from scoring.ranking.totals import Standing
from scoring.resampling import Floats

EVERY_PAIR = 30
"""Candidates up to which every pair is held apart by criterion; above, neighbours in the order."""

DIGITS = 6


class Paired:
    """Points of the ranked candidates on every criterion and on the measured part as a whole.

    The interval of a difference is taken over the draws that both candidates share, so that what
    moves both alike does not widen it.
    """

    def __init__(self, entry: Entry, found: Contest) -> None:
        self.confidence = entry.board.confidence
        self.names = found.field.names
        self.totals = found.field.seen
        self.near = {frozenset((a, b)) for a, b in zip(found.order, found.order[1:], strict=False)}
        self.criteria = [_criteria(entry, one, found.card.parts) for one in found.ranked]

    def record(self, pair: Pair) -> dict[str, Any]:
        """What is kept of a pair: how often the first is ahead, and each criterion's difference."""
        one, other = self.names.index(pair.ahead), self.names.index(pair.behind)
        return {
            "first_ahead": self._ahead(one, other),
            "criteria": self._apart(one, other) if self._wanted(one, other) else {},
        }

    def _wanted(self, one: int, other: int) -> bool:
        return len(self.names) <= EVERY_PAIR or frozenset((one, other)) in self.near

    def _ahead(self, one: int, other: int) -> float | None:
        """Share of the draws in which the first total is the larger; a draw of equals counts half."""
        if not self.totals.size:
            return None
        apart = np.round(self.totals[:, one] - self.totals[:, other], DIGITS)
        return round(float(np.mean(apart > 0) + np.mean(apart == 0) / 2), DIGITS)

    def _apart(self, one: int, other: int) -> dict[str, Any]:
        return {
            name: {
                "difference": _round(mine.points - self.criteria[other][name].points),
                "interval": self._interval(mine, self.criteria[other][name]),
            }
            for name, mine in self.criteria[one].items()
        }

    def _interval(self, mine: _Criterion, theirs: _Criterion) -> list[float] | None:
        drawn = [source.seen for source in (*mine.sources, *theirs.sources)]
        if not (mine.sources and theirs.sources) or len({len(one) for one in drawn}) > 1:
            return None
        apart = mine.points - theirs.points
        found = interval_around(
            apart,
            apart + mine.errors(len(drawn[0])) - theirs.errors(len(drawn[0])),
            self.confidence,
            freedom=float(freedoms([mine.sources, theirs.sources], self.confidence)[0, 1]),
            least=float(norm.isf((1 - self.confidence) / 2)) * max(mine.least, theirs.least),
            bounds=(-FULL, FULL),
        )
        return None if found is None else [_round(found.low), _round(found.high)]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Criterion:
    """Points of a candidate, what they may be off by, and how many of them one answer can move."""

    points: float
    sources: Sequence[Source]
    least: float = 0.0

    def errors(self, count: int) -> Floats:
        """Errors of all causes together, shape (B,)."""
        found = np.zeros(count)
        for source in self.sources:
            found += source.draws
        return found


def _criteria(entry: Entry, one: Standing, parts: Sequence[str]) -> dict[str, _Criterion]:
    """A candidate's points by criterion, and on the measured part as a whole at the end."""
    found: dict[str, _Criterion] = {}
    measured = entry.leaves(one.candidate) if MEASURED in parts else ()
    for part in parts:
        if part == MEASURED:
            for leaf in measured:
                own = () if leaf.errors is None else (leaf.errors,)
                found[leaf.name] = _Criterion(points=leaf.points, sources=own, least=leaf.least)
        else:
            told = one.parts[part]
            found[part] = _Criterion(points=told.points or 0.0, sources=told.sources)
    if measured:
        told = one.parts[MEASURED]
        found[MEASURED] = _Criterion(
            points=told.points or 0.0, sources=told.sources, least=least_of(measured)
        )
    return found


def _round(value: float) -> float:
    return round(float(value), DIGITS) + 0.0
