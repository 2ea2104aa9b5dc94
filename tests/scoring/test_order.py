import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.anchors import round_half_up
from scoring.ranking.order import competition_ranks, order_for_places

REFERENCE = Path(__file__).parents[1] / "reference" / "ranking"
totals = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=12)


def test_equal_totals_share_the_better_rank() -> None:
    ranks = competition_ranks([88.5, 90.0, 88.5, 80.0])

    assert [(rank.rank, rank.tied) for rank in ranks] == [
        (2, True),
        (1, False),
        (2, True),
        (4, False),
    ]


@given(published=totals)
def test_a_rank_is_one_more_than_those_ahead(published: list[float]) -> None:
    ranks = competition_ranks(published)

    for total, rank in zip(published, ranks, strict=True):
        assert rank.rank == 1 + sum(other > total for other in published)
        assert rank.tied == (published.count(total) > 1)


def test_nobody_is_ranked_where_nobody_stands() -> None:
    assert competition_ranks([]) == ()
    assert order_for_places([], []) == ()


@pytest.mark.parametrize("task", ["c_ideal", "c_random", "c_worstcase"])
def test_ranks_of_means_are_those_of_challenger(task: str) -> None:
    cases = defaultdict(list)
    with (REFERENCE / "challenge_data.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["task"] == task:
                cases[row["alg_name"]].append(float(row["value"]))
    with (REFERENCE / "challenge_ranks.csv").open(newline="") as file:
        expected = {
            row["algorithm"]: int(row["rank"])
            for row in csv.DictReader(file)
            if row["task"] == task and row["method"] == "meanThenRank"
        }
    means = [round_half_up(sum(values) / len(values), 9) for values in cases.values()]

    ranks = competition_ranks(means)

    assert dict(zip(cases, (rank.rank for rank in ranks), strict=True)) == expected


def test_tie_breakers_part_equal_totals_in_their_declared_order() -> None:
    tie_breaks = [(1.0, 9.0), (2.0, 1.0), (2.0, 5.0), (0.0, 0.0)]

    order = order_for_places([80.0, 80.0, 80.0, 90.0], tie_breaks)

    assert order == ((3,), (2,), (1,), (0,))


def test_what_tie_breakers_cannot_part_stays_together() -> None:
    order = order_for_places([80.0, 80.0, 70.0], [(1.0,), (1.0,), (9.0,)])

    assert order == ((0, 1), (2,))


def test_a_candidate_without_a_tie_breaker_comes_after_those_with_one() -> None:
    order = order_for_places([80.0, 80.0, 80.0], [(None,), (0.0,), (None,)])

    assert order == ((1,), (0, 2))


@given(published=totals, data=st.data())
def test_nobodys_withdrawal_changes_the_order_of_others(
    published: list[float], data: st.DataObject
) -> None:
    value = st.one_of(st.none(), st.integers(0, 2).map(float))
    tie_breaks = [(data.draw(value), data.draw(value)) for _ in published]
    away = data.draw(st.integers(0, len(published) - 1))
    everyone = order_for_places(published, tie_breaks)
    rest = [position for position in range(len(published)) if position != away]

    without = order_for_places([published[p] for p in rest], [tie_breaks[p] for p in rest])

    named = tuple(tuple(rest[p] for p in group) for group in without)
    kept = tuple(tuple(p for p in group if p != away) for group in everyone)
    assert named == tuple(group for group in kept if group)


@pytest.mark.parametrize("tie_breaks", [[(1.0,), ()], [(1.0,)]])
def test_every_candidate_has_every_tie_breaker(tie_breaks: list[tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="tie-breaker"):
        order_for_places([80.0, 80.0], tie_breaks)
