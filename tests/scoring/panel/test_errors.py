"""Errors of a panel's points against least squares, and what they say of the candidates."""

from __future__ import annotations

import numpy as np
import pytest

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
    merits = inverse[judges:]
    return merits @ merits.T, float(residuals @ residuals) / freedom, int(freedom)


def of_differences(covariance: np.ndarray) -> np.ndarray:
    own = np.diag(covariance)
    return own[:, None] + own - 2 * covariance


@pytest.mark.parametrize("seed", range(4))
def test_differences_vary_as_least_squares_says(seed: int) -> None:
    table = sparse(seed)
    covariance, variance, freedom = least_squares(table[:, :, 0])

    errors = judging_errors(panel(table), SEED, WHOLE)

    found = of_differences(np.cov(errors.draws[:, :, 0].T))
    assert errors.freedom == freedom
    np.testing.assert_allclose(found, variance * of_differences(covariance), rtol=0.06)


def test_judges_who_saw_everyone_leave_their_number_less_one_times_the_candidates_less_one() -> (
    None
):
    scores = np.random.default_rng(1).normal(70, 8, (5, 9, 1))

    assert judging_errors(panel(scores), SEED, 9).freedom == 4 * 8


def test_errors_of_one_sheet_go_together_over_its_criteria() -> None:
    random = np.random.default_rng(2)
    halo = random.normal(0, 5, (6, 40, 1))
    scores = 70 + halo + random.normal(0, 2, (6, 40, 2))

    drawn = judging_errors(panel(scores), SEED, 4000).draws
    apart = drawn[:, 0] - drawn[:, 1]

    assert np.corrcoef(apart.T)[0, 1] == pytest.approx(25 / 29, abs=0.06)


def test_all_candidates_share_the_error_of_having_asked_these_judges() -> None:
    strict = np.array([-6.0, -2.0, 0.0, 3.0, 5.0])
    scores = 70 - strict[:, None, None] + np.zeros((5, 8, 1))

    drawn = judging_errors(panel(scores), SEED, WHOLE).draws[:, :, 0]

    assert (drawn == drawn[:, :1]).all()
    assert drawn[:, 0].std() == pytest.approx(np.std(strict, ddof=1) / np.sqrt(5), rel=0.02)


def test_where_strictness_cannot_be_told_from_merit_it_counts_as_error() -> None:
    scores = np.full((4, 2, 1), np.nan)
    scores[:2, 0, 0], scores[2:, 1, 0] = (70, 80), (60, 90)

    errors = judging_errors(panel(scores), SEED, WHOLE)

    # Two scores each around their own mean: squares 50 and 450 on two degrees of freedom.
    assert errors.freedom == 2
    assert errors.draws[:, :, 0].var(axis=0) == pytest.approx([125, 125], rel=0.05)


def test_draws_are_whole_multiples_so_that_every_machine_adds_the_same() -> None:
    drawn = judging_errors(panel(sparse(5)), SEED, 200).draws

    assert (drawn * 2.0**40 == np.rint(drawn * 2.0**40)).all()
    assert np.abs(drawn).max() < 2.0**12


def test_rank_sets_of_few_judges_and_many_candidates_hold_the_truth() -> None:
    random, held, runs = np.random.default_rng(6), 0, 60
    for _ in range(runs):
        scores = random.normal(70, 6, (5, 20, 1)) + random.normal(0, 3, (5, 1, 1))
        errors = judging_errors(panel(scores), random.bytes(32), 499)
        merits = scores[:, :, 0].mean(axis=0)
        sets = rank_sets(
            merits,
            merits + errors.draws[:, :, 0],
            confidence=0.95,
            freedom=np.full((20, 20), float(errors.freedom)),
        )
        held += not sets.beats.any()

    assert held / runs >= 0.88
