import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.canonical import digest
from scoring.sensitivity.weights import acceptability, box_weights, simplex_weights

REFERENCE = Path(__file__).parents[2] / "reference" / "ranking"
SEED = bytes(range(32))
PINNED_FIRST = [544372, 135278, 368926]
PINNED = "sha256:174e5581dc61fcb09fec215b6eb01069268f8f975c9a3cb8d863a48e0c022c67"


def numbers(name: str, skip: int = 1) -> np.ndarray:
    with (REFERENCE / name).open(newline="") as file:
        return np.array(
            [
                [float("nan") if cell == "NA" else float(cell) for cell in row[skip:]]
                for row in list(csv.reader(file))[1:]
            ]
        )


def test_acceptabilities_are_those_of_smaa_within_the_error_of_drawing() -> None:
    count = 100_000
    theirs = numbers("smaa_rank_acceptability.csv")
    points = 100 * numbers("smaa_matrix.csv", skip=0)

    found = acceptability(points, simplex_weights(SEED, 4, count), places=1)

    error = np.sqrt(2 * theirs * (1 - theirs) / count) + 1 / count
    assert (np.abs(found.ranks - theirs) / error).max() < 4
    central = numbers("smaa_central_weights.csv")
    known = found.ranks[:, 0] > 0.001
    np.testing.assert_allclose(found.central[known] / 100, central[known], atol=0.02)


def test_weights_are_drawn_evenly_over_the_simplex() -> None:
    weights = simplex_weights(SEED, 4, 20_000)

    assert (weights.sum(axis=1) == 1 << 20).all()
    assert (weights >= 0).all()
    shares = weights / (1 << 20)
    assert shares.mean(axis=0) == pytest.approx([0.25] * 4, abs=0.01)
    assert shares.var(axis=0) == pytest.approx([3 / 80] * 4, rel=0.05)


def test_weights_of_the_box_stay_within_a_fifth_of_those_declared() -> None:
    declared = np.array([30.0, 20.0, 12.5, 37.5])

    weights = box_weights(SEED, declared, 5_000)

    shares = weights / (declared * 100) / (100 << 18)
    assert shares.min() >= 0.8
    assert shares.max() < 1.2
    assert shares.mean(axis=0) == pytest.approx([1.0] * 4, abs=0.01)


def test_the_draws_are_the_same_on_every_machine() -> None:
    weights = simplex_weights(SEED, 3, 1_000)

    assert weights[0].tolist() == PINNED_FIRST
    assert digest(weights.astype("<i8").tobytes()) == PINNED


def test_the_best_on_every_criterion_is_first_under_all_weights() -> None:
    points = np.array([[90.0, 80.0], [70.0, 60.0], [10.0, 20.0]])

    found = acceptability(points, simplex_weights(SEED, 2, 500), places=2)

    assert found.ranks.tolist() == np.eye(3).tolist()
    assert found.in_places.tolist() == [1.0, 1.0, 0.0]
    assert np.isnan(found.central[1:]).all()


@given(order=st.permutations(range(5)), seed=st.integers(0, 99))
def test_permuting_candidates_permutes_acceptabilities(order: list[int], seed: int) -> None:
    points = np.random.default_rng(seed).integers(0, 101, (5, 3)).astype(float)
    weights = simplex_weights(SEED, 3, 200)

    found = acceptability(points, weights, places=2)

    assert (acceptability(points[order], weights, places=2).ranks == found.ranks[order]).all()
