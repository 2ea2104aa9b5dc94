"""What of a text and its numbers is given as the answer: 答案是12台, 综上共需12台."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from scoring.text.quantity import Quantity
from scoring.text.unit_names import COUNTED
from scoring.text.units import MAGNITUDE, UNIT

_NUMERALS = "零〇一二两三四五六七八九十百千"
_ANY_NUMBER = rf"[-+¥$]?(?:[0-9]|[{_NUMERALS}])"
_IS = (
    r"[\s\"'”’\])】》>]*(?:应该?|应当|大?约|就|仅|只|最终|一共|共计?|总?共|确实|当然)*\s*"
    r"(?:[是为:=≈]|\bis\b|\bshould be\b|\bwould be\b)[\s:=≈\"'“‘(\[【]*"
)
_FINAL = re.compile(rf"(?:(?:最终|最后)的?(?:答案|结果)|final answer){_IS}", re.IGNORECASE)
_ANSWER = re.compile(
    rf"(?:答案|answer){_IS}|[【\[]答案[】\]]\s*|(?<![\u4e00-\u9fff])答\s*:\s*", re.IGNORECASE
)
_RESULT = re.compile(rf"(?:结果|结论){_IS}|[【\[]结论[】\]]\s*", re.IGNORECASE)
_HENCE = re.compile(
    r"∴|综上(?:所述)?|总之|因此|所以|因而|故(?!障|事|意)|\b(?:therefore|thus|hence|so)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:合计|总计|总[数和]|(?<!公)共|(?<![立随当])即|[可求算]得|得[到出]|(?<=[,。;\n])得|(?<![于或不])等于|后(?=[为是得剩达]))"
    rf"[有需要为是得剩达计到约:=\s]{{0,4}}(?={_ANY_NUMBER})"
)
"""Words before what a reckoning comes to: 共12台, 打八折后为1200元."""
_CORRECTED = re.compile(
    r"(?:(?:(?<=[,。.;!?\n…])|^)\s*(?:哦|嗯|但是?)?(?:不|不对|错了|更正|修正|纠正|wait|correction)\s*[,。.:!…]+"
    r"|(?<=[,。.;!?\n])\s*no\s*,|(?:(?<=[,。;!?\n])|^)\s*(?:[复校]核后|答案|结果|现|应|已)*(?:更正|修正|纠正)为)\s*"
    r"(?:(?:正确)?(?:答案|结果))?(?:应该?|应当|实际|it|the answer|\s)*(?:[是为:]|\bis\b)?\s*(?:大?约)?\s*"
    r"(?=[-0-9零一二两三四五六七八九十百])",
    re.IGNORECASE,
)
_ASIDE = r"(?:其中|包括|包含|含(?!税)|参见|详见|见(?=[A-Z《第表图])|依据|根据)"
_STOP = re.compile(
    r"[。;!\n]|\.(?!\d)|,?\s*(?:因为|由于|理由|解析|\bbecause\b|\bsince\b)|[,(]\s*" + _ASIDE,
    re.IGNORECASE,
)
_EXPLAINED = re.compile(
    r"(?<=[。,;!\n])\s*[【\[]?(?:解析|解释|依据|理由|(?:计算|解题|推[理导])过程)[】\]]?\s*[:\n]"
)
_COUNTS = re.compile(r"[0-9二两三四五六七八九十]")
_IN_BRACKETS = re.compile(
    rf"\(\s*{_ASIDE}[^()]{{0,200}}\)|(?<=[\w%])\([^()=]{{0,40}}[0-9][^()=0-9]{{0,6}}[+×*÷][^()=]{{0,80}}\)"
)
"""Asides, and what a number was reckoned from: 12台(5台+7台)."""
_IN_PASSING = re.compile(rf",\s*{_ASIDE}[^。;!\n]*")
_MORE = re.compile(
    rf"\s*(?:或者?|和|以及)?\s*约?[-+¥$]?(?:[0-9][0-9,.]{{0,20}}|[{_NUMERALS}]{{1,9}})\s?(?:{MAGNITUDE})?"
    rf"\s?(?:{UNIT}|{'|'.join(COUNTED)})?\s*(?=[,。;!?\n、]|$)"
)
"""Another number by itself after the end of a sentence."""
_OTHERWISE = re.compile(
    r"[也还亦](?:可能|可以[是为]|可为)|(?:其[他它]|另外?(?:一[种个])?)的?(?:可能|答案|结果)"
    rf"|(?<=[。;!\n])\s*或者?[是为]?\s*(?={_ANY_NUMBER})|\balternatively\b|\bpossibly\b",
    re.IGNORECASE,
)
NEAR = 12
_DENIED = re.compile(
    r"(?:不(?:可能|应该?|会|能)?(?:是|为|等于)|并非|绝非|而非|≠|\bnot|isn['’]t)\s*(?:大?约)?\s*$",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\s*[\u4e00-\u9fff]?\s*(?:不[是对够]|并非|错)")
_ASKED = re.compile(r"\s*[\u4e00-\u9fff]?\s*[吗么?]")
_EQUALS = re.compile(
    r"[^,。;!\n、]{0,12}?(?:(?<![<>!])=|≈|(?<![于或不])等于)[^,。;!\n、]{0,12}|\s*[\u4e00-\u9fff]?得到?\s*"
)
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
            parts = [
                _part(text, mark, following.start() if following else len(text))
                for mark, following in zip_longest(marks, marks[1:])
            ]
            return parts + alternatives(text[marks[-1].end() :])
    return [_up_to_stop(text), *alternatives(text)] if corrections else []


def alternatives(text: str) -> list[str]:
    """What a text gives beside its answer as another that may be right.

    Examples
    --------
    >>> alternatives("12元。其他可能:13元、14元。")
    ['13元、14元']
    """
    marks = list(_OTHERWISE.finditer(text))
    return [
        _up_to_stop(text[mark.end() : following.start() if following else len(text)].lstrip(":"))
        for mark, following in zip_longest(marks, marks[1:])
    ]


def concluded(text: str) -> list[str]:
    r"""What follows the last word that draws a conclusion, up to an explanation's heading.

    After it what else may be right.

    Examples
    --------
    >>> concluded("每班3台，所以共需12台"), concluded("12台。\n解析:每班3台")
    (['共需12台'], ['12台。'])
    """
    text = _after(_HENCE, text)[1]
    others = alternatives(text)
    explained = _EXPLAINED.search(text)
    if explained and _COUNTS.search(text[: explained.start()]):
        text = text[: explained.start()]
    return [text, *others]


def totalled(text: str) -> tuple[str, str]:
    """What goes before the last total of a text and what follows it, without asides.

    Examples
    --------
    >>> totalled("甲班5台,乙班7台,即12台,其中备用2台")
    ('甲班5台,乙班7台,', '12台')
    """
    text = _IN_BRACKETS.sub("", text)
    if any(_TOTAL.search(aside[0]) for aside in _IN_PASSING.finditer(text)):
        return "", text
    return _after(_TOTAL, _IN_PASSING.sub("", text))


def _after(word: re.Pattern[str], text: str) -> tuple[str, str]:
    """What goes before the last place of a word and what follows it; nothing and all without it."""
    marks = list(word.finditer(text))
    return (text[: marks[-1].start()], text[marks[-1].end() :]) if marks else ("", text)


def asserted(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text but those that it says are not the answer: 不是12, 12不对."""
    return [
        entry
        for entry in found
        if not _DENIED.search(text[max(0, entry.start - NEAR) : entry.start])
        and not _REFUSED.match(text, entry.end)
    ]


