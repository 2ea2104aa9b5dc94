import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.canonical import canonical_json
from scoring.freedom import Source
from scoring.ranking.item import ItemRanking, PartPoints, Row, Rules, Standing, rank_item

COUNT = 199


def standing(
    candidate: str,
    measured: float | None,
    panel: float | None = 50.0,
    *,
    eligible: bool = True,
    spread: float = 0.5,
    **tie_break: float,
) -> Standing:
    """A candidate with measured points out of 60 and a panel's out of 40."""
    noise = np.random.default_rng(list(candidate.encode())).normal(0, spread, COUNT)
    return Standing(
        candidate=candidate,
        eligible=eligible,
        parts={
            "measured": PartPoints(
                points=measured,
                maximum=60,
                sources=() if measured is None else (Source("samples", noise, np.inf),),
            ),
            "panel": PartPoints(points=panel, maximum=40),
        },
        tie_break=tie_break,
    )


def rank(*candidates: Standing, places: int = 1, digits: int = 2, **rules: object) -> ItemRanking:
    rules["tie_breakers"] = tuple(rules.get("tie_breakers", ()))  # type: ignore[arg-type]
    return rank_item(candidates, Rules(places=places, digits=digits, confidence=0.95, **rules))  # type: ignore[arg-type]


def by_name(ranking: ItemRanking) -> dict[str, Row]:
    return {row.candidate: row for row in ranking.rows}


def test_a_total_is_the_weighted_sum_of_the_parts() -> None:
    (row,) = rank(standing("A", 80.0, 90.0)).rows

    assert row.total == 84.0
    assert (row.low, row.high) == pytest.approx((83.4, 84.6), abs=0.15)


def test_the_best_candidate_is_proposed_and_the_next_stands_in_reserve() -> None:
    ranking = rank(standing("A", 20.0), standing("B", 90.0), standing("C", 55.0))

    assert [(row.candidate, row.rank, row.proposal, row.certainty) for row in ranking.rows] == [
        ("B", 1, "selected", "clear"),
        ("C", 2, "reserve", "clear"),
        ("A", 3, "not_selected", "clear"),
    ]
    assert [row.tier for row in ranking.rows] == [1, 2, 3]
    assert [row.selection_frequency for row in ranking.rows] == [1.0, 0.0, 0.0]
    assert [pair.at_line for pair in ranking.pairs] == [True, False]


def test_close_candidates_are_proposed_by_their_totals_and_marked_not_separable() -> None:
    ranking = rank(standing("A", 80.0), standing("B", 80.1))

    assert [(row.candidate, row.proposal, row.certainty) for row in ranking.rows] == [
        ("B", "selected", "not_separable"),
        ("A", "reserve", "not_separable"),
    ]
    assert [(row.lower, row.upper, row.tier) for row in ranking.rows] == [(1, 2, 1), (1, 2, 1)]


def test_totals_that_print_alike_share_a_rank() -> None:
    rows = by_name(rank(standing("A", 80.0), standing("B", 80.001), standing("C", 10.0), places=2))

    assert (rows["A"].rank, rows["B"].rank, rows["C"].rank) == (1, 1, 3)
    assert rows["A"].tied
    assert rows["B"].tied
    assert rows["A"].total != rows["B"].total


def test_equal_totals_at_the_line_go_to_the_committee() -> None:
    rows = by_name(rank(standing("A", 80.0), standing("B", 80.0), standing("C", 10.0)))

    assert (rows["A"].proposal, rows["B"].proposal) == ("committee", "committee")
    assert rows["C"].proposal == "not_selected"


def test_a_declared_tie_breaker_settles_the_place_and_leaves_the_rank_shared() -> None:
    ranking = rank(
        standing("A", 80.0, urgent=70.0), standing("B", 80.0, urgent=75.0), tie_breakers=["urgent"]
    )

    assert [(row.candidate, row.rank, row.proposal) for row in ranking.rows] == [
        ("B", 1, "selected"),
        ("A", 1, "reserve"),
    ]


