"""What an answer to a true-or-false question says: that a statement is right, or that it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping

GOOD, BAD = "✓✔√✅☑", "✗✘×❌"
LONGEST = 40
"""Characters of the longest clause that states a verdict and nothing else."""

_RIGHT = rf"(?:正确|准确|对|成立|无误|属实|true|[{GOOD}])"
_WRONG = rf"(?:错误|有误|错|false|[{BAD}])"
_NAMED = r"(?:说法|表述|观点|描述|命题|做法|判断|论述|结论|陈述|叙述|题目?|题[干中]|答案|句话|操作)"
_OTHER = rf"(?:(?![不没无未非否吗]|{_RIGHT}|{_WRONG}|{_NAMED}).)"
_ANNOUNCED = re.compile(r"(?:答案|结论|判断|结果)\W{0,3}?[:\n]\W{0,3}")
_CLAUSE = re.compile(r"([^,。.;!?:()\n]+)([,。.;!?:()\n]?)")
_STATED = re.compile(
    r"\W*(?P<concluded>(?:最终|正确)?答案|结论|综上(?:所述)?|因此|所以|因而|故)?(?:我(?:认为|判断|觉得|选)|本题|应该?|选择?|判断?)*"
    rf"(?:(?:[该此这本其原]|上述|以上|题[目干中])?的?{_NAMED}|(?:[该此这]|上述|以上|题[目干中]){_OTHER}{{1,12}}{_NAMED}?)?"
    r"中?(?:[是为有属]|都是|存在|显然|完全)?"
    r"(?P<turned>不是|并非|并?不|不(?:太|够|完全)|没有?|未必)?(?:是|存在)?"
    rf"(?:(?P<right>{_RIGHT}\s*{_RIGHT}?)|{_WRONG}\s*{_WRONG}?)[的了]?\W*",
    re.IGNORECASE,
)


def is_pair(contents: Mapping[str, str]) -> bool:
    """Whether options are a verdict and its opposite, such as 正确 and 错误."""
    return len(contents) == 2 and set(map(_verdict, contents.values())) == {True, False}


def judged(text: str, contents: Mapping[str, str]) -> str | None:
    """The option of a pair of verdicts that a text states; ``None`` where it states none or both.

    Only whole clauses are statements (对, 该说法不正确, 这种做法是错误的), no question is one, and what is
    concluded (答案是, 因此) outweighs what else is stated.

    Examples
    --------
    >>> judged("该说法不正确。正确做法是断电", {"A": "正确", "B": "错误"})
    'B'
    """
    stated: set[bool | None] = set()
    concluded: set[bool | None] = set()
    for clause, mark in _CLAUSE.findall(_ANNOUNCED.sub("答案是", text)):
        found = _STATED.fullmatch(clause) if len(clause) <= LONGEST and mark != "?" else None
        if found:
            (concluded if found["concluded"] else stated).add(_verdict(clause))
    certain = concluded or stated
    chosen = [letter for letter, content in contents.items() if {_verdict(content)} == certain]
    return chosen[0] if chosen else None


def _verdict(clause: str) -> bool | None:
    found = _STATED.fullmatch(clause)
    return None if found is None else (found["right"] is not None) != bool(found["turned"])
