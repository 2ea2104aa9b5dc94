"""Forms of a text in which two writings of the same thing are equal; never shown, only compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.normal_forms import normalized
from scoring.text.units import MAGNITUDE, is_known

# What Unicode calls default ignorable: zero-width and joining characters, variation selectors, tags.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
ORDINARY = re.compile("[\\x00-\\x7f\u3001-\u3020\u4e00-\u9fff\uff01-\uff5e]*")
"""Texts of common characters, which NFC leaves as they are and everybody sees."""

_CIRCLED = re.compile("[\u2460-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]")
_BESIDE = re.compile(rf"(?<=[0-9０-９]){_CIRCLED.pattern}|{_CIRCLED.pattern}(?=[0-9０-９])")
_RAISED = re.compile("[⁰¹²³⁴-⁹⁺⁻]+")
_POWER = re.compile("(?<=[0-9０-９])[⁰¹²³⁴-⁹⁺⁻]+")
_DASHES = str.maketrans("‐‑‒–—−×÷⁄", "------*//")
_THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|,[0-9])")
# Marks that say how large a number is or how two are related, wherever they stand.
_TELLING = r"%°+\-*/<>=~^$¥€£‰≤≥≠±√∞"
_BETWEEN = re.compile(
    rf"(?<=[0-9])(?:(?P<colon>\s*:\s*)|\s*(?:(?:[^\w\s.{_TELLING}]|_)\s*)+)(?=[0-9])"
)
_MARKS = re.compile(rf"[^\w.:;{_TELLING}]|_|(?<![0-9])[.:;]|[.:;](?![0-9])|(?<=\w)-(?![0-9])")
_MAGNIFIED = re.compile(rf"{MAGNITUDE}|[萬億]|e[-+]?[0-9]|[*×x]10\^")
_DERIVED = re.compile(r"[/·](?:[a-zμω\u4e00-\u9fff])|每")
_AMOUNT = re.compile(r"[0-9](?:[a-zμω°%]+[23]?|[\u4e00-\u9fff]{1,3})$")


def composed(text: str) -> str:
    """Text in NFC without outer spaces and what nobody sees: letters as written, accents joined."""
    if not (text.isascii() or ORDINARY.fullmatch(text)):
        text = normalized("NFC", seen(text))
    return text.strip()


def all_composed(texts: Sequence[str]) -> list[str]:
    """As `composed`, of many texts: of common characters only, they are looked through as one."""
    if ORDINARY.fullmatch("\n".join(texts)):
        return [text.strip() for text in texts]
    return [composed(text) for text in texts]


def seen(text: str) -> str:
    r"""Text without characters that nobody sees, such as zero-width spaces.

    Examples
    --------
    >>> seen("合\u200b格\ufeff")
    '合格'
    """
    return _UNSEEN.sub("", text)


def plain(text: str) -> str:
    """Text in NFKC with runs of spaces as one: full and half width are the same, 10³ is not 103.

    Characters that nobody sees are left out.

    Examples
    --------
    >>> plain("１２．５％（Ａ）"), plain("10³")
    ('12.5%(A)', '10^3')
    """
    return " ".join((text if text.isascii() else _compatible(text)).split())


def _compatible(text: str) -> str:
    """Text in NFKC whose powers and list marks do not run into numbers; m³ is m3 all the same."""
    text = _BESIDE.sub(lambda mark: f" {mark[0]} ", seen(text))
    return normalized("NFKC", _POWER.sub(_lowered, text))


def _lowered(raised: re.Match[str]) -> str:
    return "^" + normalized("NFKC", raised[0]).replace("\u2212", "-")


def readable(text: str) -> str:
    """Text in NFKC whose list marks and powers do not run into numbers: ``①3`` is not 13.

    Examples
    --------
    >>> readable("①3×10⁵")
    ' 3×10^5'
    """
    text = _RAISED.sub(_lowered, seen(text))
    return normalized("NFKC", _CIRCLED.sub(" ", text)).replace("\u2212", "-")


def bare(text: str) -> str:
    """Text without case, spaces and punctuation, but with all that parts and relates numbers.

    Examples
    --------
    >>> bare("压力为 3.5MPa。"), bare("≤35 MPa"), bare("12,000：1、2")
    ('压力为3.5mpa', '≤35mpa', '12000:1;2')
    """
    text = _compatible(_CIRCLED.sub(lambda mark: f" {mark[0]};", seen(text)))
    text = text.translate(_DASHES).casefold()
    text = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)
    return _MARKS.sub("", _BETWEEN.sub(lambda mark: ":" if mark["colon"] else ";", text))


def holds(text: str, part: str) -> bool:
    """Whether a text holds a part as a thing of its own: ``3.5`` is not in ``13.5`` or ``3.5万``.

    Both are compared in NFKC without spaces and case.

    Examples
    --------
    >>> holds("压力13.5MPa", "3.5MPa"), holds("压力３．５ MPa", "3.5MPa")
    (False, True)
    """
    return any(True for _ in places(close(text), close(part)))


def close(text: str) -> str:
    """Text in NFKC without spaces and case: what parts are looked for in."""
    return "".join(plain(text).casefold().split())


def places(text: str, part: str) -> Iterator[int]:
    """Where a text holds a part as a thing of its own, both as `close` makes them."""
    start = text.find(part) if part else -1
    while start >= 0:
        end = start + len(part)
        before, after = text[max(0, start - 2) : start], text[end : end + 8]
        if not (_runs_on(before, part[0]) or _runs_on_to(part, after)):
            yield start
        start = text.find(part, start + 1)


def _runs_on(before: str, first: str) -> bool:
    if _digit(first):
        return bool(before) and (
            _digit(before[-1])
            or ((before[-1] in ".,-" and _digit(before[:1])) or before[-1] in "-负")
            or before == "零下"
        )
    return _latin(first) and bool(before) and _latin(before[-1])


def _runs_on_to(part: str, after: str) -> bool:
    if not after:
        return False
    amount = _AMOUNT.search(part)
    if amount and is_known(amount[0][1:]) and _DERIVED.match(after):
        return True
    if _digit(part[-1]):
        more = _digit(after[0]) or (after[0] in ".,^" and _digit(after[1:2]))
        return more or bool(_MAGNIFIED.match(after))
    return _latin(part[-1]) and _latin(after[0])


def _digit(letter: str) -> bool:
    return letter in "0123456789" and letter != ""


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()
