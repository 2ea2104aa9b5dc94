"""Two candidates of an item criterion by criterion, on the draws that both share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.pipeline.standings import MEASURED, Entry, criteria_of
from scoring.anchors import FULL
from scoring.freedom import around
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
        self.totals = found.field.replicates
        self.near = {frozenset((a, b)) for a, b in zip(found.order, found.order[1:], strict=False)}
        criteria = criteria_of(entry, list(found.ranked), found.card.parts)
        self.points = [
            dict(zip(criteria.names, row, strict=True)) for row in criteria.points.tolist()
        ]
        self.drawn = [_drawn(entry, one) for one in found.ranked]
        self.parts = [one.parts for one in found.ranked]
        if MEASURED in found.card.parts:
            for one, mine in zip(found.ranked, self.points, strict=True):
                mine[MEASURED] = one.parts[MEASURED].points or 0.0

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
        apart = self.totals[:, one] - self.totals[:, other]
        return round(float(np.mean(apart > 0) + np.mean(apart == 0) / 2), DIGITS)

    def _apart(self, one: int, other: int) -> dict[str, Any]:
        return {
            name: {
                "difference": _round(points - self.points[other][name]),
                "interval": self._interval(one, other, name),
            }
            for name, points in self.points[one].items()
        }

    def _interval(self, one: int, other: int, name: str) -> list[float] | None:
        mine, theirs = self.drawn[one].get(name), self.drawn[other].get(name)
        if mine is None or theirs is None or len(mine) != len(theirs) or len(mine) < 2:
            return None
        freedom = min(self._freedom(one, name), self._freedom(other, name))
        apart = self.points[one][name] - self.points[other][name]
        found = around(apart, mine - theirs, self.confidence, freedom)
        if found is None:
            return None
        return [_round(max(found.low, -FULL)), _round(min(found.high, FULL))]

    def _freedom(self, one: int, name: str) -> float:
        """Degrees of freedom of a criterion: of its part, which is the measured one for metrics."""
        parts = self.parts[one]
        freedom = parts[name if name in parts else MEASURED].freedom
        return math.inf if freedom is None else freedom


def _drawn(entry: Entry, one: Standing) -> Mapping[str, Floats]:
    """Points of a candidate under every draw, by criterion and by part."""
    parts = {
        name: part.replicates for name, part in one.parts.items() if part.replicates is not None
    }
    return {**entry.marked[one.candidate].criteria, **parts}


def _round(value: float) -> float:
    return round(float(value), DIGITS) + 0.0
