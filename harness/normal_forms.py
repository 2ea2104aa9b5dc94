"""Unicode's normal forms, at a cost that grows with the text whatever is piled on one letter."""

from __future__ import annotations

import unicodedata
from typing import Literal

MOST_MARKS = 30
"""Marks on one letter that are kept: no script needs more (Unicode Standard Annex 15, stream-safe)."""

_SHORT = 500
# What stands by itself, but is combining marks only once it is taken apart.
_TO_BE_MARKS = frozenset("\uff9e\uff9f\u0f73\u0f75\u0f81")


def normalized(form: Literal["NFC", "NFKC"], text: str) -> str:
    r"""Text in a normal form, marks beyond the thirtieth on one letter left out.

    Sorting the marks of one letter costs the square of their number: minutes for 100,000.

    Examples
    --------
    >>> normalized("NFC", "e\u0301") == "é", len(normalized("NFC", "e" + 1000 * "\u0301"))
    (True, 30)
    """
    if len(text) > _SHORT and not text.isascii():
        text = _without_piles(text)
    return unicodedata.normalize(form, text)


def _without_piles(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        if unicodedata.combining(character) or character in _TO_BE_MARKS:
            marks += 1
        else:
            marks = 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
