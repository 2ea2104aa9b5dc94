"""The archive: one signed zip of everything that a rerun and a verification need."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness import heads, ledger
from harness.canonical import PREFIX as SHA256
from harness.canonical import canonical_json, digest, file_digest, readable_json
from harness.intake.names import collisions, is_junk, judge_name, shown
from harness.intake.packing import Member, write_zip
from harness.intake.unpacking import GIB, Caps, FileEntry, unpack
from harness.problems import Explanation, Problem, Refusal, why
from harness.signing import STATEMENT, STATEMENT_TYPE, PublicKey, SigningKey, sign
from harness.signing import verify as verify_signature

SCHEMA = "jiebang/archive/1"
PREDICATE = "urn:jiebang:archive:1"
MANIFEST, ENVELOPE = "manifest.json", "manifest.dsse.json"
ARCHIVE_CAPS = Caps(
    count=500_000, total=1024 * GIB, single=256 * GIB, ratio=1, depth=40, name_bytes=2000
)

_SINGLE = ("workspace.json", "order.secret", "attestations.json", "audits.json", heads.FILE)
_KEPT = ("board", "packages", "panel", "objections", "results", "runs", "bodies")
_RUN_FILES = ("canaries.json", "run.json", "predictions.parquet", "exchanges.parquet")
_HOST_FILE = "host.json"
LEDGER = "ledger.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveIdentity:
    """What was archived: the manifest's digest, the files, those withheld, those left out."""

    id: str
    files: tuple[FileEntry, ...]
    withheld: tuple[FileEntry, ...]
    left_out: tuple[str, ...]


def make_archive(
    workspace: Path,
    out: Path,
    *,
    key: SigningKey,
    time: str,
    withhold: Callable[[str], bool] = lambda path: False,
) -> ArchiveIdentity:
    """Write the signed archive of a workspace.

    Kept are the board, packages with receipts, panel, objections, results, the ledger and, of
    each run, its record and sealed predictions. What only describes the host lies apart,
    below ``host/``; journals and temporary files stay out.

    Parameters
    ----------
    time
        Given by the caller, written into the manifest.
    withhold
        Says of a path in the workspace that it may not be passed on; its digest is listed.

    Raises
    ------
    Refusal
        Links, special files, names that not every system can hold.
    """
    chosen, left_out = _choose(workspace)
    withheld = tuple(
        FileEntry(path=path, size=(workspace / path).stat().st_size, sha256=_hex(workspace / path))
        for path in chosen
        if withhold(path)
    )
    apart = {one.path for one in withheld}
    members = [
        Member(path=_placed(path), source=workspace / path) for path in chosen if path not in apart
    ]
    members.sort(key=lambda member: member.path.encode())

    def closing(files: tuple[FileEntry, ...]) -> tuple[Member, Member]:
        content = canonical_json(
            {
                "schema": SCHEMA,
                "time": time,
                "signer": str(key.public),
                "files": [asdict(file) for file in files],
                "withheld": [asdict(file) for file in withheld],
            }
        )
        envelope = sign(STATEMENT, canonical_json(_statement(content)), key)
        return (
            Member(path=MANIFEST, source=content),
            Member(path=ENVELOPE, source=readable_json(envelope)),
        )

    files = write_zip(members, out, closing)
    return ArchiveIdentity(
        id="sha256:" + files[-2].sha256,
        files=files[:-2],
        withheld=withheld,
        left_out=left_out,
    )


def unpack_archive(path: Path, into: Path) -> None:
    """Write an archive into a new folder, by the same strict reader as a package.

    Raises
    ------
    Refusal
        Anything that :func:`make_archive` does not write, codes E50xx.
    """
    unpack(path, into, ARCHIVE_CAPS)


Inside = Callable[[Path, tuple[FileEntry, ...]], Iterable[Problem]]
"""Further checks of an unpacked archive, given with the files that it lists and does not hold."""


def verify(
    path: Path, *, public: PublicKey | None = None, inside: Inside = lambda folder, withheld: ()
) -> tuple[Problem, ...]:
    """Hold an archive, zipped or unpacked, against its signed manifest, byte by byte.

    Withheld files may be there, unchanged, or not.

    Parameters
    ----------
    public
        The organizer's key. Without it the archive's own is taken: then the result says that
        nothing changed since *somebody* signed; :func:`signer` names who.
    inside
        What else to look for where everything is as it was signed.
    """
    if path.is_dir():
        return tuple(_verify_folder(path, public)) or _look(path, inside)
    with tempfile.TemporaryDirectory(prefix="jiebang-") as scratch:
        folder = Path(scratch) / "archive"
        try:
            unpack_archive(path, folder)
        except Refusal as refused:
            return refused.problems
        problems = tuple(_verify_folder(folder, public))
        problems = problems or tuple(_verify_wrapping(path, folder, Path(scratch) / "again.zip"))
        return problems or _look(folder, inside)


