import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f as fisher
from scipy.stats import friedmanchisquare

from scoring.panel.agreement import (
    Agreement,
    Estimate,
    Level,
    agreement,
    icc,
    kendall_w,
    krippendorff_alpha,
)
from scoring.resampling import Floats

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


def test_judges_who_disagree_are_flagged() -> None:
    scores = np.random.default_rng(5).uniform(0, 100, (4, 30))

    found = agreement(scores, SEED, count=199, confidence=0.95)

    assert found.verdict == "low"


@pytest.mark.parametrize(
    ("candidates", "low", "high", "verdict"),
    [
        (7, 0.7, 0.9, "too_few"),
        (8, 0.7, 0.9, "fair"),
        (8, -0.17, 0.75, "open"),
        (8, 0.1, 0.5, "low"),
        (8, None, None, "open"),
    ],
)
def test_agreement_is_judged_by_its_interval_and_never_of_a_few(
    candidates: int, low: float | None, high: float | None, verdict: str
) -> None:
    alpha, none = Estimate(value=0.6, low=low, high=high), Estimate(value=None)

    found = Agreement(candidates=candidates, alpha=alpha, icc_a1=none, icc_ak=none, kendall_w=none)

    assert found.verdict == verdict


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


def judged(judges: int, candidates: int, seed: int, *, strictness: float = 3.0) -> Floats:
    """Whole points: merit with a standard deviation of 4, strictness, and errors of 4."""
    random = np.random.default_rng([judges, candidates, seed])
    merit = random.normal(70, 4, candidates)
    strict = random.normal(0, strictness, (judges, 1))
    scores: Floats = np.round(merit - strict + random.normal(0, 4, (judges, candidates)))
    return scores


def of_published_formulas(scores: Floats) -> tuple[list[float], list[float]]:
    """ICC(A,1) and ICC(A,k) with 95 % intervals of McGraw and Wong (1996), tables 4 and 7."""
    k, n = scores.shape
    whole = scores.mean()
    msr = k * np.square(scores.mean(axis=0) - whole).sum() / (n - 1)
    msc = n * np.square(scores.mean(axis=1) - whole).sum() / (k - 1)
    rest = scores - scores.mean(axis=0) - scores.mean(axis=1)[:, None] + whole
    mse = np.square(rest).sum() / (n - 1) / (k - 1)
    one = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    a, b = k * one / n / (1 - one), 1 + k * one * (n - 1) / n / (1 - one)
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / (n - 1) / (k - 1))
    low, high = fisher.ppf(0.975, n - 1, v), fisher.ppf(0.975, v, n - 1)
    rest = k * msc + (k * n - k - n) * mse
    return (
        [
            one,
            n * (msr - low * mse) / (low * rest + n * msr),
            n * (high * msr - mse) / (rest + n * high * msr),
        ],
        [
            (msr - mse) / (msr + (msc - mse) / n),
            n * (msr - low * mse) / (low * (msc - mse) + n * msr),
            n * (high * msr - mse) / (msc - mse + n * high * msr),
        ],
    )


def correlations(found: Agreement) -> tuple[list[float | None], list[float | None]]:
    one, mean = found.icc_a1, found.icc_ak
    return [one.value, one.low, one.high], [mean.value, mean.low, mean.high]


def test_intervals_of_intraclass_correlations_are_those_of_the_published_example() -> None:
    found = agreement(FOUR_JUDGES, SEED, count=99, confidence=0.95)

    # As the R package psych gives them for the same table, ICC2 and ICC2k.
    one, mean = correlations(found)
    assert one == pytest.approx([0.290, 0.019, 0.761], abs=5e-4)
    assert mean == pytest.approx([0.620, 0.071, 0.927], abs=5e-4)
    assert (found.icc_a1.method, found.icc_ak.method) == ("mcgraw_wong", "mcgraw_wong")
    assert (found.alpha.method, found.kendall_w.method) == ("percentile", "percentile")


