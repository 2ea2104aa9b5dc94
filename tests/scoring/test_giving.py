"""Places that the committee has to fill are held: no proposal is taken back by its decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking.giving import Given, Turns, give
from scoring.ranking.held import Held, cell

Under = Mapping[str, Mapping[str, str]]
Caps = Mapping[str, int]


@dataclass(frozen=True)
class Track:
    items: tuple[Turns, ...]
    caps: Caps

    @property
    def under(self) -> Under:
        return {name: cells for one in self.items for name, cells in one.under.items()}

    def proposed(self) -> list[Given]:
        held, found = Held(), []
        for one in self.items:
            found.append(give(one, self.caps, held))
            held += found[-1].held
        return found


def turns(
    item: str, *groups: str, places: int = 1, reserves: int = 1, ahead: Sequence[str] = ()
) -> Turns:
    """Candidates by one letter of their city each: item1, item2, ... in order."""
    numbers = iter(range(1, 99))
    named = [[(f"{item}{next(numbers)}", city) for city in group] for group in groups]
    under = {name: {"city": city} for group in named for name, city in group}
    return Turns(
        places=places,
        reserves=reserves,
        groups=[[name for name, _ in group] for group in named],
        under=under,
        ahead={one: frozenset(pair[2:] for pair in ahead if pair.startswith(one)) for one in under},
    )


def said(*found: Given) -> dict[str, str]:
    return {name: placed.proposal for one in found for name, placed in one.proposed.items()}


def test_a_place_that_the_committee_has_to_fill_is_not_proposed_a_second_time() -> None:
    track = Track((turns("A", "济青"), turns("B", "烟", "潍")), {"city": 5, "quota": 1})

    found = track.proposed()

    assert said(*found) == {
        "A1": "committee",
        "A2": "committee",
        "B1": "reserve",
        "B2": "not_selected",
    }
    full = found[1].proposed["B1"].cap
    assert full is not None
    assert full.kind == "quota"


def test_a_city_whose_place_is_sure_is_full_whoever_of_it_the_committee_chooses() -> None:
    track = Track((turns("A", "济济"), turns("B", "济", "青")), {"city": 1, "quota": 9})

    found = said(*track.proposed())

    assert (found["B1"], found["B2"]) == ("reserve", "selected")


def test_who_has_a_place_only_if_the_committee_chooses_one_way_is_left_to_it() -> None:
    track = Track((turns("A", "济青"), turns("B", "济", "烟")), {"city": 1, "quota": 9})

    found = track.proposed()

    assert said(found[1]) == {"B1": "committee", "B2": "committee"}
    assert found[1].held.least["quota", ""] == found[1].held.most["quota", ""] == 1


def test_a_level_group_is_parted_by_its_pairs_that_are_told_apart() -> None:
    one = turns("A", "济青烟", places=2, ahead=["A1A3"])

    assert said(give(one, {}, Held())) == {"A1": "selected", "A2": "committee", "A3": "committee"}


def test_reserves_who_are_told_apart_keep_their_order() -> None:
    one = turns("A", "济", "青烟", ahead=["A2A3"])

    assert said(give(one, {}, Held())) == {"A1": "selected", "A2": "reserve", "A3": "not_selected"}


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Up to three items, with their ties, under caps on city, kind and the quota."""
    items = []
    for number in range(draw(st.integers(1, 3))):
        names = [f"I{number}C{one}" for one in range(draw(st.integers(1, 4 - number // 2)))]
        groups: list[list[str]] = []
        for name in names:
            if groups and draw(st.booleans()):
                groups[-1].append(name)
            else:
                groups.append([name])
        same = draw(st.sampled_from("甲乙"))
        under = {
            name: {
                "city": draw(st.sampled_from("济青")),
                "kind": draw(st.sampled_from(same if draw(st.booleans()) else "甲乙")),
            }
            for name in names
        }
        items.append(
            Turns(
                places=draw(st.integers(1, 3)),
                reserves=draw(st.integers(0, 2)),
                groups=groups,
                under=under,
                ahead={},
            )
        )
    caps = draw(st.fixed_dictionaries({"city": st.integers(1, 3), "quota": st.integers(1, 5)}))
    if draw(st.booleans()):
        caps["kind"] = draw(st.integers(1, 3))
    return Track(tuple(items), caps)


def outcomes(track: Track) -> Iterator[list[list[str]]]:
    """Who has places, item by item, for every order in which equals may be put."""
    ways = [
        [[n for group in order for n in group] for order in product(*map(permutations, one.groups))]
        for one in track.items
    ]
    for orders in product(*ways):
        taken: Counter[tuple[str, str]] = Counter()
        found = []
        for one, order in zip(track.items, orders, strict=True):
            chosen: list[str] = []
            for name in order:
                cells = [cell(kind, one.under[name]) for kind in track.caps]
                if len(chosen) < one.places and all(taken[c] < track.caps[c[0]] for c in cells):
                    taken.update(cells)
                    chosen.append(name)
            found.append(chosen)
        yield found


@given(track=tracks())
def test_a_proposal_holds_however_the_committee_orders_equals(track: Track) -> None:
    found = said(*track.proposed())

    for chosen in outcomes(track):
        among = {name for item in chosen for name in item}
        for name, proposal in found.items():
            if proposal == "selected":
                assert name in among, (name, chosen)
            elif proposal != "committee":
                assert name not in among, (name, chosen)


@given(track=tracks())
def test_what_an_item_holds_lies_between_the_bounds_however_equals_are_ordered(
    track: Track,
) -> None:
    found = track.proposed()

    for chosen in outcomes(track):
        for one, names in zip(found, chosen, strict=True):
            taken = Held.by([track.under[name] for name in names], track.caps).least
            assert all(taken[c] >= least for c, least in one.held.least.items())
            assert all(taken[c] <= one.held.most[c] for c in taken)


def decisions(track: Track, found: Sequence[Given]) -> Iterator[set[str]]:
    """Every choice among those left to the committee for a place, none of them included.

    Its items' places and the caps, with what the items before hold, allow each.
    """

    def fits(names: Sequence[str], one: Turns, taken: Counter[tuple[str, str]]) -> bool:
        all_of = taken + Held.by([track.under[name] for name in names], track.caps).least
        return len(names) <= one.places and all(n <= track.caps[c[0]] for c, n in all_of.items())

    def on(at: int, taken: Counter[tuple[str, str]]) -> Iterator[set[str]]:
        if at == len(track.items):
            yield set()
            return
        placed = found[at].proposed
        sure = [name for name, what in placed.items() if what.proposal == "selected"]
        left = [name for name, what in placed.items() if what.proposal == "committee"]
        for count in range(len(left) + 1):
            for some in combinations(left, count):
                if not some or fits([*sure, *some], track.items[at], taken):
                    held = Held.by([track.under[n] for n in [*sure, *some]], track.caps).least
                    for rest in on(at + 1, taken + held):
                        yield {*sure, *some} | rest

    return on(0, Counter())


@given(track=tracks())
def test_no_proposal_exceeds_a_cap_or_the_quota_whomever_the_committee_selects(
    track: Track,
) -> None:
    # Without reserves, what is left to the committee are places.
    track = replace(track, items=tuple(replace(one, reserves=0) for one in track.items))

    for chosen in decisions(track, track.proposed()):
        taken = Held.by([track.under[name] for name in chosen], track.caps).least
        assert all(count <= track.caps[c[0]] for c, count in taken.items()), chosen


@pytest.mark.parametrize("places", [1, 2, 3])
def test_without_ties_nothing_is_left_to_the_committee(places: int) -> None:
    items = tuple(turns(name, "济", "青", "济", places=places) for name in "AB")
    track = Track(items, {"city": 2, "quota": 4})

    ((first, second),) = outcomes(track)
    found = said(*track.proposed())

    assert "committee" not in found.values()
    assert {name for name, what in found.items() if what == "selected"} == {*first, *second}
