import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control, permutation_test

from scoring.per_sample import PerSample
from scoring.ranking.multiplicity import holm
from scoring.ranking.per_sample_tests import SideBySide, exact_sign_flip, mcnemar

SEED = bytes(range(32))


def laid(*scores: list[float], clusters: list[int] | None = None) -> SideBySide:
    codes = None if clusters is None else np.array(clusters, np.int64)
    found = SideBySide.of(
        [PerSample(metric="accuracy", scores=np.array(one), clusters=codes) for one in scores],
        SEED,
    )
    assert found is not None
    return found


@given(better=st.integers(0, 60), worse=st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test_of_the_disagreements(better: int, worse: int) -> None:
    wanted = binomtest(min(better, worse), better + worse).pvalue if better + worse else 1.0

    assert mcnemar(better, worse) == pytest.approx(wanted, abs=1e-12)


@given(apart=st.lists(st.integers(-8, 8).map(float), min_size=2, max_size=10))
def test_all_sign_flips_give_the_p_value_of_scipy(apart: list[float]) -> None:
    sample = np.array(apart)
    wanted = permutation_test(
        (sample,), lambda x: abs(x.sum()), permutation_type="samples", alternative="greater"
    ).pvalue

    assert exact_sign_flip(sample) == pytest.approx(wanted)


def test_random_sign_flips_come_near_all_of_them() -> None:
    random = np.random.default_rng(3)
    scores = np.round(random.uniform(size=(2, 14)), 3)
    scores[0] += 0.25
    table = laid(*scores.tolist())

    exact = table.verdict(0, 1).p
    drawn = np.abs(table.flipped[0] - table.flipped[1])
    estimated = (1 + (drawn >= abs((scores[0] - scores[1]).sum())).sum()) / 10_000

    assert estimated == pytest.approx(exact, abs=0.012)


def test_scores_of_nought_and_one_are_tested_by_mcnemar() -> None:
    found = laid([1.0, 1.0, 1.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0])

    verdict = found.verdict(0, 1)

    assert found.test == "mcnemar"
    assert (verdict.first_better, verdict.second_better, verdict.p) == (5, 1, 0.21875)


def test_with_clusters_whole_clusters_are_flipped() -> None:
    found = laid(
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0], clusters=[0, 0, 0, 1, 1, 1]
    )

    assert found.test == "cluster_sign_flip"
    assert found.verdict(0, 1).p == 0.5


def test_equal_answers_are_not_told_apart() -> None:
    found = laid([0.3, 0.7, 0.2], [0.3, 0.7, 0.2])

    assert found.verdict(0, 1).p == 1.0


def test_candidates_on_other_samples_are_not_laid_side_by_side() -> None:
    one = PerSample(metric="accuracy", scores=np.array([1.0, 0.0]), clusters=None)
    other = PerSample(metric="accuracy", scores=np.array([1.0, np.nan]), clusters=None)

    assert SideBySide.of([one, other], SEED) is None
    assert SideBySide.of([one, None], SEED) is None


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=8), order=st.randoms())
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p: list[float], order: object) -> None:
    raw = np.array(p)

    adjusted = holm(raw)

    assert (adjusted >= raw).all()
    assert adjusted.max() <= 1
    assert (np.diff(adjusted[np.argsort(raw)]) >= 0).all()
    assert (adjusted >= false_discovery_control(raw) - 1e-12).all()


def test_holm_gives_the_numbers_of_the_textbook_example() -> None:
    adjusted = holm(np.array([0.01, 0.02, 0.03, 0.005]))

    assert adjusted == pytest.approx([0.03, 0.04, 0.04, 0.02])
