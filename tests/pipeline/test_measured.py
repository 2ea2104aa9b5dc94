"""What the measured part of a candidate is made of, and what its errors hang on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from harness.metric_text import MetricText
from harness.pipeline.measured import (
    Leaf,
    drawn_entry,
    least_of,
    leaves,
    measured_entry,
    sources_of,
)
from scoring.anchors import deviations, points
from scoring.answers import Labels
from scoring.catalog import resolve
from scoring.freedom import Source
from scoring.ranking.item import Rules, contest, ranking_of
from scoring.ranking.totals import PartPoints, Standing
from scoring.resampling import Draws
from scoring.score import Score, scores

NAMES = ("坏", "好")
ITEM: Any = SimpleNamespace(id="ONE-01", metrics=("some",), criteria={})


def scored(
    text: str,
    truth: np.ndarray,
    predicted: np.ndarray,
    seed: bytes,
    clusters: np.ndarray | None = None,
) -> list[Score]:
    """Scores of candidates, answers of shape (K, n), under common draws."""
    blank = np.full(len(truth), np.nan)
    answers = [
        Labels(truth=truth, predicted=row, labels=NAMES, positive="坏", belief=blank)
        for row in predicted
    ]
    bound = resolve(MetricText.parse(text))
    units = len(truth) if clusters is None else int(clusters.max()) + 1
    draws = Draws(seed, units, 399)
    return list(scores([(bound, one) for one in answers], clusters=clusters, draws=draws))


def record_of(found: Score) -> dict[str, Any]:
    entry = {
        "metric": found.text,
        "weight": 100,
        "floor": 0.0,
        "target": 1.0,
        "points": points(found.value, 0.0, 1.0),
        "effective_samples": found.statistic.effective,
        "effective_units": found.effective_units,
    }
    return {"metrics": [entry], "dataset": "sha256:d"}


def standing(name: str, found: Score) -> Standing:
    record = record_of(found)
    attained = record["metrics"][0]["points"]
    drawn = {found.text: attained + deviations(found.replicates, found.value, 0.0, 1.0)}
    own = leaves(ITEM, record, drawn)
    part = PartPoints(points=attained, maximum=100, sources=sources_of(own))
    least = least_of(own)
    return Standing(candidate=name, eligible=True, parts={"measured": part}, least=least)


def rare(
    random: np.random.Generator, candidates: int, of: int, n: int, recall: float
) -> list[Score]:
    truth = (np.arange(n) >= of).astype(np.int64)
    predicted = np.ones((candidates, n), dtype=np.int64)
    predicted[:, :of] = random.random((candidates, of)) >= recall
    return scored("recall(label=坏)", truth, predicted, random.bytes(32))


@pytest.mark.parametrize(
    ("text", "units"), [("recall(label=坏)", 8), ("accuracy", 400), ("balanced_accuracy", 16)]
)
def test_a_metric_hangs_on_the_samples_of_its_group(text: str, units: int) -> None:
    truth = (np.arange(400) >= 8).astype(np.int64)

    (found,) = scored(text, truth, truth[None], bytes(32))
    (leaf,) = leaves(ITEM, record_of(found), {found.text: np.full(399, 100.0)})

    assert found.effective_units == units
    assert leaf.least == pytest.approx(100 / (units + 4))
    assert leaf.errors is not None
    assert leaf.errors.freedom == units - 1


def test_recall_of_a_rare_label_is_as_uncertain_in_the_ranking_as_by_itself() -> None:
    random = np.random.default_rng(0)
    (found,) = rare(random, 1, 10, 1000, 1.0)
    record = record_of(found)

    entry = measured_entry(leaves(ITEM, record, {found.text: np.full(399, 100.0)}), 100.0, 0.95)

    assert found.interval.low == pytest.approx(0.722, abs=0.001)
    assert entry["interval"][0] == pytest.approx(100 * found.interval.low, abs=1)
    assert entry["interval"][1] == 100.0


def test_rank_sets_on_recall_of_a_rare_label_hold_the_truth() -> None:
    random, held, runs = np.random.default_rng(1), 0, 60
    for _ in range(runs):
        found = rare(random, 12, 8, 400, 0.7)
        rows = [standing(f"C{at:02d}", one) for at, one in enumerate(found)]
        sets = contest(rows, Rules(places=1, digits=2, confidence=0.95)).field.sets
        held += bool((sets.upper - sets.lower == 11).all())

    assert held / runs >= 0.9


def in_clusters(failing: np.ndarray, size: int) -> list[Standing]:
    """Candidates whose answers in clusters of a size fail where shape (K, n) says so."""
    truth = np.zeros(failing.shape[1], dtype=np.int64)
    clusters = np.arange(len(truth)) // size
    found = scored("accuracy", truth, failing.astype(np.int64), bytes(32), clusters)
    return [standing(f"C{at:02d}", one) for at, one in enumerate(found)]


RULES = Rules(places=1, digits=2, confidence=0.95)


def test_who_failed_in_no_cluster_is_not_ahead_of_who_failed_here_and_there() -> None:
    failing = np.zeros((2, 1000), dtype=bool)
    failing[1, np.random.default_rng(0).permutation(1000)[:20]] = True

    sets = contest(in_clusters(failing, 10), RULES).field.sets

    assert not sets.beats.any()


def test_clusters_that_fail_a_little_each_keep_the_least_error_small() -> None:
    random = np.random.default_rng(1)
    scattered = random.random((1, 2000)) < 0.1
    whole = np.repeat(random.random((1, 100)) < 0.1, 20, axis=1)
    (little,), (much,), (none,) = (
        in_clusters(failing, 20) for failing in (scattered, whole, np.zeros((1, 2000), dtype=bool))
    )

    assert none.least == pytest.approx(100 / 104)
    assert little.least < 0.4 < 0.9 < much.least


def test_rank_sets_hold_where_some_fail_whole_clusters_and_others_here_and_there() -> None:
    random, held, runs = np.random.default_rng(3), 0, 60
    for _ in range(runs):
        whole = np.repeat(random.random((6, 100)) < 0.02, 10, axis=1)
        failing = np.concatenate([whole, random.random((6, 1000)) < 0.02])
        held += not contest(in_clusters(failing, 10), RULES).field.sets.beats.any()

    # With the worth of an answer and a cluster in the middle 0.45 are.
    assert held / runs >= 0.9


@pytest.mark.parametrize("units", [2, 3])
def test_few_units_that_never_differed_tell_nobody_apart(units: int) -> None:
    failing = np.zeros((2, 50 * units), dtype=bool)
    failing[1] = True

    assert not contest(in_clusters(failing, 50), RULES).field.sets.beats.any()


def test_a_draw_in_which_two_have_as_many_right_answers_is_a_tie() -> None:
    failing = np.zeros((2, 500), dtype=bool)
    failing[0, :1] = failing[1, 1:3] = True
    found = contest(in_clusters(failing, 1), RULES)

    seen = np.round(found.field.seen[:, 0] - found.field.seen[:, 1], 6)
    rows = {row.candidate: row.selection_frequency or 0.0 for row in ranking_of(found).rows}

    assert (seen == 0).mean() > 0.1
    assert rows["C00"] == pytest.approx((seen > 0).mean() + (seen == 0).mean() / 2)


def test_points_without_errors_are_exact() -> None:
    record = {
        "metrics": [],
        "skill": None,
        "claims": [],
        "claims_share": 0.0,
        "self_attested": True,
        "dataset": "sha256:d",
    }
    criteria = {
        "skill": SimpleNamespace(weight=60, floor=0.0, target=0.5),
        "claims": SimpleNamespace(weight=40, floor=0.0, target=1.0),
    }
    item: Any = SimpleNamespace(id="SC-01", metrics=(), criteria=criteria)

    found = leaves(item, record, {"skill": np.ones(9), "claims": np.ones(9)})

    assert [(leaf.name, leaf.points, leaf.errors) for leaf in found] == [
        ("skill", 0.0, None),
        ("claims", 0.0, None),
    ]
    assert (sources_of(found), least_of(found)) == ((), 0.0)


def test_points_of_a_criterion_move_as_its_draws_do() -> None:
    def moved(drawn: list[float], freedom: float) -> dict[str, Any] | None:
        errors = Source("claims", np.repeat(np.array(drawn) - 100.0, 100), freedom)
        leaf = Leaf(name="claims", weight=40, points=100.0, least=0.0, errors=errors)
        return drawn_entry([leaf], "claims", 0.95)

    assert moved([100.0] * 9 + [0.0], 40) == {"interval": [0.0, 100.0], "less": 0.1, "more": 0.0}
    assert moved([100.0] * 10, 40) == {"interval": [100.0, 100.0], "less": 0.0, "more": 0.0}
    assert moved([100.0] * 9 + [0.0], 0) == {"interval": None, "less": 0.1, "more": 0.0}
    assert drawn_entry([], "claims", 0.95) is None
