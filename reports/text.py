"""Text that others wrote, made safe to look at: nothing hidden, nothing that runs off the line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from harness.normal_forms import normalized

OWN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
MOST_MARKS = 2
MOST_CHARACTERS = 4000
_SPACES = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029 ]+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_FIRST_RARE = 0x20000


def clean(text: str, limit: int = MOST_CHARACTERS) -> str:
    r"""Text in NFC on one line, with every invisible character spelled out as ⟦U+....⟧.

    Bidirectional, control, zero-width, private and unassigned characters become visible; runs of
    combining marks are cut at two; ideographs beyond the basic plane keep their code beside them,
    since many machines have no glyph for them.

    >>> clean("a\u202eb\u200bc")
    'a⟦U+202E⟧b⟦U+200B⟧c'
    """
    plain = _SPACES.sub(" ", normalized("NFC", text)).strip()
    shown: list[str] = []
    marks = 0
    for place, character in enumerate(plain):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > MOST_MARKS:
            continue
        if category in _UNSEEN or character in _BLANK or 0xFE00 <= ord(character) <= 0xFE0F:
            shown.append(f"⟦U+{ord(character):04X}⟧")
        elif ord(character) >= _FIRST_RARE:
            code = f"⟦U+{ord(character):04X}⟧"
            shown.append(character if plain.startswith(code, place + 1) else character + code)
        else:
            shown.append(character)
    return clip("".join(shown), limit)


def clip(text: str, limit: int) -> str:
    """The beginning of a text, at most ``limit`` characters, with … where it was cut.

    >>> clip("abcdef", 4)
    'abc…'
    """
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip() + "…"


def clip_width(text: str, columns: int) -> str:
    """The beginning of a text that fits so many columns; an ideograph takes two.

    >>> clip_width("语义engine", 6)
    '语义e…'
    """
    used = 0
    for place, character in enumerate(text):
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > columns:
            return clip(text, max(1, place))
    return text


def clean_record(value: Any) -> Any:
    """A record with every text in it cleaned, keys too, so that lookups by text still meet."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(key): clean_record(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [clean_record(entry) for entry in value]
    return value


def own_id(text: str) -> str:
    """An id that we gave ourselves, fit for an anchor and a file name.

    Raises
    ------
    ValueError
        Anything but letters, digits, hyphens and underscores.
    """
    if not OWN_ID.fullmatch(text):
        raise ValueError(f"not an id of ours: {text!r}")
    return text


def short_digest(digest: str) -> str:
    """The first twelve hex digits of a digest, enough to tell results apart by eye.

    >>> short_digest("sha256:0123456789abcdef")
    '0123456789ab'
    """
    return digest.removeprefix("sha256:")[:12]


def copied_digest(digest: str) -> str:
    """The first half of a digest in groups of eight, to be copied by hand from a printed page.

    Whoever may choose both contents still has to try 2**64 of them to find two alike.

    >>> copied_digest("sha256:" + "0123456789abcdef" * 4)
    '01234567 89abcdef 01234567 89abcdef'
    """
    plain = digest.removeprefix("sha256:")[:32]
    return " ".join(plain[at : at + 8] for at in range(0, len(plain), 8))
