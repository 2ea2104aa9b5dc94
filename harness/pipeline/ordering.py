"""The ranking stage: from the scores of a version to its rankings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.board import SCENARIO, read_board
from harness.canonical import readable_json
from harness.lock import lock_digest, locked
from harness.pipeline.band import Line, settle_track
from harness.pipeline.changes import changes_until, late_gates, withdrawn_until
from harness.pipeline.grounds import found_now
from harness.pipeline.panel import sheets
from harness.pipeline.preparing import floors, references
from harness.pipeline.ranking import (
    Entry,
    Ranked,
    packages_of,
    rank_items,
)
from harness.pipeline.score_records import read_marked, refuse_unlike
from harness.pipeline.settling import (
    left_behind,
    ranking_as_written,
    records,
    resting,
    steps_of,
)
from harness.pipeline.track_list import rank_track
from harness.pipeline.trail import amended_since_ranked
from harness.problems import Problem, Refusal
from harness.workspace import Workspace
from reports.caps import outcomes_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """The rankings of a version: of each item, and the list of each track."""

    items: Sequence[Mapping[str, Any]]
    tracks: Sequence[Mapping[str, Any]]

    def files(self) -> dict[str, bytes]:
        """What is written of them, by name below the folder of rankings."""
        told = {f"{one['track']}/{one['item']}.json": one for one in self.items}
        told |= {f"{one['track']}.json": one for one in self.tracks}
        return {name: readable_json(dict(one)) for name, one in told.items()}


def order(workspace: Workspace) -> Ordered:
    """Rank every item that has scores, and list each track.

    Raises
    ------
    Refusal
        The rules are not locked, nothing is scored, or what was settled in this version would
        no longer count: then a new version is due.
    """
    ranked = rank_items(entries(workspace))
    if not ranked:
        raise Refusal([Problem("E9007", str(workspace.root), "scores/")])
    lines = {one.entry.item.id: _line(workspace, one) for one in ranked}
    problems: list[Problem] = []
    for name, line in lines.items():
        problems += left_behind(line, ranking_as_written(workspace, name))
    if problems:
        raise Refusal(problems)
    board = read_board(workspace.board)
    tracks = []
    for name in board.tracks:
        of_track = [one for one in ranked if one.entry.item.track == name]
        if of_track:
            settle_track([lines[one.entry.item.id] for one in of_track])
            tracks.append(rank_track(board, name, of_track))
    if problems := list(_turned(workspace, lines)):
        raise Refusal(problems)
    return Ordered(items=[one.record for one in ranked], tracks=tracks)


def _turned(workspace: Workspace, lines: Mapping[str, Line]) -> Iterator[Problem]:
    """Report items with steps whose outcome other rules or marks than they were ranked with turn."""
    amended = amended_since_ranked(workspace)
    for name, line in lines.items():
        written = ranking_as_written(workspace, name)
        if written is None or outcomes_of(written) == outcomes_of(line.ranking):
            continue
        marks = [(one["panel"] or {}).get("digest") for one in (written, line.ranking)]
        if amended or marks[0] != marks[1]:
            yield from resting(name, steps_of(line.kept, written, line.ranking["version"]))


def _line(workspace: Workspace, one: Ranked) -> Line:
    kept = records(workspace, one.entry.item.id)
    return Line(
        track=one.entry.track,
        item=one.entry.item,
        ranking=one.record,
        published=one.groups,
        under=one.under,
        ahead=one.ahead,
        kept=kept,
        found=found_now(workspace, one.record, kept),
    )


def entries(workspace: Workspace) -> list[Entry]:
    """What each item's ranking starts from, the items in the board's order."""
    lock = lock_digest(locked(workspace))
    board, packages, panel = read_board(workspace.board), packages_of(workspace), sheets(workspace)
    version = workspace.current_version()
    late, gone = late_gates(workspace, version), withdrawn_until(workspace, version)
    changes = changes_until(workspace, version)
    found = []
    for item in board.items:
        marked = {
            name: entry
            for name, package in packages.items()
            if package.item == item.id
            and (entry := read_marked(workspace.current(), item.id, name)) is not None
        }
        if marked:
            refuse_unlike(marked, same_data=item.task != SCENARIO)
            found.append(
                Entry(
                    board=board,
                    item=item,
                    lock=lock,
                    version=version,
                    marked=marked,
                    packages=packages,
                    sheets=panel,
                    floors=floors(workspace, item.id),
                    references=references(workspace, item.id),
                    late=late,
                    withdrawn={name: told for name, told in gone.items() if name in marked},
                    change=changes[-1] if changes else None,
                )
            )
    return found
