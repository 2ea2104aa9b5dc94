"""Places of several items filled in order, under caps that hold across them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from scoring.ranking.quota import Certainty, Proposal
from scoring.ranking.rank_sets import RankSets

QUOTA = "quota"
"""The cap that every candidate falls under: the track's own number of places."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Queue:
    """The candidates of one item in the order in which its places are given.

    ``groups`` hold names, best first; those in one group nothing declared can part. ``under``
    says under which cap's value each falls, such as ``{"city": "济南市"}``. ``sets`` are over
    ``names``.
    """

    item: str
    places: int
    reserves: int
    groups: tuple[tuple[str, ...], ...]
    under: Mapping[str, Mapping[str, str]]
    names: tuple[str, ...]
    sets: RankSets


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """The cap that was full when a candidate's turn came."""

    kind: str
    value: str
    at_most: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """What is proposed for one candidate, how sure that is, and the cap that passed it over."""

    proposal: Proposal
    certainty: Certainty
    cap: Passed | None = None


@dataclass(slots=True)
class _Taken:
    """How many places each value of each cap has taken."""

    caps: Mapping[str, int]
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def full(self, under: Mapping[str, str], more: int = 1) -> Passed | None:
        for kind, most in self.caps.items():
            value = under.get(kind, "")
            if self.counts[kind, value] + more > most:
                return Passed(kind=kind, value=value, at_most=most)
        return None

    def take(self, under: Mapping[str, str]) -> None:
        for kind in self.caps:
            self.counts[kind, under.get(kind, "")] += 1


def fill(queues: Sequence[Queue], caps: Mapping[str, int]) -> dict[str, Filled]:
    """Fill every item's places, the items in the board's order, each by its own order.

    A candidate whose cap is full is passed over and the next in the item moves up. What is
    proposed is certain where it holds under every order that the rank sets of all items allow.
    """
    taken = _Taken(caps=caps)
    proposed: dict[str, tuple[Proposal, Passed | None]] = {}
    for queue in queues:
        proposed.update(_one_item(queue, taken))
    bounds = _Bounds.of(queues, caps)
    found = {}
    for queue in queues:
        for position, name in enumerate(queue.names):
            proposal, cap = proposed[name]
            sure = bounds.sure_in if proposal == "selected" else bounds.sure_out
            certain = proposal != "committee" and sure(queue, position)
            certainty: Certainty = "clear" if certain else "not_separable"
            found[name] = Filled(proposal=proposal, certainty=certainty, cap=cap)
    return found


def _one_item(queue: Queue, taken: _Taken) -> dict[str, tuple[Proposal, Passed | None]]:
    left, reserves = queue.places, queue.reserves
    proposed: dict[str, tuple[Proposal, Passed | None]] = {}
    waiting: list[tuple[str, ...]] = []
    for group in queue.groups:
        stopped = {name: taken.full(queue.under[name]) for name in group}
        free = tuple(name for name in group if stopped[name] is None)
        proposed.update(
            {name: ("not_selected", cap) for name, cap in stopped.items() if cap is not None}
        )
        if free and left and (len(free) > left or not _together(free, queue, taken)):
            proposed.update(dict.fromkeys(free, ("committee", None)))
            # Those whom the committee leaves without a place come before whoever follows.
            reserves -= max(0, len(free) - left)
            left = 0
            waiting.append(tuple(name for name in group if name not in free))
        elif free and left:
            for name in free:
                taken.take(queue.under[name])
            proposed.update(dict.fromkeys(free, ("selected", None)))
            left -= len(free)
            waiting.append(tuple(name for name in group if name not in free))
        else:
            waiting.append(group)
    for group in filter(None, waiting):
        kind: Proposal = "not_selected"
        if reserves > 0:
            kind = "reserve" if len(group) <= reserves else "committee"
        for name in group:
            cap = proposed.get(name, (kind, None))[1]
            proposed[name] = (kind, cap)
        reserves -= len(group)
    return proposed


def _together(group: Sequence[str], queue: Queue, taken: _Taken) -> bool:
    """Whether no cap is exceeded if the whole group takes places."""
    trial = _Taken(caps=taken.caps, counts=taken.counts.copy())
    for name in group:
        if trial.full(queue.under[name]) is not None:
            return False
        trial.take(queue.under[name])
    return True


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
                if all(
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
