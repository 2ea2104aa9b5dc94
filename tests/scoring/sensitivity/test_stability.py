import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from scoring.sensitivity.stability import kendall, stability


@given(seed=st.integers(0, 999), size=st.integers(2, 8))
def test_tau_is_that_of_scipy(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    totals = random.integers(0, 4, size).astype(float)
    drawn = random.integers(0, 4, (6, size)).astype(float)

    found = kendall(totals, drawn)

    np.testing.assert_allclose(found, [kendalltau(totals, row).statistic for row in drawn])


def test_an_order_that_nothing_moves_is_wholly_stable() -> None:
    totals = np.array([3.0, 2.0, 1.0])

    found = stability(totals, np.tile(totals, (99, 1)))

    assert found is not None
    assert (found.median, found.low, found.undefined) == (1.0, 1.0, 0)


def test_resamples_in_which_all_are_level_count_as_instability() -> None:
    totals = np.array([3.0, 2.0])
    drawn = np.array([[1.0, 1.0]] * 10 + [[2.0, 1.0]] * 90)

    found = stability(totals, drawn)

    assert found is not None
    assert found.undefined == 10
    assert found.low == -1.0
    assert found.median == pytest.approx(1.0)


def test_candidates_who_are_all_level_have_no_order_to_be_stable() -> None:
    assert stability(np.array([2.0, 2.0]), np.ones((9, 2))) is None
