"""Grounds: what a ranking and the steps at its line rest on, as it lies in the workspace now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from harness.board import read_board
from harness.pipeline.band import Found, band, told_steps
from harness.pipeline.panel import Sheets, sheets
from harness.pipeline.roster import CRITERIA
from harness.workspace import Workspace
from scoring.anchors import round_half_up
from scoring.panel.aggregation import panel_means
from scoring.panel.marks import Mark, Panel

SECONDARY = "secondary_criteria"
HEARING = "panel"

Record = Mapping[str, Any]


def found_now(workspace: Workspace, ranking: Record, kept: Sequence[Record]) -> dict[str, Found]:
    """What those of the steps kept that order by marks would find for a ranking now."""
    steps = {record["step"] for record in kept} & {SECONDARY, HEARING}
    if not steps:
        return {}
    board = read_board(workspace.board)
    track, digits = board.tracks[ranking["track"]], board.rounding.digits
    found: dict[str, Found] = {SECONDARY: written(parts_of(ranking, track.secondary))}
    if HEARING in steps:
        marks = marks_on(sheets(workspace, hearing=True), band(ranking))
        heard = hearing_points(marks, track.scorecard, digits)
        found[HEARING] = {name: f"{value:.{digits}f}" for name, value in heard.items()}
    return found


def parts_of(ranking: Record, parts: Sequence[str]) -> dict[str, list[str]]:
    """The points of a band's candidates on some parts of the scorecard, as published."""
    rows = {row["candidate"]: row["parts"] for row in ranking["rows"]}
    return {name: [rows[name].get(part, "") for part in parts] for name in band(ranking)}


def written(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Values of each candidate as the record of a step keeps them."""
    return {name: " / ".join(one) for name, one in values.items()}


def marks_on(found: Sheets | None, among: Sequence[str]) -> list[Mark]:
    """The marks of a hearing that are on the candidates of a band."""
    return [mark for mark in found.marks if mark.candidate in among] if found else []


def without_score(
    marks: Sequence[Mark], among: Sequence[str], card: Mapping[str, float]
) -> list[tuple[str, str]]:
    """Candidates without a valid score at a hearing on a criterion that counts, with that one."""
    valid = {(mark.candidate, mark.criterion) for mark in marks if mark.score is not None}
    return [cell for cell in product(among, _heard(marks, card)) if cell not in valid]


def hearing_points(
    marks: Sequence[Mark], card: Mapping[str, float], digits: int
) -> dict[str, float]:
    """Points of the candidates of a hearing, criteria weighted as declared, rounded.

    Whoever lacks a valid score on a criterion that counts has none.
    """
    names = sorted({mark.candidate for mark in marks})
    heard = _heard(marks, card)
    lacking = {name for name, _ in without_score(marks, names, card)}
    means = panel_means(Panel.of(marks)) if marks else {}
    return {
        name: round_half_up(sum(card[part] * means[name, part] / 100 for part in heard), digits)
        for name in names
        if name not in lacking
    }


def _heard(marks: Sequence[Mark], card: Mapping[str, float]) -> list[str]:
    given = {mark.criterion for mark in marks}
    return [name for name in CRITERIA if name in given and card.get(name, 0) > 0]


def is_outdated(
    ranking: Record, taken: Mapping[str, Record], given: Sheets | None, *, amended: bool
) -> bool:
    """Whether rules, sheets or roster in force are others than an item was ranked with.

    ``given`` are the sheets in force, ``amended`` is whether the rules were since. ``taken`` are
    the steps that count now: one that the ranking tells and that is not among them rests on marks
    that were corrected.
    """
    panel = ranking["panel"]
    return (
        amended
        or (panel and panel["digest"]) != _ranked_with(ranking, given)
        or not told_steps(ranking).keys() <= taken.keys()
    )


def _ranked_with(ranking: Record, given: Sheets | None) -> str | None:
    """The digest of the sheets with which an item would be ranked now; none while some are out."""
    if given is None or given.waiting:
        return None
    everyone = (*ranking["rows"], *ranking["ineligible"], *ranking["withdrawn"])
    names = {entry["candidate"] for entry in everyone}
    return given.digest if any(mark.candidate in names for mark in given.marks) else None
