"""Caps across the items of a track: whom one stops, and what only they leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.catalogue import Words
from reports.evaluation import Evaluation, Record, ranked_rows

HINGES, BY_CAP = "hinges", "by_cap"
"""Certainties that a cap gives: open though ranks are told apart, and sure though they do not say."""

PLACED = ("selected", "committee")


def outcome_of(row: Record) -> str | None:
    """What the committee decided of a row, or what was proposed where it decided nothing else."""
    return row.get("decision") or row.get("proposal")


def outcomes_of(ranking: Record) -> dict[str, str | None]:
    """What the committee decided of each ranked candidate, or what was proposed."""
    return {row["candidate"]: outcome_of(row) for row in ranking["rows"]}


def stopped_by(row: Record) -> Record | None:
    """The cap that keeps a row from a place: with those who have places once it is decided on."""
    cap: Record | None = row.get("cap")
    return row.get("stopped", cap) if row.get("decision") else cap


def told_under_caps(tracks: Sequence[Record], rankings: Sequence[dict[str, Any]]) -> None:
    """Say in the rankings of tracks with caps what these make of certainty and of frequencies.

    Whose rank set lies on one side of the line is told apart, so that only a cap can leave its
    place open; and only a cap can make certain what the rank set does not say. Frequencies of
    selection know nothing of caps, so that they are left out where one has stopped somebody.
    """
    capped = {track["track"] for track in tracks if track.get("caps")}
    for ranking in rankings:
        if ranking["track"] not in capped:
            continue
        ranking["under_caps"] = True
        bound = any(row.get("cap") for row in ranking["rows"])
        for row in ranking["rows"]:
            if row.get("certainty"):
                row["certainty"] = _certainty(row, ranking["places"])
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
        if stopped_by(row)
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


def _certainty(row: Record, places: int) -> str:
    found: str = row["certainty"]
    best, worst = row.get("rank_set") or (1, places + 1)
    if found == "not_separable":
        return HINGES if worst <= places or best > places else found
    alone = worst <= places if row["proposal"] == "selected" else best > places
    return found if alone else BY_CAP
