"""What one judge's sheets, or the sheets on one candidate, decide among the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.panel.aggregation import method_for, panel_means
from scoring.panel.marks import Panel
from scoring.ranking.totals import PartPoints, Standing
from scoring.sensitivity.leaving import without_candidate
from scoring.sensitivity.sheets import without_judge, without_sheets_on

NONE = np.nan
# J3 knows B and X, and finds X far better than the others do: without X, J3 is not so mild.
A_B_X = ([77, 78, 60], [78, 80, 62], [NONE, 79, 95], [75, NONE, 60])


def panel_of(*rows: Sequence[float]) -> Panel:
    """A panel on one criterion, judges in rows and candidates in columns."""
    scores = np.array(rows, dtype=float)[:, :, None]
    return Panel(
        judges=tuple(f"J{at + 1}" for at in range(len(rows))),
        candidates=tuple("ABXY"[: scores.shape[1]]),
        criteria=("innovation",),
        scores=scores,
        recused=np.isnan(scores),
    )


def standings_by(panel: Panel) -> list[Standing]:
    means = panel_means(panel)
    return [
        Standing(
            candidate=name,
            eligible=True,
            parts={"innovation": PartPoints(points=means.get((name, "innovation")), maximum=100)},
        )
        for name in panel.candidates
    ]


def test_sheets_on_one_candidate_may_order_the_others_by_how_strict_judges_seem() -> None:
    panel = panel_of(*A_B_X)
    ranked = standings_by(panel)

    found = {one.left_out: one for one in without_sheets_on(ranked, panel, places=1, digits=2)}

    assert method_for(panel) == "severity_adjusted"
    assert found["X"].moved == {"A": (1, 2), "B": (2, 1)}
    assert (found["X"].entering, found["X"].leaving) == (("B",), ("A",))
    assert (found["A"].moved, found["B"].moved) == ({}, {})


def test_a_candidate_that_leaves_with_its_sheets_staying_in_moves_nobody() -> None:
    ranked = standings_by(panel_of(*A_B_X))

    assert without_candidate(ranked, digits=2, tie_breakers=()) == {}


def test_sheets_that_change_points_and_no_rank_are_told_to_move_nobody() -> None:
    panel = panel_of([80, 78, 60], [82, 80, 62], [NONE, 79, 95], [78, NONE, 60])

    found = without_sheets_on(standings_by(panel), panel, places=1, digits=2)

    assert panel_means(panel.without_candidate(2))["A", "innovation"] == pytest.approx(80.25)
    assert [one.left_out for one in found] == ["A", "B", "X"]
    assert [one.moved for one in found] == [{}, {}, {}]


def test_the_method_is_chosen_anew_from_the_sheets_that_are_left() -> None:
    panel = panel_of([70, 80, NONE], [70, 80, 60], [90, 60, 60])

    found = without_sheets_on(standings_by(panel), panel, places=1, digits=2)

    assert method_for(panel) == "severity_adjusted"
    assert method_for(panel.without_candidate(2)) == "mean"
    assert [one.left_out for one in found] == ["A", "B", "X"]


@given(seed=st.integers(0, 9_999), judges=st.integers(1, 5), size=st.integers(2, 4))
def test_where_everybody_judged_everybody_sheets_on_one_candidate_decide_nothing_else(
    seed: int, judges: int, size: int
) -> None:
    panel = panel_of(*np.random.default_rng(seed).integers(0, 101, (judges, size)).tolist())
    means = panel_means(panel)

    assert without_sheets_on(standings_by(panel), panel, places=1, digits=2) == ()
    for at, gone in enumerate(panel.candidates):
        rest = panel_means(panel.without_candidate(at))
        assert rest == {cell: mean for cell, mean in means.items() if cell[0] != gone}


def test_sheets_on_a_candidate_that_left_before_are_told_of_too() -> None:
    panel = panel_of(*A_B_X)
    stayed = [one for one in standings_by(panel) if one.candidate != "X"]

    found = {one.left_out: one for one in without_sheets_on(stayed, panel, places=1, digits=2)}

    assert found["X"].entering == ("B",)


def test_a_judge_whose_sheets_put_somebody_first_is_named() -> None:
    panel = panel_of([90, 60], [70, 75])

    found = {
        one.left_out: one for one in without_judge(standings_by(panel), panel, places=1, digits=2)
    }

    assert found["J1"].moved == {"A": (1, 2), "B": (2, 1)}
    assert found["J2"].moved == {}


def test_a_single_judge_cannot_be_left_out() -> None:
    panel = panel_of([90, 60])

    assert without_judge(standings_by(panel), panel, places=1, digits=2) == ()
