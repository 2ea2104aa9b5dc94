"""The band at the line of an item's places: who is in it, and how settled steps order it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.board import Board, Item
from harness.canonical import canonical_json, digest

COMMITTEE = "committee"

Groups = list[list[str]]


def band(ranking: Mapping[str, Any]) -> list[str]:
    """The candidates of an item between whom and the line nothing measured decides."""
    return [row["candidate"] for row in ranking["rows"] if row["certainty"] == "not_separable"]


def settle(
    board: Board, item: Item, ranking: dict[str, Any], kept: Sequence[Mapping[str, Any]]
) -> None:
    """Write into a ranking what was declared for its band, what was done and what is due.

    A step that was done orders the band by its own groups where the steps before left it open;
    proposals follow that order, certainty does not. A step counts for the field that it was
    taken on: once somebody leaves or a total changes, it is due again.
    """
    track = board.tracks[item.track]
    among = band(ranking) if ranking["complete_panel"] else []
    done = {
        record["step"]: record
        for record in kept
        if record["item"] == item.id
        and sorted(record["band"]) == sorted(among)
        and record["field"] == field_of(ranking)
    }
    groups: Groups = [among] if among else []
    steps = []
    due: str | None = None
    for step in track.contested:
        record = done.get(step)
        entry = _step(step, record)
        if not among or (step != COMMITTEE and not _open(groups, ranking, among)):
            entry["state"] = "not_needed"
        elif record is not None:
            entry["state"] = "done"
            if record.get("groups"):
                groups = _refined(groups, record["groups"])
        elif (missing := _missing(step, board, item)) is not None:
            entry |= {"state": "not_available", "reason": missing}
        else:
            entry["state"] = "due" if due is None else "waiting"
            due = due or step
        steps.append(entry)
    settled = [one for one in steps if one["state"] == "done" and one["groups"]]
    if settled:
        _propose(ranking, groups, track.reserves)
    decision = done.get(COMMITTEE)
    ranking["settling"] = {
        "declared": list(track.contested),
        "band": among,
        "open": due,
        "order": groups if settled else None,
        "steps": steps,
        "departures": decision["departures"] if decision else [],
    }
    for row in ranking["rows"]:
        row["decision"] = decision["decisions"].get(row["candidate"]) if decision else None


def _step(step: str, record: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "step": step,
        "state": "waiting",
        "groups": record.get("groups") if record else None,
        "reason": None,
        "time": record["time"] if record else None,
        "by": record["by"] if record else None,
        "digest": digest(canonical_json(dict(record))) if record else None,
        "tickets": record.get("tickets", []) if record else [],
        "values": record.get("values", {}) if record else {},
    }


def _missing(step: str, board: Board, item: Item) -> dict[str, str] | None:
    """What the board would have to declare for a step that it names."""
    track = board.tracks[item.track]
    if step == "reserve_samples" and not item.reserve:
        return {"zh": "本任务没有备用样本", "en": "the item has no reserve samples"}
    if step == "secondary_criteria" and not track.secondary:
        return {"zh": "榜单没有指定次级评分项", "en": "the board names no secondary criteria"}
    if step == "draw" and track.draw is None:
        return {
            "zh": "榜单没有公布抽签所用的随机数来源",
            "en": "the board names no public randomness for a draw",
        }
    return None


def _open(groups: Groups, ranking: Mapping[str, Any], among: Sequence[str]) -> bool:
    """Whether a group that is still level lies across the line of the places in the band."""
    left = _places(ranking, among)
    before = 0
    for group in groups:
        if before < left < before + len(group):
            return True
        before += len(group)
    return False


def _places(ranking: Mapping[str, Any], among: Sequence[str]) -> int:
    """Places that remain for the band once those above it have theirs."""
    sure: int = sum(
        row["proposal"] == "selected" and row["candidate"] not in among for row in ranking["rows"]
    )
    places: int = ranking["places"]
    return places - sure


def _refined(groups: Groups, finer: Groups) -> Groups:
    """Groups parted further by a later step, whose order holds only within each."""
    place = {name: at for at, group in enumerate(finer) for name in group}
    found: Groups = []
    for group in groups:
        for at in sorted({place.get(name, -1) for name in group}):
            found.append([name for name in group if place.get(name, -1) == at])
    return found


def _propose(ranking: dict[str, Any], groups: Groups, reserves: int) -> None:
    """Give the band's places, and then its reserves, in the order that the steps settled."""
    among = [name for group in groups for name in group]
    rows = {row["candidate"]: row for row in ranking["rows"]}
    left = _places(ranking, among)
    elsewhere = sum(row["proposal"] == "reserve" for name, row in rows.items() if name not in among)
    last = left + max(0, reserves - elsewhere)
    before = 0
    for group in groups:
        after = before + len(group)
        proposal = "not_selected"
        if before < left:
            proposal = "selected" if after <= left else "committee"
        elif before < last:
            proposal = "reserve"
        for name in group:
            rows[name]["proposal"] = proposal
        before = after


def field_of(ranking: Mapping[str, Any]) -> list[list[str]]:
    """Who is ranked and with what: a step that was taken on another field settles nothing here."""
    return [[row["candidate"], row["total"]] for row in ranking["rows"]]
