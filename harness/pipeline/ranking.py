"""Rankings: each item's order under uncertainty, the places of a track filled under its caps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from harness.board import SCENARIO, Board
from harness.package import Package, read_package
from harness.pipeline.marking import floor_of
from harness.pipeline.places import caps_of, under_caps
from harness.pipeline.robustness import (
    pairs_record,
    panel_record,
    sensitivity_record,
    side_by_side,
)
from harness.pipeline.standings import MEASURED, Entry, failed_gates, jury, standings
from harness.workspace import Workspace
from scoring.anchors import points, round_half_up
from scoring.ranking.caps import Queue, fill
from scoring.ranking.item import Contest, Row, contest, ranking_of
from scoring.ranking.pairs import Pair
from scoring.ranking.told_apart import ahead_of

__all__ = ["Entry", "Ranked", "failed_gates", "rank_items"]

SCHEMA = "jiebang/ranking/1"
FEW = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """An item's ranking as it is kept, beside what it was worked out from."""

    entry: Entry
    contest: Contest
    record: dict[str, Any]

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Candidates in the order in which totals and tie-breakers give places."""
        names = self.contest.field.names
        return tuple(tuple(names[at] for at in group) for group in self.contest.groups)

    @property
    def ahead(self) -> dict[str, frozenset[str]]:
        """Whom every ranked candidate is separably ahead of."""
        field = self.contest.field
        return ahead_of(field.names, field.sets.beats)

    @property
    def under(self) -> dict[str, dict[str, str]]:
        """Under which value of each cap every ranked candidate falls."""
        packages = self.entry.packages
        names = self.contest.field.names
        return {name: under_caps(self.entry.item, packages[name]) for name in names}


def rank_items(entries: Sequence[Entry]) -> list[Ranked]:
    """Rank every item, then fill the places of each track in order under its caps."""
    ranked = [_rank_one(entry) for entry in entries]
    for name in dict.fromkeys(one.entry.item.track for one in ranked):
        _under_caps([one for one in ranked if one.entry.item.track == name])
    return ranked


def packages_of(workspace: Workspace) -> dict[str, Package]:
    """The accepted packages by candidate."""
    return {name: read_package(workspace.package(name)) for name in workspace.candidates()}


def _rank_one(entry: Entry) -> Ranked:
    """Rank the scored candidates of an item, with the panel's points where there are any."""
    board, item = entry.board, entry.item
    judged = jury(entry)
    found = contest(standings(entry, judged), entry.rules())
    ranking = ranking_of(found)
    modes = {entry.packages[one.candidate].mode for one in found.ranked}
    samples = side_by_side(entry, found)
    record = {
        "schema": SCHEMA,
        "board": board.id,
        "track": item.track,
        "item": item.id,
        "version": entry.version,
        "places": item.places,
        "confidence": board.confidence,
        "draws": board.draws,
        "draw_digest": _draw_digest(entry),
        "complete_panel": not ranking.missing_parts,
        "maximum": {part: entry.track.scorecard[part] for part in ranking.parts},
        "mixed_modes": len(modes) > 1 and not item.rank_modes_together,
        "rows": [_row(board, row, found) for row in ranking.rows],
        "ineligible": [
            {
                "candidate": one.candidate,
                "reasons": entry.failing(one.candidate),
                "parts": _parts(board, found, one.candidate),
            }
            for one in ranking.unranked
        ],
        "reference": _reference(entry),
        "pairs": [_neighbours(pair) for pair in ranking.pairs],
        "rank_frequencies": _frequencies(found),
        "units": _units(entry),
        "monte_carlo_error": {
            "draws": board.draws,
            "largest": round(0.5 / math.sqrt(board.draws), 6),
        },
        "pair_table": pairs_record(entry, found, samples),
        "panel": panel_record(entry, judged),
        "sensitivity": sensitivity_record(entry, found, judged, samples),
        "withdrawn": [
            {"candidate": name, **told} for name, told in sorted(entry.withdrawn.items())
        ],
        "change": None if entry.change is None else dict(entry.change),
    }
    return Ranked(entry=entry, contest=found, record=record)


def _under_caps(ranked: Sequence[Ranked]) -> None:
    """Fill a track's places again where caps hold across its items."""
    caps = caps_of(ranked[0].entry.track)
    proposed = [one for one in ranked if one.record["complete_panel"]]
    if not caps:
        return
    filled = fill([_queue(one) for one in ranked], caps)
    for one in proposed:
        for row in one.record["rows"]:
            found = filled[row["candidate"]]
            row["proposal"], row["certainty"] = found.proposal, found.certainty


