from __future__ import annotations

import io
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.intake import listing, names, unpacking
from harness.intake.unpacking import Caps, unpack
from harness.problems import Refusal

CAPS = Caps(count=200, total=8 << 20, single=4 << 20, ratio=100, depth=8, name_bytes=200)
SENTENCES = {one.code: one for table in (names, listing, unpacking) for one in table.PROBLEMS}


def zipped(
    *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED
) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content, method)
    return raw.getvalue()


def of_mode(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def renamed(stated: str, wanted: bytes, content: bytes = b"x") -> bytes:
    """A zip whose only name is the wanted bytes, of the same length as the stated name."""
    assert len(stated.encode()) == len(wanted)
    return zipped((stated, content)).replace(stated.encode(), wanted)


def patched(archive: bytes, mark: bytes, offset: int, value: bytes, nth: int = 0) -> bytes:
    at = -1
    for _ in range(nth + 1):
        at = archive.index(mark, at + 1)
    return archive[: at + offset] + value + archive[at + offset + len(value) :]


def overlapping() -> bytes:
    """Two entries of the central directory that share one local header."""
    one = zipped(("a.txt", b"shared"))
    begin = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    directory = one[begin:end]
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(directory), begin, 0)
    return one[:begin] + directory * 2 + closing


def nested_overlap() -> bytes:
    """An entry whose data is another whole entry that the directory lists as well."""
    inner = zipped(("b.txt", b"inner"))
    inner_local = inner[: inner.index(b"PK\x01\x02")]
    inner_central = inner[inner.index(b"PK\x01\x02") : inner.index(b"PK\x05\x06")]
    outer = zipped(("a.txt", inner_local))
    begin = outer.index(b"PK\x01\x02", len(inner_local))
    outer_central = outer[begin : outer.index(b"PK\x05\x06")]
    inner_central = patched(inner_central, b"PK\x01\x02", 42, struct.pack("<L", 30 + 5))
    directory = outer_central + inner_central
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), begin, 0)
    return outer[:begin] + directory + closing


def gap() -> bytes:
    one = zipped(("a.txt", b"alpha"))
    begin, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    return (
        one[:begin]
        + b"hidden"
        + one[begin:end]
        + patched(one[end:], b"PK\x05\x06", 16, struct.pack("<L", begin + 6))
    )


def with_extra(kind: int, content: bytes, name: str = "safe.txt") -> bytes:
    info = zipfile.ZipInfo(name)
    info.extra = struct.pack("<2H", kind, len(content)) + content
    return zipped((info, b"x"))


def unicode_path(raw: bytes, text: str) -> bytes:
    return b"\x01" + struct.pack("<L", zlib.crc32(raw)) + text.encode()


def lying_size(delta: int) -> bytes:
    archive = zipped(("a.txt", b"z" * 50), method=zipfile.ZIP_DEFLATED)
    size = struct.pack("<L", 50 + delta)
    return patched(patched(archive, b"PK\x03\x04", 22, size), b"PK\x01\x02", 24, size)


def encrypted() -> bytes:
    archive = zipped(("a.txt", b"secret"))
    return patched(patched(archive, b"PK\x03\x04", 6, b"\1\0"), b"PK\x01\x02", 8, b"\1\0")


def wrong_checksum() -> bytes:
    archive = zipped(("a.txt", b"content"))
    return archive.replace(b"content", b"CONTENT")


def broken_stream() -> bytes:
    archive = zipped(("a.txt", bytes(range(256)) * 4), method=zipfile.ZIP_DEFLATED)
    return archive[:40] + b"\xff" * 8 + archive[48:]


def multi_disk() -> bytes:
    return patched(zipped(("a.txt", b"x")), b"PK\x05\x06", 4, b"\1\0")


