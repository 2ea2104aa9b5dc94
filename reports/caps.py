"""Caps across the items of a track: whom one stops, and what only they leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.catalogue import Words
from reports.evaluation import Evaluation, Record, ranked_rows

HINGES = "hinges"
"""The certainty of what ranks leave clear and a cap does not: it depends on who takes its places."""

PLACED = ("selected", "committee")


def outcome_of(row: Record) -> str | None:
    """What the committee decided of a row, or what was proposed where it decided nothing else."""
    return row.get("decision") or row.get("proposal")


def told_under_caps(tracks: Sequence[Record], rankings: Sequence[dict[str, Any]]) -> None:
    """Say in the rankings of tracks with caps what these make of certainty and of frequencies.

    Whose rank set lies on one side of the line is told apart; it is only a cap that leaves its
    place open. Frequencies of selection know nothing of caps, so that they are left out where
    one has stopped somebody.
    """
    capped = {track["track"] for track in tracks if track.get("caps")}
    for ranking in rankings:
        if ranking["track"] not in capped:
            continue
        ranking["under_caps"] = True
        bound = any(row.get("cap") for row in ranking["rows"])
        for row in ranking["rows"]:
            if row.get("certainty") == "not_separable" and _told_apart(row, ranking["places"]):
                row["certainty"] = HINGES
            if bound:
                row["selection_frequency"] = None


def passed_over(ranking: Record) -> list[Record]:
    """Rows that have no place because of a cap, by rank: one behind has it, or it is left."""
    rows = ranked_rows(ranking)
    order = (ranking.get("settling") or {}).get("order") or ()
    settled = {name: at for at, group in enumerate(order) for name in group}
    ranks = {row["candidate"]: at for at, row in enumerate(rows)}

    def before(one: str, other: str) -> bool:
        by = settled if one in settled and other in settled else ranks
        return by[one] < by[other]

    placed = [row["candidate"] for row in rows if outcome_of(row) in PLACED]
    return [
        row
        for row in rows
        if row.get("cap")
        and row["candidate"] not in placed
        and (
            len(placed) < ranking["places"] or any(before(row["candidate"], one) for one in placed)
        )
    ]


def cap_text(evaluation: Evaluation, cap: Mapping[str, Any] | None, words: Words) -> str:
    """The cap that was full when a candidate's turn came, in words; empty where none was."""
    if not cap:
        return ""
    value = cap["value"]
    if cap["kind"] == "city" and not value:
        value = words("cap.city_unnamed")
    if cap["kind"] == "industry":
        industries = (item.get("industry") or {} for item in evaluation.items.values())
        value = next((words.pick(one) for one in industries if one.get("zh") == value), value)
    return words(f"cap.{cap['kind']}", value=value, n=cap["at_most"])


def _told_apart(row: Record, places: int) -> bool:
    ends = row.get("rank_set")
    return ends is not None and (ends[1] <= places or ends[0] > places)
