"""Who holds the places of a track's items, and whom the track's caps keep from one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.ranking.held import Cell, Passed, cell
from scoring.ranking.told_apart import Ahead

Under = Mapping[str, str]
"""Under which value of each cap a candidate falls."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who holds a place of an item, by a decision or because it is proposed.

    ``decision`` is the digest of the decision, none where the place is only proposed; ``due``
    says that this decision has to be taken again.
    """

    item: str
    candidate: str
    under: Under
    decision: str | None = None
    due: bool = False

    @property
    def yields(self) -> bool:
        """Whether a decision on another item may take the place: a proposal is made anew then."""
        return self.decision is None or self.due

    @property
    def named(self) -> str:
        """The item and the candidate, as messages name them."""
        return f"{self.item} {self.candidate}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """A value of a cap of which more would be selected than it allows, and who else holds it."""

    value: str
    selected: int
    at_most: int
    holders: tuple[Holder, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """What the caps say of a choice: where it exceeds them, and whose place elsewhere it takes."""

    over: tuple[Over, ...]
    displaced: tuple[Holder, ...]


def weigh(chosen: Sequence[Under], others: Sequence[Holder], caps: Mapping[str, int]) -> Weighed:
    """Hold a choice on one item against what the track's other items hold.

    A decision in force is never broken. Where its cap would be, a place that is only proposed
    gives way first, then one by a decision that has to be taken again.
    """
    over = []
    displaced: dict[str, Holder] = {}
    for one in dict.fromkeys(cell(kind, under) for under in chosen for kind in caps):
        kind, value = one
        own = _count(chosen, one)
        there = [holder for holder in others if cell(kind, holder.under) == one]
        firm = tuple(holder for holder in there if not holder.yields)
        due = [holder for holder in there if holder.yields and holder.decision]
        proposed = [holder for holder in there if holder.decision is None]
        if own + len(firm) > caps[kind]:
            over.append(
                Over(value=value, selected=own + len(firm), at_most=caps[kind], holders=firm)
            )
        elif own + len(firm) + len(due) > caps[kind]:
            displaced |= {holder.named: holder for holder in (*due, *proposed)}
        elif own + len(there) > caps[kind]:
            displaced |= {holder.named: holder for holder in proposed}
    return Weighed(over=tuple(over), displaced=tuple(displaced.values()))


def rests_on(
    known: Mapping[str, Sequence[str]], others: Iterable[Holder], displaced: Collection[Holder]
) -> dict[str, list[str]]:
    """Who was proposed in items before one when a decision on it took the place of some of them.

    Their proposals are made anew because of it, which gives no cause to decide again. ``known``
    is what the proposal that is decided on rests on itself.
    """
    found = {item: list(names) for item, names in known.items()}
    if displaced and not found:
        for one in others:
            if one.decision is None:
                found.setdefault(one.item, []).append(one.candidate)
    return found


def stopped(
    under: Mapping[str, Under],
    ahead: Ahead,
    chosen: Iterable[str],
    others: Iterable[Under],
    caps: Mapping[str, int],
) -> dict[str, Passed]:
    """Whom of an item a full cap keeps from a place that is decided on, and which cap.

    ``chosen`` have the item's places, ``others`` fall under the caps as those of other items.
    Those whom a candidate is separably ahead of fill no cap for it.
    """
    taken = Counter(cell(kind, one) for one in others for kind in caps)
    own = list(chosen)
    found = {}
    for name in under:
        if name in own:
            continue
        before = [under[one] for one in own if one not in ahead[name]]
        for kind, most in caps.items():
            one = cell(kind, under[name])
            if taken[one] + _count(before, one) >= most:
                found[name] = Passed(kind=kind, value=one[1], at_most=most)
                break
    return found


def _count(under: Iterable[Under], one: Cell) -> int:
    return sum(cell(one[0], each) == one for each in under)