def test_a_tie_breaker_that_nobody_declared_settles_nothing() -> None:
    rows = by_name(rank(standing("A", 80.0, urgent=70.0), standing("B", 80.0, urgent=75.0)))

    assert rows["B"].proposal == "committee"


def test_a_candidate_that_is_not_eligible_takes_no_rank() -> None:
    ranking = rank(standing("A", 80.0), standing("B", 99.0, eligible=False))

    assert [row.candidate for row in ranking.rows] == ["A"]
    (unranked,) = ranking.unranked
    assert (unranked.candidate, unranked.total, unranked.proposal) == ("B", 79.4, "unranked")


def test_a_candidate_without_points_is_unranked_without_a_total() -> None:
    ranking = rank(standing("A", 80.0), standing("B", None, eligible=False))

    assert ranking.missing_parts == ()
    assert (ranking.unranked[0].total, ranking.unranked[0].published) == (None, None)


def test_without_a_panel_measured_points_are_ranked_and_nothing_is_proposed() -> None:
    ranking = rank(standing("A", 80.0, None), standing("B", 90.0, None))

    assert [(row.candidate, row.total, row.rank) for row in ranking.rows] == [
        ("B", 54.0, 1),
        ("A", 48.0, 2),
    ]
    assert (ranking.parts, ranking.missing_parts) == (("measured",), ("panel",))
    assert (ranking.maximum, ranking.declared_maximum) == (60, 100)
    for row in ranking.rows:
        assert (row.proposal, row.certainty, row.selection_frequency) == (None, None, None)


def test_a_panel_that_lacks_one_candidate_counts_for_nobody() -> None:
    ranking = rank(standing("A", 80.0, None), standing("B", 70.0, 100.0))

    assert [row.candidate for row in ranking.rows] == ["A", "B"]
    assert ranking.missing_parts == ("panel",)


def test_without_replicates_there_are_no_intervals_and_nothing_is_separable() -> None:
    candidates = [
        Standing(candidate=name, eligible=True, parts={"p": PartPoints(points=x, maximum=100)})
        for name, x in (("A", 10.0), ("B", 90.0))
    ]

    ranking = rank(*candidates)

    assert [(row.low, row.high, row.selection_frequency) for row in ranking.rows] == [
        (None, None, None)
    ] * 2
    assert [row.certainty for row in ranking.rows] == ["not_separable"] * 2
    assert ranking.replicates == 0


def test_totals_that_are_equal_on_paper_are_equal() -> None:
    parts = {"a": 33, "b": 33, "c": 34}

    def of(name: str, **values: float) -> Standing:
        return Standing(
            candidate=name,
            eligible=True,
            parts={p: PartPoints(points=values[p], maximum=m) for p, m in parts.items()},
        )

    ranking = rank(of("A", a=10.1, b=20.2, c=30.0), of("B", a=20.2, b=10.1, c=30.0), digits=12)

    assert [row.rank for row in ranking.rows] == [1, 1]
    assert ranking.rows[0].total == ranking.rows[1].total == 20.199


def test_an_item_without_candidates_has_an_empty_ranking() -> None:
    ranking = rank()

    assert (ranking.rows, ranking.pairs, ranking.unranked) == ((), (), ())


def test_an_item_where_nobody_is_eligible_ranks_nobody() -> None:
    ranking = rank(standing("A", 80.0, eligible=False))

    assert ranking.rows == ()
    assert ranking.unranked[0].published == 68.0


def test_a_ranking_is_plain_values_that_become_json() -> None:
    ranking = rank(standing("A", 80.0), standing("B", 70.0), standing("C", 1.0, eligible=False))

    written = canonical_json(dataclasses.asdict(ranking))

    assert json.loads(written)["rows"][0]["candidate"] == "A"


points = st.integers(0, 40).map(lambda x: x * 2.5)
fields = st.lists(st.tuples(points, points, st.booleans(), points), min_size=1, max_size=7)