def yielded(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """The quantities of a text that its calculations come to: 12 of 3×4=12.

    What is asked (12吗) and what only numbers something (第5.2条) is left out too.
    """
    kept: list[Quantity] = []
    reckoned = False
    after = len(text)
    for entry in reversed(found):
        signed = text[after : after + 1] in ("+", "-")
        between = text[entry.end : after + signed]
        reckoned = bool(_EQUALS.fullmatch(between) or (reckoned and _OPERATOR.fullmatch(between)))
        numbered = text[max(0, entry.start - 2) : entry.start].rstrip().endswith("第")
        if not (reckoned or numbered or _ASKED.match(text, entry.end)):
            kept.append(entry)
        after = entry.start
    return kept[::-1]


def _part(text: str, mark: re.Match[str], end: int) -> str:
    """What follows a mark; nothing where that is a list with numbered items."""
    part = text[mark.end() : end]
    listed = _ITEMS.match(part) or ("\n" in mark[0] and _ITEM.match(part))
    return "" if listed else _up_to_stop(part)


def _up_to_stop(text: str) -> str:
    """A text up to its first sentence's or reason's end that no other number by itself follows."""
    for stop in _STOP.finditer(text):
        if stop[0] not in "。;!.\n" or not _MORE.match(text, stop.end()):
            return text[: stop.start()]
    return text
