"""Announcements of public randomness: when the rules first named one, and what draws took it for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from harness.board import Board, Lots, read_board
from harness.canonical import canonical_json, file_digest
from harness.ledger import Ledger, Record, read
from harness.pipeline.band import name_of
from harness.pipeline.noting import append
from harness.pipeline.trail import body_of
from harness.structure import Translated
from harness.workspace import Workspace, read_json
from reports.dates import day

RULES = "draw_rules"
"""The ledger's event for the rules of draws as a lock has them, by track."""

Draw = Mapping[str, Any]
"""The record of a draw of lots."""


def note_rules(workspace: Workspace, ledger: Ledger, lock: str, *, actor: str) -> None:
    """Write down, beside a lock, how and from what its board lets lots be drawn."""
    board = read_board(workspace.board)
    rules = {name: rule for name in board.tracks if (rule := _rule(board, name)) is not None}
    if rules:
        append(workspace, ledger, RULES, lock, canonical_json(rules), actor=actor)


def named_on(workspace: Workspace, track: str) -> str | None:
    """The day in Beijing of the lock since which a track's draw is ruled as it is now.

    What an older version locked without writing the rules down counts as ruled so while the
    board's file is the same.
    """
    wanted = _rule(read_board(workspace.board), track)
    board = file_digest(workspace.board / "board.yaml")
    lines = _lines(workspace)
    rules = {line.subject: line for line in lines if line.event == RULES}
    found = None
    for lock in [line for line in lines if line.event == "lock"]:
        told = rules.get(lock.subject)
        if told is not None:
            same = _body(workspace, told).get(track) == wanted
        else:
            same = _body(workspace, lock).get("files", {}).get("board.yaml") == board
        if not same:
            found = None
        elif found is None:
            found = lock
    return None if found is None else day(found.time)


def ruled_too_late(workspace: Workspace) -> dict[str, str]:
    """The day of the announcement by track, where the rules named it on that day or after."""
    tracks = read_board(workspace.board).tracks
    days = {name: track.draw.on for name, track in tracks.items() if track.draw is not None}
    return {name: on for name, on in days.items() if on <= (named_on(workspace, name) or on)}


def last_drawn(workspace: Workspace, lots: Lots | Draw) -> Draw | None:
    """The last draw that was kept from the announcement of a rule or of another draw.

    It may be of any item and of any version, and need not be in force.
    """
    rule = lots if isinstance(lots, Mapping) else lots_record(lots)
    folder = workspace.current() / "settling"
    order: dict[str, int] = {}
    for line in _lines(workspace):
        if line.event == "settle":
            order.setdefault(line.subject, line.seq)
    paths = sorted(
        folder.glob("*/*-draw.json"),
        key=lambda path: (order.get(f"{path.parent.name}/{path.stem}", 0), path.name),
    )
    kept = [one for path in paths if alike(one := read_json(path), rule)]
    return kept[-1] if kept else None


def corrected_since(workspace: Workspace, drawn: Draw | None) -> Draw | None:
    """A later draw from a draw's announcement that took it for other randomness, if there is one."""
    last = None if drawn is None else last_drawn(workspace, drawn)
    return last if last and drawn and last["randomness"] != drawn["randomness"] else None


def lots_record(lots: Lots) -> dict[str, Any]:
    """A rule of draws as plain values."""
    return {"source": lots.source.record(), "form": lots.form, "on": lots.on}


def lots_of(drawn: Draw) -> Lots:
    """The rule by which a draw was made."""
    return Lots(source=Translated(**drawn["source"]), form=drawn["form"], on=drawn["on"])


def replaced(earlier: Draw, reason: str) -> dict[str, Any]:
    """What the record of a corrected draw says of the one whose randomness was wrong."""
    return {
        "item": earlier["item"],
        "randomness": earlier["randomness"],
        "by": earlier["by"],
        "time": earlier["time"],
        "digest": name_of(earlier),
        "reason": reason.strip(),
    }


def alike(drawn: Draw, rule: Draw) -> bool:
    """Whether a draw is from the announcement of a rule, in a form that both can be held to."""
    return (drawn["source"], drawn["on"]) == (rule["source"], rule["on"]) and re.fullmatch(
        rule["form"], drawn["randomness"]
    ) is not None


def _rule(board: Board, track: str) -> dict[str, Any] | None:
    """All that decides what a draw of a track comes to, but for the announcement itself."""
    declared = board.tracks[track]
    if declared.draw is None:
        return None
    return {**lots_record(declared.draw), "steps": list(declared.steps), "board": board.id}


def _lines(workspace: Workspace) -> list[Record]:
    return list(read(workspace.ledger)) if workspace.ledger.is_file() else []


def _body(workspace: Workspace, line: Record) -> dict[str, Any]:
    """What a line speaks of; nothing where its body is gone or is not the one."""
    path = body_of(workspace, line.body)
    if not path.is_file() or file_digest(path) != line.body:
        return {}
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found