def _look(folder: Path, inside: Inside) -> tuple[Problem, ...]:
    return tuple(inside(folder, _read_manifest(folder).withheld))


def signer(folder: Path) -> PublicKey:
    """The key that an unpacked archive says it was signed with, not yet trusted.

    Raises
    ------
    Refusal
        No manifest, or a malformed one.
    """
    return PublicKey.parse(_read_manifest(folder).signer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    content: bytes
    signer: str
    files: tuple[FileEntry, ...]
    withheld: tuple[FileEntry, ...]


def _read_manifest(folder: Path) -> _Manifest:
    where = f"{folder.name}/{MANIFEST}"
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise Refusal([Problem("E8001", where, "", {"reason": why(error)})]) from error
    try:
        match json.loads(content):
            case {
                "schema": str(schema),
                "time": str(),
                "signer": str(key),
                "files": list(files),
                "withheld": list(withheld),
            } if schema == SCHEMA:
                return _Manifest(
                    content=content,
                    signer=key,
                    files=tuple(_file_entry(file) for file in files),
                    withheld=tuple(_file_entry(file) for file in withheld),
                )
    except (ValueError, TypeError, RecursionError):
        pass
    raise Refusal([Problem("E8002", where, SCHEMA)])


def _file_entry(row: object) -> FileEntry:
    match row:
        case {"path": str(path), "size": int(size), "sha256": str(sha256), **rest} if not rest:
            return FileEntry(path=path, size=size, sha256=sha256)
    raise ValueError("no file entry")


def _verify_folder(folder: Path, public: PublicKey | None) -> Iterator[Problem]:
    try:
        manifest = _read_manifest(folder)
        key = public or PublicKey.parse(manifest.signer)
    except Refusal as refused:
        yield from refused.problems
        return
    yield from _verify_signature(folder, manifest, key)
    present = dict(_inside(folder))
    withheld = {file.path for file in manifest.withheld}
    for file in (*manifest.files, *manifest.withheld):
        regular = present.pop(file.path, None)
        if regular is None:
            if file.path not in withheld:
                yield Problem("E8004", shown(file.path), file.sha256)
        elif not regular:
            yield Problem("E8003", shown(file.path), "", {"expected": file.sha256})
        elif (found := _hex(folder / file.path)) != file.sha256:
            yield Problem("E8003", shown(file.path), found, {"expected": file.sha256})
    for path in sorted(present.keys() - {MANIFEST, ENVELOPE}):
        yield Problem("E8005", shown(path))
    if (folder / LEDGER).is_file():
        yield from ledger.verify(folder / LEDGER)


def _verify_signature(folder: Path, manifest: _Manifest, key: PublicKey) -> Iterator[Problem]:
    where = f"{folder.name}/{ENVELOPE}"
    try:
        content = (folder / ENVELOPE).read_bytes()
        envelope = json.loads(content)
        payload = verify_signature(envelope, key, payload_type=STATEMENT, where=where)
        if readable_json(envelope) != content:
            yield Problem("E8003", where, digest(content), {"expected": "DSSE"})
    except OSError as error:
        yield Problem("E8001", where, "", {"reason": why(error)})
    except Refusal as refused:
        yield from refused.problems
    except (ValueError, RecursionError):
        yield Problem("E8510", where)
    else:
        if payload != canonical_json(_statement(manifest.content)):
            yield Problem("E8007", where, digest(manifest.content))


def _verify_wrapping(path: Path, folder: Path, again: Path) -> Iterator[Problem]:
    """Report a zip that is not, byte for byte, the one that its contents make."""
    manifest = _read_manifest(folder)
    paths = [*(file.path for file in manifest.files), MANIFEST, ENVELOPE]
    write_zip((Member(path=name, source=folder / name) for name in paths), again)
    if (found := file_digest(path)) != (expected := file_digest(again)):
        yield Problem("E8006", path.name, found, {"expected": expected})


def _statement(manifest: bytes) -> dict[str, Any]:
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": MANIFEST, "digest": {"sha256": digest(manifest)[len(SHA256) :]}}],
        "predicateType": PREDICATE,
        "predicate": {"schema": SCHEMA},
    }


