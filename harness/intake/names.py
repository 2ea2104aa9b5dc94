"""Names inside an archive: how their bytes are read, and which names every system can hold."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.normal_forms import normalized
from harness.problems import Explanation

UTF8_FLAG = 0x800
UNICODE_PATH = 0x7075
COMPONENT_BYTES = 255

_JUNK_NAMES = frozenset(
    {"__macosx", ".ds_store", "thumbs.db", "desktop.ini", "__pycache__", ".git", ".svn", ".hg"}
    | {".gitattributes", ".gitignore", ".gitkeep", ".gitmodules", ".ipynb_checkpoints"}
    | {".localized", ".spotlight-v100", ".trashes", "$recycle.bin"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".idea", ".vscode"}
)
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10)}
)
_FORBIDDEN = frozenset('<>:"|?*')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedName:
    """A name as text, with the encoding that was guessed, or none where the archive says it."""

    text: str
    guess: str | None = None


def guess_encoding(names: Iterable[bytes]) -> str:
    """The encoding of an archive's unflagged names: UTF-8 if it fits them all, else GB18030.

    One program wrote them all, and a short GBK name may happen to be UTF-8 as well.
    """
    try:
        for raw in names:
            raw.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def decode_name(
    raw: bytes, flags: int, unicode_path: bytes | None, encoding: str
) -> DecodedName | None:
    """The text of a name's bytes: as flagged, else ASCII, else in the encoding guessed.

    Parameters
    ----------
    raw, flags
        The name and the general purpose flags of the entry.
    encoding
        What :func:`guess_encoding` says of the archive.
    unicode_path
        Content of the Info-ZIP Unicode path extra field; it counts while its checksum
        is that of ``raw``.

    Returns
    -------
    None where no reading is right, or two readings contradict each other.
    """
    stated = _stated_path(raw, unicode_path)
    try:
        if flags & UTF8_FLAG:
            text = raw.decode("utf-8")
            return DecodedName(text=text) if stated in (None, raw) else None
        if stated is not None:
            return DecodedName(text=stated.decode("utf-8"), guess="unicode-path")
        return DecodedName(text=raw.decode(encoding), guess=None if raw.isascii() else encoding)
    except UnicodeDecodeError:
        return None


def shown(name: str) -> str:
    r"""A name that is safe to print: what cannot be seen is spelled out.

    >>> shown("a\u202eb\x00")
    'a\\u202eb\\u0000'
    """
    return "".join(
        f"\\u{ord(sign):04x}" if unicodedata.category(sign) in _UNSEEN else sign for sign in name
    )


def is_junk(component: str) -> bool:
    """Whether a system or a tool left this file behind, unasked."""
    folded = component.casefold()
    return folded in _JUNK_NAMES or folded.startswith("._")


def judge_name(name: str, *, depth: int, name_bytes: int) -> Iterator[tuple[str, str]]:
    """Every reason why a path cannot be taken in, as problem code and what was found.

    A folder's name may end in one slash.
    """
    path = name.removesuffix("/")
    parts = path.split("/")
    if "\\" in path:
        yield "E5003", shown(path)
    if path.startswith("/") or any(_leaves(part) for part in parts):
        yield "E5002", shown(path)
    if any(sign in _FORBIDDEN for sign in path):
        yield "E5004", "".join(sorted(_FORBIDDEN & set(path)))
    unseen = sorted({sign for sign in path if unicodedata.category(sign) in _UNSEEN})
    if unseen:
        yield "E5005", " ".join(f"U+{ord(sign):04X}" for sign in unseen)
    for part in parts:
        stem = normalized("NFKC", part).split(".")[0].strip().casefold()
        if stem in _DEVICES:
            yield "E5006", shown(part)
        if part.endswith((" ", ".")) and part not in (".", ".."):
            yield "E5007", shown(part)
    longest = max(_length(part) for part in parts)
    if _length(path) > name_bytes or longest > COMPONENT_BYTES:
        yield "E5008", str(_length(path))
    if len(parts) > depth:
        yield "E5009", str(len(parts))
    junk = [part for part in parts if is_junk(part)]
    if junk:
        yield "E5012", shown(junk[0])
    elif any(part.startswith(".") and not _leaves(part) for part in parts):
        yield "E5013", shown(next(part for part in parts if part.startswith(".")))


def collisions(names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Names that some system would take for one: code, the later name, the earlier one.

    Compared under NFKC and case folding, folders included; files end without a slash.
    """
    spelled: dict[str, tuple[str, bool]] = {}
    listed: set[str] = set()
    for name in names:
        path = name.removesuffix("/")
        if path in listed:
            yield "E5010", path, path
            continue
        listed.add(path)
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            prefix = "/".join(parts[:end])
            folder = end < len(parts) or name.endswith("/")
            earlier, was_folder = spelled.setdefault(_folded(prefix), (prefix, folder))
            if earlier != prefix:
                yield "E5010", path, earlier
                break
            if was_folder != folder:
                yield "E5011", path, earlier
                break


