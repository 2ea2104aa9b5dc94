from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ranking.caps import Filled, Queue, fill
from scoring.ranking.quota import Quota, certainties, proposals
from scoring.ranking.rank_sets import RankSets


def sets_of(beats: np.ndarray) -> RankSets:
    return RankSets(lower=1 + beats.sum(axis=0), upper=len(beats) - beats.sum(axis=1), beats=beats)


def queue(
    item: str,
    cities: str,
    *,
    places: int = 1,
    reserves: int = 1,
    beats: np.ndarray | None = None,
    order: tuple[int, ...] | None = None,
) -> Queue:
    """Candidates item1, item2, ... in order, one letter of ``cities`` each."""
    names = tuple(f"{item}{number}" for number in range(1, len(cities) + 1))
    if beats is None:
        beats = np.triu(np.ones((len(names), len(names)), dtype=bool), 1)
    return Queue(
        item=item,
        places=places,
        reserves=reserves,
        groups=tuple((names[at],) for at in (order or range(len(names)))),
        under={name: {"city": city} for name, city in zip(names, cities, strict=True)},
        names=names,
        sets=sets_of(beats),
    )


def test_while_a_panel_is_awaited_others_get_only_what_its_item_cannot_need() -> None:
    awaited = replace(queue("A", "济济青"), complete=False)

    found = fill([awaited, queue("B", "济青烟")], {"city": 1})
    roomy = fill([awaited, queue("B", "济青烟")], {"city": 2})

    assert set(said(found)) == {"B1", "B2", "B3"}
    # Whether Jinan's cap is full hangs on who gets the place of A.
    assert said(found)["B1"] == "committee"
    assert found["B1"].certainty == "not_separable"
    assert said(roomy)["B1"] == "selected"
    assert roomy["B1"].certainty == "clear"


def said(filled: dict[str, Filled]) -> dict[str, str]:
    return {name: one.proposal for name, one in filled.items()}


def test_a_candidate_whose_city_is_full_is_passed_over_and_the_next_moves_up() -> None:
    found = fill([queue("A", "济青"), queue("B", "济青烟")], {"city": 1})

    assert said(found) == {
        "A1": "selected",
        "A2": "reserve",
        "B1": "reserve",
        "B2": "selected",
        "B3": "not_selected",
    }
    cap = found["B1"].cap
    assert cap is not None
    assert (cap.kind, cap.value, cap.at_most) == ("city", "济", 1)


def test_a_tracks_quota_ends_the_list_although_items_have_places_left() -> None:
    found = fill([queue("A", "济"), queue("B", "青")], {"quota": 1})

    assert said(found) == {"A1": "selected", "B1": "reserve"}


def test_equals_whom_the_committee_leaves_come_before_the_reserves_behind_them() -> None:
    level = replace(queue("A", "济青烟"), groups=(("A1", "A2"), ("A3",)))

    for caps in ({}, {"city": 9}):
        assert said(fill([level], caps)) == {
            "A1": "committee",
            "A2": "committee",
            "A3": "not_selected",
        }
    more = replace(level, reserves=2)
    assert said(fill([more], {"city": 9}))["A3"] == "reserve"


def test_equals_of_whom_a_cap_takes_only_one_go_to_the_committee() -> None:
    level = queue("A", "济济", places=2)
    level = Queue(
        item="A",
        places=2,
        reserves=1,
        groups=(level.names,),
        under=level.under,
        names=level.names,
        sets=level.sets,
    )

    assert set(said(fill([level], {"city": 1})).values()) == {"committee"}


