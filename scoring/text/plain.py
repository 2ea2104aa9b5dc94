"""Forms of a text in which two writings of the same thing are equal; never shown, only compared."""

from __future__ import annotations

import re
import unicodedata

_CIRCLED = re.compile("[\u2460-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]")
_RAISED = re.compile("[⁰¹²³⁴-⁹⁺⁻]+")
_MARKS = re.compile(r"[^\w%°.+\-*/<>=~^$¥]|_|(?<![0-9])\.|\.(?![0-9])|(?<=\w)-(?![0-9])")


def composed(text: str) -> str:
    """Text in NFC without outer spaces: letters as they were written, accents joined."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()


def plain(text: str) -> str:
    """Text in NFKC with runs of spaces as one: full and half width are the same.

    Examples
    --------
    >>> plain("１２．５％（Ａ）")
    '12.5%(A)'
    """
    return " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def readable(text: str) -> str:
    """Text in NFKC whose list marks and powers do not run into numbers: ``①3`` is not 13.

    Examples
    --------
    >>> readable("①3×10⁵")
    ' 3×10^5'
    """
    text = _RAISED.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFKC", _CIRCLED.sub(" ", text)).replace("\u2212", "-")


def bare(text: str) -> str:
    """Text without case, spaces and punctuation, but with the points and signs of numbers.

    Examples
    --------
    >>> bare("压力为 3.5MPa。"), bare("35 MPa")
    ('压力为3.5mpa', '35mpa')
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())


def holds(text: str, part: str) -> bool:
    """Whether a text holds a part as a thing of its own: ``3.5`` is not in ``13.5`` or ``3.55``.

    Both are compared in NFKC without spaces and case.

    Examples
    --------
    >>> holds("压力13.5MPa", "3.5MPa"), holds("压力３．５ MPa", "3.5MPa")
    (False, True)
    """
    text, part = ("".join(plain(some).casefold().split()) for some in (text, part))
    if not part:
        return False
    start = text.find(part)
    while start >= 0:
        before, after = text[:start], text[start + len(part) :]
        if not (_runs_on(before[-2:], part[0]) or _runs_on_to(part[-1], after[:2])):
            return True
        start = text.find(part, start + 1)
    return False


def _runs_on(before: str, first: str) -> bool:
    if _digit(first):
        return bool(before) and (
            _digit(before[-1])
            or ((before[-1] in ".,-" and _digit(before[:1])) or before[-1] == "-")
        )
    return _latin(first) and bool(before) and _latin(before[-1])


def _runs_on_to(last: str, after: str) -> bool:
    if _digit(last):
        return bool(after) and (_digit(after[0]) or (after[0] in ".," and _digit(after[1:])))
    return _latin(last) and bool(after) and _latin(after[0])


def _digit(letter: str) -> bool:
    return letter in "0123456789" and letter != ""


def _latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()
