"""What of a text and its numbers is given as the answer: 答案是12台, 综上共需12台."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from scoring.text.quantity import Quantity

_IS = (
    r"[\s\"'”’\])】》>]*(?:应该?|应当|大?约|就|仅|只|最终|一共|共计?|总?共|确实|当然)*\s*"
    r"(?:[是为:=≈]|\bis\b|\bshould be\b|\bwould be\b)[\s:=≈\"'“‘(\[【]*"
)
_FINAL = re.compile(rf"(?:(?:最终|最后)的?(?:答案|结果)|final answer){_IS}", re.IGNORECASE)
_ANSWER = re.compile(rf"(?:答案|answer){_IS}|[【\[]答案[】\]]\s*", re.IGNORECASE)
_RESULT = re.compile(rf"结果{_IS}", re.IGNORECASE)
_HENCE = re.compile(
    r"综上(?:所述)?|总之|因此|所以|因而|故(?!障|事|意)|\b(?:therefore|thus|hence|so)\b",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"(?:(?:(?<=[,。.;!?\n…])|^)\s*(?:哦|嗯|但是?)?(?:不|不对|错了|更正|修正|纠正|wait|correction)\s*[,。.:!…]+"
    r"|(?<=[,。.;!?\n])\s*no\s*,|(?:(?<=[,。;!?\n])|^)\s*(?:[复校]核后|答案|结果|现|应|已)*(?:更正|修正|纠正)为)\s*"
    r"(?:(?:正确)?(?:答案|结果))?(?:应该?|应当|实际|it|the answer|\s)*(?:[是为:]|\bis\b)?\s*(?:大?约)?\s*"
    r"(?=[-0-9零一二两三四五六七八九十百])",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[。;!\n]|\.(?!\d)|,?\s*(?:因为|由于|理由|解析|\bbecause\b|\bsince\b)"
    r"|[,(]\s*(?:其中|包括|包含|含(?!税))",
    re.IGNORECASE,
)
NEAR = 12
_DENIED = re.compile(
    r"(?:不(?:可能|应该?|会|能)?(?:是|为|等于)|并非|绝非|而非|≠|\bnot|isn['’]t)\s*(?:大?约)?\s*$",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\s*[\u4e00-\u9fff]?\s*(?:不[是对够]|并非|错)")
_ASKED = re.compile(r"\s*[\u4e00-\u9fff]?\s*[吗么?]")
_EQUALS = re.compile(r"[^,。;!\n、]{0,12}?(?:(?<![<>!])=|≈)[^,。;!\n、]{0,12}")
_OPERATOR = re.compile(r"[^,。;!\n、\d=]{0,4}?(?:[×*+÷/xX·-]|乘以?|除以|加|减)\s*\(?\s*")
_ITEMS = re.compile(r"\s*\(?1[.)、](?!\d)[^\n]{0,80}?(?<![\d.])2[.)、](?!\d)")
_ITEM = re.compile(r"\d{1,2}(?:[.)] +|、)\S")


def named_parts(text: str) -> list[str]:
    """What follows each word that names the answer, up to its sentence's or reason's end.

    The final answer goes before an answer and an answer before a result; what a text corrects no
    longer holds.

    Examples
    --------
    >>> named_parts("结果为3。答案是12个,因为3×4=12"), named_parts("答案是12?不,应该是15")
    (['12个'], ['15'])
    """
    corrections = list(_CORRECTED.finditer(text))
    if corrections:
        text = text[corrections[-1].end() :]
    for word in (_FINAL, _ANSWER, _RESULT):
        marks = list(word.finditer(text))
        if marks:
            return [
                _part(text, mark, following.start() if following else len(text))
                for mark, following in zip_longest(marks, marks[1:])
            ]
    return [_up_to_stop(text)] if corrections else []


def concluded(text: str) -> str:
    """What follows the last word that draws a conclusion; all of a text without one.

    Examples
    --------
    >>> concluded("每班3台，所以共需12台")
    '共需12台'
    """
    marks = list(_HENCE.finditer(text))
    return text[marks[-1].end() :] if marks else text


def asserted(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text but those that it says are not the answer: 不是12, 12不对."""
    return [
        entry
        for entry in found
        if not _DENIED.search(text[max(0, entry.start - NEAR) : entry.start])
        and not _REFUSED.match(text, entry.end)
    ]


def yielded(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text without questions and what calculations start from: 3×4 of 3×4=12."""
    kept: list[Quantity] = []
    reckoned = False
    after = len(text)
    for entry in reversed(found):
        signed = text[after : after + 1] in ("+", "-")
        between = text[entry.end : after + signed]
        reckoned = bool(_EQUALS.fullmatch(between) or (reckoned and _OPERATOR.fullmatch(between)))
        if not reckoned and not _ASKED.match(text, entry.end):
            kept.append(entry)
        after = entry.start
    return kept[::-1]


def _part(text: str, mark: re.Match[str], end: int) -> str:
    """What follows a mark; nothing where that is a list with numbered items."""
    part = text[mark.end() : end]
    listed = _ITEMS.match(part) or ("\n" in mark[0] and _ITEM.match(part))
    return "" if listed else _up_to_stop(part)


def _up_to_stop(text: str) -> str:
    stop = _STOP.search(text)
    return text[: stop.start()] if stop else text
