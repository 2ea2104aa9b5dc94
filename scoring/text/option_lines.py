"""Lines that judge an option each, written as other answers are: the letter, then its verdict."""

from __future__ import annotations

import re

from scoring.text.verdicts import BAD, GOOD

LONGEST = 200
_BEFORE = rf"[^\w{GOOD}{BAD}]*"
_WRONG = rf"(?:错误?|不正确|不对|[{BAD}])"
_RIGHT = rf"(?:正确|对|[{GOOD}])"


def letters_first(text: str, letters: tuple[str, ...]) -> str:
    r"""A text with verdicts next to letters: marks before them (❌ A) and words that end their lines.

    A line that begins with a mark before a letter has all its marks before letters. Where one line
    only ends with a verdict (B. 用水灭火，错误) that may be what the question asks for: it stays.

    Examples
    --------
    >>> letters_first("❌ A ✅ B", ("A", "B")), letters_first("A. 铁:错误\nB. 铜:正确", ("A", "B"))
    ('A❌ B✅', 'A:错误\nB:正确')
    """
    letter = rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, letters))})(?![A-Za-z0-9])"
    mark = rf"(?P<mark>[{GOOD}{BAD}])[)\]】]? *[(\[【]?"
    begins = re.compile(rf"{_BEFORE}{mark}{letter}")
    marked = re.compile(rf"[(\[【]?{mark}(?P<letter>{letter})")
    parted = r"(?:\W{0,6}?(?<=[:,;(|\s—→-])\W?)"
    ends = re.compile(
        rf"{_BEFORE}(?P<letter>{letter})(?:\W(?:(?!{letter}).)*?\w{parted}|\s*[(|]\s?)"
        rf"(?:(?P<wrong>{_WRONG})|{_RIGHT})[)\]】|\s]{{0,3}}(?P<tail>[.!]?|[,。;(—].*)"
    )
    lines = [
        marked.sub(r"\g<letter>\g<mark>", line) if begins.match(line) else line
        for line in text.split("\n")
    ]
    judged = [ends.fullmatch(line) if len(line) <= LONGEST else None for line in lines]
    if sum(map(bool, judged)) > 1:
        lines = [
            f"{found['letter']}:{'错误' if found['wrong'] else '正确'}{found['tail']}"
            if found
            else line
            for found, line in zip(judged, lines, strict=True)
        ]
    return "\n".join(lines)
