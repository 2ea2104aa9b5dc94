import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from scoring.sensitivity.flips import nearest_flip


def test_the_nearest_flip_is_the_projection_where_no_weight_vanishes() -> None:
    weights, apart = np.array([40.0, 30.0, 30.0]), np.array([2.0, -1.0, 1.0])
    across = apart - apart.mean()

    found = nearest_flip(weights, apart)

    assert found is not None
    assert found.weights == pytest.approx(weights - weights @ apart / (across @ across) * across)
    assert found.distance == pytest.approx(abs(weights @ apart) / np.linalg.norm(across))


@given(seed=st.integers(0, 10_000), size=st.integers(2, 5))
def test_no_weights_that_flip_the_pair_are_nearer(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.ones(size)) * 100
    apart = random.integers(-9, 10, size).astype(float)

    found = nearest_flip(weights, apart)

    if found is None:
        assert (apart > 0).all() or (apart < 0).all()
        return
    assert found.weights.min() >= 0
    assert found.weights.sum() == pytest.approx(100)
    assert found.weights @ apart == pytest.approx(0, abs=1e-6)
    solved = minimize(
        lambda w: np.square(w - weights).sum(),
        found.weights,
        jac=lambda w: 2 * (w - weights),
        bounds=[(0, None)] * size,
        constraints=[
            {"type": "eq", "fun": lambda w: w.sum() - 100},
            {"type": "eq", "fun": lambda w: w @ apart},
        ],
        method="SLSQP",
    )
    if solved.success:
        assert found.distance <= np.sqrt(max(solved.fun, 0)) + 1e-3


def test_a_candidate_ahead_on_every_criterion_is_ahead_under_all_weights() -> None:
    assert nearest_flip(np.array([50.0, 50.0]), np.array([3.0, 1.0])) is None
