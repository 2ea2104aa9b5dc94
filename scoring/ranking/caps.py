"""Places of several items filled in order, under caps that hold across them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.ranking.giving import Turns, give, left_open
from scoring.ranking.held import Cell, Held, Passed, cell
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
    the committee has to fill are held, and so are all of an item whose panel is awaited. What is
    proposed is certain where it holds under every order that the rank sets of all items allow.
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
        for name in queue.names:
            placed = given.proposed[name]
            sure = bounds.sure_in if placed.proposal == "selected" else bounds.sure_out
            certain = placed.proposal != "committee" and name in sure
            certainty: Certainty = "clear" if certain else "not_separable"
            found[name] = Filled(proposal=placed.proposal, certainty=certainty, cap=placed.cap)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bounds:
    """Who has a place, and who has none, under every order that the rank sets allow."""

    sure_in: frozenset[str]
    sure_out: frozenset[str]

    @classmethod
    def of(cls, queues: Sequence[Queue], caps: Mapping[str, int]) -> _Bounds:
        most: Counter[Cell] = Counter()
        least: Counter[Cell] = Counter()
        found = cls(sure_in=frozenset(), sure_out=frozenset())
        for queue in queues:
            here = _Certain(queue, caps, Held(most=most.copy(), least=least.copy()))
            here.settle()
            for one, count in here.cells(name for name in queue.names if name not in here.out):
                most[one] += min(count, queue.places)
            for one, count in here.cells(here.into):
                least[one] += count
            found = cls(sure_in=found.sure_in | here.into, sure_out=found.sure_out | here.out)
        return found


class _Certain:
    """What is certain in one item, with what the items before it give to each cap's value.

    A rival whom a cap surely stops stands in nobody's way, which makes others certain, and these
    may fill a cap for still others; so the rules are applied until nothing new is found. Of an
    item whose panel is awaited nothing is certain.
    """

    def __init__(self, queue: Queue, caps: Mapping[str, int], before: Held) -> None:
        self.queue, self.caps, self.before = queue, caps, before
        self.into: set[str] = set()
        self.out: set[str] = set()
        self._stopped: set[str] = set()

    def settle(self) -> None:
        """Find all whose place, or lack of one, holds under every order."""
        names = list(enumerate(self.queue.names))
        before = -1
        while self.queue.complete and before < len(self.into) + len(self._stopped):
            before = len(self.into) + len(self._stopped)
            free = {name for position, name in names if self._free(position)}
            self.into = {
                name
                for position, name in names
                if name in free and len(self._rivals(position)) < self.queue.places
            }
            self._stopped = {name for position, name in names if self._full(position)}
            self.out = self._stopped | {
                name
                for position, name in names
                if sum(one in free for one in self._ahead(position)) >= self.queue.places
            }

    def cells(self, names: Iterable[str]) -> Iterable[tuple[Cell, int]]:
        """How many of some candidates fall under each value of the caps."""
        return Counter(
            cell(kind, self.queue.under[name]) for name in names for kind in self.caps
        ).items()

    def _rivals(self, position: int) -> list[str]:
        """Who may stand before one in the item, but for those whom a cap surely stops."""
        beaten = self.queue.sets.beats[position]
        return [
            name
            for other, name in enumerate(self.queue.names)
            if other != position and not beaten[other] and name not in self._stopped
        ]

    def _free(self, position: int) -> bool:
        """Whether no cap can ever pass one over, whatever others take of it."""
        under = self.queue.under[self.queue.names[position]]
        rivals = dict(self.cells(self._rivals(position)))
        return all(
            self.before.most[one] + min(rivals.get(one, 0), self.queue.places - 1) < self.caps[kind]
            for kind in self.caps
            for one in [cell(kind, under)]
        )

    def _full(self, position: int) -> bool:
        """Whether others surely fill a cap before one's turn."""
        taken = dict(self.cells(name for name in self._ahead(position) if name in self.into))
        under = self.queue.under[self.queue.names[position]]
        return any(
            self.before.least[one] + taken.get(one, 0) >= self.caps[kind]
            for kind in self.caps
            for one in [cell(kind, under)]
        )

    def _ahead(self, position: int) -> list[str]:
        """Who surely stands before one in the item."""
        beats = self.queue.sets.beats[:, position]
        return [self.queue.names[one] for one in np.flatnonzero(beats).tolist()]
