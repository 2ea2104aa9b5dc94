"""The candidates of an item as they enter its ranking: measured points beside the panel's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.board import Board, Item, Track
from harness.metric_text import MetricText
from harness.package import Package
from harness.pipeline.panel import Sheets
from harness.pipeline.score_records import Marked
from scoring import catalog
from scoring.anchors import one_sample
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

    def one_sample(self, candidate: str) -> float:
        """One sample's or cluster's worth in the unit of the total: the least error of a difference.

        A metric within bounds is worth what one answer moves it at most, between its anchors; a
        scenario's gain is counted on the way from its own baseline to perfect answers.
        """
        record = self.marked[candidate].record
        units = record.get("units") or record["samples"]
        worth: float = sum(
            _moved(one["metric"], units, one.get("floor"), one.get("target"))
            * one.get("weight", 0)
            / 100
            for one in record["metrics"]
        )
        anchors, skill = self.item.criteria.get("skill"), record["skill"]
        if anchors is not None and skill and skill["baseline"] is not None:
            best = catalog.resolve(MetricText.parse(skill["metric"])).metric.best
            way = _moved(skill["metric"], units, skill["baseline"], best) / 100
            worth += anchors.weight * way / abs(anchors.target - anchors.floor)
        return float(self.track.scorecard[MEASURED] * max(worth / 100, 1 / units))


def _moved(text: str, units: int, floor: float | None, target: float | None) -> float:
    """Points by which one answer moves a metric at most; 0 where it knows no bounds or anchors."""
    low, high = catalog.resolve(MetricText.parse(text)).metric.bounds
    if floor is None or target is None or floor == target or not math.isfinite(high - low):
        return 0.0
    return (high - low) * one_sample(units, floor, target)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Jury:
    """The panel of an item: its sheets as a table, and what they come to.

    ``freedom`` are the degrees of freedom by which the error of its points is known.
    """

    panel: Panel
    method: Method
    points: Mapping[tuple[str, str], PanelPoints]
    freedom: int
    digest: str


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
    seed = derive_seed(entry.lock, "panel", found.digest)
    errors = judging_errors(panel, method, seed, entry.board.draws)
    points = panel_points(panel, errors, confidence=entry.board.confidence, method=method)
    return Jury(
        panel=panel,
        method=method,
        points=by_cell(points),
        freedom=errors.freedom,
        digest=found.digest,
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
        leaves = _leaves(entry) if part == MEASURED else {part: 100}
        for name, weight in leaves.items():
            names.append(name)
            weights.append(maximum * weight / 100)
            columns.append([_leaf(entry, one, part, name) for one in ranked])
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


def _leaves(entry: Entry) -> dict[str, int]:
    """Criteria of the measured part with their weights, which sum to 100."""
    if entry.item.metrics:
        return {str(one.metric): one.weight for one in entry.item.metrics if one.weight}
    return {name: one.weight for name, one in entry.item.criteria.items() if one.weight}


def _leaf(entry: Entry, one: Standing, part: str, name: str) -> float:
    record = entry.marked[one.candidate].record
    if part != MEASURED:
        return float(one.parts[part].points or 0.0)
    if name == "skill":
        return float((record["skill"] or {}).get("points") or 0.0)
    if name == "claims":
        return 0.0 if record["self_attested"] else 100.0 * float(record["claims_share"])
    found = {metric["metric"]: metric["points"] for metric in record["metrics"]}
    return float(found.get(name) or 0.0)


def _standing(entry: Entry, name: str, judged: Jury | None) -> Standing:
    marked = entry.marked[name]
    units = marked.record.get("units")
    parts = {}
    for part, maximum in entry.track.scorecard.items():
        found = judged.points.get((name, part)) if judged else None
        if part == MEASURED:
            parts[part] = PartPoints(
                points=marked.record["measured"]["points"],
                maximum=maximum,
                replicates=marked.replicates,
                freedom=None if units is None else units - 1,
            )
        elif judged and found:
            parts[part] = PartPoints(
                points=found.points,
                maximum=maximum,
                replicates=found.replicates,
                freedom=judged.freedom,
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
        least=entry.one_sample(name),
    )
