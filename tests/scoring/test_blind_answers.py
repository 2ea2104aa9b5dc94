"""Answers made without a look at any sample take full marks only where a metric says that they may."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from harness.board import Criterion, Gate
from harness.checking.sides import one_sided
from harness.metric_text import MetricText
from scoring.answers import Anomalies, Labels, Rankings, Texts, Values
from scoring.catalog import METRICS, resolve
from scoring.metric import Metric
from scoring.structured_answers import Box, Boxes, Fields, LabelSets, Mask, Masks, Span, Spans

NAMES = ("紧急", "缺陷", "一般")
LOW, HIGH = -50.0, 150.0
CELLS = [(0.0, 1.0), (0.0, 2.0), (1.0, 2.0)]
GRID = [(a, c, b, d) for a, b in CELLS for c, d in CELLS]
CASES = [
    pytest.param(metric, task, id=f"{metric.name}-{task}")
    for metric in METRICS.values()
    for task in metric.task
    if metric.rewards_right
]


def classified(code: int, share: float = 1.0, belief: float = 1.0) -> Labels:
    truth = np.array([0, 1, 2, 0, 1, 2])
    shares = np.full(3, (1 - share) / 2)
    shares[code] = share
    return Labels(
        truth=truth,
        predicted=np.full(6, code),
        labels=NAMES,
        positive=NAMES[0],
        belief=np.full(6, belief),
        probabilities=np.tile(shares, (6, 1)),
    )


def chosen(code: int, count: int = 3) -> Labels:
    truth = np.arange(6) % count
    return Labels(
        truth=truth,
        predicted=np.full(6, code),
        labels=NAMES[:count],
        positive=None,
        belief=None,
        groups=np.arange(6) // 2,
    )


def valued(number: float, low: float, high: float) -> Values:
    truth = np.array([-50.0, 0.0, 20.0, 77.0, 150.0, 149.0])
    ends = [np.full(6, end) for end in (number, low, high)]
    return Values(truth=truth, predicted=ends[0], low=LOW, high=HIGH, lower=ends[1], upper=ends[2])


def alarmed(score: float) -> Anomalies:
    truth = np.array([False, True, True, False, True, False])
    times, series = np.arange(6.0), np.zeros(6, dtype=np.int64)
    return Anomalies(truth=truth, score=np.full(6, score), series=series, time=times)


def ranked(*documents: str) -> Rankings:
    wanted = tuple({name: 1.0} for name in "abcdefghijklmnop")
    return Rankings(relevant=wanted, ranked=(documents,) * len(wanted))


def told(text: str) -> Texts:
    wanted = ("压力12.5MPa", "甲 乙；丙", "!丁；反应釜", "3", "20MPa", "己 庚")
    return Texts(truth=wanted, predicted=(text,) * 6)


def marked(*given: bool) -> LabelSets:
    truth = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 0], [1, 1, 1]], dtype=bool)
    rows = np.tile(np.array(given), (4, 1))
    return LabelSets(truth=truth, predicted=rows, missing=np.zeros(4, dtype=bool), labels=NAMES)


def spanned(given: frozenset[Span]) -> Spans:
    truth = (frozenset({Span(0, 2, NAMES[0])}), frozenset({Span(1, 3, NAMES[1])}), frozenset())
    return Spans(truth=truth, predicted=(given,) * 3)


def filled(given: dict[str, Any]) -> Fields:
    truth = ({"单号": "A1", "金额": 3.5}, {"单号": "B2"}, {"金额": 7})
    return Fields(types={"单号": "text", "金额": "number"}, truth=truth, predicted=(given,) * 3)


def boxed(*given: Box) -> Boxes:
    truth = tuple((Box(GRID[at], NAMES[at % 2]),) for at in (0, 3, 7))
    return Boxes(labels=NAMES, truth=(*truth, ()), predicted=(given,) * 4)


def masked(*given: Mask) -> Masks:
    truth = tuple((Mask((2, 2), runs, NAMES[0]),) for runs in ((0, 1, 3), (1, 2, 1), (2, 2)))
    return Masks(labels=NAMES, truth=(*truth, ()), predicted=(given,) * 4)


EVERY_SPAN = frozenset(
    Span(at, end, name) for at in range(4) for end in range(at + 1, 5) for name in NAMES
)
EVERY_BOX = tuple(Box(edges, name, 1.0) for edges in GRID for name in NAMES)
EVERY_MASK = tuple(
    Mask((2, 2), (before, size, 4 - before - size), NAMES[0])
    for before in range(4)
    for size in range(1, 5 - before)
)
NUMBERS = [valued(c, low, high) for c in (LOW, 20.0, HIGH) for low, high in ((c, c), (LOW, HIGH))]
BLIND: dict[str, list[Any]] = {
    "classification": [
        classified(code, share, belief)
        for code in range(3)
        for share in (1.0, 1 / 3, 0.34)
        for belief in (0.0, 1.0)
    ],
    "choice": [chosen(code) for code in range(3)],
    "safety": [chosen(code, 2) for code in range(2)],
    "regression": NUMBERS,
    "forecasting": NUMBERS,
    "anomaly": [alarmed(score) for score in (0.0, 0.5, 1.0)],
    "retrieval": [ranked(), ranked(*"abcdefghijkl"), ranked(*"ponmlkjihg")],
    "text": [told(text) for text in ("", "甲", "3", "压力12.5MPa 甲 乙 丙 丁 反应釜 3 己 庚" * 9)],
    "multilabel": [marked(a, b, c) for a in (False, True) for b in (False, True) for c in (a, b)],
    "spans": [spanned(given) for given in (frozenset[Span](), EVERY_SPAN)],
    "fields": [filled({}), filled({"单号": "A1", "金额": 3.5})],
    "detection": [boxed(), boxed(*EVERY_BOX)],
    "segmentation": [masked(), masked(*EVERY_MASK)],
}


def surest(*predicted: int) -> Labels:
    """Only what is sure; -1 is no answer."""
    return Labels(
        truth=np.array([0, 0, 1, 2]),
        predicted=np.array(predicted),
        labels=NAMES,
        positive=None,
        belief=None,
    )


FIRST_ONLY: dict[str, Callable[[], Any]] = {
    "precision": lambda: surest(0, 1, 1, 1),
    "macro_precision": lambda: surest(0, -1, 1, 2),
    "weighted_precision": lambda: surest(0, -1, 1, 2),
    "span_precision": lambda: Spans(
        truth=(frozenset({Span(0, 2, NAMES[0])}),) * 3,
        predicted=(frozenset({Span(0, 2, NAMES[0])}), frozenset(), frozenset()),
    ),
}


def value_of(metric: Metric, answers: Any) -> float:
    written = resolve(MetricText.parse(metric.example)).parameters
    fitting = {"label": NAMES[0], "k": 2 if metric.name == "top_k" else written.get("k")}
    return metric.statistic(
        answers, {**written, **{name: fitting[name] for name in written if name in fitting}}
    ).value()


def reaches(metric: Metric, value: float) -> bool:
    return not math.isnan(value) and math.isclose(value, metric.best, abs_tol=1e-12)


@pytest.mark.parametrize(("metric", "task"), [one for one in CASES if one.values[0].sees == "both"])
def test_answers_that_are_the_same_for_every_sample_fall_short(metric: Metric, task: str) -> None:
    values = [value_of(metric, answers) for answers in BLIND[task]]

    assert not any(reaches(metric, value) for value in values)


@pytest.mark.parametrize(("metric", "task"), [one for one in CASES if one.values[0].sees != "both"])
def test_a_metric_of_one_side_is_taken_in_full_by_answers_that_look_at_no_other(
    metric: Metric, task: str
) -> None:
    first = [FIRST_ONLY[metric.name]()] if metric.name in FIRST_ONLY else []

    values = [value_of(metric, answers) for answers in [*BLIND[task], *first]]

    assert any(reaches(metric, value) for value in values)


def weighed(text: str, weight: int, gate: Gate | None = None) -> Criterion:
    metric = MetricText.parse(text)
    return Criterion(metric=metric, weight=weight, floor=0.0, target=1.0, gate=gate)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"interval_coverage": 100}, ["interval_coverage"]),
        ({"interval_coverage": 60, "interval_score(level=0.9)": 40}, []),
        ({"interval_coverage": 90, "interval_score(level=0.9)": 10}, ["interval_coverage"]),
        ({"interval_coverage": 90, "mae": 10}, ["interval_coverage"]),
        ({"interval_coverage": 5, "mae": 95}, ["interval_coverage"]),
        ({"interval_coverage": 5, "mae": 90, "interval_score(level=0.9)": 5}, []),
        ({"interval_coverage": 0, "mae": 100}, []),
        ({"recall(label=a)": 100}, ["recall(label=a)"]),
        ({"recall(label=a)": 40, "macro_f1": 60}, []),
        ({"recall(label=a)": 66, "macro_f1": 34}, []),
        ({"recall(label=a)": 67, "macro_f1": 33}, ["recall(label=a)"]),
        ({"recall(label=a)": 99, "accuracy": 1}, ["recall(label=a)"]),
        ({"recall(label=a)": 40, "auc": 60}, ["recall(label=a)"]),
        ({"recall(label=a)": 40, "top_k(k=2)": 60}, ["recall(label=a)"]),
        ({"recall(label=a)": 50, "precision(label=a)": 50}, []),
        (
            {"recall(label=a)": 50, "false_reject_rate(label=b)": 50},
            ["recall(label=a), false_reject_rate(label=b)"],
        ),
        ({"miss_rate(label=a)": 50, "miss_rate(label=b)": 50}, []),
        (
            {"precision(label=a)": 50, "precision(label=b)": 50},
            ["precision(label=a), precision(label=b)"],
        ),
        (
            {"event_recall(threshold=0.5)": 50, "alarm_delay(threshold=0.5)": 50},
            ["event_recall(threshold=0.5), alarm_delay(threshold=0.5)"],
        ),
        (
            {"event_recall(threshold=0.5)": 50, "false_alarm_time(threshold=0.5)": 50},
            ["event_recall(threshold=0.5), false_alarm_time(threshold=0.5)"],
        ),
        (
            {
                "event_recall(threshold=0.5)": 30,
                "false_alarm_time(threshold=0.5)": 30,
                "event_f1(threshold=0.5)": 40,
            },
            [],
        ),
        ({"macro_precision": 100}, ["macro_precision"]),
        ({"weighted_precision": 60, "macro_recall": 40}, []),
        ({"recall(label=a)": 50, "macro_precision": 50}, ["recall(label=a), macro_precision"]),
        (
            {"event_recall(threshold=0.5)": 50, "false_alarm_time(threshold=0.9)": 50},
            ["event_recall(threshold=0.5), false_alarm_time(threshold=0.9)"],
        ),
        ({"must_refuse_rate": 60, "must_answer_refusal_rate": 40}, []),
        ({"must_refuse_rate": 80, "must_answer_refusal_rate": 20}, ["must_refuse_rate"]),
        ({"must_refuse_rate": 50, "abstention_rate": 50}, ["must_refuse_rate, abstention_rate"]),
        ({"box_recall(iou=0.5)": 50, "box_iou": 50}, ["box_recall(iou=0.5), box_iou"]),
        ({"box_recall(iou=0.5)": 50, "map_at(iou=0.5)": 50}, []),
        ({"no_such_metric": 100}, []),
    ],
)
def test_metrics_of_one_side_do_not_carry_most_of_a_part_of_the_answers(
    weights: dict[str, int], expected: list[str]
) -> None:
    assert list(one_sided([weighed(*entry) for entry in weights.items()])) == expected


@pytest.mark.parametrize(
    ("gated", "gate", "expected"),
    [
        ("false_reject_rate(label=a)", Gate(at_most=0.2), []),
        ("false_reject_rate(label=b)", Gate(at_most=0.2), ["recall(label=a)"]),
        ("macro_f1", Gate(at_least=0.3), []),
        ("macro_f1", Gate(at_least=0.0), ["recall(label=a)"]),
        ("auc", Gate(at_least=0.7), ["recall(label=a)"]),
    ],
)
def test_a_gate_that_blind_answers_fail_keeps_their_points_back(
    gated: str, gate: Gate, expected: list[str]
) -> None:
    criteria = [weighed("recall(label=a)", 100), weighed(gated, 0, gate)]

    assert list(one_sided(criteria)) == expected


def test_of_a_flood_of_boxes_only_the_surest_hundred_are_looked_at() -> None:
    right = Box((0.0, 0.0, 2.0, 2.0), NAMES[0], 0.5)
    flood = tuple(Box((9.0, 9.0, 10.0 + at, 10.0), NAMES[0], 0.9) for at in range(100))

    values = [
        value_of(
            METRICS["box_iou"], Boxes(labels=NAMES, truth=((right,),), predicted=((*given, right),))
        )
        for given in (flood[:99], flood)
    ]

    assert values == [1.0, 0.0]
