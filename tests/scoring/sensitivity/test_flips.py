from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import minimize

from scoring.resampling import Floats
from scoring.sensitivity.flips import nearest_flip


def faces(size: int) -> Iterator[list[int]]:
    for count in range(size, 0, -1):
        yield from map(list, combinations(range(size), count))


def on_face(weights: Floats, apart: Floats, kept: list[int]) -> Floats | None:
    """The nearest level weights that are 0 elsewhere, below 0 or not; None where none are level."""
    across = apart[kept] - apart[kept].mean()
    length = float(across @ across)
    found = np.zeros(len(weights))
    found[kept] = weights[kept] + (weights.sum() - weights[kept].sum()) / len(kept)
    if length:
        found[kept] -= across * float(found @ apart) / length
    return found if abs(found @ apart) < 1e-6 else None


def nearest_of_all_faces(weights: Floats, apart: Floats) -> float | None:
    """The least distance over every set of vanishing weights, tried one after the other."""
    tried = [on_face(weights, apart, kept) for kept in faces(len(weights))]
    level = [found for found in tried if found is not None and found.min() > -1e-9]
    return min((float(np.linalg.norm(found - weights)) for found in level), default=None)


def solved(weights: Floats, apart: Floats, start: Floats) -> Floats:
    """The nearest level weights by a general solver."""
    found = minimize(
        lambda w: np.square(w - weights).sum(),
        start,
        jac=lambda w: 2 * (w - weights),
        bounds=[(0, None)] * len(weights),
        constraints=[
            {"type": "eq", "fun": lambda w: w.sum() - weights.sum()},
            {"type": "eq", "fun": lambda w: w @ apart},
        ],
        method="SLSQP",
        options={"maxiter": 500},
    )
    # Where the start is the only weights that are level, the equations leave no step to take.
    assert found.success or found.message == "Singular matrix C in LSQ subproblem"
    answer: Floats = found.x
    return answer


def test_the_nearest_flip_is_the_projection_where_no_weight_vanishes() -> None:
    weights, apart = np.array([40.0, 30.0, 30.0]), np.array([2.0, -1.0, 1.0])
    across = apart - apart.mean()

    found = nearest_flip(weights, apart)

    assert found is not None
    assert found.weights == pytest.approx(weights - weights @ apart / (across @ across) * across)
    assert found.distance == pytest.approx(abs(weights @ apart) / np.linalg.norm(across))


@given(seed=st.integers(0, 100_000), size=st.integers(2, 8), shift=st.integers(-9, 9))
def test_the_nearest_flip_is_that_of_all_faces_of_the_simplex(
    seed: int, size: int, shift: int
) -> None:
    random = np.random.default_rng(seed)
    weights = random.multinomial(100, random.dirichlet(np.full(size, 0.5))).astype(float)
    apart = random.integers(-9, 10, size).astype(float) + shift
    nearest = nearest_of_all_faces(weights, apart)

    found = nearest_flip(weights, apart)

    assert (found is None) == (nearest is None)
    if found is None:
        assert (apart > 0).all() or (apart < 0).all()
        return
    assert found.weights.min() >= 0
    assert found.weights.sum() == pytest.approx(100)
    assert found.weights @ apart == pytest.approx(0, abs=1e-9)
    assert found.distance == pytest.approx(nearest, abs=1e-9)


@given(seed=st.integers(0, 100_000), size=st.integers(2, 40))
@example(seed=363, size=2)
def test_no_weights_that_flip_the_pair_are_nearer(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.ones(size)) * 100
    apart = random.integers(-9, 10, size).astype(float)

    found = nearest_flip(weights, apart)

    if found is not None:
        other = solved(weights, apart, found.weights)
        assert found.distance <= np.linalg.norm(other - weights) + 1e-3


@pytest.mark.parametrize("size", [13, 40])
def test_one_criterion_among_many_can_flip_a_pair_alone(size: int) -> None:
    weights = np.full(size, 100 / size)
    apart = np.array([40.0, *[30.0] * (size - 2), -1.0])

    found = nearest_flip(weights, apart)

    # The first weight vanishes; of what is left the last has 30 for every 1 of the others.
    kept = 100 / 31 / (size - 2)
    assert found is not None
    assert found.weights == pytest.approx([0.0, *[kept] * (size - 2), 3000 / 31])
    assert found.weights == pytest.approx(solved(weights, apart, found.weights), abs=1e-4)


def test_weights_under_which_the_pair_is_level_already_need_no_change() -> None:
    found = nearest_flip(np.array([25.0, 75.0]), np.array([3.0, -1.0]))

    assert found is not None
    assert (found.weights.tolist(), found.distance) == ([25.0, 75.0], 0.0)


def test_a_criterion_on_which_both_are_equal_makes_them_level_alone() -> None:
    found = nearest_flip(np.array([50.0, 50.0]), np.array([1.0, 0.0]))

    assert found is not None
    assert found.weights.tolist() == [0.0, 100.0]


def test_a_candidate_ahead_on_every_criterion_is_ahead_under_all_weights() -> None:
    assert nearest_flip(np.array([50.0, 50.0]), np.array([3.0, 1.0])) is None
