"""A draw of lots that anybody can repeat by hand from randomness announced in public."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.normal_forms import normalized

APART = re.compile(r"[\W_]+")
"""Whatever is no letter and no digit."""

LETTER = r"[0-9A-Z\u4e00-\u9fff ]"
CHOICE = r"\[(?:[0-9A-Z](?:-[0-9A-Z])?)+\]"
TIMES = r"\{([1-9][0-9]{0,2})\}"
UNIT = rf"(?:{LETTER}|{CHOICE})(?:{TIMES})?"
FORM = re.compile(rf"(?:{UNIT}|\((?:{UNIT})+\)(?:{TIMES})?)+")
"""A regular expression all of whose matches have one length, with spaces in the same places."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """One candidate's lot: the line that is hashed, and its SHA-256."""

    candidate: str
    text: str
    sha256: str


def normalised(randomness: str) -> str:
    """Randomness in the one spelling that is hashed, so that none of several can be chosen.

    NFKC, then each run of what is no letter and no digit as one space, none at the ends, letters
    in upper case.

    Examples
    --------
    >>> normalised("０３-09,12 + 07"), normalised("第2026080期：a1b2")
    ('03 09 12 07', '第2026080期 A1B2')
    """
    return APART.sub(" ", normalized("NFKC", randomness)).strip().upper()


def of_form(form: str) -> str | None:
    """A text of the form that a board declares for randomness; none where it is no such form.

    A form is a regular expression on the :func:`normalised` spelling, of letters and digits that
    stand for themselves, choices such as ``[0-9]``, numbers of times and groups without groups.
    Every announcement then has one spelling that fits: none can be copied in several ways.

    Examples
    --------
    >>> of_form("[0-9]{2}( [0-9]{2}){6}"), of_form("[0-9]+"), of_form("03 09")
    ('00 00 00 00 00 00 00', None, None)
    """
    if FORM.fullmatch(form) is None or "[" not in form:
        return None
    text = re.sub(CHOICE, lambda found: found[0][1], form)
    text = re.sub(f"([^)]){TIMES}", lambda found: found[1] * int(found[2]), text)
    text = re.sub(rf"\((.+?)\)(?:{TIMES})?", lambda found: found[1] * int(found[2] or 1), text)
    try:
        fits = re.fullmatch(form, text) is not None
    except re.error:
        return None
    return text if fits and normalised(text) == text else None


def draw(randomness: str, purpose: str, candidates: Sequence[str]) -> tuple[Ticket, ...]:
    """Lots in the order drawn: each line's SHA-256 as a number, the least first.

    The line is ``randomness|purpose|candidate``, the randomness as :func:`normalised` spells it,
    in UTF-8 without an end of line, so that ``printf '%s' 'LINE' | sha256sum`` gives the same
    digits. The order in which candidates are listed plays no part.

    Raises
    ------
    ValueError
        A candidate twice, randomness without a letter or digit, or a purpose that is empty or
        holds a bar.

    Examples
    --------
    >>> [ticket.candidate for ticket in draw("2026080 03 09 12 21 28 33 07", "SM-01", ["A", "B"])]
    ['A', 'B']
    """
    if len(set(candidates)) < len(candidates):
        raise ValueError("a candidate has one lot")
    spelt = normalised(randomness)
    if not spelt or not purpose or "|" in purpose:
        raise ValueError("randomness has letters or digits, a purpose is a text without a bar")
    tickets = []
    for candidate in candidates:
        text = f"{spelt}|{purpose}|{candidate}"
        tickets.append(
            Ticket(
                candidate=candidate,
                text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
            )
        )
    return tuple(sorted(tickets, key=lambda ticket: ticket.sha256))
