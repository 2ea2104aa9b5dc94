from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking.quota import (
    Proposal,
    Quota,
    certainties,
    proposals,
    selection_frequency,
)
from scoring.ranking.rank_sets import RankSets

sizes = st.lists(st.integers(1, 4), max_size=8)


def sets(*bounds: tuple[int, int]) -> RankSets:
    lower, upper = np.array(bounds, np.int64).T
    return RankSets(lower=lower, upper=upper, beats=np.zeros((len(bounds),) * 2, bool))


def grouped(lengths: list[int]) -> list[list[int]]:
    edges = np.cumsum([0, *lengths]).tolist()
    return [list(range(a, b)) for a, b in pairwise(edges)]


def test_places_then_reserves_then_nobody() -> None:
    proposed = proposals([[3], [0], [2], [1], [4]], Quota(places=2, reserves=2))

    assert proposed == ("selected", "reserve", "reserve", "selected", "not_selected")


def test_one_reserve_stands_behind_the_places_unless_the_board_says_otherwise() -> None:
    assert proposals([[0], [1], [2]], Quota(places=1)) == ("selected", "reserve", "not_selected")


def test_a_tie_across_the_line_goes_to_the_committee() -> None:
    proposed = proposals([[0], [1, 2, 3], [4]], Quota(places=2))

    assert proposed == ("selected", "committee", "committee", "committee", "not_selected")


def test_a_tie_for_the_reserve_goes_to_the_committee() -> None:
    proposed = proposals([[0], [1, 2]], Quota(places=1))

    assert proposed == ("selected", "committee", "committee")


def test_a_tie_inside_the_places_needs_no_committee() -> None:
    assert proposals([[0, 1], [2]], Quota(places=2)) == ("selected", "selected", "reserve")


def test_without_places_or_reserves_nobody_is_proposed() -> None:
    assert proposals([[0], [1]], Quota(places=0, reserves=0)) == ("not_selected",) * 2


@given(lengths=sizes, places=st.integers(0, 12), reserves=st.integers(0, 3))
def test_never_more_are_proposed_than_there_are_places(
    lengths: list[int], places: int, reserves: int
) -> None:
    proposed = proposals(grouped(lengths), Quota(places=places, reserves=reserves))

    assert len(proposed) == sum(lengths)
    assert proposed.count("selected") <= places
    assert proposed.count("reserve") <= reserves
    if "committee" not in proposed:
        assert proposed.count("selected") == min(places, sum(lengths))
    assert set(proposed) <= set(get_args(Proposal)) - {"unranked"}


@given(lengths=st.lists(st.just(1), max_size=8), places=st.integers(0, 10))
def test_without_ties_nothing_goes_to_the_committee(lengths: list[int], places: int) -> None:
    assert "committee" not in proposals(grouped(lengths), Quota(places=places))


def test_a_proposal_is_clear_when_the_whole_rank_set_is_on_its_side() -> None:
    proposed: tuple[Proposal, ...] = ("selected", "selected", "reserve", "not_selected")

    certain = certainties(proposed, sets((1, 2), (1, 3), (2, 4), (3, 4)), Quota(places=2))

    assert certain == ("clear", "not_separable", "not_separable", "clear")


def test_what_goes_to_the_committee_is_never_clear() -> None:
    certain = certainties(("committee",), sets((1, 1)), Quota(places=1))

    assert certain == ("not_separable",)


def test_a_rank_set_on_the_other_side_does_not_make_a_proposal_clear() -> None:
    certain = certainties(("selected", "reserve"), sets((2, 2), (1, 1)), Quota(places=1))

    assert certain == ("not_separable", "not_separable")


def test_everyone_is_clear_where_there_are_places_for_all() -> None:
    certain = certainties(("selected",) * 2, sets((1, 2), (1, 2)), Quota(places=5))

    assert certain == ("clear", "clear")


def test_those_tied_at_the_cut_share_the_remaining_places() -> None:
    replicates = np.array([[9.0, 7.0, 7.0, 7.0], [1.0, 2.0, 3.0, 4.0]])

    frequency = selection_frequency(replicates, places=2)

    np.testing.assert_allclose(frequency, [0.5, 1 / 6, 1 / 6 + 0.5, 1 / 6 + 0.5])


@given(seed=st.integers(0, 2**16), size=st.integers(1, 7), places=st.integers(0, 9))
def test_frequencies_add_up_to_the_places(seed: int, size: int, places: int) -> None:
    replicates = np.random.default_rng(seed).integers(0, 4, (20, size)).astype(float)

    frequency = selection_frequency(replicates, places)

    assert frequency.sum() == pytest.approx(min(places, size))
    assert ((frequency >= 0) & (frequency <= 1 + 1e-12)).all()


@pytest.mark.parametrize(("places", "reserves"), [(-1, 1), (1, -1)])
def test_a_quota_cannot_be_negative(places: int, reserves: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        Quota(places=places, reserves=reserves)
