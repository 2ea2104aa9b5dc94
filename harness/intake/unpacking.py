"""Strict unpacking of a zip: every entry is judged before the first byte is written."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harness.durable import flush_folder
from harness.intake.listing import STORED, Entry, Listing, read_listing
from harness.intake.names import collisions, judge_name, shown
from harness.problems import Explanation, Problem, Refusal, Words, why

GIB = 1024**3
_BLOCK = 1 << 18
_RATIO_FREE = 1 << 20
_REPARSE, _VOLUME, _FOLDER = 0x400, 0x8, 0x10


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much an archive may hold: entries, bytes, unpacked to packed, levels, name length.

    ``ratio`` is asked of entries above 1 MiB only.
    """

    count: int = 20_000
    total: int = 8 * GIB
    single: int = 4 * GIB
    ratio: int = 100
    depth: int = 16
    name_bytes: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of a package: its path, its size in bytes, the SHA-256 of its content."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What was written: files sorted by path, and which names were read by a guess."""

    files: tuple[FileEntry, ...]
    decoded_names: Mapping[str, str]


def unpack(zip_path: Path, into: Path, caps: Caps | None = None) -> Unpacked:
    """Judge a zip and write it into a folder that does not exist yet.

    Files become 0444 and folders 0755. A refused archive leaves nothing behind.
    Folders without a file are not made: a package's identity covers files only.

    Raises
    ------
    Refusal
        With every problem found, codes E50xx.
    """
    caps = caps or Caps()
    if into.exists() or into.is_symlink():
        raise Refusal([Problem("E5053", where=str(into))])
    try:
        file = zip_path.open("rb")
    except OSError as error:
        raise Refusal([Problem("E5054", zip_path.name, "", {"reason": why(error)})]) from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Refusal(
                [Problem("E5054", zip_path.name, "", {"reason": Words("不是文件", "not a file")})]
            )
        listing = read_listing(file, zip_path.name, caps.count)
        problems = [*listing.problems, *judge(listing, zip_path.name, caps)]
        into.parent.mkdir(parents=True, exist_ok=True)
        need = sum(entry.size for entry in listing.entries)
        if not problems and need > (free := shutil.disk_usage(into.parent).free):
            problems.append(Problem("E5044", str(into), str(free), {"limit": str(need)}))
        if problems:
            raise Refusal(problems)
        files = _write(file, zip_path.name, listing.entries, into)
    guesses = {
        entry.decoded.text: entry.decoded.guess
        for entry in listing.entries
        if entry.decoded and entry.decoded.guess
    }
    return Unpacked(files=files, decoded_names=guesses)


def judge(listing: Listing, name: str, caps: Caps) -> Iterator[Problem]:
    """Every reason to refuse the entries of an archive, by what its directory says of them."""
    limits = {"E5008": str(caps.name_bytes), "E5009": str(caps.depth)}
    for entry in listing.entries:
        where = f"{name}: {entry.label}"
        if entry.decoded is None:
            yield Problem("E5001", where, entry.raw.hex(" "))
            continue
        for code, found in judge_name(
            entry.decoded.text, depth=caps.depth, name_bytes=caps.name_bytes
        ):
            yield Problem(code, where, found, {"limit": limits.get(code, "")})
        for code, found in _judge_kind(entry):
            yield Problem(code, where, found)
        if entry.size > caps.single:
            yield Problem("E5042", where, str(entry.size), {"limit": str(caps.single)})
        if entry.size > max(_RATIO_FREE, caps.ratio * entry.packed):
            ratio = str(entry.size // max(entry.packed, 1))
            yield Problem("E5043", where, ratio, {"limit": str(caps.ratio)})
    total = sum(entry.size for entry in listing.entries)
    if total > caps.total:
        yield Problem("E5041", name, str(total), {"limit": str(caps.total)})
    texts = [entry.decoded.text for entry in listing.entries if entry.decoded]
    for code, later, earlier in collisions(texts):
        yield Problem(code, f"{name}: {shown(later)}", shown(earlier))


def _judge_kind(entry: Entry) -> Iterator[tuple[str, str]]:
    kind = stat.S_IFMT(entry.mode)
    named_folder = entry.raw.endswith(b"/")
    if kind == stat.S_IFLNK or entry.attributes & _REPARSE:
        yield "E5030", f"{entry.mode:o}"
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR) or entry.attributes & _VOLUME:
        yield "E5031", f"{entry.mode:o}"
    elif named_folder != (kind == stat.S_IFDIR if kind else named_folder) or (
        entry.attributes & _FOLDER and not named_folder
    ):
        yield "E5034", f"{entry.mode:o}"
    if entry.mode & (stat.S_ISUID | stat.S_ISGID):
        yield "E5032", f"{entry.mode:o}"
    if named_folder and (entry.size or entry.packed > 2):
        yield "E5033", str(entry.size)
    if entry.method == STORED and entry.size != entry.packed:
        yield "E5050", f"{entry.size} ≠ {entry.packed}"


def _write(
    file: BinaryIO, name: str, entries: tuple[Entry, ...], into: Path
) -> tuple[FileEntry, ...]:
    fresh = into.with_name(f".{into.name}.partial")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    try:
        files, problems = [], []
        for entry in entries:
            if entry.decoded is None or entry.decoded.text.endswith("/"):
                continue
            path = fresh / entry.decoded.text
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                files.append(_write_one(file, entry, path))
            except _Broken as broken:
                problems.append(Problem(broken.code, f"{name}: {entry.label}", broken.found))
        if problems:
            raise Refusal(problems)
        folders = [fresh, *(path for path in fresh.rglob("*") if path.is_dir())]
        for folder in folders:
            flush_folder(folder)
            folder.chmod(0o755)
        fresh.rename(into)
        flush_folder(into.parent)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return tuple(sorted(files, key=lambda one: one.path.encode()))


