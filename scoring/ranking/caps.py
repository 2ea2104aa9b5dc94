"""Places of several items filled in order, under caps that hold across them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.ranking.giving import Turns, give, left_open
from scoring.ranking.held import Held, Passed
from scoring.ranking.quota import Certainty, Proposal
from scoring.ranking.rank_sets import RankSets


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Queue:
    """The candidates of one item in the order in which its places are given.

    ``groups`` hold names, best first; those in one group nothing declared can part. ``under``
    says under which cap's value each falls, such as ``{"city": "济南市"}``. ``sets`` are over
    ``names``. Of an item that is not ``complete``, whose panel is awaited, nothing is proposed.
    """

    item: str
    places: int
    reserves: int
    groups: tuple[tuple[str, ...], ...]
    under: Mapping[str, Mapping[str, str]]
    names: tuple[str, ...]
    sets: RankSets
    complete: bool = True

    def turns(self) -> Turns:
        """The same candidates as places are given to them, by published totals alone."""
        return Turns(
            places=self.places,
            reserves=self.reserves,
            groups=self.groups,
            under=self.under,
            ahead={},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """What is proposed for one candidate, how sure that is, and the cap that passed it over."""

    proposal: Proposal
    certainty: Certainty
    cap: Passed | None = None


def fill(queues: Sequence[Queue], caps: Mapping[str, int]) -> dict[str, Filled]:
    """Fill every item's places, the items in the board's order, each by its own order.

    A candidate whose cap is full is passed over and the next in the item moves up; places that
    the committee has to fill are held, and so are all of an item whose panel is awaited. What is proposed is certain where it holds under every
    order that the rank sets of all items allow.
    """
    held = Held()
    bounds = _Bounds.of(queues, caps)
    found = {}
    for queue in queues:
        if not queue.complete:
            held += left_open(queue.turns(), caps, held)
            continue
        given = give(queue.turns(), caps, held)
        held += given.held
        for position, name in enumerate(queue.names):
            placed = given.proposed[name]
            sure = bounds.sure_in if placed.proposal == "selected" else bounds.sure_out
            certain = placed.proposal != "committee" and sure(queue, position)
            certainty: Certainty = "clear" if certain else "not_separable"
            found[name] = Filled(proposal=placed.proposal, certainty=certainty, cap=placed.cap)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bounds:
    """What holds under every order that the rank sets allow.

    ``most`` and ``least`` bound how many places the items before one give to a cap's value;
    ``free`` names candidates that no cap can ever pass over.
    """

    caps: Mapping[str, int]
    most: Mapping[str, Mapping[tuple[str, str], int]]
    least: Mapping[str, Mapping[tuple[str, str], int]]
    free: frozenset[str]

    @classmethod
    def of(cls, queues: Sequence[Queue], caps: Mapping[str, int]) -> _Bounds:
        most: dict[str, Counter[tuple[str, str]]] = {}
        least: dict[str, Counter[tuple[str, str]]] = {}
        free: set[str] = set()
        upper: Counter[tuple[str, str]] = Counter()
        lower: Counter[tuple[str, str]] = Counter()
        for queue in queues:
            most[queue.item], least[queue.item] = upper.copy(), lower.copy()
            here = Counter(
                (kind, queue.under[name].get(kind, "")) for name in queue.names for kind in caps
            )
            for position, name in enumerate(queue.names):
                if queue.complete and all(
                    upper[cell] + min(_ahead(queue, position, cell), queue.places - 1) < caps[kind]
                    for kind in caps
                    for cell in [(kind, queue.under[name].get(kind, ""))]
                ):
                    free.add(name)
            for cell, count in here.items():
                upper[cell] += min(count, queue.places)
            for position, name in enumerate(queue.names):
                if name in free and queue.sets.upper[position] <= queue.places:
                    lower.update((kind, queue.under[name].get(kind, "")) for kind in caps)
        return cls(caps=caps, most=most, least=least, free=frozenset(free))

    def sure_in(self, queue: Queue, position: int) -> bool:
        """Whether a place is certain: no cap can bind, and even the worst rank has one."""
        return (
            queue.names[position] in self.free and int(queue.sets.upper[position]) <= queue.places
        )

    def sure_out(self, queue: Queue, position: int) -> bool:
        """Whether no place is certain: others surely take them all, or surely fill the cap."""
        ahead = np.flatnonzero(queue.sets.beats[:, position])
        if sum(queue.names[one] in self.free for one in ahead) >= queue.places:
            return True
        under = queue.under[queue.names[position]]
        for kind, cap in self.caps.items():
            value = under.get(kind, "")
            before = sum(
                queue.under[queue.names[one]].get(kind, "") == value and self.sure_in(queue, one)
                for one in ahead.tolist()
            )
            if self.least[queue.item][kind, value] + before >= cap:
                return True
        return False


def _ahead(queue: Queue, position: int, cell: tuple[str, str]) -> int:
    """How many others under the same cap may stand before one in its item."""
    kind, value = cell
    return sum(
        other != position
        and queue.under[name].get(kind, "") == value
        and not queue.sets.beats[position, other]
        for other, name in enumerate(queue.names)
    )
