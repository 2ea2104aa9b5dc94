"""Errors of a panel's points against least squares, and what they say of the candidates."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.panel.aggregation import by_cell, method_for, panel_points
from scoring.panel.errors import judging_errors
from scoring.panel.marks import Panel
from scoring.ranking.rank_sets import rank_sets

SEED = bytes(range(32))
WHOLE = 40_000


def panel(scores: np.ndarray) -> Panel:
    """A panel of scores, shape (J, K, C), NaN where a judge gave none."""
    judges, candidates, criteria = scores.shape
    return Panel(
        judges=tuple(f"J{at}" for at in range(judges)),
        candidates=tuple(f"C{at}" for at in range(candidates)),
        criteria=tuple(f"part{at}" for at in range(criteria)),
        scores=scores,
        recused=np.isnan(scores),
    )


def sparse(seed: int, judges: int = 7, candidates: int = 6, each: int = 4) -> np.ndarray:
    random = np.random.default_rng(seed)
    scores = random.normal(70, 8, (judges, candidates, 1)) + random.normal(0, 3, (judges, 1, 1))
    for candidate in range(candidates):
        scores[random.permutation(judges)[each:], candidate] = np.nan
    return scores


def least_squares(table: np.ndarray) -> tuple[np.ndarray, float, int]:
    """Covariance of differences of merits by the normal equations, error variance and freedom."""
    cells = np.argwhere(~np.isnan(table))
    judges, candidates = table.shape
    design = np.zeros((len(cells), judges + candidates))
    for row, (judge, candidate) in enumerate(cells):
        design[row, judge], design[row, judges + candidate] = -1, 1
    scores = table[tuple(cells.T)]
    inverse = np.linalg.pinv(design)
    residuals = scores - design @ (inverse @ scores)
    freedom = len(cells) - np.linalg.matrix_rank(design)
    variance = float(residuals @ residuals) / freedom
    merits = inverse[judges:]
    # One whose own residuals are larger than its share of the freedom has larger errors.
    asked = cells[:, 1]
    usual = np.bincount(asked) * freedom / len(cells) * variance
    unlike = np.sqrt(np.maximum(np.bincount(asked, residuals**2) / usual, 1))
    return merits @ merits.T * np.outer(unlike, unlike), variance, int(freedom)


def of_differences(covariance: np.ndarray) -> np.ndarray:
    own = np.diag(covariance)
    return own[:, None] + own - 2 * covariance


@pytest.mark.parametrize("seed", range(4))
def test_differences_vary_as_least_squares_says(seed: int) -> None:
    table = sparse(seed)
    covariance, variance, freedom = least_squares(table[:, :, 0])

    errors = judging_errors(panel(table), "severity_adjusted", SEED, WHOLE)

    drawn = errors.own + errors.strictness
    found = of_differences(np.cov(drawn[:, :, 0].T))
    assert errors.freedom == freedom
    np.testing.assert_allclose(found, variance * of_differences(covariance), rtol=0.06)


def test_rank_sets_hold_where_judges_agree_less_on_some_candidates() -> None:
    random, held, runs = np.random.default_rng(7), 0, 150
    apart = np.where(np.arange(12) < 3, 8.0, 2.5)
    for _ in range(runs):
        scores = (
            75 + random.normal(0, 3, (5, 1, 1)) + random.normal(size=(5, 12, 1)) * apart[:, None]
        )
        judged = panel(scores)
        errors = judging_errors(judged, "mean", random.bytes(32), 999)
        drawn = errors.own[:, :, 0]
        points = scores[:, :, 0].mean(axis=0)
        found = rank_sets(
            points, points + drawn, confidence=0.95, freedom=np.full((12, 12), errors.freedom)
        )
        held += not found.beats.any()

    # With one size of error for all 0.83 are.
    assert held / runs >= 0.91


def test_judges_who_saw_everyone_leave_their_number_less_one_times_the_candidates_less_one() -> (
    None
):
    scores = np.random.default_rng(1).normal(70, 8, (5, 9, 1))

    errors = judging_errors(panel(scores), "mean", SEED, 9)

    assert (errors.freedom, errors.own_freedom, errors.strict_freedom) == (4 * 8, 4 * 8, 4)


def test_errors_of_one_sheet_go_together_over_its_criteria() -> None:
    random = np.random.default_rng(2)
    halo = random.normal(0, 5, (6, 40, 1))
    scores = 70 + halo + random.normal(0, 2, (6, 40, 2))

    drawn = judging_errors(panel(scores), "mean", SEED, 4000).own
    apart = drawn[:, 0] - drawn[:, 1]

    assert np.corrcoef(apart.T)[0, 1] == pytest.approx(25 / 29, abs=0.06)


def test_all_candidates_share_the_error_of_having_asked_these_judges() -> None:
    strict = np.array([-6.0, -2.0, 0.0, 3.0, 5.0])
    scores = 70 - strict[:, None, None] + np.zeros((5, 8, 1))

    errors = judging_errors(panel(scores), "mean", SEED, WHOLE)
    drawn = errors.strictness[:, :, 0]

    assert errors.shared
    assert (drawn == drawn[:, :1]).all()
    assert (errors.own == 0).all()
    assert drawn[:, 0].std() == pytest.approx(np.std(strict, ddof=1) / np.sqrt(5), rel=0.02)


def test_where_strictness_cannot_be_told_from_merit_it_counts_as_error() -> None:
    scores = np.full((4, 2, 1), np.nan)
    scores[:2, 0, 0], scores[2:, 1, 0] = (70, 80), (60, 90)

    errors = judging_errors(panel(scores), "mean", SEED, WHOLE)

    # Two scores each around their own mean: squares 50 and 450 on two degrees of freedom.
    assert (errors.freedom, errors.own_freedom) == (2, None)
    assert errors.strictness[:, :, 0].var(axis=0) == pytest.approx([125, 125], rel=0.05)


def test_draws_are_whole_multiples_so_that_every_machine_adds_the_same() -> None:
    errors = judging_errors(panel(sparse(5)), "severity_adjusted", SEED, 200)

    for drawn in (errors.own, errors.strictness):
        assert (drawn * 2.0**40 == np.rint(drawn * 2.0**40)).all()
        assert 0 < np.abs(drawn).max() < 2.0**12


def test_rank_sets_of_few_judges_and_many_candidates_hold_the_truth() -> None:
    random, held, runs = np.random.default_rng(6), 0, 60
    for _ in range(runs):
        scores = random.normal(70, 6, (5, 20, 1)) + random.normal(0, 3, (5, 1, 1))
        errors = judging_errors(panel(scores), "mean", random.bytes(32), 499)
        merits = scores[:, :, 0].mean(axis=0)
        sets = rank_sets(
            merits,
            merits + (errors.own + errors.strictness)[:, :, 0],
            confidence=0.95,
            freedom=np.full((20, 20), float(errors.freedom)),
        )
        held += not sets.beats.any()

    assert held / runs >= 0.88


@pytest.mark.parametrize("judges", [2, 3, 5])
def test_intervals_of_points_hold_the_truth_though_few_judges_share_one_error(judges: int) -> None:
    random, held = np.random.default_rng(judges), []
    for _ in range(300):
        scores = 50 + random.normal(0, 8, (judges, 1, 1)) + random.normal(0, 1.5, (judges, 12, 1))
        asked = panel(scores)
        errors = judging_errors(asked, "mean", random.bytes(32), 399)
        points = panel_points(asked, errors, confidence=0.95)
        held.append(np.mean([one.low <= 50 <= one.high for one in points]))

    # The candidates of a run share most of their error: its standard error is about .013.
    assert 0.91 <= np.mean(held) <= 0.99


@pytest.mark.parametrize(
    "scores",
    [
        [[60.0, np.nan], [np.nan, 90.0]],
        [[60.0, 70.0], [np.nan, 80.0]],
        [[60.0, 70.0, 80.0]],
    ],
    ids=["each by another judge", "no score to spare", "one judge"],
)
def test_points_whose_error_nothing_shows_may_lie_anywhere(scores: list[list[float]]) -> None:
    asked = panel(np.array(scores)[:, :, None])
    method = method_for(asked)

    errors = judging_errors(asked, method, SEED, 99)

    for one in panel_points(asked, errors, confidence=0.95, method=method):
        assert (one.low, one.high) == (0.0, 100.0)
    assert errors.freedom == 0


def test_one_candidate_before_several_judges_has_the_interval_of_a_mean() -> None:
    asked = panel(np.array([60.0, 70.0, 65.0, 75.0])[:, None, None])

    errors = judging_errors(asked, "mean", SEED, WHOLE)
    (one,) = panel_points(asked, errors, confidence=0.95)

    # Student's t with 3 degrees: 67.5 ± 3.1824 * 6.455 / 2.
    assert (one.low, one.high) == pytest.approx((57.23, 77.77), abs=0.35)


def test_judges_of_one_group_share_their_strictness_where_groups_share_no_judge() -> None:
    scores = np.full((4, 6, 1), np.nan)
    scores[:2, :3], scores[2:, 3:] = 70.0, 60.0
    scores[0, :3] += 8
    scores[2, 3:] -= 8

    errors = judging_errors(panel(scores), "mean", SEED, 999)
    drawn = errors.strictness[:, :, 0]

    assert not errors.shared
    assert (errors.strict_freedom, errors.freedom) == (2, 2)
    assert (drawn[:, :3] == drawn[:, :1]).all()
    assert (drawn[:, 3:] == drawn[:, 3:4]).all()
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 5])[0, 1]) < 0.1


def test_rank_sets_hold_the_truth_where_groups_share_no_judge() -> None:
    random, held, runs = np.random.default_rng(7), 0, 150
    for _ in range(runs):
        scores = np.full((4, 20, 1), np.nan)
        strict = random.normal(0, 6, (4, 1, 1))
        scores[:2, :10] = 70 - strict[:2] + random.normal(0, 3, (2, 10, 1))
        scores[2:, 10:] = 70 - strict[2:] + random.normal(0, 3, (2, 10, 1))
        asked = panel(scores)
        errors = judging_errors(asked, "mean", random.bytes(32), 499)
        points = list(by_cell(panel_points(asked, errors, confidence=0.95)).values())
        sets = rank_sets(
            np.array([one.points for one in points]),
            np.array([one.replicates for one in points]).T,
            confidence=0.95,
            freedom=np.full((20, 20), float(errors.freedom)),
        )
        held += not sets.beats.any()

    assert held / runs >= 0.9
