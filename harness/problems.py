"""What is wrong with an input, as plain records that every surface can render."""

from __future__ import annotations

import errno
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

PLAIN = re.compile(r"[\w@%+=:,./-]+")


@dataclass(frozen=True, slots=True)
class Words:
    """A part of a sentence that reads otherwise in each language."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def as_typed(word: object) -> str:
    """A path or another word as it is typed in a shell: in quotes where it needs them.

    Examples
    --------
    >>> as_typed("评测/2026"), as_typed("我的 项目")
    ('评测/2026', "'我的 项目'")
    """
    text = str(word)
    return text if PLAIN.fullmatch(text) else shlex.quote(text)


FAILURES = {
    errno.EACCES: Words("没有权限", "no permission"),
    errno.EPERM: Words("没有权限", "no permission"),
    errno.ENOENT: Words("没有这个文件", "no such file"),
    errno.ENOTDIR: Words("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.EISDIR: Words("这是一个文件夹", "it is a folder"),
    errno.EEXIST: Words("已有同名文件", "a file of that name is there"),
    errno.ENOSPC: Words("磁盘已满", "the disk is full"),
    errno.EDQUOT: Words("磁盘配额已用完", "the disk quota is used up"),
    errno.EROFS: Words("文件系统只读", "the file system is read-only"),
    errno.ELOOP: Words("是符号链接或链接成环", "it is a symbolic link, or links go in a circle"),
    errno.ENAMETOOLONG: Words("名称过长", "the name is too long"),
    errno.EIO: Words("设备读写出错", "the device failed"),
}
"""What the system says of files, by its error number."""


def why(error: OSError) -> Words:
    """Why a file could not be read or written, in words of both languages."""
    number = "?" if error.errno is None else str(error.errno)
    other = Words(f"系统错误 {number}", error.strerror or f"system error {number}")
    return other if error.errno is None else FAILURES.get(error.errno, other)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it is, what was found, what would be right.

    The sentences live in the checking module's ``PROBLEMS`` table, by ``code``.
    ``where`` is a path that a reader can go to, such as ``board.yaml: items[2].task``.
    """

    code: str
    where: str
    found: str = ""
    values: Mapping[str, str | Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentences of a problem code; each ends with what to write instead."""

    code: str
    zh: str
    en: str

    def render(self, problem: Problem, language: str) -> str:
        """Fill the sentence of one language with what the problem found."""
        sentence = self.zh if language == "zh" else self.en
        values = {
            key: value.of(language) if isinstance(value, Words) else value
            for key, value in problem.values.items()
        }
        return sentence.format(where=problem.where, found=problem.found, **values)


class Refusal(Exception):
    """An input that cannot be accepted, with every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.code} {p.where} {p.found}" for p in self.problems))
