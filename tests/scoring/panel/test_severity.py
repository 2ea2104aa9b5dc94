import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.panel.severity import connected, crossed, severity

NONE = np.nan


def test_merit_and_severity_are_told_apart_where_scores_follow_the_model() -> None:
    scores = np.array([[80.0, 70.0, NONE], [NONE, 75.0, 90.0], [60.0, NONE, NONE]])

    found = severity(scores)

    assert found.severities.tolist() == [-5.0, -10.0, 15.0]
    assert found.merits == pytest.approx([75.0, 65.0, 80.0])


@given(seed=st.integers(0, 999), judges=st.integers(2, 6), size=st.integers(2, 8))
def test_it_is_the_least_squares_solution(seed: int, judges: int, size: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.uniform(40, 100, (judges, size))
    scores[random.uniform(size=scores.shape) < 0.3] = NONE
    scores[0, :] = 70.0 + np.arange(size)
    scores[:, 0] = 60.0 + np.arange(judges)
    rows, columns = np.nonzero(~np.isnan(scores))
    design = np.zeros((rows.size + 1, judges + size))
    design[np.arange(rows.size), rows] = -1
    design[np.arange(rows.size), judges + columns] = 1
    design[-1, :judges] = 1
    wanted = np.linalg.lstsq(design, np.append(scores[rows, columns], 0.0), rcond=None)[0]

    found = severity(scores)

    np.testing.assert_allclose(found.severities, wanted[:judges], atol=1e-5)
    np.testing.assert_allclose(found.merits, wanted[judges:], atol=1e-5)


def test_with_everyone_scoring_everything_merit_is_the_mean() -> None:
    scores = np.array([[80.0, 70.0], [60.0, 40.0]])

    assert crossed(scores)
    assert severity(scores).merits == pytest.approx(scores.mean(axis=0))


def test_two_groups_without_a_common_judge_do_not_hang_together() -> None:
    scores = np.array([[80.0, NONE], [NONE, 60.0]])

    assert not connected(scores)
    with pytest.raises(ValueError, match="hang together"):
        severity(scores)


def test_a_judge_or_candidate_without_scores_has_no_estimate() -> None:
    scores = np.array([[80.0, 70.0, NONE], [78.0, 72.0, NONE], [NONE, NONE, NONE]])

    found = severity(scores)

    assert np.isnan(found.merits).tolist() == [False, False, True]
    assert np.isnan(found.severities).tolist() == [False, False, True]
