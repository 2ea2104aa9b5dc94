"""A draw of lots that anybody can repeat by hand from randomness announced in public."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """One candidate's lot: the line that is hashed, and its SHA-256."""

    candidate: str
    text: str
    sha256: str


def draw(randomness: str, purpose: str, candidates: Sequence[str]) -> tuple[Ticket, ...]:
    """Lots in the order drawn: each line's SHA-256 as a number, the least first.

    The line is ``randomness|purpose|candidate`` in UTF-8 without an end of line, so that
    ``printf '%s' 'LINE' | sha256sum`` gives the same digits. The order in which candidates are
    listed plays no part.

    Raises
    ------
    ValueError
        A candidate twice, or randomness or purpose that is empty or holds a bar.

    Examples
    --------
    >>> [ticket.candidate for ticket in draw("2026080 03 09 12 21 28 33 07", "SM-01", ["A", "B"])]
    ['A', 'B']
    """
    if len(set(candidates)) < len(candidates):
        raise ValueError("a candidate has one lot")
    if not randomness or not purpose or "|" in randomness + purpose:
        raise ValueError("randomness and purpose are texts without a bar")
    tickets = []
    for candidate in candidates:
        text = f"{randomness}|{purpose}|{candidate}"
        tickets.append(
            Ticket(
                candidate=candidate,
                text=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
            )
        )
    return tuple(sorted(tickets, key=lambda ticket: ticket.sha256))
