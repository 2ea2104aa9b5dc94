"""Intervals against the libraries and simulations that they should agree with."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from sklearn.metrics import f1_score, roc_auc_score

from harness.metric_text import MetricText
from scoring.answers import Labels
from scoring.catalog import resolve
from scoring.interval import (
    bca,
    bounded_mean,
    clopper_pearson,
    clopper_pearson_bound,
    delong,
    mean_t,
    percentile,
    wilson,
)
from scoring.order import ScoreOrder
from scoring.resampling import Draws
from scoring.score import score
from scoring.statistic import SampleSums, share

some = settings(max_examples=60, deadline=None)
counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@given(count=counts, level=levels)
@some
def test_wilson_and_clopper_pearson_are_those_of_scipy(
    count: tuple[int, int], level: float
) -> None:
    successes, n = count
    oracle = stats.binomtest(successes, n)

    found = [wilson(successes, n, level), clopper_pearson(successes, n, level)]

    for interval, method in zip(found, ("wilson", "exact"), strict=True):
        expected = oracle.proportion_ci(level, method=method)
        assert [interval.low, interval.high] == pytest.approx(list(expected), abs=1e-9)


@given(count=counts, level=levels)
@some
def test_a_gates_bound_is_the_exact_one_sided_one(count: tuple[int, int], level: float) -> None:
    successes, n = count

    lower = clopper_pearson_bound(successes, n, level, "lower")
    upper = clopper_pearson_bound(successes, n, level, "upper")

    greater = stats.binomtest(successes, n, alternative="greater").proportion_ci(level)
    less = stats.binomtest(successes, n, alternative="less").proportion_ci(level)
    assert (lower, upper) == pytest.approx((greater.low, less.high), abs=1e-9)


@given(level=levels, seed=st.integers(0, 99))
@some
def test_the_interval_of_a_mean_is_that_of_students_t(level: float, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=12)

    found = mean_t(scores, level)

    expected = stats.ttest_1samp(scores, 0).confidence_interval(level)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(hits=st.integers(1, 399), low=st.integers(-3, 0), width=st.integers(1, 5))
@some
def test_of_yes_and_no_the_interval_of_a_bounded_mean_is_nearly_wilsons(
    hits: int, low: int, width: int
) -> None:
    scores = low + width * (np.arange(400) < hits).astype(float)

    found = bounded_mean(scores, (low, low + width), 0.95)

    usual = wilson(hits, 400, 0.95)
    assert found is not None
    ends = [(end - low) / width for end in (found.low, found.high)]
    assert ends == pytest.approx([usual.low, usual.high], abs=0.001)
    assert ends[0] <= usual.low <= usual.high <= ends[1]


def test_the_interval_of_a_bounded_mean_holds_where_few_fail_and_much() -> None:
    random, held = np.random.default_rng(6), {"t": 0, "wilson": 0}
    for _ in range(400):
        scores = np.where(random.random(100) < 0.03, 0.0, random.beta(30, 1, 100))
        bounded = bounded_mean(scores, (0.0, 1.0), 0.95)
        assert bounded is not None
        for found in (bounded, mean_t(scores, 0.95)):
            held[found.method] += found.low <= 0.97 * 30 / 31 <= found.high

    assert held["wilson"] / 400 >= 0.92 > held["t"] / 400


def placed(truth: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return ScoreOrder.of(truth, score).placements()


@given(
    rows=st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=4, max_size=30).filter(
        lambda rows: 2 <= sum(truth for truth, _ in rows) <= len(rows) - 2
    )
)
@some
def test_placements_average_to_the_area_and_count_pairs_one_by_one(
    rows: list[tuple[bool, int]],
) -> None:
    truth = np.array([truth for truth, _ in rows])
    score = np.array([score for _, score in rows], dtype=np.float64)
    ours, theirs = score[truth][:, None], score[~truth][None, :]
    wins = (ours > theirs) + 0.5 * (ours == theirs)

    below, ahead = placed(truth, score)

    assert sorted(below) == pytest.approx(sorted(wins.mean(axis=1)))
    assert sorted(ahead) == pytest.approx(sorted(wins.mean(axis=0)))
    assert below.mean() == pytest.approx(roc_auc_score(truth, score))


def test_delongs_interval_is_as_wide_as_the_bootstrap_finds() -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(600) < 0.3
    score = np.round(rng.normal(size=600) + truth, 1)
    draws = Draws(bytes(32), 600, 4000)
    answers = Labels(
        truth=np.where(truth, 0, 1),
        predicted=np.where(truth, 0, 1),
        labels=("a", "b"),
        positive="a",
        belief=score,
    )
    replicates = resolve(MetricText("auc")).statistic(answers).replicates(draws, None)

    found, drawn = delong(placed(truth, score), 0.95), percentile(replicates, 0.95, 600)

    assert found.high - found.low == pytest.approx(drawn.high - drawn.low, rel=0.05)
    middle = (special.logit(found.low) + special.logit(found.high)) / 2
    assert middle == pytest.approx(special.logit(roc_auc_score(truth, score)), abs=1e-12)


def test_delongs_interval_of_few_samples_near_the_top_covers_what_it_says() -> None:
    rng, held, runs = np.random.default_rng(9), 0, 400
    truth = np.arange(30) < 12
    for _ in range(runs):
        found = delong(placed(truth, rng.normal(size=30) + 2 * truth), 0.95)
        held += found.low <= stats.norm.cdf(math.sqrt(2)) <= found.high

    assert held / runs >= 0.93


def test_delongs_interval_of_a_perfect_order_has_no_width() -> None:
    found = delong(placed(np.arange(6) < 3, -np.arange(6.0)), 0.95)

    assert (found.low, found.high) == (1.0, 1.0)


def labels(truth: np.ndarray, predicted: np.ndarray) -> Labels:
    nothing = np.full(len(truth), math.nan)
    return Labels(
        truth=truth, predicted=predicted, labels=("a", "b", "c"), positive=None, belief=nothing
    )


def test_the_accelerated_interval_of_macro_f1_is_that_of_scipy() -> None:
    rng = np.random.default_rng(5)
    truth = rng.choice(3, size=120, p=[0.6, 0.3, 0.1])
    predicted = np.where(rng.random(120) < 0.8, truth, rng.integers(0, 3, 120))
    statistic = resolve(MetricText("macro_f1")).statistic(labels(truth, predicted))
    replicates = statistic.replicates(Draws(bytes(32), 120, 9999), None)

    found = bca(statistic, replicates, 0.95)

    expected = stats.bootstrap(
        (truth, predicted),
        lambda t, p: f1_score(t, p, average="macro", zero_division=0),
        paired=True,
        vectorized=False,
        n_resamples=999,
        rng=np.random.default_rng(7),
    ).confidence_interval
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=0.02)


def test_the_accelerated_interval_leans_towards_the_long_tail() -> None:
    skewed = np.random.default_rng(1).exponential(size=60)
    sums = SampleSums(np.column_stack([skewed, np.ones(60)]), share, (16.0, 1.0))
    replicates = sums.replicates(Draws(bytes(32), 60, 4000), None)

    plain, found = percentile(replicates, 0.95, 60), bca(sums, replicates, 0.95)

    assert found is not None
    assert found.low > plain.low
    assert found.high > plain.high


def test_the_accelerated_interval_of_a_perfect_score_does_not_exist() -> None:
    truth = np.arange(60) % 3
    statistic = resolve(MetricText("macro_f1")).statistic(labels(truth, truth))

    assert bca(statistic, statistic.replicates(Draws(bytes(32), 60, 99), None), 0.95) is None


def test_few_units_widen_a_bootstrap_as_students_t_widens_a_mean() -> None:
    replicates = np.arange(1.0, 10_000.0)

    found = [percentile(replicates, 0.95, units) for units in (5, 1_000_000)]

    tail = stats.norm.cdf(stats.t.ppf(0.025, 4) * math.sqrt(5 / 4))
    high = math.ceil((1 - tail) * 10_000)
    assert (found[0].low, found[0].high) == (10_000 - high, high)
    assert (found[1].low, found[1].high) == pytest.approx((250, 9750), abs=1)


def test_one_unit_alone_says_nothing_but_its_range() -> None:
    found = percentile(np.array([2.0, 1.0, 3.0]), 0.95, 1)

    assert (found.low, found.high) == (1.0, 3.0)


def test_an_interval_over_clusters_is_that_of_clusters_as_samples() -> None:
    rng = np.random.default_rng(2)
    clusters = np.repeat(np.arange(40), 3)
    columns = np.column_stack([np.round(rng.exponential(size=120), 3), np.ones(120)])
    apart = SampleSums(columns, share, (16.0, 1.0))
    sums = np.stack([np.bincount(clusters, weights=column) for column in columns.T], axis=1)
    joined = SampleSums(sums, share, (64.0, 4.0))
    draws = Draws(bytes(32), 40, 1999)

    found = bca(apart, apart.replicates(draws, clusters), 0.95, clusters)

    expected = bca(joined, joined.replicates(draws, None), 0.95)
    assert found is not None
    assert expected is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("n", "p"), [(50, 0.95), (200, 0.95), (200, 0.7)])
def test_the_published_interval_of_macro_f1_covers_about_as_often_as_it_says(
    n: int, p: float
) -> None:
    rng = np.random.default_rng(11)
    draws = Draws(bytes(32), n, 999)

    def sample(size: int) -> Labels:
        truth = rng.choice(3, size=size, p=[0.7, 0.2, 0.1])
        return labels(truth, np.where(rng.random(size) < p, truth, (truth + 1) % 3))

    metric = resolve(MetricText("macro_f1"))
    true = metric.statistic(sample(400_000)).value()

    found = [score(metric, sample(n), clusters=None, draws=draws).interval for _ in range(300)]

    assert sum(one.low <= true <= one.high for one in found) / 300 >= 0.91
