"""The candidates of an item as they enter its ranking: measured points beside the panel's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.board import Board, Item, Track
from harness.package import Package
from harness.pipeline.measured import Leaf, least_of, leaves, sources_of
from harness.pipeline.panel import Sheets
from harness.pipeline.score_records import Marked
from scoring import catalog
from scoring.anchors import FULL
from scoring.panel.aggregation import PanelPoints, by_cell, method_for, panel_points
from scoring.panel.errors import judging_errors
from scoring.panel.marks import Panel
from scoring.panel.severity import Method
from scoring.ranking.item import Rules
from scoring.ranking.totals import PartPoints, Standing
from scoring.resampling import derive_seed
from scoring.sensitivity.leaving import Criteria

MEASURED = "measured"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Everything that the ranking of one item starts from.

    ``references`` are the organizer's reference models with their values by metric. ``late``
    holds gates failed after scoring, and ``withdrawn`` who left, each with its record; ``change``
    is why this version of the results exists.
    """

    board: Board
    item: Item
    lock: str
    version: int
    marked: Mapping[str, Marked]
    packages: Mapping[str, Package]
    sheets: Sheets | None
    floors: Mapping[str, float]
    references: Sequence[Mapping[str, Any]] = ()
    late: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    withdrawn: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    change: Mapping[str, Any] | None = None

    @property
    def track(self) -> Track:
        """The track that the item belongs to."""
        return self.board.tracks[self.item.track]

    def seed(self, purpose: str) -> bytes:
        """Seed of one purpose in this item."""
        return derive_seed(self.lock, purpose, self.item.id)

    def failing(self, candidate: str) -> list[dict[str, Any]]:
        """Gates that a candidate failed, measured or late, each with its reason."""
        late = [dict(gate) for gate in self.late.get(candidate, ())]
        return failed_gates(self.marked[candidate].record) + late

    def rules(self) -> Rules:
        """How this item is ranked."""
        return Rules(
            places=self.item.places,
            digits=self.board.rounding.digits,
            confidence=self.board.confidence,
            reserves=self.track.reserves,
            tie_breakers=tuple(str(text) for text in self.item.tie_break),
        )

    def leaves(self, candidate: str) -> tuple[Leaf, ...]:
        """The criteria of a candidate's measured part."""
        marked = self.marked[candidate]
        return leaves(self.item, marked.record, marked.criteria)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Jury:
    """The panel of an item: its sheets as a table, and what they come to.

    ``freedom`` are the degrees of freedom by which the error of its points is known. ``recused``
    names judge, candidate and ground of scores that count as recusals since they came in,
    ``left_out`` judges whose marks the roster in force no longer asks for.
    """

    panel: Panel
    method: Method
    points: Mapping[tuple[str, str], PanelPoints]
    freedom: int
    digest: str
    recused: tuple[tuple[str, str, str], ...] = ()
    left_out: tuple[str, ...] = ()


def jury(entry: Entry) -> Jury | None:
    """The panel of an item; none without sheets, or while a judge's are still awaited.

    Sheets of candidates that withdrew or failed a gate stay in, so that leaving does not move
    how strict the judges are taken to be.
    """
    found = entry.sheets
    if found is None or found.waiting:
        return None
    marks = [mark for mark in found.marks if mark.candidate in entry.marked]
    if not marks:
        return None
    panel = Panel.of(marks)
    method = method_for(panel)
    errors = judging_errors(panel, method, entry.seed("panel"), entry.board.draws)
    points = panel_points(panel, errors, confidence=entry.board.confidence, method=method)
    return Jury(
        panel=panel,
        method=method,
        points=by_cell(points),
        freedom=errors.freedom,
        digest=found.digest,
        recused=tuple(one for one in found.recused if one[1] in entry.marked),
        left_out=tuple(sorted({one[0] for one in found.left_out if one[1] in entry.marked})),
    )


def standings(entry: Entry, judged: Jury | None) -> list[Standing]:
    """Every candidate that has not withdrawn, eligible or not."""
    return [
        _standing(entry, name, judged)
        for name in sorted(entry.marked)
        if name not in entry.withdrawn
    ]


def criteria_of(entry: Entry, ranked: list[Standing], parts: tuple[str, ...]) -> Criteria:
    """Points on every metric and every part of the panel, with what each may add to a total."""
    names: list[str] = []
    weights: list[float] = []
    columns: list[list[float]] = []
    for part in parts:
        maximum = entry.track.scorecard[part]
        if part != MEASURED:
            names.append(part)
            weights.append(maximum)
            columns.append([one.parts[part].points or 0.0 for one in ranked])
            continue
        own = [entry.leaves(one.candidate) for one in ranked]
        for at, leaf in enumerate(entry.leaves(min(entry.marked))):
            names.append(leaf.name)
            weights.append(maximum * leaf.weight / FULL)
            columns.append([mine[at].points for mine in own])
    points = np.array(columns, np.float64).reshape(len(names), len(ranked)).T
    return Criteria(
        candidates=tuple(one.candidate for one in ranked),
        names=tuple(names),
        weights=np.array(weights),
        points=points,
    )


def failed_gates(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The gates that a candidate failed, each with its reason; a gate that was not run counts."""
    return [
        {"gate": gate["gate"], "reason": gate["reason"]}
        for gate in record["gates"]
        if not gate["passed"]
    ]


def _standing(entry: Entry, name: str, judged: Jury | None) -> Standing:
    marked = entry.marked[name]
    measured = entry.leaves(name)
    parts = {}
    for part, maximum in entry.track.scorecard.items():
        found = judged.points.get((name, part)) if judged else None
        if part == MEASURED:
            parts[part] = PartPoints(
                points=marked.record["measured"]["points"],
                maximum=maximum,
                sources=sources_of(measured),
            )
        elif judged and found:
            parts[part] = PartPoints(
                points=found.points,
                maximum=maximum,
                sources=found.sources,
            )
        else:
            parts[part] = PartPoints(points=None, maximum=maximum)
    values = {metric["metric"]: metric["value"] for metric in marked.record["metrics"]}
    breakers: dict[str, float | None] = {}
    for text in entry.item.tie_break:
        value = values.get(str(text))
        sign = 1 if catalog.resolve(text).metric.better == "higher" else -1
        breakers[str(text)] = None if value is None else sign * value
    return Standing(
        candidate=name,
        eligible=not entry.failing(name),
        parts=parts,
        tie_break=breakers,
        least=entry.track.scorecard[MEASURED] / FULL * least_of(measured),
    )
