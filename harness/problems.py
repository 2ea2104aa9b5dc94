"""What is wrong with an input, as plain records that every surface can render."""

from __future__ import annotations

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


def unreadable(error: OSError) -> Words:
    """Why a file could not be read."""
    said = error.strerror or type(error).__name__
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Words("没有这个文件", "no such file")
    return Words("没有读取权限" if isinstance(error, PermissionError) else "读取失败", said)


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
