import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.problems import Refusal
from scoring.panel.aggregation import PanelPoints, method_for, panel_points, stand_out, strictness
from scoring.panel.errors import judging_errors
from scoring.panel.marks import PROBLEMS, Mark, Panel, incomplete

SEED = bytes(range(32))


def sheets(scores: dict[str, list[float | None]], criterion: str = "innovation") -> list[Mark]:
    """Marks of judges J1, J2, ... for each candidate."""
    return [
        Mark(judge=f"J{number}", candidate=candidate, criterion=criterion, score=score)
        for candidate, given_scores in scores.items()
        for number, score in enumerate(given_scores, start=1)
    ]


def points(marks: list[Mark], count: int = 199) -> dict[tuple[str, str], PanelPoints]:
    panel = Panel.of(marks)
    found = panel_points(panel, judging_errors(panel, "mean", SEED, count), confidence=0.95)
    return {(one.candidate, one.criterion): one for one in found}


def test_points_are_the_mean_of_the_judges() -> None:
    found = points(sheets({"A": [80.0, 90.0, 85.0]}))["A", "innovation"]

    assert (found.points, found.valid, found.recused) == (85.0, 3, 0)


def test_a_recused_judge_does_not_count() -> None:
    found = points(sheets({"A": [80.0, None, 90.0], "B": [70.0, 70.0, 70.0]}))

    assert found["A", "innovation"].points == 85.0
    assert found["A", "innovation"].recused == 1


@pytest.mark.parametrize(
    ("scores", "trimmed"),
    [
        ([10.0, 80.0, 80.0, 86.0, 100.0], 82.0),
        ([10.0, 80.0, 80.0, 100.0], None),
        ([10.0, 80.0, 80.0, None, 100.0], None),
    ],
)
def test_extremes_are_dropped_beside_the_mean_from_five_scores_on(
    scores: list[float | None], trimmed: float | None
) -> None:
    found = points(sheets({"A": scores}))["A", "innovation"]

    assert found.trimmed == trimmed
    assert found.points == pytest.approx(np.mean([one for one in scores if one is not None]))


def test_where_all_judges_are_recused_there_are_no_points() -> None:
    found = points(sheets({"A": [None, None], "B": [50.0, 60.0]}))

    assert list(found) == [("B", "innovation")]


def test_a_strict_judge_cancels_in_the_difference_of_two_candidates() -> None:
    found = points(sheets({"A": [90.0, 60.0, 80.0], "B": [85.0, 55.0, 75.0]}))

    assert np.ptp(found["A", "innovation"].replicates) > 20

    apart = found["A", "innovation"].replicates - found["B", "innovation"].replicates

    np.testing.assert_allclose(apart, 5.0)


def test_what_a_single_judge_gave_may_be_off_by_any_number_of_points() -> None:
    panel = Panel.of(sheets({"A": [77.0], "B": [76.0]}))
    errors = judging_errors(panel, "mean", SEED, 99)
    first, _ = panel_points(panel, errors, confidence=0.95)

    assert errors.freedom == 0
    assert (errors.own == 0).all()
    assert (errors.strictness == 0).all()
    assert (first.points, first.low, first.high) == (77.0, 0.0, 100.0)


def test_each_criterion_has_its_own_points() -> None:
    marks = sheets({"A": [80.0, 90.0]}) + sheets({"A": [10.0, 20.0]}, criterion="benefit")

    found = points(marks)

    assert {key: one.points for key, one in found.items()} == {
        ("A", "benefit"): 15.0,
        ("A", "innovation"): 85.0,
    }


@given(order=st.permutations(range(9)))
def test_the_order_of_marks_does_not_matter(order: list[int]) -> None:
    marks = sheets({"A": [80.0, 90.0, 70.0], "B": [1.0, None, 3.0], "C": [5.0, 6.0, 7.0]})

    found = points([marks[at] for at in order])

    for key, one in points(marks).items():
        assert found[key].points == one.points
        assert (found[key].replicates == one.replicates).all()


def test_a_candidates_points_do_not_depend_on_who_else_is_judged() -> None:
    both = points(sheets({"A": [80.0, 90.0, 70.0], "B": [1.0, 2.0, 3.0]}))

    alone = points(sheets({"A": [80.0, 90.0, 70.0]}))

    assert alone["A", "innovation"].points == both["A", "innovation"].points


