"""The places of one item given in order, where the committee may still have to choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.ranking.held import Cell, Held, Passed, cell
from scoring.ranking.quota import Proposal
from scoring.ranking.told_apart import Ahead, Groups, Parted, parted


@dataclass(frozen=True, kw_only=True, slots=True)
class Turns:
    """The candidates of one item in the order in which its places and reserves are given.

    Those in one of ``groups`` only ``ahead`` can part, which may say nothing of some. ``under``
    says under which value of each cap a candidate falls.
    """

    places: int
    reserves: int
    groups: Groups
    under: Mapping[str, Mapping[str, str]]
    ahead: Ahead


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """What is proposed for one candidate, and the cap that passed it over."""

    proposal: Proposal
    cap: Passed | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What is proposed for each candidate of an item, and what the item then holds of the caps."""

    proposed: Mapping[str, Placed]
    held: Held


def give(turns: Turns, caps: Mapping[str, int], held: Held) -> Given:
    """Propose an item's places and reserves, with what other items hold of the caps.

    A candidate whose cap is full is passed over and the next moves up. A group across the line
    of the places or of the reserves goes to the committee, but for those of it who are surely on
    one side since they are told apart. The committee's places are held: whoever has a place only
    if the committee chooses in one way, here or in another item, is left to it too. Those whom
    it will leave without a place come before the reserves behind them.
    """
    giving = _Giving(turns, caps, held)
    for group in turns.groups:
        giving.turn(group)
    giving.reserve()
    return Given(proposed=giving.proposed, held=giving.held())


def left_open(turns: Turns, caps: Mapping[str, int], held: Held) -> Held:
    """What an item may come to hold of the caps while nothing is proposed of it yet.

    Nothing for sure, and at most what its places let in, whoever will have them.
    """
    names = [name for group in turns.groups for name in group]
    return _Giving(turns, caps, held).whoever(names)


class _Giving:
    """Places of one item while they are given.

    Whatever the committee may choose, filling what it can, ``fewest`` to ``utmost`` places are
    left.
    """

    def __init__(self, turns: Turns, caps: Mapping[str, int], held: Held) -> None:
        self.turns, self.caps, self.before, self._taken = turns, caps, held, held
        self.proposed: dict[str, Placed] = {}
        self._selected: list[str] = []
        self._open: list[str] = []
        self._waiting: list[Sequence[str]] = []
        self._shared = _shared(turns, caps)
        self._limit: Passed | None = None
        self.fewest = self.utmost = turns.places
        for kind, one in self._shared.items():
            self.fewest = min(self.fewest, self._room(one, self._taken.most))
            if (room := self._room(one, self._taken.least)) < self.utmost:
                self.utmost = room
                self._limit = Passed(kind=kind, value=one[1], at_most=caps[kind])
        self._start = self.fewest, self.utmost

    def turn(self, group: Sequence[str]) -> None:
        """Give places to a group whose turn has come, leave it to the committee or pass it over."""
        stopped = {name: cap for name in group if (cap := self._full(name)) is not None}
        free = [name for name in group if name not in stopped]
        self._say("not_selected", list(stopped), stopped)
        if not (free and self.utmost):
            self._waiting.append(group)
            return
        fewest, most = self._fitting(free)
        found = Parted(first=(), open=tuple(free), last=())
        if fewest == len(free):
            found = parted(free, self.turns.ahead, fewest=self.fewest, most=self.utmost)
        self._say("selected", found.first)
        self._say("committee", found.open)
        self._selected += found.first
        self._open += found.open
        sure = len(found.first)
        self._taken += self._choice(found.first, sure, sure) + self._choice(
            found.open, min(self.fewest, fewest) - sure, min(self.utmost, most) - sure
        )
        self.fewest, self.utmost = max(self.fewest - most, 0), max(self.utmost - fewest, 0)
        self._waiting += [list(stopped), found.last]

    def reserve(self) -> None:
        """Propose who stands in reserve, after those whom the committee leaves without a place."""
        chosen = max(self._start[0] - self.utmost - len(self._selected), 0)
        reserves = self.turns.reserves - max(len(self._open) - chosen, 0)
        passed = {name: one.cap for name, one in self.proposed.items()}
        for group in self._waiting:
            left = max(reserves, 0)
            found = parted(group, self.turns.ahead, fewest=left, most=left)
            self._say("reserve", found.first, passed)
            self._say("committee", found.open, passed)
            self._say("not_selected", found.last, passed)
            reserves -= len(group)

    def held(self) -> Held:
        """What this item holds of the caps, whomever of those left to it the committee chooses."""
        fewest, utmost = self._start
        sure = len(self._selected)
        return self._choice(self._selected, sure, sure) + self._choice(
            self._open, fewest - self.utmost - sure, utmost - sure
        )

    def whoever(self, names: Sequence[str]) -> Held:
        """What the item holds of the caps if any of these may have its places, or none."""
        return self._choice(names, 0, self.utmost)

    def _say(
        self,
        proposal: Proposal,
        names: Sequence[str],
        passed: Mapping[str, Passed | None] | None = None,
    ) -> None:
        for name in names:
            self.proposed[name] = Placed(proposal=proposal, cap=(passed or {}).get(name))

    def _room(self, one: Cell, taken: Mapping[Cell, int]) -> int:
        return max(self.caps[one[0]] - taken.get(one, 0), 0)

    def _full(self, name: str) -> Passed | None:
        """The cap that is full for a candidate whatever the committee chooses."""
        for kind, most in self.caps.items():
            one = cell(kind, self.turns.under[name])
            if not self._room(one, self._taken.least):
                return Passed(kind=kind, value=one[1], at_most=most)
        return None if self.utmost else self._limit

    def _fitting(self, names: Sequence[str]) -> tuple[int, int]:
        """How many of these the caps that part the item's candidates let in, fewest and most."""
        over, most = 0, len(names)
        for kind in self.caps:
            if kind not in self._shared:
                among = self._cells(names, kind)
                over += sum(
                    max(n - self._room(one, self._taken.most), 0) for one, n in among.items()
                )
                most = min(most, self._at_most(among))
        return max(len(names) - over, 0), most

    def _cells(self, names: Sequence[str], *kinds: str) -> Counter[Cell]:
        """How many of these fall under each value of some caps, of all where none is named."""
        return Counter(
            cell(kind, self.turns.under[name]) for name in names for kind in kinds or self.caps
        )

    def _at_most(self, among: Mapping[Cell, int]) -> int:
        return sum(min(n, self._room(one, self.before.least)) for one, n in among.items())

    def _choice(self, names: Sequence[str], fewest: int, most: int) -> Held:
        """What so many of these hold of the caps: at least what the others cannot have."""
        found = Held()
        for kind in self.caps:
            among = self._cells(names, kind)
            for one, n in among.items():
                others = self._at_most({other: m for other, m in among.items() if other != one})
                found.least[one] = max(fewest - others, 0)
                found.most[one] = min(n, most)
        return found


def _shared(turns: Turns, caps: Mapping[str, int]) -> dict[str, Cell]:
    """The caps under one value of which all candidates of an item fall, such as the quota."""
    names = [name for group in turns.groups for name in group]
    found = {kind: {cell(kind, turns.under[name]) for name in names} for kind in caps}
    return {kind: cells.pop() for kind, cells in found.items() if len(cells) == 1}