@given(
    size=st.integers(1, 6),
    places=st.integers(1, 4),
    reserves=st.integers(0, 3),
    seed=st.integers(0, 999),
)
def test_without_caps_it_is_the_rule_of_one_item(
    size: int, places: int, reserves: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    beats = np.triu(random.uniform(size=(size, size)) < 0.5, 1)
    one = queue("A", "济" * size, places=places, reserves=reserves, beats=beats)
    quota = Quota(places=places, reserves=reserves)
    wanted = proposals([[at] for at in range(size)], quota)

    found = fill([one], {})

    assert tuple(said(found)[name] for name in one.names) == wanted
    certain = certainties(wanted, one.sets, quota)
    assert tuple(found[name].certainty for name in one.names) == certain


@settings(max_examples=60)
@given(
    cities=st.tuples(
        st.text("济青", min_size=1, max_size=4), st.text("济青", min_size=1, max_size=4)
    ),
    places=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    cap=st.integers(1, 2),
    quota=st.integers(1, 4),
    seed=st.integers(0, 9_999),
)
def test_what_is_called_clear_holds_under_every_order_that_the_rank_sets_allow(
    cities: tuple[str, str], places: tuple[int, int], cap: int, quota: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    queues = []
    for item, letters, seats in zip("AB", cities, places, strict=True):
        merits = random.normal(size=len(letters))
        beats = merits[:, None] - merits > random.uniform(0, 2)
        best = tuple(np.argsort(-merits).tolist())
        queues.append(queue(item, letters, places=seats, beats=beats, order=best))
    caps = {"city": cap, "quota": quota}

    found = fill(queues, caps)

    for orders in product(*(allowed(one) for one in queues)):
        other = fill(
            [
                Queue(
                    item=one.item,
                    places=one.places,
                    reserves=one.reserves,
                    groups=tuple((name,) for name in order),
                    under=one.under,
                    names=one.names,
                    sets=one.sets,
                )
                for one, order in zip(queues, orders, strict=True)
            ],
            caps,
        )
        for name, filled in found.items():
            if filled.certainty == "clear":
                selected = other[name].proposal == "selected"
                assert selected == (filled.proposal == "selected"), (name, orders)


def allowed(one: Queue) -> list[tuple[str, ...]]:
    """Every order in which nobody stands before someone who beats them."""
    place = {name: at for at, name in enumerate(one.names)}
    return [
        order
        for order in permutations(one.names)
        if not any(
            one.sets.beats[place[behind], place[ahead]]
            for at, ahead in enumerate(order)
            for behind in order[at + 1 :]
        )
    ]


def test_a_place_that_a_cap_may_take_away_is_not_clear() -> None:
    apart = np.zeros((2, 2), dtype=bool)
    first = queue("A", "济青", beats=apart)
    second = queue("B", "济青")

    found = fill([first, second], {"city": 1})

    assert found["A1"].certainty == "not_separable"
    assert found["B1"].certainty == "not_separable"
    assert found["B2"].proposal == "selected"
    assert found["B2"].certainty == "not_separable"


def test_whose_only_rivals_a_cap_surely_keeps_out_has_a_certain_place() -> None:
    level = np.zeros((3, 3), dtype=bool)

    found = fill(
        [queue("A", "济烟"), queue("B", "济青济"), queue("C", "烟济济", beats=level)], {"city": 1}
    )

    assert {name for name, one in found.items() if one.certainty == "not_separable"} == set()
    assert said(found)["B2"] == said(found)["C1"] == "selected"


@given(
    cities=st.lists(st.text("济青烟", min_size=1, max_size=4), min_size=1, max_size=3),
    places=st.integers(1, 3),
    cap=st.integers(1, 2),
    quota=st.integers(1, 5),
)
def test_where_all_of_every_item_are_told_apart_all_is_certain_under_any_cap(
    cities: list[str], places: int, cap: int, quota: int
) -> None:
    queues = [
        queue(item, letters, places=places) for item, letters in zip("ABC", cities, strict=False)
    ]

    found = fill(queues, {"city": cap, "quota": quota})

    assert {one.certainty for one in found.values()} == {"clear"}


@pytest.mark.parametrize("cap", [2, 3])
def test_a_cap_that_cannot_bind_takes_no_certainty_away(cap: int) -> None:
    found = fill([queue("A", "济青"), queue("B", "济青")], {"city": cap})

    assert {one.certainty for one in found.values()} == {"clear"}