def _queue(one: Ranked) -> Queue:
    return Queue(
        item=one.entry.item.id,
        places=one.contest.rules.places,
        reserves=one.contest.rules.reserves,
        groups=one.groups,
        under=one.under,
        names=one.contest.field.names,
        sets=one.contest.field.sets,
        complete=one.record["complete_panel"],
    )


def _row(board: Board, row: Row, found: Contest) -> dict[str, Any]:
    share = row.selection_frequency
    error = None
    if share is not None:
        error = round(math.sqrt(share * (1 - share) / len(found.field.seen)), 6)
    return {
        "candidate": row.candidate,
        "rank": row.rank,
        "tied": row.tied,
        "rank_set": [row.lower, row.upper],
        "tier": row.tier,
        "total": _published(board, row.published),
        "total_value": row.total,
        "interval": None if row.low is None else [row.low, row.high],
        "parts": _parts(board, found, row.candidate),
        "proposal": row.proposal,
        "certainty": row.certainty,
        "selection_frequency": share,
        "selection_error": error,
        "reserve_order": None,
        "cap": None,
        "decision": None,
        "stopped": None,
    }


def _parts(board: Board, found: Contest, candidate: str) -> dict[str, str]:
    everyone = (*found.ranked, *found.others)
    mine = next(one for one in everyone if one.candidate == candidate)
    digits = board.rounding.digits
    return {
        part: _published(
            board, round_half_up(part_points.points * part_points.maximum / 100, digits)
        )
        for part, part_points in mine.parts.items()
        if part_points.points is not None and (part in found.card.parts or not mine.eligible)
    }


def _neighbours(pair: Pair) -> dict[str, Any]:
    return {
        "first": pair.ahead,
        "second": pair.behind,
        "difference": pair.difference,
        "interval": None if pair.low is None else [pair.low, pair.high],
        "separable": pair.separable,
        "at_line": pair.at_line,
        "detectable": pair.detectable,
    }


def _published(board: Board, value: float) -> str:
    return f"{value:.{board.rounding.digits}f}"


def _frequencies(found: Contest) -> dict[str, list[float]]:
    """How often each candidate takes each rank over the draws: a description, never evidence."""
    drawn = np.round(found.field.seen, found.rules.digits)
    if not drawn.size:
        return {}
    ranks = rankdata(-drawn, method="min", axis=1)
    places = range(1, len(found.ranked) + 1)
    counted = np.stack([np.mean(ranks == place, axis=0) for place in places], axis=1)
    return dict(zip(found.field.names, counted.tolist(), strict=True))


def _units(entry: Entry) -> dict[str, Any] | None:
    """Independent units behind the measured points, and whether they are few."""
    records = [marked.record for marked in entry.marked.values()]
    counts = [record["units"] for record in records if record.get("units")]
    if not counts:
        return None
    kind = "clusters" if any(record.get("clustered") for record in records) else "samples"
    if entry.item.task == SCENARIO:
        kind = "own"
    return {"count": min(counts), "kind": kind, "few": min(counts) < FEW}


def _draw_digest(entry: Entry) -> str | None:
    """Digest of the draws that all candidates of the item have in common; none where each has own."""
    digests = {marked.record.get("draw_digest") for marked in entry.marked.values()}
    return digests.pop() if len(digests) == 1 else None


def _reference(entry: Entry) -> list[dict[str, Any]]:
    """The organizer's baseline and reference models on the same anchors: shown, never ranked."""
    found = []
    if entry.floors:
        name = {"zh": "基线（参照，不参评）", "en": "Baseline (reference, not ranked)"}
        found.append(_shown_beside(entry, name, entry.floors))
    for one in entry.references:
        title = {
            "zh": f"{one['title']['zh']}（参照，不参评）",
            "en": f"{one['title']['en']} (reference, not ranked)",
        }
        values = {metric: told["value"] for metric, told in one["values"].items()}
        found.append(_shown_beside(entry, title, values))
    return found


def _shown_beside(
    entry: Entry, name: Mapping[str, str], values: Mapping[str, float | None]
) -> dict[str, Any]:
    """Measured points of values by metric; a metric without one gives none."""
    attained = 0.0
    for criterion in entry.item.metrics:
        value = values[str(criterion.metric)]
        if value is not None:
            floor, _ = floor_of(criterion, entry.floors)
            attained += criterion.weight * points(value, floor, criterion.target) / 100
    maximum, digits = entry.track.scorecard[MEASURED], entry.board.rounding.digits
    shown = _published(entry.board, round_half_up(attained * maximum / 100, digits))
    return {"name": dict(name), "total": shown, "parts": {MEASURED: shown}}
