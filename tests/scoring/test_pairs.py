import numpy as np
import pytest

from scoring.ranking.field import Field
from scoring.ranking.pairs import neighbours
from scoring.ranking.rank_sets import rank_sets


def field(
    totals: list[float], replicates: np.ndarray, freedom: float = np.inf, least: float = 0.0
) -> Field:
    estimates = np.array(totals)
    return Field(
        names=tuple("ABCDEFG"[: len(totals)]),
        totals=estimates,
        replicates=replicates,
        seen=replicates,
        freedom=np.full((len(totals), len(totals)), freedom),
        least=np.full((len(totals), len(totals)), least),
        maximum=1000,
        sets=rank_sets(estimates, replicates, confidence=0.95, floor_error=least),
    )


@pytest.fixture
def three() -> Field:
    random = np.random.default_rng(0)
    totals = [60.0, 90.0, 61.0]
    common = random.normal(0, 5, (999, 1))
    return field(totals, totals + common + random.normal(0, 1, (999, 3)))


def test_each_candidate_is_compared_with_the_next(three: Field) -> None:
    pairs = neighbours(three, [1, 2, 0], places=1, confidence=0.95)

    assert [(pair.ahead, pair.behind, pair.difference) for pair in pairs] == [
        ("B", "C", 29.0),
        ("C", "A", 1.0),
    ]
    assert [pair.separable for pair in pairs] == [True, False]


@pytest.mark.parametrize(
    ("places", "at_line"),
    [(0, [False, False]), (1, [True, False]), (2, [False, True]), (3, [False, False])],
)
def test_the_pair_at_the_line_holds_the_last_place(
    three: Field, places: int, at_line: list[bool]
) -> None:
    pairs = neighbours(three, [1, 2, 0], places=places, confidence=0.95)

    assert [pair.at_line for pair in pairs] == at_line


def test_what_moves_both_alike_cancels_in_their_difference(three: Field) -> None:
    pair = neighbours(three, [1, 2, 0], places=1, confidence=0.95)[0]

    assert pair.low is not None
    assert pair.high is not None
    assert pair.low < 29.0 < pair.high
    # Two errors of 1, not of 5: 2 * 1.96 * sqrt(2).
    assert pair.high - pair.low == pytest.approx(5.5, abs=0.6)


def test_a_difference_is_that_of_the_printed_decimals() -> None:
    totals = [0.3, 0.1]

    (pair,) = neighbours(field(totals, np.empty((0, 2))), [0, 1], places=1, confidence=0.95)

    assert pair.difference == 0.2
    assert (pair.low, pair.high, pair.separable) == (None, None, False)


def test_one_candidate_has_no_neighbour() -> None:
    assert neighbours(field([1.0], np.ones((9, 1))), [0], places=1, confidence=0.95) == ()


def test_few_units_widen_the_interval_of_a_difference_and_none_leave_it_unknown() -> None:
    drawn = np.column_stack([np.arange(999.0), np.zeros(999)])

    many, few, none = (
        neighbours(field([499.0, 0.0], drawn, freedom), [0, 1], places=1, confidence=0.95)[0]
        for freedom in (np.inf, 4.0, 0.0)
    )

    assert (many.low, many.high) == (24.0, 974.0)
    # Student's t of 4 degrees reaches 1.417 times as far; a difference ends at the scale.
    assert few.low == pytest.approx(499 - 1.4166 * 475, abs=0.01)
    assert few.high == 1000.0
    assert few.detectable > many.detectable
    assert (none.low, none.high, none.standard_error, none.detectable) == (None,) * 4


def test_a_difference_without_spread_may_be_off_by_one_sample() -> None:
    still = np.tile([52.0, 50.0], (999, 1))

    (pair,) = neighbours(field([52.0, 50.0], still, least=1.5), [0, 1], places=1, confidence=0.95)

    assert (pair.standard_error, pair.separable) == (1.5, False)
    assert (pair.low, pair.high) == pytest.approx((2 - 1.96 * 1.5, 2 + 1.96 * 1.5), abs=0.001)
