"""The entries of a zip archive as both of its directories state them, with every contradiction."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from harness.intake.names import (
    UNICODE_PATH,
    UTF8_FLAG,
    DecodedName,
    decode_name,
    guess_encoding,
    shown,
)
from harness.problems import Explanation, Problem

STORED, DEFLATED = 0, 8

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _STREAMED, _PATCHED = 0x2041, 0x8, 0x20
_BYTES_PER_ENTRY = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file or folder of an archive: what the central directory says of it."""

    raw: bytes
    unicode_path: bytes | None
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int
    data: int = 0
    decoded: DecodedName | None = None

    @property
    def label(self) -> str:
        """The name for people, with what cannot be seen spelled out."""
        return shown(self.decoded.text if self.decoded else self.raw.decode("ascii", "replace"))

    @property
    def mode(self) -> int:
        """The Unix mode, 0 where the archive has none."""
        return self.attributes >> 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All entries in the order of the central directory, and what is wrong with the layout."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    begin: int
    size: int
    count: int
    stop: int


class _Malformed(Exception):
    def __init__(self, code: str, found: str) -> None:
        self.code, self.found = code, found


def read_listing(file: BinaryIO, name: str, most: int) -> Listing:
    """Read both directories of an archive and hold them against each other.

    Parameters
    ----------
    file
        Open for reading in bytes and seekable; only headers are read.
    name
        What messages call the archive.
    most
        Entries beyond this many are not read.
    """
    size = file.seek(0, 2)
    try:
        end = _read_end(file, size)
        if end.count > most or end.size > most * _BYTES_PER_ENTRY:
            raise _Malformed("E5040", str(end.count))
        entries = _decoded(tuple(_read_central(file, end)))
    except _Malformed as wrong:
        problem = Problem(wrong.code, where=name, found=wrong.found, values={"limit": str(most)})
        return Listing(entries=(), problems=(problem,))
    problems: list[Problem] = []
    placed = []
    for entry in entries:
        try:
            placed.append(_place(file, entry, end.begin))
        except _Malformed as wrong:
            problems.append(Problem(wrong.code, f"{name}: {entry.label}", wrong.found))
    if not problems:
        problems.extend(_gaps(file, name, placed, end))
    return Listing(entries=entries if problems else tuple(placed), problems=tuple(problems))


def _read_end(file: BinaryIO, size: int) -> _End:
    start = max(0, size - _END.size - _FULL16)
    tail = _at(file, start, size - start)
    spots = [at for at in _spots(tail, b"PK\x05\x06") if at + _END.size <= len(tail)]
    closing = [at for at in spots if at + _END.size + _END.unpack_from(tail, at)[7] == len(tail)]
    if not spots:
        raise _Malformed("E5020", "PK\\x05\\x06")
    if not closing:
        raise _Malformed("E5022", str(len(tail) - spots[-1] - _END.size))
    if len(closing) > 1:
        raise _Malformed("E5022", "PK\\x05\\x06 × " + str(len(closing)))
    at = start + closing[0]
    _, disk, first, here, count, length, begin, _ = _END.unpack_from(tail, closing[0])
    stop = at
    if at >= _LOCATOR.size and _at(file, at - _LOCATOR.size, 4) == b"PK\x06\x07":
        _, _, where, _ = _LOCATOR.unpack(_at(file, at - _LOCATOR.size, _LOCATOR.size))
        stop = at - _LOCATOR.size - _END64.size
        if where != stop:
            raise _Malformed("E5020", "zip64")
        wide = _END64.unpack(_at(file, stop, _END64.size))
        if wide[0] != b"PK\x06\x06" or wide[1] != _END64.size - 12:
            raise _Malformed("E5020", "zip64")
        narrow = (disk, first, here, count, length, begin)
        if any(
            said not in (true, _FULL16, _FULL32)
            for said, true in zip(narrow, wide[4:], strict=True)
        ):
            raise _Malformed("E5020", "zip64")
        disk, first, here, count, length, begin = wide[4:]
    if disk or first or here != count:
        raise _Malformed("E5026", "multi-disk")
    if begin + length < stop:
        raise _Malformed("E5021", str(stop - begin - length))
    if begin + length > stop:
        raise _Malformed("E5020", "central directory")
    return _End(begin=begin, size=length, count=count, stop=stop)


