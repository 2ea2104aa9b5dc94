import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare

from scoring.panel.agreement import Level, agreement, icc, kendall_w, krippendorff_alpha

SEED = bytes(range(32))
NONE = np.nan
# Krippendorff (2011), Computing Krippendorff's alpha-reliability, data of section C.
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
        [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
    ]
)
# Shrout and Fleiss (1979), table 2: four judges, six targets.
FOUR_JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
).T


@pytest.mark.parametrize(
    ("level", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_is_that_of_the_published_example(level: Level, published: float) -> None:
    assert krippendorff_alpha(FOUR_OBSERVERS, level) == pytest.approx(published, abs=5e-4)


def test_intraclass_correlations_are_those_of_the_published_example() -> None:
    assert icc(FOUR_JUDGES, averaged=False) == pytest.approx(0.29, abs=5e-3)
    assert icc(FOUR_JUDGES, averaged=True) == pytest.approx(0.62, abs=5e-3)


@given(seed=st.integers(0, 999))
def test_concordance_is_friedmans_statistic_over_its_greatest_value(seed: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 6, (4, 5)).astype(float)
    scores[0] = np.arange(5)

    statistic = friedmanchisquare(*scores.T).statistic

    assert kendall_w(scores) == pytest.approx(statistic / (4 * (5 - 1)))


def test_the_interval_of_alpha_holds_the_coefficient_that_the_table_gives() -> None:
    found = agreement(FOUR_OBSERVERS, SEED, count=999, confidence=0.95)

    assert found.alpha.value == pytest.approx(krippendorff_alpha(FOUR_OBSERVERS), abs=1e-6)
    assert found.alpha.low is not None
    assert found.alpha.high is not None
    assert found.alpha.low < found.alpha.value < found.alpha.high
    assert not found.low


def test_judges_who_disagree_are_flagged() -> None:
    scores = np.random.default_rng(5).uniform(0, 100, (4, 30))

    found = agreement(scores, SEED, count=199, confidence=0.95)

    assert found.low


def test_judges_who_all_say_the_same_of_everyone_have_no_coefficient() -> None:
    found = agreement(np.full((3, 4), 80.0), SEED, count=99, confidence=0.95)

    assert found.alpha.value is None
    assert found.icc_a1.value is None
    assert found.kendall_w.value is None


def test_candidates_that_a_judge_did_not_score_count_for_alpha_only() -> None:
    scores = np.column_stack([FOUR_JUDGES, [7.0, NONE, NONE, 5.0]])

    found = agreement(scores, SEED, count=99, confidence=0.95)

    assert found.candidates == 7
    assert found.icc_a1.value == pytest.approx(icc(FOUR_JUDGES, averaged=False), abs=1e-6)
