"""Strict YAML: one meaning per text, no surprises, bounded cost.

Only what a declaration needs: mappings with text keys, lists, text, ``true``/``false``,
plain decimal numbers and ``null``. Repeated keys, anchors, tags, numbers that are not
finite, control characters and deep nesting are refused, each as a problem with its line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from harness.problems import Explanation, Problem, Refusal, Words, why
from harness.yaml_faults import EXPLAINED, yaml_fault

LARGEST = 256 << 10
DEEPEST = 20
MOST_NODES = 20_000
INTEGER = re.compile(r"0|-?[1-9][0-9]*")
DECIMAL = re.compile(
    r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?|[-+]?[1-9][0-9]*[eE][-+]?[0-9]+"
)
CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}
NO_KEY = Words("键不是文字", "a key that is not text")
STEP = re.compile(r"\[([0-9]+)\]|([^\[\].\s]+)")
CONTROL = yaml.reader.Reader.NON_PRINTABLE
NOT_FINITE = frozenset({".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF"})

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed declaration: its plain value and the line of every place in it."""

    name: str
    value: Any
    lines: dict[Location, int]

    def where(self, location: Location) -> str:
        """A place as people read it: ``board.yaml:12 items[2].task``."""
        path = ""
        for step in location:
            path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
        return f"{self.name}:{self._line(location)} {path}".rstrip()

    def located(self, problem: Problem) -> Problem:
        """The same problem with the line of the place that it names, if that is in here.

        A path may hold words for people beside its steps: ``board.yaml: items[0] VM-01.task``.
        """
        name, colon, path = problem.where.partition(": ")
        if not colon or name != self.name:
            return problem
        found: Location = ()
        for number, word in STEP.findall(path):
            step = (*found, int(number) if number else word)
            found = step if step in self.lines else found
        return replace(problem, where=f"{name}:{self._line(found)} {path}")

    def _line(self, location: Location) -> int:
        """The line of a place, or of what is around it."""
        around = (location[:end] for end in range(len(location), -1, -1))
        return next((self.lines[place] for place in around if place in self.lines), 1)


class _Loader(yaml.SafeLoader):
    """A composer that refuses aliases, anchors, tags and excess before they cost anything."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("E1003", event.start_mark.line + 1, str(event.anchor))
        if getattr(event, "tag", None):
            raise _Refused("E1003", event.start_mark.line + 1, str(event.tag))
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _Refused("E1019", event.start_mark.line + 1, str(MOST_NODES))
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Refused("E1004", event.start_mark.line + 1, str(DEEPEST))
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Refused(Exception):
    def __init__(self, code: str, line: int, found: str) -> None:
        self.code, self.line, self.found = code, line, found
        super().__init__(code)


def read_document(path: Path) -> Document:
    """Read a declaration from a file.

    Raises
    ------
    Refusal
        No such file, not UTF-8, not YAML, or YAML with more than one meaning.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal([Problem("E1007", str(path), "", {"reason": why(error)})]) from error
    return parse_document(content, path.name)


def parse_document(content: bytes, name: str) -> Document:
    """Parse a declaration; raises ``Refusal`` as :func:`read_document` does."""
    if len(content) > LARGEST:
        raise Refusal([Problem("E1004", name, f"{len(content)} bytes")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refusal(
            [Problem("E1006", f"{name}:{line}", repr(content[error.start : error.end]))]
        ) from error
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
    except _Refused as refused:
        raise Refusal([Problem(refused.code, f"{name}:{refused.line}", refused.found)]) from refused
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Refusal([Problem("E1008", f"{name}:{line}", f"U+{error.character:04X}")]) from error
    except yaml.YAMLError as error:
        raise Refusal([yaml_fault(text, error, name)]) from error
    lines: dict[Location, int] = {}
    problems: list[Problem] = []
    value = None if root is None else _plain(root, (), lines, problems, name)
    if problems:
        raise Refusal(problems)
    return Document(name, value, lines)


def _plain(
    node: yaml.Node, at: Location, lines: dict[Location, int], problems: list[Problem], name: str
) -> Any:
    line = node.start_mark.line + 1
    lines[at] = line
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(entry, (*at, i), lines, problems, name) for i, entry in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        return dict(_entries(node, at, lines, problems, name))
    text = _text(node, line, problems, name)
    if getattr(node, "style", None) in ("'", '"', "|", ">"):
        return text
    if text in NOT_FINITE:
        problems.append(Problem("E1005", f"{name}:{line}", text))
        return None
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text) and len(text) < 20:
        return int(text)
    if DECIMAL.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            problems.append(Problem("E1005", f"{name}:{line}", text))
        return number
    return text


def _text(node: yaml.Node, line: int, problems: list[Problem], name: str) -> str:
    """Take a scalar's text, in which an escape may have smuggled what no line may hold."""
    text = str(node.value)
    if control := CONTROL.search(text):
        problems.append(Problem("E1008", f"{name}:{line}", f"U+{ord(control[0]):04X}"))
    return text


def _entries(
    node: yaml.MappingNode,
    at: Location,
    lines: dict[Location, int],
    problems: list[Problem],
    name: str,
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem("E1001", f"{name}:{line}", "", {"reason": NO_KEY}))
            continue
        key = _text(key_node, line, problems, name)
        if key in seen:
            problems.append(Problem("E1002", f"{name}:{line}", key))
            continue
        seen.add(key)
        value = _plain(value_node, (*at, key), lines, problems, name)
        lines[(*at, key)] = line
        yield key, value


PROBLEMS = (
    *EXPLAINED,
    Explanation(
        "E1002",
        "{where}：键“{found}”重复出现。请只保留一个。",
        "{where}: the key '{found}' appears twice. Keep one of them.",
    ),
    Explanation(
        "E1003",
        "{where}：不接受 YAML 的锚点、别名或标签（{found}）。请把内容直接写出来。",
        "{where}: YAML anchors, aliases and tags are not accepted ({found}). Write the content out.",
    ),
    Explanation(
        "E1004",
        "{where}：文件过大或嵌套过深（{found}）。请写成不超过 256 KB、20 层以内。",
        "{where}: too large or nested too deeply ({found}). Keep it below 256 KB and 20 levels.",
    ),
    Explanation(
        "E1005",
        "{where}：“{found}”不是有限的数。请写一个普通的十进制数。",
        "{where}: '{found}' is not a finite number. Write a plain decimal number.",
    ),
    Explanation(
        "E1006",
        "{where}：不是 UTF-8 编码（{found}）。请用编辑器另存为 UTF-8。",
        "{where}: not UTF-8 ({found}). Save the file as UTF-8.",
    ),
    Explanation(
        "E1007",
        "{where}：打不开（{reason}）。请检查路径和文件名。",
        "{where}: cannot be opened ({reason}). Check the path and the file's name.",
    ),
    Explanation(
        "E1008",
        "{where}：含有控制字符或无效字符（{found}）。请删去，或改写成普通文字。",
        "{where}: holds a control character or an invalid one ({found}). Remove it or write plain text.",
    ),
    Explanation(
        "E1019",
        "{where}：条目过多（超过 {found} 个键和值）。请删去多余的内容；大量数据请放在数据文件中。",
        "{where}: too many entries (above {found} keys and values). Remove what is not needed; "
        "data belong in data files.",
    ),
)
