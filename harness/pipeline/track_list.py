"""A track's list: its items' proposals side by side, and how many places they leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.board import Board
from harness.pipeline.ranking import Ranked
from harness.pipeline.robustness import agreement_record
from scoring.panel.marks import Panel

SCHEMA = "jiebang/track/1"


def rank_track(board: Board, name: str, ranked: Sequence[Ranked]) -> dict[str, Any]:
    """A track's list item by item: places filled, open to the committee's choice, and vacant."""
    track = board.tracks[name]
    items = []
    counts = dict.fromkeys(
        (
            "candidates",
            "selected",
            "reserve",
            "not_selected",
            "ineligible",
            "committee",
            "unranked",
            "clear",
            "not_separable",
        ),
        0,
    )
    capped = []
    for ranking in (one.record for one in ranked):
        rows = ranking["rows"]
        counts["candidates"] += len(rows) + len(ranking["ineligible"])
        counts["ineligible"] += len(ranking["ineligible"])
        for row in rows:
            counts[row["proposal"] or "unranked"] += 1
            if row["certainty"]:
                counts[row["certainty"]] += 1
            if row["cap"]:
                told = {"candidate": row["candidate"], "item": ranking["item"]}
                capped.append(told | row["cap"])
        items.append(
            {
                "item": ranking["item"],
                "places": ranking["places"],
                **{
                    kind: [row["candidate"] for row in rows if row["proposal"] == kind]
                    for kind in ("selected", "reserve", "committee")
                },
                "not_separable": [
                    r["candidate"] for r in rows if r["certainty"] == "not_separable"
                ],
            }
        )
    places = sum(item.places for item in board.items if item.track == name)
    left = min(sum(map(_open, ranked)), track.quota.at_most - counts["selected"])
    return {
        "schema": SCHEMA,
        "track": name,
        "quota": track.quota.at_most,
        "places": places,
        "filled": counts["selected"],
        "open": left,
        "unfilled": track.quota.at_most - counts["selected"] - left,
        "items": items,
        "counts": counts,
        "caps": dict(track.quota.caps),
        "capped": capped,
        "panel": _track_panel(board, ranked),
    }


def _open(one: Ranked) -> int:
    """How many places of an item the committee has to fill, from those who are left to it.

    All that may be filled while its panel is awaited.
    """
    rows, places = one.record["rows"], one.contest.rules.places
    if not one.record["complete_panel"]:
        return min(len(rows), places)
    left = [row for row in rows if row["proposal"] == "committee" and row["cap"] is None]
    selected = [row for row in rows if row["proposal"] == "selected"]
    return min(len(left), places - len(selected))


def _track_panel(board: Board, ranked: Sequence[Ranked]) -> dict[str, Any] | None:
    """Agreement of the judges over all candidates of a track."""
    sheets = next((one.entry.sheets for one in ranked if one.entry.sheets), None)
    if sheets is None or sheets.waiting:
        return None
    candidates = {name for one in ranked for name in one.entry.marked}
    marks = [mark for mark in sheets.marks if mark.candidate in candidates]
    if not marks:
        return None
    lock = ranked[0].entry.lock
    return {"agreement": agreement_record(lock, board.confidence, board.draws, Panel.of(marks))}