def _read_central(file: BinaryIO, end: _End) -> Iterator[Entry]:
    directory = _at(file, end.begin, end.size)
    at = 0
    for _ in range(end.count):
        if at + _CENTRAL.size > len(directory) or directory[at : at + 4] != b"PK\x01\x02":
            raise _Malformed("E5020", "central directory")
        header = _CENTRAL.unpack_from(directory, at)
        flags, method, crc, packed, size = header[3], header[4], *header[7:10]
        name_size, extra_size, comment_size, disk, _, attributes, offset = header[10:17]
        body = at + _CENTRAL.size
        raw = directory[body : body + name_size]
        extras = _extras(directory[body + name_size : body + name_size + extra_size])
        at = body + name_size + extra_size + comment_size
        if at > len(directory) or disk not in (0, _FULL16):
            raise _Malformed("E5020", "central directory")
        size, packed, offset = _widened(extras.get(1), (size, packed, offset))
        yield Entry(
            raw=raw,
            unicode_path=extras.get(UNICODE_PATH),
            flags=flags,
            method=method,
            crc=crc,
            packed=packed,
            size=size,
            attributes=attributes,
            offset=offset,
        )
    if at != len(directory):
        raise _Malformed("E5020", "central directory")


def _decoded(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    unflagged = (entry.raw for entry in entries if not entry.flags & UTF8_FLAG)
    encoding = guess_encoding(unflagged)
    return tuple(
        replace(entry, decoded=decode_name(entry.raw, entry.flags, entry.unicode_path, encoding))
        for entry in entries
    )


def _place(file: BinaryIO, entry: Entry, limit: int) -> Entry:
    """The entry with the place of its data, after its local header agreed in all that counts."""
    if entry.flags & _ENCRYPTED:
        raise _Malformed("E5027", f"0x{entry.flags:04x}")
    if entry.method not in (STORED, DEFLATED) or entry.flags & _PATCHED:
        raise _Malformed("E5028", str(entry.method))
    head = _at(file, entry.offset, _LOCAL.size) if entry.offset + _LOCAL.size <= limit else b""
    if not head.startswith(b"PK\x03\x04"):
        raise _Malformed("E5025", "PK\\x03\\x04")
    _, _, flags, method, _, _, crc, packed, size, name_size, extra_size = _LOCAL.unpack(head)
    data = entry.offset + _LOCAL.size + name_size + extra_size
    if data + entry.packed > limit:
        raise _Malformed("E5025", "size")
    rest = _at(file, entry.offset + _LOCAL.size, name_size + extra_size)
    if rest[:name_size] != entry.raw:
        raise _Malformed("E5025", shown(rest[:name_size].decode("utf-8", "replace")))
    if (flags, method) != (entry.flags, entry.method):
        raise _Malformed("E5025", f"flags 0x{flags:04x}, method {method}")
    wide = _extras(rest[name_size:]).get(1)
    size, packed, _ = _widened(wide, (size, packed, 0))
    local, central = (crc, packed, size), (entry.crc, entry.packed, entry.size)
    if local != central and not (flags & _STREAMED and set(local) <= {0, _FULL32}):
        raise _Malformed("E5025", f"size {size}, packed {packed}, crc {crc:08x}")
    return replace(entry, data=data)


def _gaps(file: BinaryIO, name: str, entries: list[Entry], end: _End) -> Iterator[Problem]:
    """Report bytes that belong to no entry or to two: entries must tile the archive."""
    reached, before = 0, "0"
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset > reached:
            code = "E5023" if reached else "E5021"
            yield Problem(code, f"{name}: {entry.label}", str(entry.offset - reached))
        if entry.offset < reached:
            yield Problem("E5024", f"{name}: {entry.label}", before)
        stop = entry.data + entry.packed
        if entry.flags & _STREAMED:
            stop += _descriptor_size(_at(file, stop, 24), entry)
        reached, before = max(reached, stop), entry.label
    if reached != end.begin:
        code = "E5023" if reached < end.begin else "E5024"
        yield Problem(code, name, str(abs(end.begin - reached)))


def _descriptor_size(found: bytes, entry: Entry) -> int:
    for form in ("<3L", "<L2Q"):
        if max(entry.packed, entry.size) > _FULL32 and form == "<3L":
            continue
        plain = struct.pack(form, entry.crc, entry.packed, entry.size)
        for expected in (b"PK\x07\x08" + plain, plain):
            if found.startswith(expected):
                return len(expected)
    return 0


def _extras(block: bytes) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(block):
        kind, size = struct.unpack_from("<2H", block, at)
        fields.setdefault(kind, block[at + 4 : at + 4 + size])
        at += 4 + size
    return fields


def _widened(extra: bytes | None, values: tuple[int, int, int]) -> tuple[int, int, int]:
    """Sizes and offset with those that overflow taken from the zip64 extra field, in its order."""
    if extra is None:
        return values
    wide = []
    at = 0
    for value in values:
        if value == _FULL32 and at + 8 <= len(extra):
            wide.append(int.from_bytes(extra[at : at + 8], "little"))
            at += 8
        else:
            wide.append(value)
    return wide[0], wide[1], wide[2]


def _spots(content: bytes, mark: bytes) -> Iterator[int]:
    at = content.find(mark)
    while at >= 0:
        yield at
        at = content.find(mark, at + 1)


def _at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


PROBLEMS = (
    Explanation(
        "E5020",
        "{where}：不是完整的 zip 文件（{found}）；请用 jiebang pack 重新打包，"
        "并核对文件是否传输完整。",
        "{where}: not a whole zip file ({found}); pack again with `jiebang pack` and see that "
        "the copy is complete.",
    ),
    Explanation(
        "E5021",
        "{where}：第一个条目之前有多余的数据（{found} 字节）；请提交以 zip 条目开头的文件，"
        "用 jiebang pack 打包。",
        "{where}: {found} bytes lie before the first entry; hand in a file that begins with it, "
        "made by `jiebang pack`.",
    ),
    Explanation(
        "E5022",
        "{where}：zip 结尾之后有多余的数据或有多个结尾（{found}）；请用 jiebang pack 重新打包。",
        "{where}: there are data after the end of the zip, or several ends ({found}); pack again "
        "with `jiebang pack`.",
    ),
    Explanation(
        "E5023",
        "{where}：条目之间有不属于任何文件的数据（{found} 字节）；请用 jiebang pack 重新打包。",
        "{where}: {found} bytes between entries belong to no file; pack again with `jiebang pack`.",
    ),
    Explanation(
        "E5024",
        "{where}：与另一条目重叠（{found}）；请用 jiebang pack 重新打包，使每个文件只存一次。",
        "{where}: overlaps another entry ({found}); pack again with `jiebang pack`, which stores "
        "each file once.",
    ),
    Explanation(
        "E5025",
        "{where}：zip 的两处目录互相矛盾（{found}）；请用 jiebang pack 重新打包。",
        "{where}: the two directories of the zip contradict each other ({found}); pack again with "
        "`jiebang pack`.",
    ),
    Explanation(
        "E5026",
        "{where}：分卷 zip（{found}）；请打成一个 zip 文件。",
        "{where}: a zip in several volumes ({found}); write one zip file.",
    ),
    Explanation(
        "E5027",
        "{where}：条目已加密（{found}）；请不设密码重新打包。",
        "{where}: the entry is encrypted ({found}); pack again without a password.",
    ),
    Explanation(
        "E5028",
        "{where}：压缩方式 {found} 不受支持；请用“存储”或 deflate，例如用 jiebang pack。",
        "{where}: compression method {found} is not taken; use stored or deflate, for example "
        "with `jiebang pack`.",
    ),
)
