"""A preview is near the ranking, says that it is none, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.main import main
from harness.pipeline.preview import approximate
from harness.workspace import Workspace
from scoring.ranking.rank_sets import rank_sets

# Upper 5 % points of the studentized range with infinite freedom (Harter 1960), over √2.
TABLE = {2: 2.772, 3: 3.314, 5: 3.858, 10: 4.474, 20: 5.012}


def drawn(totals: np.ndarray, error: float, seed: int = 1, count: int = 4_000) -> np.ndarray:
    return totals + error * np.random.default_rng(seed).normal(size=(count, totals.size))


@pytest.mark.parametrize("size", TABLE)
def test_a_difference_counts_from_the_tables_studentized_range_on(size: int) -> None:
    replicates = np.zeros((3, size))
    least = TABLE[size] / np.sqrt(2)

    below, above = (
        approximate(
            np.array([difference, *[0.0] * (size - 1)]),
            replicates,
            confidence=0.95,
            floor_error=1.0,
        )
        for difference in (least - 0.001, least + 0.001)
    )

    assert below.upper[0] == size
    assert above.upper[0] == 1


def test_a_preview_is_near_the_single_step_sets_where_totals_are_normal() -> None:
    totals = np.sort(np.random.default_rng(7).normal(70, 5, 60))[::-1]
    replicates = drawn(totals, 1.5)

    quick = approximate(totals, replicates, confidence=0.95)
    exact = rank_sets(totals, replicates, confidence=0.95, stepdown=False)

    assert np.abs(quick.lower - exact.lower).max() <= 2
    assert np.abs(quick.upper - exact.upper).max() <= 2


@given(values=st.lists(st.floats(0, 100), min_size=1, max_size=8), error=st.floats(0, 20))
def test_ranges_hold_the_ranks_and_equals_share_them(values: list[float], error: float) -> None:
    totals = np.array(values)

    sets = approximate(totals, drawn(totals, error, count=50), confidence=0.95, floor_error=0.1)

    ranks = 1 + (totals > totals[:, None]).sum(axis=1)
    assert (sets.lower <= ranks).all()
    assert (sets.upper >= ranks).all()


@pytest.mark.parametrize(
    ("freedom", "separable"), [(np.inf, True), (200, True), (4, False), (0, False)]
)
def test_few_units_part_less_in_a_preview_too(freedom: float, separable: bool) -> None:
    sets = approximate(
        np.array([2.7, 0.0]),
        np.zeros((3, 2)),
        confidence=0.95,
        floor_error=1.0,
        freedom=np.full((2, 2), float(freedom)),
    )

    assert bool(sets.beats[0, 1]) is separable


def test_candidates_that_answer_alike_are_not_parted() -> None:
    same = drawn(np.array([70.0]), 3.0)

    sets = approximate(np.array([70.0, 70.0]), np.hstack([same, same]), confidence=0.95)

    assert sets.lower.tolist() == [1, 1]
    assert sets.upper.tolist() == [2, 2]


def test_a_preview_is_labelled_and_writes_nothing(scored: Callable[..., Workspace]) -> None:
    room = scored(0.9, 0.6)
    before = {path: path.read_bytes() for path in room.root.rglob("*") if path.is_file()}

    said = CliRunner().invoke(main, ["preview", str(room.root)])

    assert said.exit_code == 0, said.output
    assert "预览（正态近似，不作为结果）  ONE-01" in said.output
    assert "preview (normal approximation, not a result)" in said.output
    assert "1 | 1–1 | " in said.output
    assert {p: p.read_bytes() for p in room.root.rglob("*") if p.is_file()} == before
