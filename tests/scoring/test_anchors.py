from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.anchors import points, round_half_up

numbers = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("value", "floor", "target", "expected"),
    [
        (0.80, 0.80, 0.98, 0.0),
        (0.98, 0.80, 0.98, 100.0),
        (0.89, 0.80, 0.98, 50.0),
        (0.10, 0.80, 0.98, 0.0),
        (1.00, 0.80, 0.98, 100.0),
        (0.84, 0.30, 0.90, 90.0),
        (6.0, 10.0, 2.0, 50.0),
        (1.0, 10.0, 2.0, 100.0),
        (11.0, 10.0, 2.0, 0.0),
        (float("inf"), 0.0, 1.0, 100.0),
        (float("inf"), 1.0, 0.0, 0.0),
    ],
)
def test_points_are_the_share_of_the_way_from_floor_to_target(
    value: float, floor: float, target: float, expected: float
) -> None:
    assert points(value, floor, target) == expected


def test_replicates_become_points_together() -> None:
    values = np.array([0.1, 0.75, 2.0, np.nan])

    attained = points(values, 0.5, 1.0)

    np.testing.assert_array_equal(attained, [0.0, 50.0, 100.0, np.nan])


@given(value=numbers, floor=numbers, target=numbers)
def test_one_score_and_an_array_agree(value: float, floor: float, target: float) -> None:
    assume(abs(target - floor) > 1e-3)

    one, many = points(value, floor, target), points(np.array([value]), floor, target)

    assert 0 <= one <= 100
    assert many[0] == pytest.approx(one, abs=1e-6)


def test_zero_points_print_without_a_sign() -> None:
    assert str(points(0.0, 0.0, -1.0)) == "0.0"
    assert str(points(np.array([0.0]), 0.0, -1.0)[0]) == "0.0"


@pytest.mark.parametrize(("floor", "target"), [(0.5, 0.5), (float("nan"), 1.0), (0, float("inf"))])
def test_anchors_that_measure_nothing_are_refused(floor: float, target: float) -> None:
    with pytest.raises(ValueError, match=r"floor"):
        points(0.5, floor, target)


@pytest.mark.parametrize(
    ("x", "digits", "published"),
    [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (0.125, 2, 0.13),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (82.344999999, 2, 82.34),
        (1e22, 2, 1e22),
        (5e-324, 2, 0.0),
        (1234.0, -2, 1200.0),
    ],
)
def test_publishing_rounds_halves_up_as_on_paper(x: float, digits: int, published: float) -> None:
    assert round_half_up(x, digits) == published
    assert round_half_up(np.float64(x), digits) == published


@given(x=st.decimals(0, 100, places=4))
def test_publishing_agrees_with_decimal_arithmetic(x: Decimal) -> None:
    assert round_half_up(float(x), 2) == float(x.quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_nothing_rounds_to_minus_zero() -> None:
    assert str(round_half_up(-0.001, 2)) == "0.0"


@pytest.mark.parametrize("x", [float("nan"), float("inf")])
def test_only_finite_numbers_are_published(x: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        round_half_up(x, 2)