def two_ends() -> bytes:
    inner = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)
    archive = zipped(("a.txt", b"x"))
    return patched(archive, b"PK\x05\x06", 20, struct.pack("<H", len(inner))) + inner


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "parent folder": ("E5002", lambda: zipped(("../evil.txt", b"x"))),
    "parent folder within": ("E5002", lambda: zipped(("a/../../evil.txt", b"x"))),
    "absolute": ("E5002", lambda: zipped(("/etc/evil", b"x"))),
    "empty part": ("E5002", lambda: zipped(("a//b.txt", b"x"))),
    "dot part": ("E5002", lambda: zipped(("a/./b.txt", b"x"))),
    "two dots in one sign": ("E5002", lambda: zipped(("‥/evil.txt", b"x"))),
    "full-width slash": ("E5002", lambda: zipped(("a／b.txt", b"x"))),
    "only a slash": ("E5002", lambda: zipped(("/", b""))),
    "backslash": ("E5003", lambda: renamed("ab_cd.txt", b"..\\cd.txt")),
    "drive letter": ("E5004", lambda: zipped(("C:/evil.txt", b"x"))),
    "alternate stream": ("E5004", lambda: zipped(("a.txt:b", b"x"))),
    "null sign": ("E5005", lambda: renamed("a.py_.txt", b"a.py\0.txt")),
    "escape sign": ("E5005", lambda: zipped(("a\x1b[31m.txt", b"x"))),
    "line feed": ("E5005", lambda: zipped(("a\nb.txt", b"x"))),
    "direction override": ("E5005", lambda: zipped(("a\u202etxt.exe", b"x"))),
    "zero-width sign": ("E5005", lambda: zipped(("a\u200b.txt", b"x"))),
    "device": ("E5006", lambda: zipped(("CON", b"x"))),
    "device with suffix": ("E5006", lambda: zipped(("docs/nul.txt", b"x"))),
    "device in superscript": ("E5006", lambda: zipped(("COM¹.txt", b"x"))),
    "dot at the end": ("E5007", lambda: zipped(("a.txt.", b"x"))),
    "space at the end": ("E5007", lambda: zipped(("a /b.txt", b"x"))),
    "long name": ("E5008", lambda: zipped(("a" * 201, b"x"))),
    "deep folders": ("E5009", lambda: zipped(("a/" * 9 + "b", b"x"))),
    "same name twice": (
        "E5010",
        lambda: zipped(("aa.txt", b"1"), ("ab.txt", b"2")).replace(b"ab.txt", b"aa.txt"),
    ),
    "names that differ in case": ("E5010", lambda: zipped(("A.txt", b"1"), ("a.txt", b"2"))),
    "folders that differ in case": ("E5010", lambda: zipped(("A/b", b"1"), ("a/c", b"2"))),
    "composed and decomposed": (
        "E5010",
        lambda: zipped(("caf\u00e9", b"1"), ("cafe\u0301", b"2")),
    ),
    "full-width twin": ("E5010", lambda: zipped(("a1.txt", b"1"), ("a１.txt", b"2"))),
    "file and folder": ("E5011", lambda: zipped(("a", b"1"), ("a/b", b"2"))),
    "folder and file": ("E5011", lambda: zipped(("a/b", b"2"), ("a", b"1"))),
    "macOS shadow": ("E5012", lambda: zipped(("__MACOSX/._a.txt", b"x"))),
    "Finder file": ("E5012", lambda: zipped(("docs/.DS_Store", b"x"))),
    "Explorer file": ("E5012", lambda: zipped(("Thumbs.db", b"x"))),
    "compiled Python": ("E5012", lambda: zipped(("solution/__pycache__/a.pyc", b"x"))),
    "hidden file": ("E5013", lambda: zipped((".env", b"KEY=1"))),
    "name that is no text": ("E5001", lambda: renamed("abcd", b"a\xff\xff\x80")),
    "flagged UTF-8 that is none": (
        "E5001",
        lambda: zipped(("模.txt", b"x")).replace("模".encode(), b"\xff\xfe\xfd"),
    ),
    "two names in one entry": (
        "E5001",
        lambda: with_extra(0x7075, unicode_path("安.txt".encode(), "../evil"), name="安.txt"),
    ),
    "traversal by Unicode path": (
        "E5002",
        lambda: with_extra(0x7075, unicode_path(b"safe.txt", "../evil")),
    ),
    "no zip": ("E5020", lambda: b"%PDF-1.4 not a zip"),
    "empty file": ("E5020", lambda: b""),
    "cut short": ("E5020", lambda: zipped(("a.txt", b"x" * 100))[:-30]),
    "prefix": ("E5021", lambda: b"#!/bin/sh\n" + zipped(("a.txt", b"x"))),
    "prefix with offsets moved": (
        "E5021",
        lambda: patched(
            patched(
                b"#!sh" + zipped(("a.txt", b"x")), b"PK\x05\x06", 16, struct.pack("<L", 4 + 36)
            ),
            b"PK\x01\x02",
            42,
            struct.pack("<L", 4),
        ),
    ),
    "trailing data": ("E5022", lambda: zipped(("a.txt", b"x")) + b"<script>"),
    "two ends": ("E5022", two_ends),
    "gap": ("E5023", gap),
    "overlap": ("E5010", overlapping),
    "shared bytes": ("E5024", overlapping),
    "nested overlap": ("E5024", nested_overlap),
    "directories disagree on the name": (
        "E5025",
        lambda: patched(zipped(("a.txt", b"x")), b"PK\x03\x04", 30, b"b"),
    ),
    "directories disagree on the size": (
        "E5025",
        lambda: patched(zipped(("a.txt", b"x")), b"PK\x03\x04", 22, b"\2"),
    ),
    "directories disagree on the checksum": (
        "E5025",
        lambda: patched(zipped(("a.txt", b"x")), b"PK\x03\x04", 14, b"\0\0\0\0"),
    ),
    "directories disagree on the method": (
        "E5025",
        lambda: patched(zipped(("a.txt", b"x")), b"PK\x03\x04", 8, b"\x08"),
    ),
    "several volumes": ("E5026", multi_disk),
    "encrypted": ("E5027", encrypted),
    "bzip2": ("E5028", lambda: zipped(("a.txt", b"x"), method=zipfile.ZIP_BZIP2)),
    "lzma": ("E5028", lambda: zipped(("a.txt", b"x"), method=zipfile.ZIP_LZMA)),
    "symbolic link": (
        "E5030",
        lambda: zipped((of_mode("link", stat.S_IFLNK | 0o777), b"/etc/passwd")),
    ),
    "pipe": ("E5031", lambda: zipped((of_mode("pipe", stat.S_IFIFO | 0o644), b""))),
    "device file": ("E5031", lambda: zipped((of_mode("disk", stat.S_IFBLK | 0o644), b""))),
    "socket": ("E5031", lambda: zipped((of_mode("sock", stat.S_IFSOCK | 0o644), b""))),
    "setuid": ("E5032", lambda: zipped((of_mode("run", stat.S_IFREG | 0o4755), b"x"))),
    "setgid": ("E5032", lambda: zipped((of_mode("run", stat.S_IFREG | 0o2755), b"x"))),
    "folder with content": ("E5033", lambda: zipped((of_mode("a/", stat.S_IFDIR), b"hidden"))),
    "file called a folder": (
        "E5034",
        lambda: zipped((of_mode("a.txt", stat.S_IFDIR | 0o755), b"")),
    ),
    "folder called a file": (
        "E5034",
        lambda: zipped((of_mode("a/", stat.S_IFREG | 0o644), b"")),
    ),
    "too many entries": ("E5040", lambda: zipped(*((f"{i}.txt", b"") for i in range(201)))),
    "seventy thousand entries": (
        "E5040",
        lambda: patched(
            zipped(("a.txt", b"x")), b"PK\x05\x06", 8, struct.pack("<2H", 65534, 65534)
        ),
    ),
    "too much in all": (
        "E5041",
        lambda: zipped(*((f"{i}.bin", random.Random(i).randbytes(3 << 20)) for i in range(3))),
    ),
    "one file too big": ("E5042", lambda: zipped(("a.bin", bytes(5 << 20)))),
    "bomb": (
        "E5043",
        lambda: zipped(("a.bin", bytes(3 << 20)), method=zipfile.ZIP_DEFLATED),
    ),
    "more bytes than stated": ("E5050", lambda: lying_size(-10)),
    "fewer bytes than stated": ("E5050", lambda: lying_size(+10)),
    "wrong checksum": ("E5051", wrong_checksum),
    "broken stream": ("E5052", broken_stream),
}


