"""A folder as it would be packed: what goes in, what stays out, what stands in the way."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.intake.names import collisions, is_junk, judge_name, shown
from harness.intake.unpacking import Caps
from harness.problems import Explanation, Problem, Refusal, why

_REPARSE = 0x400


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a folder holds: paths to pack, what is left out, and why it cannot be packed.

    ``left_out`` names what systems and tools leave behind and folders without a file, both
    ending in a slash where they are folders.
    """

    paths: tuple[str, ...]
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...]


def survey(folder: Path, caps: Caps | None = None) -> Survey:
    """Look through a folder without following links, and judge it as intake will."""
    caps = caps or Caps()
    if not folder.is_dir():
        raise Refusal([Problem("E5066", str(folder))])
    paths: list[str] = []
    left_out: list[str] = []
    problems: list[Problem] = []
    total = 0
    for path, found in _walk(folder, ""):
        if path.endswith("/") or is_junk(path.rpartition("/")[2]):
            left_out.append(path)
            continue
        where = f"{folder.name}: {shown(path)}"
        limits = {"E5008": str(caps.name_bytes), "E5009": str(caps.depth)}
        problems += [
            Problem(code, where, what, {"limit": limits.get(code, "")})
            for code, what in judge_name(path, depth=caps.depth, name_bytes=caps.name_bytes)
        ]
        if _is_link(found):
            problems.append(Problem("E5060", where, f"{found.st_mode:o}"))
        elif not stat.S_ISREG(found.st_mode):
            problems.append(Problem("E5061", where, f"{found.st_mode:o}"))
        elif found.st_size > caps.single:
            limit = {"limit": str(caps.single)}
            problems.append(Problem("E5042", where, str(found.st_size), limit))
        paths.append(path)
        total += found.st_size
    for code, later, earlier in collisions(paths):
        problems.append(Problem(code, f"{folder.name}: {shown(later)}", shown(earlier)))
    if len(paths) > caps.count:
        problems.append(Problem("E5040", folder.name, str(len(paths)), {"limit": str(caps.count)}))
    if total > caps.total:
        problems.append(Problem("E5041", folder.name, str(total), {"limit": str(caps.total)}))
    if not paths:
        problems.append(Problem("E5067", str(folder)))
    return Survey(
        paths=tuple(sorted(paths, key=_bytes)),
        left_out=tuple(sorted(left_out, key=_bytes)),
        problems=tuple(problems),
    )


def _walk(folder: Path, above: str) -> Iterator[tuple[str, os.stat_result]]:
    """All files below a folder; of folders, only those left out, with a slash at the end."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise Refusal([Problem("E5062", str(folder), "", {"reason": why(error)})]) from error
    for entry in entries:
        path = above + entry.name
        found = entry.stat(follow_symlinks=False)
        if not entry.is_dir(follow_symlinks=False) or _is_link(found):
            yield path, found
        elif is_junk(entry.name) or is_empty(Path(entry.path)):
            yield path + "/", found
        else:
            yield from _walk(Path(entry.path), path + "/")


def _is_link(found: os.stat_result) -> bool:
    """Whether this is a symbolic link or, on Windows, a junction."""
    return stat.S_ISLNK(found.st_mode) or bool(getattr(found, "st_file_attributes", 0) & _REPARSE)


def is_empty(path: Path) -> bool:
    """Whether this is a folder that holds nothing at all."""
    if not path.is_dir() or path.is_symlink():
        return False
    with os.scandir(path) as entries:
        return next(entries, None) is None


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


PROBLEMS = (
    Explanation(
        "E5060",
        "{where}：是符号链接（{found}）；请换成它所指的文件本身。",
        "{where}: a symbolic link ({found}); put the file that it points to in its place.",
    ),
    Explanation(
        "E5061",
        "{where}：是设备、管道等特殊文件（{found}）；请只放普通文件。",
        "{where}: a special file such as a device or a pipe ({found}); put in plain files only.",
    ),
    Explanation(
        "E5062",
        "{where}：无法读取（{reason}）；请检查权限，使其可读。",
        "{where}: cannot be read ({reason}); set its permissions so that it can.",
    ),
    Explanation(
        "E5066",
        "{where}：不是文件夹；请给出材料包所在的文件夹。",
        "{where}: not a folder; name the folder of the package.",
    ),
    Explanation(
        "E5067",
        "{where}：没有文件；请先放入 package.yaml 和 solution/。",
        "{where}: holds no file; put in package.yaml and solution/ first.",
    ),
)
