"""Archives: made, verified, rescored and run again, and the difference said line by line."""

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
from harness.intake.packing import manifest
from harness.intake.receipt import read_receipt, verify_receipt
from harness.ledger import Ledger
from harness.ledger import verify as verify_ledger
from harness.lock import locked
from harness.pipeline import stages
from harness.pipeline.running import Progress
from harness.pipeline.trail import contradictions
from harness.problems import Explanation, Problem, Refusal
from harness.signing import PublicKey, key_path, open_key
from harness.workspace import Workspace, open_workspace, read_json

TOLERANCE = 1e-9
MANIFEST = "manifest.json"


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
    if problems := tuple(_workspace_changed(workspace)):
        raise Refusal(problems)
    restricted = _restricted(workspace)
    with Ledger(workspace.ledger, time=now()) as ledger:
        ledger.append("archive", actor="organizer", time=now())
    return archive.make_archive(
        workspace.root,
        out,
        key=open_key(workspace=workspace.root),
        time=now(),
        withhold=lambda path: path in restricted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying found: the problems, and who signed an archive that has none."""

    problems: tuple[Problem, ...]
    signer: PublicKey | None = None


def verify(path: Path, key: str | None = None) -> Verified:
    """Hold an archive against its manifest and its own ledger, or a workspace against its ledger.

    ``key`` is the organizer's public key, or its fingerprint, that an archive must be signed with.
    """
    if not path.exists():
        raise Refusal([Problem("E8603", str(path))])
    if (path / "workspace.json").is_file() and not (path / archive.MANIFEST).is_file():
        return Verified(problems=tuple(_workspace_changed(Workspace(path))))
    if problems := archive.verify(path):
        return Verified(problems=problems)
    with tempfile.TemporaryDirectory(prefix="jiebang-") as room:
        folder = path
        if not path.is_dir():
            folder = Path(room) / "archive"
            archive.unpack_archive(path, folder)
        signer = archive.signer(folder)
        if key is not None and key.strip() not in (str(signer), signer.fingerprint):
            return Verified(problems=(Problem("E8607", path.name, signer.fingerprint),))
        return Verified(problems=tuple(_records_changed(Workspace(folder), signer)), signer=signer)


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
    for path in workspace.runs.rglob("*"):
        if path.is_file() and path.name != EXCHANGES:
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


def _records_changed(workspace: Workspace, public: PublicKey | None) -> Iterator[Problem]:
    """Hold records against the ledger, and the ledger against receipts that this key signed."""
    heads = []
    if public is not None:
        for candidate in workspace.candidates():
            found = manifest(workspace.package(candidate)).id
            problems = verify_receipt(workspace.receipt(candidate), public, package=found)
            yield from problems
            if not problems:
                heads.append(read_receipt(workspace.receipt(candidate), public).ledger_head)
    broken = verify_ledger(workspace.ledger, witnesses=heads)
    yield from broken
    if not broken:
        yield from contradictions(workspace)


def _workspace_changed(workspace: Workspace) -> Iterator[Problem]:
    """Hold a workspace's ledger, receipts, packages and report against what was signed or kept.

    Signatures of receipts are checked where the organizer's key is; elsewhere the ledger, which
    names every package by its digest, stands alone.
    """
    public = open_key(workspace=workspace.root).public if key_path().is_file() else None
    yield from _records_changed(workspace, public)
    try:
        locked(workspace)
    except Refusal as refusal:
        yield from refusal.problems
    folder = workspace.current() / "report"
    if (folder / MANIFEST).is_file():
        for entry in read_json(folder / MANIFEST)["files"]:
            path = folder / entry["path"]
            if not path.is_file() or file_digest(path) != entry["sha256"]:
                yield Problem("E8602", entry["path"])


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
    Explanation(
        "E8607",
        "{where}：签名所用公钥的指纹为 {found}，与 --key 所给的不同。请向组织方核对公钥；不符的归档不可采信。",
        "{where}: signed with the key of fingerprint {found}, which is not the one that --key names. Compare it with the organizer's; an archive under another key is not theirs.",
    ),
    Explanation(
        "E8603",
        "{where}：没有这个文件或目录。请给出归档 zip 或工作区目录。",
        "{where}: there is no such file or folder. Give an archive or a workspace.",
    ),
    Explanation(
        "E8602",
        "{where}：报告文件与清单摘要不符。请用 jiebang report 重新生成。",
        "{where}: this file of the report does not have the digest of its manifest. Write it again with `jiebang report`.",
    ),
)
