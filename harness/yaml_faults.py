"""What is wrong with a text that is no YAML, as its author would look for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from harness.problems import Explanation, Problem, Words

Lines = list[str]
Reason = tuple[str, str, bool]

QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|(^|\s)#.*")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sign:
    """A full-width sign that stands for one of YAML's own, where it does, and what belongs there."""

    sign: str
    name: Words
    pattern: re.Pattern[str]
    instead: Words


SIGNS = (
    _Sign(
        sign="：",
        name=Words("冒号", "colon"),
        pattern=re.compile(r"(^\s*(- +)?|[{,，]\s*)[A-Za-z_]\w*：", re.ASCII),
        instead=Words(
            "半角冒号加空格，例如 city: 济南", "a plain colon and a space, as in city: NAME"
        ),
    ),
    _Sign(
        sign="，",
        name=Words("逗号", "comma"),
        pattern=re.compile(r"，\s*[A-Za-z_]\w*\s*[:：]", re.ASCII),
        instead=Words("半角逗号加空格", "a plain comma and a space"),
    ),
    _Sign(
        sign="“",
        name=Words("引号", "quotation mark"),
        pattern=re.compile(r"[-:：,，{\[]\s*“"),
        instead=Words('半角引号 "…"', 'plain quotation marks "…"'),
    ),
    _Sign(
        sign="　",
        name=Words("空格", "space"),
        pattern=re.compile(r"^\s*　|[A-Za-z_]:　"),
        instead=Words("半角空格", "plain spaces"),
    ),
)

REASONS: tuple[Reason, ...] = (
    (r"could not find expected ':'", "缺少冒号，或冒号后没有空格", True),
    (r"mapping values", "此处不能有冒号：上一行的缩进不对，或含冒号的文字没有加引号", False),
    (r"found character '\\t'", "用了制表符（Tab），缩进只能用空格", False),
    (r"cannot start any token", "文字以特殊符号开头，须加引号", False),
    (r"unexpected end of stream", "引号没有闭合", True),
    (r"expected ',' or", "括号没有闭合，或缺少逗号", True),
    (r"unknown escape character", "双引号内的反斜杠写法不对，可改用单引号", False),
    (r"expected <block end>, but found '<scalar>'", "引号之后还有文字", False),
    (r"expected <block end>", "缩进与上文不一致", False),
    (r"another document", "文件中有两份文档，--- 之后的须删去", False),
    (r"expected the node content", "此处缺少内容，或多了括号", False),
    (r"expected chomping", "| 和 > 之后须换行再写文字", False),
)
"""What the parser says, in Chinese, and whether it is mended where the parser began to read on."""


def yaml_fault(text: str, error: yaml.YAMLError, name: str) -> Problem:
    """Why a text is no YAML, and on which line it is to be mended."""
    said = str(getattr(error, "problem", None) or error).splitlines()[0]
    zh, begun = next(
        ((zh, begun) for pattern, zh, begun in REASONS if re.search(pattern, said)),
        ("写法不对", False),
    )
    last = _line(error, "problem_mark", 0)
    first = min(_line(error, "context_mark", last), last)
    line = first if begun else last
    for number, one in _full_width(text.splitlines(), line, last):
        values = {"sign": one.name, "expected": one.instead}
        return Problem("E1009", f"{name}:{number + 1}", one.sign, values)
    return Problem("E1001", f"{name}:{line + 1}", said, {"reason": Words(zh, said)})


def _line(error: yaml.YAMLError, mark: str, otherwise: int) -> int:
    found = getattr(error, mark, None)
    return found.line if found else otherwise


def _full_width(lines: Lines, first: int, last: int) -> Iterator[tuple[int, _Sign]]:
    """Full-width signs in place of YAML's own, from the line before what could not be read."""
    for number in range(max(first - 1, 0), min(last + 1, len(lines))):
        bare = QUOTED.sub("", lines[number])
        for one in SIGNS:
            if one.pattern.search(bare):
                yield number, one


EXPLAINED = (
    Explanation(
        "E1001",
        "{where}：不是合法的 YAML：{reason}。请检查该行的缩进、冒号后的空格和引号。",
        "{where}: not valid YAML ({reason}). Check indentation, the space after a colon and quotes there.",
    ),
    Explanation(
        "E1009",
        "{where}：这一行用了全角{sign}“{found}”。请改为{expected}。",
        "{where}: this line has the full-width {sign} '{found}'. Write instead {expected}.",
    ),
)