def entered(rows: list[tuple[float, float, bool, float]]) -> list[Standing]:
    return [
        standing(f"C{at}", measured, panel, eligible=eligible, spread=4.0, extra=extra)
        for at, (measured, panel, eligible, extra) in enumerate(rows)
    ]


@settings(max_examples=40)
@given(rows=fields, data=st.data())
def test_leaving_one_candidate_out_changes_no_total_and_no_order(
    rows: list[tuple[float, float, bool, float]], data: st.DataObject
) -> None:
    candidates = entered(rows)
    away = data.draw(st.sampled_from(candidates)).candidate
    everyone = rank(*candidates, tie_breakers=["extra"])

    rest = rank(*(one for one in candidates if one.candidate != away), tie_breakers=["extra"])

    def printed(ranking: ItemRanking) -> list[tuple[str, float, float, float | None]]:
        return [
            (row.candidate, row.total, row.published, row.low)
            for row in ranking.rows
            if row.candidate != away
        ]

    assert printed(rest) == printed(everyone)


@settings(max_examples=40)
@given(rows=fields, places=st.integers(0, 5), data=st.data())
def test_the_order_of_entry_changes_nothing(
    rows: list[tuple[float, float, bool, float]], places: int, data: st.DataObject
) -> None:
    candidates = entered(rows)

    shuffled = rank(*data.draw(st.permutations(candidates)), places=places)

    assert shuffled == rank(*candidates, places=places)


@settings(max_examples=40)
@given(rows=fields, places=st.integers(0, 5))
def test_a_clear_proposal_agrees_with_its_rank_set(
    rows: list[tuple[float, float, bool, float]], places: int
) -> None:
    for row in rank(*entered(rows), places=places).rows:
        assert row.lower <= row.upper
        if row.certainty == "clear":
            assert (row.proposal == "selected") == (row.upper <= places)
            assert (row.proposal != "selected") == (row.lower > places)


@pytest.mark.parametrize(
    ("candidates", "complaint"),
    [
        ([standing("A", 1.0), standing("A", 2.0)], "twice"),
        ([standing("A", None, None)], "no part"),
        ([standing("A", 101.0)], "not in 0 to 100"),
        (
            [
                standing("A", 1.0),
                Standing(
                    candidate="B", eligible=True, parts={"x": PartPoints(points=1.0, maximum=9)}
                ),
            ],
            "different parts",
        ),
        (
            [
                Standing(
                    candidate=name,
                    eligible=True,
                    parts={
                        "x": PartPoints(
                            points=1.0, maximum=9, sources=(Source("samples", np.zeros(count), 9),)
                        )
                    },
                )
                for name, count in (("A", 5), ("B", 6))
            ],
            r"\(5,\), not \(6,\)",
        ),
    ],
)
def test_candidates_that_cannot_be_compared_are_refused(
    candidates: list[Standing], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        rank(*candidates)


def test_where_nothing_shows_the_error_of_a_part_nobody_is_told_apart() -> None:
    def judged_by_one(candidate: str, points: float) -> Standing:
        unknown = Source("judges", np.zeros(COUNT), 0)
        part = PartPoints(points=points, maximum=100, sources=(unknown,))
        return Standing(candidate=candidate, eligible=True, parts={"panel": part})

    ranking = rank(judged_by_one("A", 80.0), judged_by_one("B", 20.0))

    assert [row.certainty for row in ranking.rows] == ["not_separable"] * 2
    assert [(row.low, row.high) for row in ranking.rows] == [(None, None)] * 2


def test_a_total_without_spread_is_as_uncertain_as_one_sample_makes_it() -> None:
    perfect = Standing(
        candidate="A",
        eligible=True,
        parts={
            "measured": PartPoints(
                points=100.0, maximum=50, sources=(Source("samples", np.zeros(COUNT), np.inf),)
            )
        },
        least=50 / 30,
    )

    (row,) = rank(perfect).rows

    assert row.high == 50.0
    # As far down as Wilson's interval of 30 right answers in 30, in points.
    assert row.low == pytest.approx(50 - 1.96**2 * 50 / 30, abs=0.01)
