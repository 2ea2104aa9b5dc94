"""Orders that keep pairs which are told apart, and let a step decide the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking.told_apart import Ahead, Groups, ahead_of, keeping, parted


@st.composite
def fields(draw: st.DrawFn) -> tuple[list[str], Ahead]:
    """Some candidates by their totals, told apart where these differ by more than their errors."""
    merits = draw(st.lists(st.integers(0, 9), min_size=1, max_size=6))
    errors = draw(st.lists(st.floats(0, 4), min_size=len(merits), max_size=len(merits)))
    names = [chr(65 + at) for at in range(len(merits))]
    total, error = np.array(merits, float), np.array(errors)
    beats = total[:, None] - total > np.hypot(error[:, None], error)
    return names, ahead_of(names, beats)


@st.composite
def orders(draw: st.DrawFn, names: Sequence[str]) -> list[list[str]]:
    """The candidates as a step puts them, some of them level."""
    places = {name: draw(st.integers(0, 3)) for name in names}
    return [
        group for place in range(4) if (group := [name for name in names if places[name] == place])
    ]


def runs(groups: Groups, ahead: Ahead) -> list[list[str]]:
    """Every order in which the foremost who is free comes next, equals in any order."""
    place = {name: at for at, group in enumerate(groups) for name in group}

    def after(left: frozenset[str]) -> list[list[str]]:
        if not left:
            return [[]]
        free = [name for name in left if not any(name in ahead[one] for one in left)]
        first = min(place[name] for name in free)
        return [
            [name, *rest] for name in free if place[name] == first for rest in after(left - {name})
        ]

    return after(frozenset(place))


@given(data=st.data())
def test_nobody_is_placed_above_who_is_separably_ahead(data: st.DataObject) -> None:
    names, ahead = data.draw(fields())

    kept = keeping(data.draw(orders(names)), ahead)

    place = {name: at for at, group in enumerate(kept) for name in group}
    assert sorted(place) == names
    assert all(place[one] <= place[other] for one in names for other in ahead[one])


@given(data=st.data())
def test_groups_hold_whoever_may_come_in_either_order(data: st.DataObject) -> None:
    names, ahead = data.draw(fields())
    groups = data.draw(orders(names))

    kept = keeping(groups, ahead)

    before = 0
    found = runs(groups, ahead)
    for group in kept:
        after = before + len(group)
        assert all(set(run[before:after]) == set(group) for run in found)
        before = after


@given(data=st.data())
def test_an_order_without_equals_is_followed_wherever_pairs_leave_it_open(
    data: st.DataObject,
) -> None:
    names, ahead = data.draw(fields())
    groups = [[name] for name in data.draw(st.permutations(names))]

    kept = keeping(groups, ahead)

    assert [[name] for name in runs(groups, ahead)[0]] == kept


@given(data=st.data())
def test_where_nobody_is_told_apart_a_steps_order_stays_as_it_is(data: st.DataObject) -> None:
    names, _ = data.draw(fields())
    nobody: Mapping[str, frozenset[str]] = dict.fromkeys(names, frozenset())
    groups = data.draw(orders(names))

    assert keeping(groups, nobody) == groups


@given(data=st.data())
def test_a_later_step_refines_the_order_and_takes_nothing_back(data: st.DataObject) -> None:
    names, ahead = data.draw(fields())
    groups = data.draw(orders(names))
    lots = data.draw(st.permutations(names))
    finer = [[name] for group in groups for name in sorted(group, key=lots.index)]

    coarse, fine = keeping(groups, ahead), keeping(finer, ahead)

    order = [name for group in fine for name in group]
    assert [len(group) for group in fine] == [1] * len(names)
    for group in coarse:
        assert set(order[: len(group)]) == set(group)
        order = order[len(group) :]


@given(data=st.data(), places=st.integers(0, 4))
def test_a_level_group_is_parted_by_every_order_that_its_pairs_allow(
    data: st.DataObject, places: int
) -> None:
    names, ahead = data.draw(fields())

    found = parted(names, ahead, fewest=places, most=places)

    chosen = [set(run[:places]) for run in runs([names], ahead)]
    assert set(found.first) == set.intersection(*chosen)
    assert set(found.last) == set(names) - set.union(*chosen)
