"""Sums and scans that a bootstrap weighs: exact, whatever the order of addition."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.answers import Anomalies, Labels, Rankings, Texts, Values
from scoring.order import ScoreOrder
from scoring.resampling import Draws
from scoring.statistic import (
    LEAST,
    SampleSums,
    WeightedScan,
    power_of_two_above,
    replicates_of,
    share,
)

some = settings(max_examples=60, deadline=None)
amounts = st.lists(st.floats(0, 7.5), min_size=1, max_size=30)


@dataclasses.dataclass(frozen=True)
class GivenWeights:
    """Draws that yield declared weights."""

    weights: np.ndarray

    def counts(self) -> Iterator[np.ndarray]:
        yield self.weights


def weighed(statistic: SampleSums, counts: np.ndarray) -> np.ndarray:
    return replicates_of((statistic,), GivenWeights(counts), None)[0]  # type: ignore[arg-type]


@given(amounts=amounts, seed=st.integers(0, 99))
@some
def test_weighted_sums_are_exact_and_do_not_depend_on_the_order(
    amounts: list[float], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    columns = np.column_stack([amounts, np.ones(len(amounts))])
    counts = rng.integers(0, 4, (3, len(amounts))).astype(np.float64)
    order = rng.permutation(len(amounts))
    statistic = SampleSums(columns, lambda sums: sums[..., 0], (7.5, 1.0))

    sums = weighed(statistic, counts)
    other = SampleSums(columns[order], lambda sums: sums[..., 0], (7.5, 1.0))
    shuffled = weighed(other, counts[:, order])

    rows = statistic.rows(slice(None))
    exact = [
        float(sum(Fraction(w) * Fraction(x) for w, x in zip(row, rows[:, 0], strict=True)))
        for row in counts
    ]
    assert np.array_equal(sums, shuffled)
    assert sums.tolist() == exact


@given(amounts=amounts)
@some
def test_amounts_are_kept_to_the_last_bit_of_the_largest(amounts: list[float]) -> None:
    statistic = SampleSums(np.array(amounts)[:, None], lambda sums: sums[..., 0], (7.5,))

    kept = statistic.rows(slice(None))[:, 0]
    assert np.abs(kept - amounts).max() <= max(np.abs(amounts).max() * 2.0**-52, LEAST)


@pytest.mark.parametrize(("bound", "power"), [(0.0, 1.0), (1.0, 2.0), (0.3, 0.5), (100.0, 128.0)])
def test_the_scale_of_a_column_is_a_power_of_two_above_its_bound(
    bound: float, power: float
) -> None:
    assert power_of_two_above(bound) == power


def test_several_statistics_share_one_pass_over_the_draws() -> None:
    draws = Draws(bytes(32), 6, 50)
    truth = np.array([True, True, False, False, True, False])
    order = ScoreOrder.of(truth, np.array([3.0, 1.0, 2.0, 0.0, 2.0, 2.0]))
    scan = WeightedScan(order.area, 6, order.least)
    sums = SampleSums(np.column_stack([np.arange(6.0), np.ones(6)]), share, (5.0, 1.0))

    together = replicates_of((sums, scan), draws, None)

    assert np.array_equal(together[0], sums.replicates(draws, None))
    assert np.array_equal(together[1], scan.replicates(draws, None))
    assert not np.isnan(together[1]).any()


def test_a_draw_without_a_class_stands_at_the_value() -> None:
    order = ScoreOrder.of(np.array([True, False]), np.array([1.0, 0.0]))
    scan = WeightedScan(order.area, 2, order.least)

    assert set(scan.replicates(Draws(bytes(32), 2, 40), None)) == {1.0}


def test_a_scan_takes_many_samples_a_few_draws_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    order = ScoreOrder.of(rng.random(30) < 0.5, rng.normal(size=30))
    scan, draws = WeightedScan(order.area, 30, order.least), Draws(bytes(32), 30, 64)
    whole = scan.replicates(draws, None)

    monkeypatch.setattr("scoring.statistic.CELLS_AT_ONCE", 70)

    assert np.array_equal(scan.replicates(draws, None), whole)


def nothing(n: int) -> np.ndarray:
    return np.full(n, np.nan)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: Labels(
                truth=np.array([0]),
                predicted=np.array([2]),
                labels=("a", "b"),
                positive=None,
                belief=nothing(1),
            ),
            "outside the declared labels",
        ),
        (
            lambda: Values(truth=np.zeros(2), predicted=nothing(1), low=0.0, high=1.0),
            "different length",
        ),
        (
            lambda: Values(truth=np.zeros(1), predicted=np.array([2.0]), low=0.0, high=1.0),
            "outside the declared range",
        ),
        (
            lambda: Values(truth=np.zeros(1), predicted=nothing(1), low=0.0, high=np.inf),
            "not finite",
        ),
        (lambda: Anomalies(truth=np.array([True]), score=np.array([np.inf])), "infinite"),
        (lambda: Rankings(relevant=({"a": 0.0},), ranked=(("a",),)), "not above 0"),
        (lambda: Rankings(relevant=({"a": 1.0},), ranked=(("a", "a"),)), "ranked twice"),
        (lambda: Texts(truth=("a",), predicted=()), "different length"),
    ],
)
def test_columns_that_no_intake_lets_through_are_refused(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()  # type: ignore[operator]