@given(judges=st.integers(2, 9), candidates=st.integers(2, 20), seed=st.integers(0, 999))
def test_intervals_of_intraclass_correlations_are_those_of_the_published_formulas(
    judges: int, candidates: int, seed: int
) -> None:
    scores = judged(judges, candidates, seed) + np.random.default_rng(seed).uniform(
        -1, 1, (judges, candidates)
    )
    published = of_published_formulas(scores)

    found = correlations(agreement(scores, SEED, count=9, confidence=0.95))

    # Where one judge's lower end falls below 0, the mean's formula may pass its pole: both are 0.
    (one, below, _), _ = published
    if one > 0:
        for ours, (value, low, high) in zip(found, published, strict=True):
            assert ours == pytest.approx([value, low if below > 0 else 0, high], abs=2e-6)


@pytest.mark.parametrize(("judges", "candidates"), [(5, 12), (3, 8)])
def test_intervals_of_intraclass_correlations_hold_whichever_judges_are_asked(
    judges: int, candidates: int
) -> None:
    one, mean = 16 / (16 + 9 + 16), 16 / (16 + (9 + 16) / judges)

    found = [
        agreement(judged(judges, candidates, seed), SEED, count=9, confidence=0.95)
        for seed in range(200)
    ]

    assert np.mean([e.icc_a1.low <= one <= e.icc_a1.high for e in found]) >= 0.92  # type: ignore[operator]
    assert np.mean([e.icc_ak.low <= mean <= e.icc_ak.high for e in found]) >= 0.92  # type: ignore[operator]


@given(judges=st.integers(2, 4), candidates=st.integers(2, 4), seed=st.integers(0, 9_999))
def test_intervals_hold_their_coefficient_in_the_smallest_panels(
    judges: int, candidates: int, seed: int
) -> None:
    scores = np.random.default_rng(seed).integers(0, 3, (judges, candidates)).astype(float)

    found = agreement(scores, SEED, count=19, confidence=0.95)

    for one in (found.icc_a1, found.icc_ak):
        if one.method == "mcgraw_wong":
            assert one.value is not None
            assert one.low is not None
            assert one.high is not None
            assert one.low <= one.value <= one.high <= 1


def test_two_judges_of_two_candidates_say_next_to_nothing() -> None:
    scores = np.array([[80.0, 70.0], [78.0, 71.0]])

    found = agreement(scores, SEED, count=99, confidence=0.95)

    assert found.icc_a1.method == "mcgraw_wong"
    assert found.icc_a1.low == pytest.approx(0, abs=0.05)
    assert found.icc_a1.high == pytest.approx(1, abs=0.01)


def test_judges_who_differ_less_than_their_errors_have_no_coefficient_above_one() -> None:
    scores = np.array([[80.0, 70.0, 75.0], [70.0, 80.0, 75.0]])

    found = agreement(scores, SEED, count=99, confidence=0.95)

    assert found.icc_ak.value is None


def test_judges_in_full_agreement_have_an_interval_for_these_judges() -> None:
    scores = np.tile([60.0, 70.0, 80.0, 90.0, 65.0, 75.0], (3, 1))

    found = agreement(scores, SEED, count=99, confidence=0.95)

    assert (found.icc_a1.value, found.icc_a1.method) == (1.0, "percentile")


def test_each_judge_giving_everyone_the_same_has_an_interval_for_these_judges() -> None:
    scores = np.tile([[70.0], [75.0], [80.0]], (1, 5))

    found = agreement(scores, SEED, count=99, confidence=0.95)

    assert (found.icc_a1.value, found.icc_a1.method) == (0.0, "percentile")


def test_panels_with_a_score_missing_have_intervals_for_these_judges() -> None:
    scores = np.column_stack([FOUR_JUDGES, [7.0, NONE, NONE, 5.0]])

    found = agreement(scores, SEED, count=99, confidence=0.95)

    assert (found.icc_a1.method, found.icc_ak.method) == ("percentile", "percentile")
