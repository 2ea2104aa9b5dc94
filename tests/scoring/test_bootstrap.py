"""Bootstrap values against the naive loop, and how often intervals hold the truth."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from harness.metric_text import MetricText
from scoring.answers import Anomalies, Answers, Labels, Texts, Values
from scoring.catalog import resolve
from scoring.cells import CellSums, drawn_over_cells
from scoring.resampling import Draws
from scoring.score import score
from scoring.slices import subset

N, LOOPS = 120, 500
DRAW = np.random.default_rng(11)
TRUTH = DRAW.integers(0, 3, N)
GUESS = np.where(DRAW.random(N) < 0.7, TRUTH, DRAW.integers(0, 3, N))
AMOUNT = DRAW.integers(0, 80, N) / 2.0
MADE: dict[str, Callable[[], Answers]] = {
    "macro_f1": lambda: Labels(
        truth=TRUTH, predicted=GUESS, labels=("甲", "乙", "丙"), positive=None, belief=None
    ),
    "rmse": lambda: Values(
        truth=AMOUNT, predicted=np.clip(AMOUNT + DRAW.normal(0, 3, N), 0, 40), low=0, high=40
    ),
    "anomaly_auc": lambda: Anomalies(truth=TRUTH == 0, score=DRAW.integers(0, 9, N) - 3.0 * TRUTH),
    "cer": lambda: Texts(
        truth=tuple("一二三四五六"[: 2 + k % 5] for k in range(N)),
        predicted=tuple("一二三四五六"[: 1 + (k * 7) % 6] for k in range(N)),
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_bootstrap_values_have_the_law_of_the_naive_loop(name: str) -> None:
    answers, metric = MADE[name](), resolve(MetricText(name))
    naive = [
        metric.statistic(subset(answers, DRAW.integers(0, N, N))).value() for _ in range(LOOPS)
    ]

    drawn = metric.statistic(answers).replicates(Draws(bytes(range(32)), N, 1999), None)

    assert stats.ks_2samp(naive, drawn).pvalue > 0.01


def test_draws_over_cells_have_the_law_of_draws_over_samples() -> None:
    statistic = resolve(MetricText("macro_f1")).statistic(MADE["macro_f1"]())
    assert isinstance(statistic, CellSums)

    (cells,) = drawn_over_cells([statistic], bytes(range(32)), 1999)

    samples = statistic.replicates(Draws(bytes(32), N, 1999), None)
    assert stats.ks_2samp(cells, samples).pvalue > 0.01


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("accuracy", (0.88, 0.9, 0.91)),
        ("f1(label=乙)", (0.9, 0.92, 0.91)),
        ("multiclass_mcc", (0.9, 0.91, 0.91)),
        ("mae", (0.88, 0.9, 0.91)),
        ("rmse", (0.85, 0.87, 0.9)),
    ],
)
@pytest.mark.parametrize("at", range(3), ids=["30", "50", "200"])
def test_intervals_hold_the_truth_about_as_often_as_they_say(
    name: str, least: tuple[float, ...], at: int
) -> None:
    size, trials = (30, 50, 200)[at], 150
    draw = np.random.default_rng(size)
    draws = Draws(bytes(32), size, 399)
    metric = resolve(MetricText.parse(name))

    def answers(count: int) -> Answers:
        if name in ("mae", "rmse"):
            truth = draw.uniform(10, 30, count)
            given = np.clip(truth + draw.laplace(0, 2, count), 0, 40)
            return Values(truth=truth, predicted=given, low=0.0, high=40.0)
        truth = (draw.random(count) < 0.4).astype(int)
        given = np.where(draw.random(count) < 0.8, truth, 1 - truth)
        return Labels(truth=truth, predicted=given, labels=("甲", "乙"), positive=None, belief=None)

    right = metric.statistic(answers(200_000)).value()
    found = [score(metric, answers(size), clusters=None, draws=draws) for _ in range(trials)]

    held = np.mean([entry.interval.low <= right <= entry.interval.high for entry in found])
    print(f"{name} n={size}: {held:.3f}")
    assert held >= least[at]
    assert not any(math.isnan(entry.value) for entry in found)
