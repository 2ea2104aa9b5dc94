"""Traces: the records of a workspace as they lie on disk, each under its event in the ledger."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.canonical import canonical_json, digest, file_digest, readable_json
from harness.execution.record import EXCHANGES, HOST, RUN
from harness.execution.sealing import FILE as PREDICTIONS
from harness.intake.packing import identify, manifest
from harness.intake.unpacking import FileEntry
from harness.lock import earlier_locks
from harness.pipeline.canaries import FILE as CANARIES
from harness.pipeline.changes import CHANGE, DIFFERENCE, READABLE
from harness.workspace import Workspace, read_json

SCORES, RANKING = "scores", "ranking"
ATTESTATIONS = "attestations.json"
FACTS = (RUN, PREDICTIONS, EXCHANGES, CANARIES)

PLACES: Mapping[str, str] = {
    "lock": "board/board.lock.json",
    "baselines": "board/baselines.json",
    "intake": "packages/{}",
    "attest": ATTESTATIONS,
    "audit": "audits.json",
    "run": "runs/{}",
    "facts": "runs/{}",
    SCORES: "results/{}/scores",
    RANKING: "results/{}/ranking",
    "codes": "panel/codes.json",
    "mapping": "panel/mapping.json",
    "panel_export": "panel/{}.json",
    "exported": "panel/{}.json",
    "hearing_scope": "panel/hearing.json",
    "panel": "panel/{}.json",
    "hearing": "panel/{}.json",
    "settle": "settling/{}.json",
    "change": "results/{}",
    "objection": "objections/{}.json",
    "report": "results/{}",
}
"""Where the record of an event lies in a workspace; steps at the line, in the results in force."""

FOLDERS = frozenset({"facts", SCORES, RANKING, "change", "report"})
"""Events of which the ledger keeps the digests of several files."""


def place_of(workspace: Workspace, event: str, subject: str) -> Path:
    """Where the record of an event on a subject lies."""
    root = workspace.current() if event == "settle" else workspace.root
    return root / PLACES[event].format(subject)


@dataclass(frozen=True, slots=True)
class Trace:
    """One record as it lies on disk: its ledger event, its subject, its place, and its body.

    The body is what the ledger has a digest of; empty where the record is not one of ours.
    """

    event: str
    subject: str
    place: Path
    body: bytes

    @property
    def said(self) -> str:
        """What the ledger should say of it."""
        return digest(self.body)

    def covers(self) -> Iterator[Path]:
        """The files that the digest speaks for."""
        if self.event in FOLDERS:
            yield from (self.place / name for name in json.loads(self.body))
        else:
            yield self.place


def run_body(record: Mapping[str, object]) -> bytes:
    """What the ledger keeps of a run's answers: its inputs and its predictions, by digest."""
    return canonical_json({"key": record["key"], "predictions": record["predictions"]})


def facts_body(workspace: Workspace, folder: Path) -> bytes:
    """What the ledger keeps of how a run went: all of its files, with times and host facts.

    An archive holds the host's apart, below ``host/``.
    """
    apart = workspace.root / "host" / folder.relative_to(workspace.root) / HOST
    host = folder / HOST if (folder / HOST).is_file() else apart
    return files_body({**{name: folder / name for name in FACTS}, HOST: host})


def intake_body(candidate: str, package: str, lock: str) -> bytes:
    """What the ledger keeps of an intake."""
    return canonical_json({"candidate": candidate, "package": package, "lock": lock})


def change_body(folder: Path) -> bytes:
    """What the ledger keeps of a change: its reason and the difference that it made."""
    return files_body({name: folder / name for name in (CHANGE, DIFFERENCE, READABLE)})


def folder_body(folder: Path) -> bytes:
    """Every file below a folder with its digest; what a crash left half written is none."""
    found = sorted(folder.rglob("*"))
    named = {path: path.relative_to(folder) for path in found}
    return files_body({one.as_posix(): path for path, one in named.items() if _whole(one, path)})


