import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking.tiers import tiers


def matrix(size: int, *pairs: tuple[int, int]) -> np.ndarray:
    beats = np.zeros((size, size), bool)
    for ahead, behind in pairs:
        beats[ahead, behind] = True
    return beats


def test_a_tier_ends_where_all_above_beat_all_below() -> None:
    estimates = np.array([50.0, 90.0, 88.0, 40.0])
    beats = matrix(4, (1, 0), (1, 3), (2, 0), (2, 3))

    assert tiers(estimates, beats) == (2, 1, 1, 2)


def test_one_pair_that_is_not_separable_holds_a_tier_together() -> None:
    beats = matrix(3, (0, 2), (1, 2))

    assert tiers(np.array([3.0, 2.0, 1.0]), beats) == (1, 1, 2)
    beats[1, 2] = False
    assert tiers(np.array([3.0, 2.0, 1.0]), beats) == (1, 1, 1)


def test_each_has_its_own_tier_where_everyone_beats_everyone_below() -> None:
    beats = np.triu(np.ones((4, 4), bool), 1)

    assert tiers(np.array([4.0, 3.0, 2.0, 1.0]), beats) == (1, 2, 3, 4)


def test_nobody_is_in_no_tier() -> None:
    assert tiers(np.empty(0), np.zeros((0, 0), bool)) == ()


@given(seed=st.integers(0, 2**16), size=st.integers(1, 7))
def test_tiers_agree_with_trying_every_cut(seed: int, size: int) -> None:
    random = np.random.default_rng(seed)
    estimates = random.permutation(size).astype(float)
    beats = (random.random((size, size)) < 0.8) & (estimates[:, None] > estimates)

    found = tiers(estimates, beats)

    for one in range(size):
        ahead = [k for k in range(size) if estimates[k] >= estimates[one]]
        cuts = 0
        for last in ahead:
            above = [k for k in range(size) if estimates[k] >= estimates[last]]
            below = [k for k in range(size) if estimates[k] < estimates[last]]
            if one in below and all(beats[i, k] for i in above for k in below):
                cuts += 1
        assert found[one] == 1 + cuts
