"""Ranks on published totals, and the order in which places are given."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

TieBreak = tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rank:
    """Place in the printed order, best 1, and whether others share it."""

    rank: int
    tied: bool


def competition_ranks(published: Sequence[float]) -> tuple[Rank, ...]:
    """Ranks of published totals, more is better; equal totals share the better rank.

    Totals are compared as they are: round them first to the digits that people see.

    Examples
    --------
    >>> [rank.rank for rank in competition_ranks([90.0, 88.5, 88.5, 80.0])]
    [1, 2, 2, 4]
    """
    ascending = sorted(published)
    return tuple(
        Rank(
            rank=1 + len(ascending) - bisect_right(ascending, total),
            tied=bisect_right(ascending, total) - bisect_left(ascending, total) > 1,
        )
        for total in published
    )


def order_for_places(
    published: Sequence[float], tie_breaks: Sequence[TieBreak]
) -> tuple[tuple[int, ...], ...]:
    """Groups of candidates (by position), best first, as quota places are given to them.

    Equal totals are parted by the tie-breakers in their declared order, more is better; those
    whose tie-breakers are equal too stay in one group. A candidate without a value comes after
    those with one, whoever else takes part, so that nobody's absence changes others' order.
    Printed ranks take no notice of tie-breakers.

    Raises
    ------
    ValueError
        Tie-breakers of unequal number.

    Examples
    --------
    >>> order_for_places([80.0, 90.0, 80.0], [(1.0,), (0.0,), (2.0,)])
    ((1,), (2,), (0,))
    """
    if len({len(one) for one in tie_breaks}) > 1 or len(published) != len(tie_breaks):
        raise ValueError("each candidate needs a value, or None, for every tie-breaker")

    def merit(position: int) -> tuple[float, ...]:
        values = (float("-inf") if value is None else value for value in tie_breaks[position])
        return (published[position], *values)

    best_first = sorted(range(len(published)), key=merit, reverse=True)
    return tuple(tuple(group) for _, group in groupby(best_first, key=merit))