def _write_one(file: BinaryIO, entry: Entry, path: Path) -> FileEntry:
    assert entry.decoded is not None
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    content = hashlib.sha256()
    with os.fdopen(os.open(path, flags, 0o600), "wb") as written:
        for block in contents(file, entry):
            content.update(block)
            written.write(block)
        written.flush()
        os.fsync(written.fileno())
    path.chmod(0o444)
    return FileEntry(path=entry.decoded.text, size=entry.size, sha256=content.hexdigest())


class _Broken(Exception):
    def __init__(self, code: str, found: str) -> None:
        self.code, self.found = code, found


def contents(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The bytes of an entry in blocks, counted and summed; more than stated is never given."""
    size, crc = 0, 0
    for block in _raw_blocks(file, entry):
        size += len(block)
        if size > entry.size:
            raise _Broken("E5050", f"> {entry.size}")
        crc = zlib.crc32(block, crc)
        yield block
    if size != entry.size:
        raise _Broken("E5050", f"{size} ≠ {entry.size}")
    if crc != entry.crc:
        raise _Broken("E5051", f"{crc:08x} ≠ {entry.crc:08x}")


def _raw_blocks(file: BinaryIO, entry: Entry) -> Iterator[bytes]:
    file.seek(entry.data)
    left = entry.packed
    decoder = None if entry.method == STORED else zlib.decompressobj(-zlib.MAX_WBITS)
    while left:
        packed = file.read(min(_BLOCK, left))
        if not packed:
            raise _Broken("E5052", "end of file")
        left -= len(packed)
        if decoder is None:
            yield packed
            continue
        while packed:
            try:
                block = decoder.decompress(packed, _BLOCK)
            except zlib.error as error:
                raise _Broken("E5052", str(error)) from error
            packed = decoder.unconsumed_tail
            if block:
                yield block
        if decoder.unused_data:
            raise _Broken("E5052", f"{len(decoder.unused_data) + left} bytes")
    if decoder is not None and not decoder.eof:
        raise _Broken("E5052", "end of stream")


PROBLEMS = (
    Explanation(
        "E5030",
        "{where}：是符号链接（{found}）；请放入它所指的文件本身。",
        "{where}: a symbolic link ({found}); put in the file that it points to.",
    ),
    Explanation(
        "E5031",
        "{where}：是设备、管道等特殊文件（{found}）；请只放普通文件和文件夹。",
        "{where}: a special file such as a device or a pipe ({found}); put in plain files and "
        "folders only.",
    ),
    Explanation(
        "E5032",
        "{where}：带有 setuid 或 setgid 权限（{found}）；请改用普通权限 644。",
        "{where}: carries setuid or setgid rights ({found}); use the plain mode 644.",
    ),
    Explanation(
        "E5033",
        "{where}：文件夹条目带有内容（{found} 字节）；请用 jiebang pack 重新打包。",
        "{where}: a folder that holds {found} bytes itself; pack again with `jiebang pack`.",
    ),
    Explanation(
        "E5034",
        "{where}：名字与类型（{found}）对文件还是文件夹说法不一；请用 jiebang pack 重新打包。",
        "{where}: name and mode ({found}) disagree on file or folder; pack again with "
        "`jiebang pack`.",
    ),
    Explanation(
        "E5040",
        "{where}：有 {found} 个条目；请不超过 {limit} 个，零散的小文件可合并成一个文件。",
        "{where}: holds {found} entries; put in at most {limit}, for example by joining small "
        "files.",
    ),
    Explanation(
        "E5041",
        "{where}：解压后共 {found} 字节；请不超过 {limit} 字节。",
        "{where}: unpacks to {found} bytes; put in at most {limit}.",
    ),
    Explanation(
        "E5042",
        "{where}：解压后 {found} 字节；单个文件请不超过 {limit} 字节。",
        "{where}: unpacks to {found} bytes; a single file may have at most {limit}.",
    ),
    Explanation(
        "E5043",
        "{where}：压缩比 {found}；请不超过 {limit}，或用 jiebang pack 打包（不压缩）。",
        "{where}: unpacks to {found} times its size; the most is {limit}: pack with "
        "`jiebang pack`, which stores files as they are.",
    ),
    Explanation(
        "E5044",
        "{where}：磁盘只剩 {found} 字节，需要 {limit} 字节；请先腾出空间。",
        "{where}: {found} bytes are free and {limit} are needed; make room first.",
    ),
    Explanation(
        "E5050",
        "{where}：实际大小与目录所写不符（{found}）；请用 jiebang pack 重新打包。",
        "{where}: the true size is not the one in the directory ({found}); pack again with "
        "`jiebang pack`.",
    ),
    Explanation(
        "E5051",
        "{where}：校验和不符（{found}），文件已损坏；请重新打包并重新传输。",
        "{where}: the checksum is wrong ({found}), the file is damaged; pack and copy it again.",
    ),
    Explanation(
        "E5052",
        "{where}：压缩数据已损坏（{found}）；请重新打包并重新传输。",
        "{where}: the compressed data are damaged ({found}); pack and copy the file again.",
    ),
    Explanation(
        "E5053",
        "{where}：已经存在；请给出一个尚不存在的文件夹。",
        "{where}: is there already; name a folder that is not.",
    ),
    Explanation(
        "E5054",
        "{where}：无法读取（{reason}）；请给出一个可读的 zip 文件。",
        "{where}: cannot be read ({reason}); name a zip file that can.",
    ),
)