def files_body(files: Mapping[str, Path]) -> bytes:
    """The digests of those files that are there, by name."""
    return canonical_json(
        {name: file_digest(path) for name, path in files.items() if path.is_file()}
    )


def traces(
    workspace: Workspace, events: Iterable[str], absent: Iterable[FileEntry] = ()
) -> Iterator[Trace]:
    """The records on disk that the ledger should speak of.

    ``absent`` are files of packages that an archive lists and does not hold.
    """
    wanted = frozenset(events)
    for event in RECORDS:
        if event in wanted:
            yield from RECORDS[event](workspace)
    if "intake" in wanted:
        yield from _accepted(workspace, tuple(absent))


def foreign(workspace: Workspace, known: Iterable[Trace]) -> Iterator[Path]:
    """Files among results, sheets and objections that no record speaks for."""
    covered = {path for trace in known for path in trace.covers()}
    covered.add(workspace.results / "current")
    for folder in (workspace.results, workspace.panel, workspace.root / "objections"):
        for path in sorted(folder.rglob("*")):
            if path not in covered and _whole(path.relative_to(folder), path):
                yield path


def versions(workspace: Workspace) -> list[Path]:
    """The folders of the results in force and of all before, the first first."""
    numbers = range(1, workspace.current_version() + 1)
    return [folder for number in numbers if (folder := workspace.version(number)).is_dir()]


def _whole(name: Path, path: Path) -> bool:
    return not any(part[0] == "." for part in name.parts) and not path.is_dir()


def _locks(workspace: Workspace) -> Iterator[Trace]:
    for path in (*earlier_locks(workspace), workspace.lock):
        if path.is_file():
            body = _body(path)
            amended = _fields(body).get("amended")
            yield Trace("lock", str(len(amended) if amended else 0), path, body)


def _accepted(workspace: Workspace, absent: tuple[FileEntry, ...]) -> Iterator[Trace]:
    """Accepted trees as they are now, under the candidate and lock that their receipts name."""
    for candidate in workspace.candidates():
        tree = workspace.package(candidate)
        package = identity(workspace, candidate, absent) if tree.is_dir() else ""
        lock = _lock_of(workspace.receipt(candidate))
        yield Trace("intake", candidate, tree, intake_body(candidate, package, lock))


def identity(workspace: Workspace, candidate: str, absent: Iterable[FileEntry] = ()) -> str:
    """The id of an accepted tree as it is now, with the files that an archive only lists."""
    tree = workspace.package(candidate)
    home = f"{tree.relative_to(workspace.root).as_posix()}/"
    files = manifest(tree).files
    there = {file.path for file in files}
    further = [
        FileEntry(path=path, size=file.size, sha256=file.sha256)
        for file in absent
        if file.path.startswith(home) and (path := file.path.removeprefix(home)) not in there
    ]
    return identify([*files, *further]).id


def _lock_of(receipt: Path) -> str:
    try:
        payload = json.loads(base64.b64decode(read_json(receipt)["payload"]))
        return str(payload["predicate"]["lock"])
    except (ValueError, TypeError, KeyError):
        return ""


def _attested(workspace: Workspace) -> Iterator[Trace]:
    path = workspace.root / ATTESTATIONS
    if path.is_file():
        for entry in json.loads(_body(path) or b"[null]"):
            told = _fields(canonical_json(entry))
            subject = f"{told.get('candidate', '')} {told.get('subject', '')}"
            yield Trace("attest", subject, path, canonical_json(entry))


def _runs(workspace: Workspace) -> Iterator[Trace]:
    for path in sorted(workspace.runs.glob(f"*/C*/*/{RUN}")):
        subject = path.parent.relative_to(workspace.runs).as_posix()
        record = _fields(_body(path))
        said = run_body(record) if {"key", "predictions"} <= record.keys() else b""
        yield Trace("run", subject, path, said)


