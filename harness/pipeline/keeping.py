"""Archives: made, rescored and run again, and the difference said line by line."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import archive
from harness.attached import attached_files
from harness.canonical import canonical_json, file_digest
from harness.clock import now
from harness.dataset import read_dataset
from harness.execution.record import EXCHANGES
from harness.execution.sandbox import Sandbox
from harness.pipeline import stages
from harness.pipeline.noting import held
from harness.pipeline.planning import Planner
from harness.pipeline.running import Progress
from harness.pipeline.verifying import workspace_verified
from harness.problems import Explanation, Problem, Refusal
from harness.signing import open_key
from harness.workspace import Workspace, open_workspace, read_json

TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One value that two evaluations do not share: which record, which value, both of them."""

    where: str
    first: str
    second: str


def make(workspace: Workspace, out: Path) -> archive.ArchiveIdentity:
    """Archive an evaluation, signed; what may not be passed on is listed, not packed.

    Raises
    ------
    Refusal
        Records that are not those that the ledger speaks of.
    """
    if problems := workspace_verified(workspace).problems:
        raise Refusal(problems)
    restricted = _restricted(workspace)
    with held(workspace) as ledger:
        ledger.append("archive", actor="organizer", time=now())
    return archive.make_archive(
        workspace.root,
        out,
        key=open_key(workspace=workspace.root),
        time=now(),
        withhold=lambda path: path in restricted,
    )


def rescore(source: Path, into: Path, data: Path | None) -> list[Difference]:
    """Score, rank and report again from an archive's sealed predictions (复算): same bytes."""
    workspace = _reopened(source, into, data)
    return _again(workspace, None, None)


def rerun(
    source: Path, into: Path, data: Path | None, sandbox: Sandbox, progress: Progress
) -> list[Difference]:
    """Run everything again from an archive (复测) and compare with what it says."""
    workspace = _reopened(source, into, data)
    # What an endpoint said is replayed: everything else of a run is made anew.
    for job in stages.jobs_of(Planner(workspace).candidates()):
        for path in job.folder.glob("*"):
            if path.name != EXCHANGES:
                path.unlink()
    return _again(workspace, sandbox, progress)


def compare(first: Path, second: Path, tolerance: float = TOLERANCE) -> list[Difference]:
    """Hold the scores and rankings of two evaluations against each other, value by value."""
    one, other = (open_workspace(path).current() for path in (first, second))
    return list(_differences(one, other, tolerance))


def _again(
    workspace: Workspace, sandbox: Sandbox | None, progress: Progress | None
) -> list[Difference]:
    with tempfile.TemporaryDirectory(prefix="jiebang-") as room:
        before = Path(room) / "before"
        shutil.copytree(workspace.current(), before)
        if sandbox is not None and progress is not None:
            done = stages.run(workspace, sandbox, progress)
            if done.problems:
                raise Refusal(done.problems)
        stages.score(workspace, anew=True)
        stages.rank(workspace)
        stages.report(workspace)
        tolerance = 0.0 if sandbox is None else TOLERANCE
        found = list(_differences(before, workspace.current(), tolerance))
        if sandbox is None and not found:
            found = list(_bytes(before, workspace.current()))
        return found


def _reopened(source: Path, into: Path, data: Path | None) -> Workspace:
    """An archive as a workspace again, with restricted data laid back in from ``data``."""
    problems = archive.verify(source)
    if problems:
        raise Refusal(problems)
    if into.exists() and any(into.iterdir()):
        raise Refusal([Problem("E9001", str(into))])
    if source.is_dir():
        shutil.copytree(source, into, dirs_exist_ok=True)
        for path in into.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    else:
        archive.unpack_archive(source, into)
    missing = []
    for entry in read_json(into / archive.MANIFEST)["withheld"]:
        place = into / entry["path"]
        given = data / entry["path"] if data else None
        if given is not None and given.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(given, place)
        if not place.is_file() or file_digest(place) != f"sha256:{entry['sha256']}":
            missing.append(Problem("E8601", entry["path"]))
    if missing:
        raise Refusal(missing)
    for name in ("packages", "runs", "results", "panel"):
        (into / name).mkdir(exist_ok=True)
    return open_workspace(into)


def _restricted(workspace: Workspace) -> frozenset[str]:
    """Files of datasets that may not be passed on, as paths in the workspace."""
    found: set[str] = set()
    for declaration in workspace.root.rglob("dataset.yaml"):
        dataset = read_dataset(declaration.parent)
        if dataset.redistributable:
            continue
        paths = [dataset.samples.path, dataset.target.path]
        paths += [entry.path for entry in dataset.resources]
        public = dataset.public_sample
        for files in (dataset.samples.files, public.files if public else None):
            if files is not None:
                below = attached_files(declaration.parent / files.path)
                paths += [f"{files.path}/{name}" for name in below]
        if public:
            paths += [public.samples.path, public.target.path]
        folder = declaration.parent.relative_to(workspace.root)
        found |= {(folder / path).as_posix() for path in paths}
    return frozenset(found)


def _differences(first: Path, second: Path, tolerance: float) -> Iterator[Difference]:
    for kind in ("scores", "ranking"):
        names = {
            path.relative_to(root).as_posix()
            for root in (first, second)
            for path in (root / kind).rglob("*.json")
        }
        for name in sorted(names):
            records = [
                read_json(root / name) if (root / name).is_file() else None
                for root in (first, second)
            ]
            yield from _unlike(name, records[0], records[1], tolerance)


def _unlike(where: str, first: Any, second: Any, tolerance: float) -> Iterator[Difference]:
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted({*first, *second}):
            if key not in ("run", "predictions") or tolerance == 0:
                yield from _unlike(f"{where} {key}", first.get(key), second.get(key), tolerance)
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for place, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _unlike(f"{where}[{place}]", one, other, tolerance)
    elif isinstance(first, float) and isinstance(second, float):
        if abs(first - second) > tolerance:
            yield Difference(where=where, first=repr(first), second=repr(second))
    elif first != second:
        yield Difference(where=where, first=_short(first), second=_short(second))


def _bytes(first: Path, second: Path) -> Iterator[Difference]:
    for path in sorted(first.rglob("*")):
        name = path.relative_to(first)
        if path.is_file() and path.read_bytes() != (second / name).read_bytes():
            yield Difference(
                where=name.as_posix(), first=file_digest(path), second=file_digest(second / name)
            )


def _short(value: Any) -> str:
    text = canonical_json(value).decode()
    return text if len(text) <= 80 else text[:77] + "..."


PROBLEMS = (
    Explanation(
        "E8601",
        "{where}：该文件不得转发，归档中没有它。请用 --data 给出存放原文件的工作区目录。",
        "{where}: this file may not be passed on and is not in the archive. Give --data, the folder of a workspace that holds it.",
    ),
)
