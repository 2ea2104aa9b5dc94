"""Whether a text tells a point: writes it as a thing of its own, and does not deny it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, islice

from scoring.text.denials import is_denied
from scoring.text.plain import close, places

NEAR = 40
MOST = 1000
_SIGNS = re.compile(r"(?:(?<=[\u4e00-\u9fff])|^)[*_~`^|\\·•-]+(?=[\u4e00-\u9fff]|$)")
_QUOTES = re.compile(r"[“”„«»「」『』]|(?<![0-9])[\"]")
_PART = re.compile(r"\n|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")


def tells(text: str, point: str) -> bool:
    """Whether a text holds a point in one place at least where it is not denied.

    A denial before or after it turns it round, two leave it as it is: 不得不断电 tells 断电. One that
    is denied in its first ``MOST`` places is not told, so that no answer takes long. Quotation
    marks, and signs between Chinese characters, are left out.

    Examples
    --------
    >>> tells("先断电。严禁带压、带电开盖", "断电"), tells("先断电。严禁带压、带电开盖", "带电开盖")
    (True, False)
    """
    parts = [_read(part) for part in _PART.split(text)]
    ends = list(accumulate(map(len, parts)))
    text, point = "".join(parts), _read(point)
    return any(not _denied(text, at, point, ends) for at in islice(places(text, point), MOST))


def _denied(text: str, at: int, point: str, ends: list[int]) -> bool:
    begin, end = max(at - NEAR, 0), at + len(point)
    line = bisect_right(ends, at)
    own = max((ends[line - 1] if line else 0) - begin, 0)
    line_end = ends[bisect_left(ends, end)]
    return is_denied(text[begin:at], own, text[end : min(line_end, end + NEAR)])


def _read(part: str) -> str:
    return _SIGNS.sub("", _QUOTES.sub("", close(part)))
