"""Pairs of candidates that are told apart, and orders that keep them as they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.ranking.rank_sets import Flags

Groups = Sequence[Sequence[str]]
"""Candidates in the order in which places are given; nothing declared parts those of a group."""

Ahead = Mapping[str, frozenset[str]]
"""For each candidate those whom it is separably ahead of, jointly at the board's confidence."""


def ahead_of(names: Sequence[str], beats: Flags) -> dict[str, frozenset[str]]:
    """Whom each candidate is separably ahead of, by itself or through somebody between.

    ``beats``, shape (K, K), is that of the rank sets. Differences of totals have one sign, so
    nobody is ahead of themselves.

    Examples
    --------
    >>> found = ahead_of("ABC", np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool))
    >>> {name: sorted(behind) for name, behind in found.items()}
    {'A': ['B', 'C'], 'B': ['C'], 'C': []}
    """
    reach = beats.copy()
    for between in range(len(names)):
        reach[np.flatnonzero(reach[:, between])] |= reach[between]
    return {
        name: frozenset(names[at] for at in np.flatnonzero(row).tolist())
        for name, row in zip(names, reach, strict=True)
    }


def keeping(groups: Groups, ahead: Ahead) -> list[list[str]]:
    """The same candidates in this order as far as pairs that are told apart allow.

    Again and again the foremost of those whom nobody left is ahead of come next. Who may come
    in either order, depending on which of equals goes first, are one group.

    Examples
    --------
    >>> apart = {"A": frozenset("C"), "B": frozenset(), "C": frozenset()}
    >>> keeping([["C"], ["B"], ["A"]], apart), keeping([["A", "B", "C"]], apart)
    ([['B'], ['A'], ['C']], [['A', 'B', 'C']])
    """
    place = {name: at for at, group in enumerate(groups) for name in group}
    waiting = {name: {one for one in place if name in ahead[one]} for name in place}
    found = []
    while waiting:
        free = [name for name, before in waiting.items() if not before]
        first = min(place[name] for name in free)
        level = {name for name in free if place[name] == first}
        while more := _between(level, waiting, place, ahead):
            level |= more
        found.append([name for name in place if name in level])
        for one in level:
            del waiting[one]
            for name in ahead[one] & waiting.keys():
                waiting[name].discard(one)
    return found


def _between(
    level: set[str], waiting: Mapping[str, set[str]], place: Mapping[str, int], ahead: Ahead
) -> set[str]:
    """Who may come before one of a group, once others of it have gone."""
    return {
        name
        for name, before in waiting.items()
        if name not in level
        and before <= level
        and any(place[name] <= place[one] and name not in ahead[one] for one in level)
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """A level group at a line: who is surely before it, who may be, and who is surely behind."""

    first: tuple[str, ...]
    open: tuple[str, ...]
    last: tuple[str, ...]


def parted(group: Collection[str], ahead: Ahead, *, fewest: int, most: int) -> Parted:
    """Part a level group by its pairs that are told apart, with ``fewest`` to ``most`` places left.

    Examples
    --------
    >>> apart = {"A": frozenset("C"), "B": frozenset(), "C": frozenset()}
    >>> parted("ABC", apart, fewest=2, most=2)
    Parted(first=('A',), open=('B', 'C'), last=())
    """
    first, between, last = [], [], []
    for name in group:
        if len(group) - 1 - sum(one in ahead.get(name, ()) for one in group) < fewest:
            first.append(name)
        elif sum(name in ahead.get(one, ()) for one in group) >= most:
            last.append(name)
        else:
            between.append(name)
    return Parted(first=tuple(first), open=tuple(between), last=tuple(last))