def _choose(workspace: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Paths to keep and paths left out, after every kept one was found fit for an archive."""
    problems = [*ledger.verify(workspace / LEDGER)]
    kept = [LEDGER, *(name for name in _SINGLE if (workspace / name).is_file())]
    left_out: list[str] = []
    for room in _KEPT:
        for below, regular in _inside(workspace / room):
            path = f"{room}/{below}"
            name = path.rpartition("/")[2]
            hidden = any(part.startswith(".") or is_junk(part) for part in path.split("/"))
            if hidden or (room == "runs" and name not in (*_RUN_FILES, _HOST_FILE)):
                left_out.append(path)
                continue
            kept.append(path)
            if not regular:
                problems.append(Problem("E8010", shown(path)))
    caps = ARCHIVE_CAPS
    limits = {"E5008": str(caps.name_bytes), "E5009": str(caps.depth)}
    for path in kept:
        for code, found in judge_name(_placed(path), depth=caps.depth, name_bytes=caps.name_bytes):
            problems.append(Problem(code, shown(path), found, {"limit": limits.get(code, "")}))
    for code, later, earlier in collisions(kept):
        problems.append(Problem(code, shown(later), shown(earlier)))
    if not (workspace / "board").is_dir():
        problems.append(Problem("E8011", str(workspace), "board/"))
    if problems:
        raise Refusal(problems)
    return tuple(sorted(kept)), tuple(sorted(left_out))


def _inside(folder: Path) -> Iterator[tuple[str, bool]]:
    """Each path below a folder that is no folder, and whether it is a regular file."""
    for above, folders, names in os.walk(folder):
        here = Path(above)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*names, *links):
            path = here / name
            yield path.relative_to(folder).as_posix(), stat.S_ISREG(path.lstat().st_mode)


def _placed(path: str) -> str:
    return f"host/{path}" if path.startswith("runs/") and path.endswith(f"/{_HOST_FILE}") else path


def _hex(path: Path) -> str:
    return file_digest(path).removeprefix(SHA256)


PROBLEMS = (
    Explanation(
        "E8001",
        "{where}：无法读取（{reason}）；请给出 jiebang archive 写出的 zip，或它解压后的文件夹。",
        "{where}: cannot be read ({reason}); name the zip that `jiebang archive` wrote, or the "
        "folder it unpacks to.",
    ),
    Explanation(
        "E8002",
        "{where}：不是 {found} 格式的清单；请使用未改动的归档。",
        "{where}: no manifest of schema {found}; use the archive as it was written.",
    ),
    Explanation(
        "E8003",
        "{where}：内容被改动（现为 {found}，应为 {expected}）；请从原归档恢复。",
        "{where}: changed (is {found}, was {expected}); restore it from the original archive.",
    ),
    Explanation(
        "E8004",
        "{where}：缺失（SHA-256 应为 {found}）；请从原归档恢复。",
        "{where}: missing (its SHA-256 was {found}); restore it from the original archive.",
    ),
    Explanation(
        "E8005",
        "{where}：不在清单之中；请移出归档文件夹。",
        "{where}: not in the manifest; move it out of the archive's folder.",
    ),
    Explanation(
        "E8006",
        "{where}：内容完好，但 zip 被重新打包过（现为 {found}，应为 {expected}）；"
        "请使用原来的 zip，或核验解压后的文件夹。",
        "{where}: the contents are whole, but the zip was written anew (is {found}, was "
        "{expected}); use the original zip, or verify the unpacked folder.",
    ),
    Explanation(
        "E8007",
        "{where}：签名对应的不是这份清单（{found}）；请使用同一归档中的清单和签名。",
        "{where}: what is signed is not this manifest ({found}); use manifest and signature of "
        "one archive.",
    ),
    Explanation(
        "E8010",
        "{where}：不是普通文件；请换成它所指的文件本身。",
        "{where}: not a plain file; put the file that it stands for in its place.",
    ),
    Explanation(
        "E8011",
        "{where}：没有 {found}，不是工作区；请给出 jiebang init 建立的文件夹。",
        "{where}: has no {found}, so it is no workspace; name the folder that `jiebang init` made.",
    ),
)
