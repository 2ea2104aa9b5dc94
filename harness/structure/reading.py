"""What a reader is: from a plain value to a record's field, with every problem on the way."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from harness.problems import Explanation, Problem, Words
from harness.yaml_text import Document, Location

T = TypeVar("T")
Schema = dict[str, Any]


class Reading:
    """One pass over a document: where we are, and the problems found so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def report(self, code: str, at: Location, found: Any = "", **values: str | Words) -> None:
        """Note a problem at a place of the document."""
        self.problems.append(Problem(code, self.document.where(at), _shown(found), values))


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """How one declared value is read: ``read(reading, value, at)`` and its JSON Schema.

    ``read`` returns ``UNREAD`` after it has reported a problem.
    """

    read: Callable[[Reading, Any, Location], T]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a mapping: its reader, and what stands in where it is left out."""

    reader: Reader[Any]
    required: bool = True
    default: Any = None
    says: str = ""


def optional(reader: Reader[Any], default: Any = None, says: str = "") -> Field:
    """Describe a key that may be left out."""
    return Field(reader, required=False, default=default, says=says)


def nearest(word: str, options: Any) -> str:
    """The known word that is most alike, for a hint; empty only when none is known."""
    found = difflib.get_close_matches(word, list(options), n=1, cutoff=0.0)
    return found[0] if found else ""


def _shown(found: Any) -> str:
    shown = found if isinstance(found, str) else "null" if found is None else str(found)
    return shown if len(shown) <= 80 else shown[:77] + "..."


PROBLEMS = (
    Explanation(
        "E1010",
        "{where}：不认识的键“{found}”。最接近的是“{nearest}”；这里可写：{expected}。",
        "{where}: unknown key '{found}'. The nearest known one is '{nearest}'; known here: {expected}.",
    ),
    Explanation(
        "E1011",
        "{where}：缺少键“{found}”。请补上。",
        "{where}: the key '{found}' is missing. Add it.",
    ),
    Explanation(
        "E1012",
        "{where}：写的是“{found}”，类型不对。请写{expected}。",
        "{where}: found '{found}', which is of the wrong type. Write {expected}.",
    ),
    Explanation(
        "E1013",
        "{where}：“{found}”不在可选值中（最接近“{nearest}”）。请从中选一个：{expected}。",
        "{where}: '{found}' is not one of the options (nearest: '{nearest}'). Choose one of: {expected}.",
    ),
    Explanation(
        "E1014",
        "{where}：“{found}”超出范围。请写在此范围内：{expected}。",
        "{where}: '{found}' is out of range. Write a value within: {expected}.",
    ),
    Explanation("E1015", "{where}：内容为空。请填写。", "{where}: this is empty. Fill it in."),
    Explanation(
        "E1016",
        "{where}：“{found}”的写法不对。正确写法示例：{expected}。",
        "{where}: '{found}' is not written in the right form. Write it like: {expected}.",
    ),
    Explanation(
        "E1017",
        "{where}：文件的 schema 是“{found}”。请写：schema: {expected}。",
        "{where}: the file's schema is '{found}'. Write: schema: {expected}.",
    ),
)