@pytest.mark.parametrize(("code", "build"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_is_refused_and_nothing_is_written(
    tmp_path: Path, code: str, build: Callable[[], bytes]
) -> None:
    archive = tmp_path / "package.zip"
    archive.write_bytes(build())

    with pytest.raises(Refusal) as refused:
        unpack(archive, tmp_path / "room" / "tree", CAPS)

    assert code in {problem.code for problem in refused.value.problems}
    room = tmp_path / "room"
    assert sorted(tmp_path.iterdir()) in ([archive], [archive, room])
    assert not room.exists() or not list(room.iterdir())
    for problem in refused.value.problems:
        for language in ("zh", "en"):
            assert SENTENCES[problem.code].render(problem, language).isprintable()


def test_every_problem_of_an_archive_is_shown_at_once(tmp_path: Path) -> None:
    archive = tmp_path / "package.zip"
    archive.write_bytes(
        zipped(("../a", b"x"), ("CON", b"x"), (of_mode("l", stat.S_IFLNK), b"x"), (".env", b"x"))
    )

    with pytest.raises(Refusal) as refused:
        unpack(archive, tmp_path / "tree", CAPS)

    assert [one.code for one in refused.value.problems] == ["E5002", "E5006", "E5030", "E5013"]


def test_files_are_written_read_only_and_sorted(tmp_path: Path) -> None:
    archive = tmp_path / "package.zip"
    archive.write_bytes(
        zipped(("b/", b""), ("b/2.txt", b"two"), ("a.txt", b"one"), method=zipfile.ZIP_DEFLATED)
    )

    unpacked = unpack(archive, tmp_path / "tree", CAPS)

    assert [(file.path, file.size) for file in unpacked.files] == [("a.txt", 3), ("b/2.txt", 3)]
    assert (tmp_path / "tree/b/2.txt").read_bytes() == b"two"
    assert stat.S_IMODE((tmp_path / "tree/a.txt").stat().st_mode) == 0o444
    assert stat.S_IMODE((tmp_path / "tree/b").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "tree").stat().st_mode) == 0o755


@pytest.mark.parametrize(
    ("raw", "guess"),
    [
        ("模型/配置.yaml".encode("gb18030"), "gb18030"),
        ("模型/配置.yaml".encode(), "utf-8"),
    ],
)
def test_chinese_names_without_a_flag_are_read_and_the_guess_is_noted(
    tmp_path: Path, raw: bytes, guess: str
) -> None:
    archive = tmp_path / "package.zip"
    archive.write_bytes(renamed("x" * len(raw), raw))

    unpacked = unpack(archive, tmp_path / "tree")

    assert unpacked.decoded_names == {"模型/配置.yaml": guess}
    assert (tmp_path / "tree/模型/配置.yaml").read_bytes() == b"x"


def test_one_gbk_name_says_how_the_short_ones_beside_it_are_read(tmp_path: Path) -> None:
    short, long = "隆".encode("gb18030"), "模型".encode("gb18030")
    archive = tmp_path / "package.zip"
    archive.write_bytes(
        zipped(("ab", b"1"), ("wxyz", b"2")).replace(b"ab", short).replace(b"wxyz", long)
    )

    unpacked = unpack(archive, tmp_path / "tree")

    assert short.decode("utf-8") != "隆"
    assert unpacked.decoded_names == {"隆": "gb18030", "模型": "gb18030"}


def test_a_unicode_path_field_names_the_file_while_its_checksum_holds(tmp_path: Path) -> None:
    fits, stale = tmp_path / "fits.zip", tmp_path / "stale.zip"
    fits.write_bytes(with_extra(0x7075, unicode_path(b"safe.txt", "模型.txt")))
    stale.write_bytes(with_extra(0x7075, unicode_path(b"other.txt", "模型.txt")))

    first, second = unpack(fits, tmp_path / "a"), unpack(stale, tmp_path / "b")

    assert first.decoded_names == {"模型.txt": "unicode-path"}
    assert [file.path for file in second.files] == ["safe.txt"]


def test_a_streamed_archive_is_accepted(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"alpha" * 100)
        archive.writestr("b.txt", b"beta")
    path = tmp_path / "package.zip"
    path.write_bytes(pipe.getvalue())

    unpacked = unpack(path, tmp_path / "tree")

    assert [file.size for file in unpacked.files] == [500, 4]


def test_a_zip64_archive_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as one:
        one.write(b"alpha")

    unpacked = unpack(path, tmp_path / "tree")

    assert [file.size for file in unpacked.files] == [5]


def test_an_existing_folder_is_never_written_into(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(zipped(("a.txt", b"x")))
    (tmp_path / "tree").mkdir()

    with pytest.raises(Refusal) as refused:
        unpack(path, tmp_path / "tree")

    assert [one.code for one in refused.value.problems] == ["E5053"]
    assert not list((tmp_path / "tree").iterdir())


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "package.zip")

    with pytest.raises(Refusal) as refused:
        unpack(tmp_path / "package.zip", tmp_path / "tree")

    assert [one.code for one in refused.value.problems] == ["E5054"]


def test_what_an_interrupted_unpacking_left_is_cleared_away(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(zipped(("a.txt", b"x")))
    (tmp_path / ".tree.partial").mkdir()
    (tmp_path / ".tree.partial" / "old.txt").write_text("old")

    unpack(path, tmp_path / "tree")

    assert [one.name for one in (tmp_path / "tree").iterdir()] == ["a.txt"]
    assert not (tmp_path / ".tree.partial").exists()


def test_damaged_bytes_are_refused_or_harmless_but_never_a_crash(tmp_path: Path) -> None:
    whole = zipped(("a.txt", b"alpha" * 9), ("模/b.txt", b"beta" * 9), method=zipfile.ZIP_DEFLATED)
    chance = random.Random(7)
    path = tmp_path / "package.zip"
    refused = 0

    for turn in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])])
        try:
            unpack(path, tmp_path / str(turn), CAPS)
        except Refusal:
            refused += 1
            assert not (tmp_path / str(turn)).exists()

    assert refused > 300
