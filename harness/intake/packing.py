"""Deterministic packing: the same files give the same zip and the same id on every machine."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import canonical_json, digest
from harness.durable import flush_folder
from harness.intake.names import shown
from harness.intake.survey import is_empty, survey
from harness.intake.unpacking import Caps, FileEntry
from harness.problems import Explanation, Problem, Refusal, why

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageIdentity:
    """What a package is: the digest of its manifest, its files, its bytes, and what stayed out."""

    id: str
    files: tuple[FileEntry, ...]
    size: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file to be put into a zip: its path there, and its content or where to read it."""

    path: str
    source: Path | bytes


def pack(folder: Path, zip_path: Path, caps: Caps | None = None) -> PackageIdentity:
    """Write a folder as a zip whose bytes depend on paths and contents only.

    Entries are stored, not compressed: deflate differs between its makers, and what is
    stored passes the ratio cap at intake. Each file is read once, for zip and digest alike.

    Raises
    ------
    Refusal
        With every problem found; then no zip is written.
    """
    seen = survey(folder, caps)
    problems = list(seen.problems)
    if zip_path.resolve().is_relative_to(folder.resolve()):
        problems.append(Problem("E5064", str(zip_path), str(folder)))
    if not zip_path.resolve().parent.is_dir():
        problems.append(Problem("E5069", str(zip_path), str(zip_path.parent)))
    if problems:
        raise Refusal(problems)
    files = write_zip((Member(path=path, source=folder / path) for path in seen.paths), zip_path)
    return identify(files, left_out=seen.left_out)


def manifest(folder: Path) -> PackageIdentity:
    """The identity of an accepted tree, equal to that of the zip that it came in.

    Raises
    ------
    Refusal
        Anything in the tree that no zip could have brought.
    """
    seen = survey(folder)
    foreign = [path for path in seen.left_out if not is_empty(folder / path)]
    problems = [*seen.problems, *(Problem("E5068", str(folder), shown(path)) for path in foreign)]
    if problems:
        raise Refusal(problems)
    return identify(_read_file(Member(path=path, source=folder / path)) for path in seen.paths)


def identify(files: Iterable[FileEntry], left_out: tuple[str, ...] = ()) -> PackageIdentity:
    """The identity of a set of files, in whatever order they come."""
    ordered = tuple(sorted(files, key=lambda file: file.path.encode()))
    return PackageIdentity(
        id=digest(manifest_bytes(ordered)),
        files=ordered,
        size=sum(file.size for file in ordered),
        left_out=left_out,
    )


def manifest_bytes(files: Iterable[FileEntry]) -> bytes:
    """The canonical manifest whose digest is the package's id."""
    rows = [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in files]
    return canonical_json({"v": 1, "files": rows})


def _nothing(_: tuple[FileEntry, ...]) -> tuple[Member, ...]:
    return ()


def write_zip(
    members: Iterable[Member],
    zip_path: Path,
    closing: Callable[[tuple[FileEntry, ...]], Iterable[Member]] = _nothing,
) -> tuple[FileEntry, ...]:
    """Write stored entries in the order given, with fixed date, mode and system.

    The zip is there as a whole or not at all. ``closing`` makes the last members from what
    was written, such as a list of it.
    """
    zip_path.parent.mkdir(parents=True, exist_ok=True)
    partial = zip_path.with_name(f".{zip_path.name}.partial")
    files: list[FileEntry] = []
    problems: list[Problem] = []
    try:
        with partial.open("wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
                for member in members:
                    try:
                        files.append(_read_file(member, archive))
                    except Refusal as refused:
                        problems += refused.problems
                if not problems:
                    files += [_read_file(member, archive) for member in closing(tuple(files))]
            raw.flush()
            os.fsync(raw.fileno())
        if problems:
            raise Refusal(problems)
        partial.replace(zip_path)
    finally:
        partial.unlink(missing_ok=True)
    flush_folder(zip_path.parent)
    return tuple(files)


def _read_file(member: Member, archive: zipfile.ZipFile | None = None) -> FileEntry:
    """Read a file once, into its digest and, where given, an archive."""
    content = hashlib.sha256()
    expected = _size(member)
    size = 0
    info = zipfile.ZipInfo(member.path, _EPOCH)
    info.create_system = _UNIX
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    info.file_size = expected
    written = archive.open(info, "w") if archive else None
    try:
        for block in _blocks(member):
            size += len(block)
            if size > expected:
                break
            content.update(block)
            if written:
                written.write(block)
    finally:
        if written:
            written.close()
    if size != expected:
        raise Refusal([Problem("E5063", member.path, f"{expected} → {size}")])
    return FileEntry(path=member.path, size=size, sha256=content.hexdigest())


def _size(member: Member) -> int:
    if isinstance(member.source, bytes):
        return len(member.source)
    try:
        return member.source.stat(follow_symlinks=False).st_size
    except OSError as error:
        raise Refusal([Problem("E5062", member.path, "", {"reason": why(error)})]) from error


def _blocks(member: Member) -> Iterator[bytes]:
    if isinstance(member.source, bytes):
        yield member.source
        return
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(member.source, flags | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        code = "E5060" if error.errno == errno.ELOOP else "E5062"
        raise Refusal([Problem(code, member.path, "", {"reason": why(error)})]) from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refusal([Problem("E5061", member.path, "")])
        while block := file.read(_BLOCK):
            yield block


PROBLEMS = (
    Explanation(
        "E5063",
        "{where}：打包时内容变了（{found} 字节）；请等写入结束后重新打包。",
        "{where}: changed while it was packed ({found} bytes); pack again when nothing writes "
        "to it.",
    ),
    Explanation(
        "E5064",
        "{where}：输出文件在要打包的文件夹 {found} 之内；请写到别的文件夹。",
        "{where}: would be written into the folder that is packed, {found}; name a place outside "
        "it.",
    ),
    Explanation(
        "E5069",
        "{where}：没有输出目录 {found}；请先新建该目录，或改正 -o 的路径。",
        "{where}: there is no folder {found} to write to; make it first, or correct the path after -o.",
    ),
    Explanation(
        "E5068",
        "{where}：含有不属于材料包的 {found}；请删除它，或从原始 zip 重新接收。",
        "{where}: holds {found}, which is no part of a package; delete it, or take the package "
        "in again from its zip.",
    ),
)
