"""The trail: what the ledger says of each record, held against what lies on disk.

A stage writes down the digest of what it made. Before the next stage reads it, and when an
outsider verifies, the record is digested again: an edit by hand, a record taken away and a
stage that was cut off in the middle all show.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.canonical import canonical_json, digest, file_digest
from harness.clock import now
from harness.intake.packing import manifest
from harness.ledger import Ledger, read
from harness.lock import earlier_locks
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json

SCORES, RANKING = "scores", "ranking"
RULES = ("lock", "baselines")
ACCEPTED = ("intake", "attest")
JUDGED = ("panel", "hearing", "panel_export", "objection")
EVENTS = (*RULES, *ACCEPTED, "run", SCORES, RANKING, *JUDGED)
LATER = {"objection_decided": "objection", "objection_settled": "objection"}
"""Events that write the record of an earlier one anew."""

SHEETS = {"sheets": "panel", "hearing": "hearing", "roster": "panel_export"}


@dataclass(frozen=True, slots=True)
class Trace:
    """One record as it lies on disk: its ledger event, its subject, the digest of its body."""

    event: str
    subject: str
    body: str


def note(workspace: Workspace, kind: str) -> None:
    """Write down what a stage has just made of the results in force."""
    with Ledger(workspace.ledger, time=now()) as ledger:
        ledger.append(
            kind,
            actor="jiebang",
            time=now(),
            subject=workspace.current().name,
            body=folder_body(workspace.current() / kind),
        )


def run_body(record: dict[str, Any]) -> bytes:
    """What the ledger keeps of a run: its inputs and its predictions, each by digest."""
    return canonical_json({"key": record["key"], "predictions": record["predictions"]})


def intake_body(candidate: str, package: str, lock: str) -> bytes:
    """What the ledger keeps of an intake."""
    return canonical_json({"candidate": candidate, "package": package, "lock": lock})


def folder_body(folder: Path) -> bytes:
    """Every file below a folder with its digest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return canonical_json(
        {path.relative_to(folder).as_posix(): file_digest(path) for path in files}
    )


def hold(workspace: Workspace, *events: str) -> None:
    """Refuse to go on from records that are not those that the ledger speaks of."""
    problems = tuple(contradictions(workspace, events))
    if problems:
        raise Refusal(problems)


def contradictions(workspace: Workspace, events: Iterable[str] = EVENTS) -> Iterator[Problem]:
    """Every record that was changed, taken away, or made past the ledger."""
    wanted = frozenset(events)
    said: dict[tuple[str, str], str] = {}
    for line in read(workspace.ledger) if workspace.ledger.is_file() else ():
        event = LATER.get(line.event, line.event)
        if event in wanted:
            said[event, line.subject] = line.body
    found = {(one.event, one.subject): one.body for one in traces(workspace, wanted)}
    for key, body in sorted(found.items()):
        if said.get(key) != body:
            yield Problem("E8604" if key in said else "E8606", _named(key))
    for key in sorted(said.keys() - found.keys()):
        yield Problem("E8605", _named(key))


def traces(workspace: Workspace, events: Iterable[str]) -> Iterator[Trace]:
    """The records on disk that the ledger should speak of."""
    wanted = frozenset(events)
    if "lock" in wanted:
        for lock in (*earlier_locks(workspace), workspace.lock):
            if lock.is_file():
                record = read_json(lock)
                subject = str(len(record["amended"]))
                yield Trace("lock", subject, digest(canonical_json(record)))
    if "baselines" in wanted and workspace.baselines.is_file():
        record = read_json(workspace.baselines)
        yield Trace("baselines", "", digest(canonical_json(record)))
    if "intake" in wanted:
        yield from _accepted(workspace)
    if "attest" in wanted:
        yield from _attested(workspace)
    if "run" in wanted:
        for path in sorted(workspace.runs.glob("*/C*/*/run.json")):
            subject = path.parent.relative_to(workspace.runs).as_posix()
            yield Trace("run", subject, digest(run_body(read_json(path))))
    yield from (one for one in _judged(workspace) if one.event in wanted)
    for kind in (SCORES, RANKING):
        if kind in wanted:
            for number in range(1, workspace.current_version() + 1):
                folder = workspace.version(number) / kind
                if folder.is_dir():
                    yield Trace(kind, folder.parent.name, digest(folder_body(folder)))


def _accepted(workspace: Workspace) -> Iterator[Trace]:
    """Accepted trees as they are now, under the candidate and lock that their receipts name."""
    for candidate in workspace.candidates():
        payload = base64.b64decode(read_json(workspace.receipt(candidate))["payload"])
        lock = json.loads(payload)["predicate"]["lock"]
        tree = workspace.package(candidate)
        package = manifest(tree).id if tree.is_dir() else ""
        yield Trace("intake", candidate, digest(intake_body(candidate, package, lock)))


def _attested(workspace: Workspace) -> Iterator[Trace]:
    path = workspace.root / "attestations.json"
    latest: dict[str, Trace] = {}
    for entry in read_json(path) if path.is_file() else ():
        subject = f"{entry['candidate']} {entry['subject']}"
        latest[subject] = Trace("attest", subject, digest(canonical_json(entry)))
    yield from latest.values()


def _judged(workspace: Workspace) -> Iterator[Trace]:
    """Rosters, sheets and hearings of the panel, each version; objections as they stand."""
    for path in sorted(workspace.panel.glob("*-[0-9][0-9][0-9].json")):
        event = SHEETS.get(path.stem[:-4])
        if event is not None:
            yield Trace(event, path.stem, digest(canonical_json(read_json(path))))
    for path in sorted((workspace.root / "objections").glob("*.json")):
        yield Trace("objection", path.stem, digest(canonical_json(read_json(path))))


def _named(key: tuple[str, str]) -> str:
    return " ".join(part for part in key if part)


PROBLEMS = (
    Explanation(
        "E8604",
        "{where}：记录与台账所载摘要不符，可能被改动，或该步骤未完成。请恢复原件，或重新运行该步骤（lock、intake、attest、run、score、rank）。",
        "{where}: this record is not the one that the ledger speaks of; it was changed, or its stage was cut off. Restore it, or run that stage again (lock, intake, attest, run, score, rank).",
    ),
    Explanation(
        "E8605",
        "{where}：台账有此记录，而文件不在。请从归档或备份恢复。",
        "{where}: the ledger speaks of this record, and it is not there. Restore it from an archive or a copy.",
    ),
    Explanation(
        "E8606",
        "{where}：有此记录，而台账没有。请重新运行产生它的步骤，或删去来历不明的文件。",
        "{where}: this record is there, and the ledger does not speak of it. Run the stage that makes it again, or remove a file of unknown origin.",
    ),
)