def test_every_fault_of_the_sheets_is_shown_at_once() -> None:
    marks = sheets({"A": [80.0, 101.0], "B": [float("nan")]})
    marks.append(marks[0])

    problems = list(incomplete(marks))

    assert [(problem.code, problem.where, problem.found) for problem in problems] == [
        ("E7301", "J1 / A / innovation", "2"),
        ("E7302", "J2 / A / innovation", "101.0"),
        ("E7302", "J1 / B / innovation", "nan"),
        ("E7303", "J2 / B / innovation", ""),
    ]
    told = {one.code: one for one in PROBLEMS}
    for problem in problems:
        assert problem.where in told[problem.code].render(problem, "zh")
        assert problem.where in told[problem.code].render(problem, "en")


def test_contradictory_marks_are_never_laid_out() -> None:
    with pytest.raises(Refusal):
        Panel.of(sheets({"A": [80.0, 101.0]}))


def test_a_cell_that_nobody_was_asked_for_is_neither_missing_nor_a_recusal() -> None:
    marks = sheets({"A": [80.0, None], "B": [70.0]})

    problems = list(incomplete(marks, asked={one.cell for one in marks}))

    assert problems == []
    assert points(marks)["B", "innovation"].recused == 0
    assert points(marks)["A", "innovation"].recused == 1


def test_replicates_spread_as_the_mean_of_judges_does() -> None:
    scores = [60.0, 70.0, 80.0, 90.0, 75.0]
    found = points(sheets({"A": list(scores)}), 9999)["A", "innovation"]

    wanted = np.std(scores, ddof=1) / np.sqrt(5)
    assert found.replicates.std() == pytest.approx(wanted, rel=0.02)


def test_severity_is_adjusted_only_where_not_everyone_scored_everything() -> None:
    whole = Panel.of(sheets({"A": [80.0, 60.0], "B": [70.0, 50.0]}))
    part = Panel.of(sheets({"A": [80.0, 60.0], "B": [70.0, 50.0], "C": [90.0]}))
    apart = Panel.of(
        [
            *sheets({"A": [80.0]}),
            Mark(judge="J2", candidate="B", criterion="innovation", score=60.0),
        ]
    )

    assert [method_for(one) for one in (whole, part, apart)] == [
        "mean",
        "severity_adjusted",
        "mean",
    ]


def test_a_lenient_judge_lifts_only_those_points_that_are_not_adjusted() -> None:
    panel = Panel.of(sheets({"A": [80.0, 60.0], "B": [70.0, 50.0], "C": [85.0]}))

    errors = judging_errors(panel, "severity_adjusted", SEED, 99)
    found = {
        one.candidate: one
        for one in panel_points(panel, errors, confidence=0.95, method="severity_adjusted")
    }

    assert (found["A"].points, found["B"].points, found["C"].points) == (70.0, 60.0, 75.0)
    assert (found["C"].mean, found["C"].adjusted) == (85.0, 75.0)


def test_a_score_far_from_what_judge_and_candidate_let_expect_stands_out() -> None:
    marks = sheets(
        {
            "A": [80.0, 75.0, 82.0, 79.0, 84.0],
            "B": [70.0, 66.0, 71.0, 69.0, 75.0],
            "C": [90.0, 84.0, 30.0, 89.0, 93.0],
            "D": [60.0, 57.0, 63.0, 60.0, 64.0],
        }
    )

    (found,) = stand_out(Panel.of(marks))

    assert (found.judge, found.candidate, found.score) == ("J3", "C", 30.0)
    assert found.difference < -50


def test_a_panel_in_agreement_has_nobody_that_stands_out() -> None:
    marks = sheets({"A": [80.0, 81.0, 80.0], "B": [70.0, 70.0, 71.0], "C": [60.0, 60.0, 60.0]})

    assert stand_out(Panel.of(marks)) == ()
    assert not any(one.stands_out for one in strictness(Panel.of(marks)))


@pytest.mark.parametrize(("score", "listed"), [(70.0, False), (69.0, True)])
def test_a_score_within_ten_points_of_what_is_expected_never_stands_out(
    score: float, listed: bool
) -> None:
    marks = sheets({"A": [80.0, 80.0, score], "B": [70.0, 70.0, 70.0], "C": [60.0, 60.0, 60.0]})

    found = stand_out(Panel.of(marks))

    assert bool(found) == listed
    assert all(abs(one.difference) > 10 for one in found)


def test_a_judge_who_is_much_stricter_than_the_others_is_listed() -> None:
    marks = sheets({"A": [80.0, 82.0, 55.0], "B": [70.0, 71.0, 47.0]})

    found = {one.judge: one for one in strictness(Panel.of(marks))}

    assert found["J3"].stands_out
    assert found["J3"].severity > 10
