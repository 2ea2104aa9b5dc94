"""Degrees of freedom of errors with several causes, and what intervals of few units hold."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scoring.freedom import Source, freedom_of, freedoms, interval_around
from scoring.ranking.item import Rules, contest, ranking_of
from scoring.ranking.totals import PartPoints, Standing
from scoring.resampling import Draws

LEVEL = 0.95
WHOLE = (-math.inf, math.inf)


def normal(seed: int, size: float = 1.0, count: int = 4000) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=count)
    found: np.ndarray = size * (drawn - drawn.mean()) / drawn.std(ddof=1)
    return found


def test_an_error_that_two_candidates_share_does_not_count_in_their_difference() -> None:
    judges, own = normal(0, 9.0), [normal(1), normal(2)]
    both = [[Source("judges", judges, 1), Source(f"own {at}", own[at], 30)] for at in (0, 1)]

    found = freedoms(both, LEVEL)

    assert found[0, 1] == found[1, 0] == pytest.approx(30, abs=0.1)
    assert found[0, 0] < 2


def test_errors_of_ones_own_count_each_by_its_own_freedom() -> None:
    sure, vague = Source("A", normal(0), math.inf), Source("B", normal(1, 3.0), 4)

    found = freedoms([[sure], [vague]], LEVEL)

    # Nine tenths of the variance of the difference are known by 4 degrees.
    assert found.tolist() == [[math.inf, 4.28], [4.28, 4.0]]


def test_a_candidate_whose_error_nothing_shows_leaves_the_others_as_they_are() -> None:
    known, unknown = Source("A", normal(0), 40), Source("C", normal(1), 0)
    other = Source("B", normal(2), 40)

    found = freedoms([[known], [other], [unknown]], LEVEL)

    assert found[:2, :2].tolist() == freedoms([[known], [other]], LEVEL).tolist()
    assert (found[2] == 0).all()
    assert (found[:, 2] == 0).all()


def test_sources_of_one_name_are_added_before_they_are_weighed() -> None:
    up, down = normal(0), -normal(0)

    assert freedom_of([Source("judges", up, 3), Source("judges", down, 3)], LEVEL) == 3


@pytest.mark.parametrize("freedom", [2.0, 5.0, 40.0])
def test_an_interval_of_normal_errors_ends_where_students_t_does(freedom: float) -> None:
    from scipy.stats import t

    found = interval_around(
        50.0, 50 + normal(3, count=99_999), LEVEL, freedom=freedom, bounds=WHOLE
    )

    assert found is not None
    assert found.high - 50 == pytest.approx(t.ppf(0.975, freedom), rel=0.02)
    assert 50 - found.low == pytest.approx(t.ppf(0.975, freedom), rel=0.02)


def test_no_interval_is_narrower_than_its_least_error_or_wider_than_the_scale() -> None:
    still, wild = np.full(99, 50.0), 50 + normal(0, 400.0)

    narrow = interval_around(50.0, still, LEVEL, freedom=9, least=2.0, bounds=(0.0, 100.0))
    wide = interval_around(50.0, wild, LEVEL, freedom=9, bounds=(0.0, 100.0))

    assert narrow is not None
    assert (narrow.low, narrow.high) == pytest.approx((50 - 3.92, 50 + 3.92), abs=0.001)
    assert wide is not None
    assert (wide.low, wide.high) == (0.0, 100.0)
    assert interval_around(50.0, still, LEVEL, freedom=0, bounds=WHOLE) is None


def measured(name: str, scores: np.ndarray, drawn: np.ndarray, shared: str) -> Standing:
    """A candidate with one mean of scores per unit, its bootstrap draws being shape (B, units)."""
    units, points = len(scores), float(scores.mean())
    wider = math.sqrt(units / (units - 1)) if units > 1 else 1.0
    errors = Source(shared, (drawn @ scores / units - points) * wider, units - 1)
    part = PartPoints(points=points, maximum=100, sources=(errors,))
    return Standing(candidate=name, eligible=True, parts={"measured": part}, least=100.0 / units)


def resampled(random: np.random.Generator, units: int, count: int) -> np.ndarray:
    return np.concatenate(list(Draws(random.bytes(32), units=units, count=count).blocks()))


RULES = Rules(places=1, digits=2, confidence=LEVEL)


def test_a_late_entrant_with_few_units_of_its_own_unsettles_nobody_but_itself() -> None:
    random = np.random.default_rng(0)

    def entrant(name: str, right: float, units: int) -> Standing:
        scores = 100.0 * (np.arange(units) < round(right * units))
        return measured(name, scores, resampled(random, units, 499), f"data of {name}")

    three = [entrant("A", 0.9, 1000), entrant("B", 0.8, 1000), entrant("C", 0.7, 1000)]
    late = entrant("D", 0.0, 2)

    before = ranking_of(contest(three, RULES))
    after = ranking_of(contest([*three, late], RULES))

    rows = {row.candidate: row for row in after.rows}
    for row in before.rows:
        assert (rows[row.candidate].low, rows[row.candidate].high) == (row.low, row.high)
        assert rows[row.candidate].lower <= row.lower + 1
        assert rows[row.candidate].upper <= row.upper + 1
    assert (rows["D"].lower, rows["D"].upper) == (1, 4)


@pytest.mark.parametrize("clusters", [3, 5, 10])
def test_totals_and_pairs_over_few_clusters_hold_the_truth(clusters: int) -> None:
    random, totals, pairs, runs = np.random.default_rng(clusters), 0, 0, 300
    for _ in range(runs):
        scores = 70 + random.normal(0, 5, (2, clusters))
        drawn = resampled(random, clusters, 399)
        found = ranking_of(
            contest([measured(f"C{at}", scores[at], drawn, "data") for at in (0, 1)], RULES)
        )
        totals += found.rows[0].low <= 70 <= found.rows[0].high  # type: ignore[operator]
        pairs += found.pairs[0].low <= 0 <= found.pairs[0].high  # type: ignore[operator]

    assert totals / runs >= 0.91
    assert pairs / runs >= 0.91


def test_rank_sets_hold_where_some_candidates_leave_answers_out_now_and_then() -> None:
    random, held, runs = np.random.default_rng(5), 0, 120
    for _ in range(runs):
        quality = np.where(np.arange(12) < 6, 85.0 / 0.98, 85.0)
        scores = quality[:, None] + random.normal(0, 7, 200) + random.normal(0, 7, (12, 200))
        scores[:6][random.random((6, 200)) < 0.02] = 0.0
        drawn = resampled(random, 200, 399)
        sets = contest(
            [measured(f"C{at:02d}", row, drawn, "data") for at, row in enumerate(scores)], RULES
        ).field.sets
        held += bool((sets.upper - sets.lower == 11).all())

    assert held / runs >= 0.9
