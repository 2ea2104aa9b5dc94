"""What a ranking promises whatever the field, tried on random fields."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.freedom import Source
from scoring.ranking.item import ItemRanking, PartPoints, Rules, Standing, contest, ranking_of
from scoring.ranking.pairs import pair_table
from scoring.sensitivity.leaving import (
    Criteria,
    change,
    totals_of,
    without_candidate,
    without_criterion,
)

COUNT = 99
RULES = Rules(places=2, digits=2, confidence=0.9, reserves=1)


@st.composite
def fields(draw: st.DrawFn) -> list[Standing]:
    """Candidates with measured and panel points, some equal, some not eligible."""
    size = draw(st.integers(2, 6))
    random = np.random.default_rng(draw(st.integers(0, 9_999)))
    measured = random.integers(0, 12, size) * 8.0
    panel = random.integers(0, 5, size) * 20.0
    return [
        Standing(
            candidate=f"C{at:03d}",
            eligible=bool(random.uniform() < 0.85),
            parts={
                "measured": PartPoints(
                    points=float(measured[at]),
                    maximum=60,
                    sources=(Source("samples", random.normal(size=COUNT), 39),),
                ),
                "panel": PartPoints(
                    points=float(panel[at]),
                    maximum=40,
                    sources=(Source("judges", random.normal(size=COUNT), 4),),
                ),
            },
        )
        for at in range(size)
    ]


def ranking(candidates: list[Standing]) -> ItemRanking:
    return ranking_of(contest(candidates, RULES))


@given(candidates=fields(), order=st.randoms())
def test_the_order_in_which_candidates_come_decides_nothing(
    candidates: list[Standing], order: object
) -> None:
    shuffled = list(candidates)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    assert ranking(shuffled) == ranking(candidates)


@given(candidates=fields(), order=st.permutations(range(6)))
def test_renaming_candidates_renames_ranks(candidates: list[Standing], order: list[int]) -> None:
    names = {one.candidate: f"X{order[at]}" for at, one in enumerate(candidates)}

    renamed = ranking([replace(one, candidate=names[one.candidate]) for one in candidates])

    first = {
        names[row.candidate]: (row.rank, row.published, row.lower, row.upper)
        for row in ranking(candidates).rows
    }
    assert first == {
        row.candidate: (row.rank, row.published, row.lower, row.upper) for row in renamed.rows
    }


@given(candidates=fields())
def test_leaving_any_candidate_out_changes_no_total_and_no_order(
    candidates: list[Standing],
) -> None:
    assert without_candidate(candidates, digits=2, tie_breakers=()) == {}


@given(candidates=fields(), at=st.integers(0, 5), loss=st.floats(0, 50))
def test_worse_answers_never_improve_a_rank(
    candidates: list[Standing], at: int, loss: float
) -> None:
    one = candidates[at % len(candidates)]
    measured = one.parts["measured"]
    worse = replace(
        one,
        parts={**one.parts, "measured": replace(measured, points=max(0.0, measured.points - loss))},  # type: ignore[operator]
    )
    others = [other for other in candidates if other is not one]

    before = {row.candidate: row.rank for row in ranking(candidates).rows}
    after = {row.candidate: row.rank for row in ranking([*others, worse]).rows}

    if one.eligible:
        assert after[one.candidate] >= before[one.candidate]


@given(size=st.integers(1, 8), seed=st.integers(0, 99))
def test_candidates_who_are_all_equal_share_the_first_rank(size: int, seed: int) -> None:
    drawn = np.random.default_rng(seed).normal(size=COUNT)
    part = PartPoints(points=70.0, maximum=100, sources=(Source("samples", drawn, 29),))
    candidates = [
        Standing(candidate=f"C{at}", eligible=True, parts={"measured": part}) for at in range(size)
    ]

    rows = ranking(candidates).rows

    assert {row.rank for row in rows} == {1}
    assert {(row.lower, row.upper) for row in rows} == {(1, size)}
    assert {row.tier for row in rows} == {1}


@settings(max_examples=30)
@given(candidates=fields())
def test_the_table_of_pairs_agrees_with_ranks_and_rank_sets(candidates: list[Standing]) -> None:
    found = contest(candidates, RULES)
    rows = {row.candidate: row for row in ranking_of(found).rows}

    table = pair_table(found.field, found.order, places=2, confidence=0.9, side_by_side=None)

    assert len(table) == len(rows) * (len(rows) - 1) // 2
    for pair in table:
        assert pair.difference >= -0.005
        if pair.separable:
            assert rows[pair.ahead].upper < len(rows) or rows[pair.behind].lower > 1
    line = sum(pair.at_line for pair in table)
    assert line == min(2, len(rows)) * max(0, len(rows) - 2)


def test_a_criterion_that_alone_puts_someone_first_is_named() -> None:
    criteria = Criteria(
        candidates=("A", "B"),
        names=("auc", "panel"),
        weights=np.array([60.0, 40.0]),
        points=np.array([[90.0, 10.0], [50.0, 60.0]]),
    )

    found = {one.left_out: one for one in without_criterion(criteria, places=1, digits=2)}

    assert found["auc"].moved == {"A": (1, 2), "B": (2, 1)}
    assert (found["auc"].entering, found["auc"].leaving) == (("B",), ("A",))
    assert found["panel"].moved == {}


def test_a_change_names_who_wins_and_loses_a_place() -> None:
    found = change("J1", {"A": 80.0, "B": 79.0}, {"A": 78.0, "B": 79.0}, places=1, digits=2)

    assert (found.entering, found.leaving) == (("B",), ("A",))


def test_totals_leave_out_who_is_not_eligible() -> None:
    part = {"measured": PartPoints(points=50.0, maximum=100)}

    found = totals_of(
        [
            Standing(candidate="A", eligible=True, parts=part),
            Standing(candidate="B", eligible=False, parts=part),
        ]
    )

    assert found == {"A": 50.0}