def _facts(workspace: Workspace) -> Iterator[Trace]:
    """Finished runs of all: candidates, also on reserve samples, baselines and reference models."""
    for path in sorted(workspace.runs.glob(f"*/*/*/{RUN}")):
        subject = path.parent.relative_to(workspace.runs).as_posix()
        yield Trace("facts", subject, path.parent, facts_body(workspace, path.parent))


def _results(kind: str) -> Callable[[Workspace], Iterator[Trace]]:
    def found(workspace: Workspace) -> Iterator[Trace]:
        for folder in versions(workspace):
            if (folder / kind).is_dir():
                yield Trace(kind, folder.name, folder / kind, folder_body(folder / kind))

    return found


def _changes(workspace: Workspace) -> Iterator[Trace]:
    for folder in versions(workspace):
        if folder != workspace.version(1):
            yield Trace("change", folder.name, folder, change_body(folder))


def _settled(workspace: Workspace) -> Iterator[Trace]:
    """Steps at the line: each version holds its own and all that were taken before."""
    all_versions = versions(workspace)
    first: dict[str, int] = {}
    for folder in all_versions:
        number = int(folder.name)
        for path in sorted((folder / "settling").glob("*/*.json")):
            subject = path.relative_to(folder / "settling").with_suffix("").as_posix()
            made = _fields(_body(path)).get("version")
            made = made if isinstance(made, int) and made > 0 else number
            first[subject] = min(first.get(subject, number), made)
    for subject, since in first.items():
        for folder in (one for one in all_versions if int(one.name) >= since):
            path = folder / PLACES["settle"].format(subject)
            yield Trace("settle", subject, path, _body(path))


def _reports(workspace: Workspace) -> Iterator[Trace]:
    for folder in versions(workspace):
        for path in sorted(one for one in folder.glob("report*") if one.is_dir()):
            yield Trace("report", f"{folder.name}/{path.name}", path, folder_body(path))


def _one(event: str) -> Callable[[Workspace], Iterator[Trace]]:
    def found(workspace: Workspace) -> Iterator[Trace]:
        path = workspace.root / PLACES[event]
        if path.is_file():
            yield Trace(event, "", path, _body(path))

    return found


def _each(event: str, pattern: str) -> Callable[[Workspace], Iterator[Trace]]:
    def found(workspace: Workspace) -> Iterator[Trace]:
        for path in sorted(workspace.root.glob(pattern)):
            yield Trace(event, path.stem, path, _body(path))

    return found


def _body(path: Path) -> bytes:
    """A record as the ledger has it; nothing where a single byte is not as it was written."""
    try:
        content = path.read_bytes()
        record = json.loads(content)
        return canonical_json(record) if readable_json(record) == content else b""
    except (OSError, ValueError, RecursionError):
        return b""


def _fields(body: bytes) -> Mapping[str, Any]:
    """The fields of a record; none where it is not one of ours."""
    found = json.loads(body) if body else {}
    return found if isinstance(found, dict) else {}


RECORDS: Mapping[str, Callable[[Workspace], Iterator[Trace]]] = {
    "lock": _locks,
    "baselines": _one("baselines"),
    "attest": _attested,
    "audit": _one("audit"),
    "run": _runs,
    "facts": _facts,
    SCORES: _results(SCORES),
    RANKING: _results(RANKING),
    "codes": _one("codes"),
    "mapping": _one("mapping"),
    "panel_export": _each("panel_export", "panel/roster-[0-9]*.json"),
    "exported": _each("exported", "panel/exported-[0-9]*.json"),
    "hearing_scope": _one("hearing_scope"),
    "panel": _each("panel", "panel/sheets-[0-9]*.json"),
    "hearing": _each("hearing", "panel/hearing-[0-9]*.json"),
    "settle": _settled,
    "change": _changes,
    "objection": _each("objection", "objections/O[0-9]*.json"),
    "report": _reports,
}
"""What the events of the ledger leave on disk, besides the trees that were taken in."""
