"""Who is proposed for an item's places, and how sure the measurement is of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.ranking.rank_sets import RankSets

Floats = NDArray[np.float64]

Proposal = Literal["selected", "reserve", "committee", "not_selected", "unranked"]
"""建议入选, 递补, 提交专家组, 建议不入选, 不参与排名"""

Certainty = Literal["clear", "not_separable"]
"""区分明确, 差异不显著"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """Places of an item and how many reserves stand behind them."""

    places: int
    reserves: int = 1

    def __post_init__(self) -> None:
        if self.places < 0 or self.reserves < 0:
            raise ValueError(f"places and reserves cannot be negative: {self}")


def proposals(groups: Sequence[Sequence[int]], quota: Quota) -> tuple[Proposal, ...]:
    """Proposal for each candidate, by position, from the order in which places are given.

    A group that nothing declared can part, across the line of the places or of the reserves,
    goes to the committee as a whole, and nobody behind it moves up.

    Examples
    --------
    >>> proposals([[0], [1, 2], [3]], Quota(places=2))
    ('selected', 'committee', 'committee', 'not_selected')
    """
    bands: tuple[tuple[int, Proposal], ...] = (
        (quota.places, "selected"),
        (quota.places + quota.reserves, "reserve"),
    )
    proposed: dict[int, Proposal] = {}
    before = 0
    for group in groups:
        after = before + len(group)
        proposal: Proposal = "not_selected"
        for line, name in bands:
            if before < line:
                proposal = name if after <= line else "committee"
                break
        proposed.update(dict.fromkeys(group, proposal))
        before = after
    return tuple(proposed[position] for position in range(before))


def certainties(
    proposed: Sequence[Proposal], sets: RankSets, quota: Quota
) -> tuple[Certainty, ...]:
    """Whether each candidate's rank set lies on its proposal's side of the quota line.

    Clear are a proposed place when even the worst rank that is possible has one, and no place
    when even the best has none. What goes to the committee is never clear.
    """

    def certainty(position: int) -> Certainty:
        if proposed[position] == "selected":
            sure = sets.upper[position] <= quota.places
        elif proposed[position] in ("reserve", "not_selected"):
            sure = sets.lower[position] > quota.places
        else:
            sure = False
        return "clear" if sure else "not_separable"

    return tuple(certainty(position) for position in range(len(proposed)))


def selection_frequency(replicates: Floats, places: int) -> Floats:
    """Share of replicates in which each candidate has a place, shape (K,).

    Description, never evidence: with close candidates it is far too sure. Those tied at the cut
    share the places that remain; round replicates of shape (B, K) beforehand.

    Examples
    --------
    >>> selection_frequency(np.array([[3.0, 2.0, 2.0]]), places=2).tolist()
    [1.0, 0.5, 0.5]
    """
    size = replicates.shape[1]
    if places <= 0 or places >= size:
        return np.full(size, float(places > 0))
    cut = np.partition(replicates, size - places, axis=1)[:, size - places, None]
    above, tied = replicates > cut, replicates == cut
    left = places - above.sum(axis=1, keepdims=True)
    shares = above + tied * (left / tied.sum(axis=1, keepdims=True))
    frequency: Floats = shares.mean(axis=0)
    return frequency