def _stated_path(raw: bytes, unicode_path: bytes | None) -> bytes | None:
    if unicode_path is None or len(unicode_path) < 6 or unicode_path[0] != 1:
        return None
    if int.from_bytes(unicode_path[1:5], "little") != zlib.crc32(raw):
        return None
    return unicode_path[5:]


def _leaves(part: str) -> bool:
    plain = normalized("NFKC", part)
    return plain in ("", ".", "..") or "/" in plain or ("\\" in plain and "\\" not in part)


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _folded(text: str) -> str:
    return normalized("NFKC", normalized("NFKC", text).casefold())


PROBLEMS = (
    Explanation(
        "E5001",
        "{where}：文件名的字节（{found}）无法确定是什么文字；请用 jiebang pack 重新打包，"
        "文件名写成 UTF-8。",
        "{where}: the bytes of the name ({found}) have no sure reading; pack again with "
        "`jiebang pack`, which writes names in UTF-8.",
    ),
    Explanation(
        "E5002",
        "{where}：路径 {found} 会离开材料包；请写成包内的相对路径，例如 solution/main.py。",
        "{where}: the path {found} would leave the package; write a path relative to it, such as "
        "solution/main.py.",
    ),
    Explanation(
        "E5003",
        "{where}：路径 {found} 含反斜杠；请用正斜杠 / 分隔文件夹。",
        "{where}: the path {found} holds a backslash; part folders with a forward slash /.",
    ),
    Explanation(
        "E5004",
        "{where}：文件名含有 Windows 不允许的字符 {found}；请改用字母、数字、汉字、- 或 _。",
        "{where}: the name holds {found}, which Windows forbids; use letters, digits, - or _ "
        "instead.",
    ),
    Explanation(
        "E5005",
        "{where}：文件名含有看不见的控制字符（{found}）；请重新输入一个只含可见字符的文件名。",
        "{where}: the name holds characters that cannot be seen ({found}); type a name of visible "
        "characters instead.",
    ),
    Explanation(
        "E5006",
        "{where}：{found} 是 Windows 的设备名；请改名，例如在前面加 file_。",
        "{where}: {found} is a device's name on Windows; write another, such as file_ in front "
        "of it.",
    ),
    Explanation(
        "E5007",
        "{where}：“{found}”以空格或句点结尾；请去掉末尾的空格或句点。",
        "{where}: “{found}” ends in a space or a dot; write it without.",
    ),
    Explanation(
        "E5008",
        "{where}：路径长 {found} 字节；整条路径请不超过 {limit} 字节，每一级不超过 255 字节。",
        "{where}: the path has {found} bytes; write at most {limit} in all and 255 for each part.",
    ),
    Explanation(
        "E5009",
        "{where}：文件夹嵌套 {found} 层；请不超过 {limit} 层。",
        "{where}: folders are nested {found} deep; write at most {limit}.",
    ),
    Explanation(
        "E5010",
        "{where}：与 {found} 在某些系统上是同一个文件（重名、大小写或全半角不同）；"
        "请改成明显不同的名字。",
        "{where}: on some systems this is the same file as {found} (repeated, or only case or "
        "width differ); write a clearly different name.",
    ),
    Explanation(
        "E5011",
        "{where}：{found} 既是文件又是文件夹；请给其中一个改名。",
        "{where}: {found} is both a file and a folder; write another name for one of them.",
    ),
    Explanation(
        "E5012",
        "{where}：{found} 是系统或工具自动留下的文件，不属于申报材料；请用 jiebang pack 打包，"
        "它会略去并列出这些文件。",
        "{where}: {found} was left behind by a system or a tool and is no part of the package; "
        "pack with `jiebang pack`, which leaves such files out and lists them.",
    ),
    Explanation(
        "E5013",
        "{where}：{found} 是隐藏文件；请删除它，或改成不以句点开头的名字。",
        "{where}: {found} is hidden; delete it, or write a name that does not begin with a dot.",
    ),
)
