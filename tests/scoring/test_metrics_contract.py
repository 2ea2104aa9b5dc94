"""What every metric promises, held over the whole table."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.metric_text import MetricText
from scoring.answers import Anomalies, Labels, Rankings, Texts, Values
from scoring.catalog import METRICS, metrics_for, resolve
from scoring.metric import BoundMetric, Metric
from scoring.per_sample import by_sample
from scoring.structured_answers import (
    Box,
    Boxes,
    Fields,
    LabelSets,
    Mask,
    Masks,
    Span,
    Spans,
)

NAMES = ("紧急", "缺陷", "一般")
DOCUMENTS = tuple("abcdefg")
EDGE = 1e-9
# Equal scores form one step by the usual definition, so that leaving a step or joining one may
# help; turning a right answer (on its own side of all others) into a wrong one may not.
TIES_REWARDED = ("average_precision", "anomaly_ap")
# Their value belongs to groups of samples, which a copy of one sample would change.
GROUPED = (
    "circular_accuracy",
    "event_recall",
    "event_f1",
    "alarm_delay",
    "false_alarms_per_day",
    "false_alarm_time",
)
KINDS = {"单号": "text", "金额": "number", "日期": "date", "标签": "set"}
LETTERS = ("A", "B", "C")
TABLE = [
    pytest.param(metric, task, id=f"{metric.name}-{task}")
    for metric in METRICS.values()
    for task in metric.task
]
fast = settings(max_examples=10, deadline=None)


Row = Any
NO_SHARES = (math.nan,) * 3
NOTHING = (math.nan, math.nan, math.nan)


def columns_of(rows: list[Row]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))


def labels(rows: list[Row]) -> Labels:
    truth, predicted, belief, shares = columns_of(rows)
    return Labels(
        truth=np.array(truth),
        predicted=np.array(predicted),
        labels=NAMES,
        positive="紧急",
        belief=np.array(belief, dtype=np.float64),
        probabilities=np.array(shares, dtype=np.float64),
    )


def choices(rows: list[Row]) -> Labels:
    truth, predicted, groups = columns_of(rows)
    return Labels(
        truth=np.array(truth),
        predicted=np.array(predicted),
        labels=LETTERS,
        positive=None,
        belief=np.full(len(truth), math.nan),
        groups=np.array(groups),
    )


def label_sets(rows: list[Row]) -> LabelSets:
    truth, predicted = columns_of(rows)
    return LabelSets(
        truth=np.array(truth, dtype=bool),
        predicted=np.array([given or (False,) * 3 for given in predicted], dtype=bool),
        missing=np.array([given is None for given in predicted]),
        labels=NAMES,
    )


def values(rows: list[Row]) -> Values:
    truth, answers = columns_of(rows)
    predicted, lower, upper = np.array(answers, dtype=np.float64).T
    return Values(
        truth=np.array(truth, dtype=np.float64),
        predicted=predicted,
        low=-50.0,
        high=150.0,
        lower=lower,
        upper=upper,
    )


def anomalies(rows: list[Row]) -> Anomalies:
    truth, score, series, time = columns_of(rows)
    return Anomalies(
        truth=np.array(truth),
        score=np.array(score, dtype=np.float64),
        series=np.array(series),
        time=np.array(time, dtype=np.float64),
    )


def rankings(rows: list[Row]) -> Rankings:
    relevant, ranked = columns_of(rows)
    return Rankings(relevant=relevant, ranked=ranked)


def texts(rows: list[Row]) -> Texts:
    truth, predicted = columns_of(rows)
    return Texts(truth=truth, predicted=predicted)


def spans(rows: list[Row]) -> Spans:
    truth, predicted = columns_of(rows)
    return Spans(truth=truth, predicted=predicted)


def fields(rows: list[Row]) -> Fields:
    truth, predicted = columns_of(rows)
    return Fields(types=KINDS, truth=truth, predicted=predicted)


def boxes(rows: list[Row]) -> Boxes:
    truth, predicted = columns_of(rows)
    return Boxes(labels=NAMES, truth=truth, predicted=predicted)


def masks(rows: list[Row]) -> Masks:
    truth, predicted = columns_of(rows)
    return Masks(labels=NAMES, truth=truth, predicted=predicted)


def mask_of(pixels: str, label: str, score: float = 1.0) -> Mask:
    """A mask of 3 by 4 pixels, written as ones and zeros column by column."""
    runs = [(letter, len(list(run))) for letter, run in itertools.groupby(pixels)]
    counts = [0] * (runs[0][0] == "1") + [length for _, length in runs]
    return Mask((3, 4), tuple(counts), label, score)


scores = st.one_of(st.integers(-3, 3).map(float), st.floats(-3, 3), st.just(math.nan))
numbers = st.integers(-50, 150).map(float) | st.integers(-400, 1200).map(lambda k: k / 8)
gains = st.dictionaries(st.sampled_from(DOCUMENTS), st.sampled_from([1.0, 2.0, 0.5]), min_size=1)
orders = st.permutations(DOCUMENTS).flatmap(
    lambda order: st.integers(0, len(order)).map(lambda k: tuple(order[:k]))
)
words = st.text(st.sampled_from("一二三 aＡb\u0301e"), max_size=6)
phrases = st.sampled_from(["12000元", "1.2万元", "3.5MPa", "反应釜；压力", "甲 乙 丙", "丁"])
shares = st.sampled_from(
    [
        (1.0, 0.0, 0.0),
        (0.5, 0.25, 0.25),
        (0.125, 0.875, 0.0),
        (0.25, 0.25, 0.5),
        (1.000001, 0.0, 0.0),
        (0.0, 0.9999990001, 0.0),
        (0.5, 0.25, 0.250001),
        NO_SHARES,
    ]
)
ranges = st.tuples(numbers, numbers, numbers).map(
    lambda three: (sorted(three)[1], sorted(three)[0], sorted(three)[2])
)
marks = st.tuples(st.booleans(), st.booleans(), st.booleans())
places = st.tuples(st.integers(0, 5), st.integers(1, 3), st.sampled_from(NAMES[:2])).map(
    lambda span: Span(span[0], span[0] + span[1], span[2])
)
span_sets = st.frozensets(places, max_size=4)
records = st.fixed_dictionaries(
    {},
    optional={
        "单号": st.sampled_from(["A1", "Ａ1", "B2", None]),
        "金额": st.sampled_from([12000, "1.2万元", "壹万贰仟元", 3.5]),
        "日期": st.sampled_from(["2025-03-01", "2025年3月1日", "2025/4/1"]),
        "标签": st.sampled_from([("甲", "乙"), ("乙", "甲"), ("丙",)]),
    },
)
drawn_boxes = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 3), st.sampled_from(NAMES[:2]), st.integers(0, 4)
    ).map(lambda b: Box((b[0], b[1], b[0] + 2.0, b[1] + 2.0), b[2], b[3] / 4)),
    max_size=3,
    unique_by=lambda box: (box.edges, box.label),
).map(tuple)
drawn_masks = st.lists(
    st.tuples(st.integers(1, 2**12 - 1), st.sampled_from(NAMES[:2]), st.integers(0, 4)).map(
        lambda m: mask_of(f"{m[0]:012b}", m[1], m[2] / 4)
    ),
    max_size=3,
    unique_by=lambda mask: (mask.counts, mask.label),
).map(tuple)
ROWS: dict[str, st.SearchStrategy[Row]] = {
    "classification": st.tuples(st.integers(0, 2), st.integers(-1, 2), scores, shares),
    "choice": st.tuples(st.integers(0, 2), st.integers(-1, 2), st.integers(0, 2)),
    "safety": st.tuples(st.integers(0, 1), st.integers(-1, 1), st.integers(0, 2)),
    "multilabel": st.tuples(marks, marks | st.none()),
    "regression": st.tuples(numbers, ranges | st.just(NOTHING)),
    "forecasting": st.tuples(numbers, ranges | st.just(NOTHING)),
    "anomaly": st.tuples(st.booleans(), scores, st.integers(0, 1), st.integers(0, 400)),
    "retrieval": st.tuples(gains, orders | st.none()),
    "text": st.tuples(words | phrases, words | phrases | st.none()),
    "spans": st.tuples(span_sets, span_sets | st.none()),
    "fields": st.tuples(records, records | st.none()),
    "detection": st.tuples(drawn_boxes, drawn_boxes | st.none()),
    "segmentation": st.tuples(drawn_masks, drawn_masks | st.none()),
}
MAKE: dict[str, Callable[[list[Row]], Any]] = {
    "classification": labels,
    "choice": choices,
    "safety": choices,
    "multilabel": label_sets,
    "regression": values,
    "forecasting": values,
    "anomaly": anomalies,
    "retrieval": rankings,
    "text": texts,
    "spans": spans,
    "fields": fields,
    "detection": boxes,
    "segmentation": masks,
}


def sure_of(code: int) -> tuple[float, ...]:
    return tuple(float(place == code) for place in range(3))


PERFECT: dict[str, Callable[[Row], Row]] = {
    "classification": lambda row: (row[0], row[0], float(row[0] == 0), sure_of(row[0])),
    "choice": lambda row: (row[0], row[0], row[2]),
    "safety": lambda row: (row[0], row[0], row[2]),
    "regression": lambda row: (row[0], (row[0],) * 3),
    "forecasting": lambda row: (row[0], (row[0],) * 3),
    "anomaly": lambda row: (row[0], float(row[0]), *row[2:]),
    "retrieval": lambda row: (row[0], tuple(sorted(row[0], key=lambda d: (-row[0][d], d)))),
}
DELETED: dict[str, Callable[[Row], Row]] = {
    "classification": lambda row: (row[0], -1, math.nan, NO_SHARES),
    "choice": lambda row: (row[0], -1, row[2]),
    "safety": lambda row: (row[0], -1, row[2]),
    "regression": lambda row: (row[0], NOTHING),
    "forecasting": lambda row: (row[0], NOTHING),
    "anomaly": lambda row: (row[0], math.nan, *row[2:]),
}


def perfect(task: str, row: Row) -> Row:
    return PERFECT.get(task, lambda row: (row[0], row[0]))(row)


def deleted(task: str, row: Row) -> Row:
    return DELETED.get(task, lambda row: (row[0], None))(row)


Moved = Callable[[bool, float], Iterator[float]]


def worse_scores(positive: bool, score: float) -> Iterator[float]:
    if not math.isnan(score):
        yield from ((score - 1, -9.0) if positive else (score + 1, 9.0))


def turned_round(positive: bool, score: float, others: list[float]) -> Iterator[float]:
    """The wrong score of a right answer: one beyond the scores of all ``others``."""
    right = all(other < score if positive else other > score for other in others)
    if right and not math.isnan(score):
        yield -9.0 if positive else 9.0


def moved_by(metric: Metric, task: str, rows: list[Row], at: int) -> Moved:
    """How a score may be made worse so that the metric promises not to reward it."""
    if metric.name not in TIES_REWARDED:
        return worse_scores
    positive, score = (
        (lambda row: row[0] == 0, 2) if task == "classification" else (lambda row: row[0], 1)
    )
    others = [row[score] for row in rows if positive(row) != positive(rows[at])]
    return lambda is_positive, value: turned_round(is_positive, value, others)


def spoiled(metric: Metric, task: str, rows: list[Row], at: int) -> Iterator[Row]:
    """Worse versions of an answer: wrong where it was right, further off, or missing."""
    row = rows[at]
    truth, answer = row[0], row[1]
    right = perfect(task, row)[1] == answer
    moved = moved_by(metric, task, rows, at)
    if task == "classification":
        if right:
            yield from ((truth, other, *row[2:]) for other in (-1, 0, 1, 2) if other != truth)
        yield from ((truth, answer, worse, row[3]) for worse in moved(truth == 0, row[2]))
        if row[3] == sure_of(truth):
            yield (truth, answer, row[2], sure_of((truth + 1) % 3))
            yield (truth, answer, row[2], (0.5, 0.25, 0.25))
        yield (truth, -1 if answer == truth else answer, math.nan, NO_SHARES)
    elif task in ("choice", "safety"):
        if right:
            count = 3 if task == "choice" else 2
            yield from ((truth, code, row[2]) for code in range(-1, count) if code != truth)
    elif task in ("regression", "forecasting"):
        number, lower, upper = answer
        if not math.isnan(number):
            end = 150.0 if number >= truth else -50.0
            yield from ((truth, (far, *answer[1:])) for far in ((number + end) / 2, end))
            if truth < lower:
                yield (truth, (number, 150.0, 150.0))
            elif truth > upper:
                yield (truth, (number, -50.0, -50.0))
            elif lower == upper and truth < 150:
                yield (truth, (number, (truth + 150) / 2, 150.0))
        yield (truth, NOTHING)
    elif task == "anomaly":
        yield from ((truth, worse, *row[2:]) for worse in (*moved(truth, answer), math.nan))
    elif task == "retrieval":
        found = [doc for doc in answer or () if doc in truth]
        yield from ((truth, tuple(doc for doc in answer if doc != lost)) for lost in found[-1:])
        yield from ((truth, ("z", *answer)) for _ in found[:1])
        yield (truth, None)
    elif right:
        yield from ((truth, wrong) for wrong in (*wrong_versions(task, truth), None))


def wrong_versions(task: str, truth: Row) -> tuple[Row, ...]:
    if task == "text":
        return (truth + "错", "错")
    if task == "multilabel":
        return (tuple(not mark for mark in truth), (not truth[0], *truth[1:]))
    if task == "spans":
        return (frozenset(), truth | {Span(20, 22, NAMES[0])}, frozenset({Span(20, 22, NAMES[0])}))
    if task == "fields":
        return ({}, truth | {"单号": "错"}) if truth else ({"单号": "错"},)
    if task == "segmentation":
        return ((), (mask_of("0" * 11 + "1", NAMES[2]),), (Mask((1, 1), (0, 1), NAMES[0]),))
    far = Box((90.0, 90.0, 92.0, 92.0), NAMES[0], 1.0)
    return ((), (far,))


def bound(metric: Metric) -> BoundMetric:
    return resolve(MetricText.parse(metric.example))


def compute(metric: Metric, task: str, rows: list[Row]) -> float:
    return bound(metric).statistic(MAKE[task](rows)).value()


def goodness(metric: Metric, value: float) -> float:
    return value if metric.better == "higher" else -value


def samples(task: str) -> st.SearchStrategy[list[Row]]:
    moment = {"unique_by": lambda row: row[2:]} if task == "anomaly" else {}
    return st.lists(ROWS[task], min_size=2, max_size=9, **moment)


@dataclasses.dataclass(frozen=True)
class GivenWeights:
    """Draws that yield declared weights, in two blocks."""

    weights: np.ndarray

    def counts(self) -> Iterator[np.ndarray]:
        yield self.weights[:1]
        yield self.weights[1:]


@pytest.mark.parametrize(("metric", "task"), TABLE)
@given(drawn=st.data())
@fast
def test_a_value_lies_within_the_metrics_bounds(metric: Metric, task: str, drawn: Any) -> None:
    value = compute(metric, task, drawn.draw(samples(task)))

    assert math.isnan(value) or metric.bounds[0] - EDGE <= value <= metric.bounds[1] + EDGE


@pytest.mark.parametrize(("metric", "task"), TABLE)
@given(drawn=st.data())
@fast
def test_the_order_of_samples_changes_no_bit(metric: Metric, task: str, drawn: Any) -> None:
    rows = drawn.draw(samples(task))
    shuffled = drawn.draw(st.permutations(rows))

    values = [compute(metric, task, some) for some in (rows, shuffled)]

    assert values[0] == values[1] or all(map(math.isnan, values))


@pytest.mark.parametrize(("metric", "task"), TABLE)
@given(drawn=st.data())
@fast
def test_perfect_answers_have_the_best_value(metric: Metric, task: str, drawn: Any) -> None:
    rows = drawn.draw(samples(task))
    if metric.name == "precision_at":
        rows = [(dict.fromkeys(DOCUMENTS, 1.0), row[1]) for row in rows]
    if metric.name == "precision":
        rows = [(0, 0, 1.0), *rows]

    value = compute(metric, task, [perfect(task, row) for row in rows])

    assert math.isnan(value) or value == metric.best


@pytest.mark.parametrize(
    ("metric", "task"), [case for case in TABLE if case.values[0].rewards_right]
)
@given(drawn=st.data())
@settings(max_examples=25, deadline=None)
def test_spoiling_an_answer_never_helps(metric: Metric, task: str, drawn: Any) -> None:
    rows = drawn.draw(samples(task))
    at = drawn.draw(st.integers(0, len(rows) - 1))
    before = compute(metric, task, rows)
    assume(not math.isnan(before))

    after = [
        compute(metric, task, [*rows[:at], worse, *rows[at + 1 :]])
        for worse in spoiled(metric, task, rows, at)
    ]

    assert all(goodness(metric, value) <= goodness(metric, before) + EDGE for value in after)


@pytest.mark.parametrize(
    ("metric", "task"), [case for case in TABLE if case.values[0].deletion_safe]
)
@given(drawn=st.data())
@settings(max_examples=25, deadline=None)
def test_deleting_any_answer_never_helps_where_that_is_promised(
    metric: Metric, task: str, drawn: Any
) -> None:
    rows = drawn.draw(samples(task))
    at = drawn.draw(st.integers(0, len(rows) - 1))
    before = compute(metric, task, rows)
    assume(not math.isnan(before))

    after = compute(metric, task, [*rows[:at], deleted(task, rows[at]), *rows[at + 1 :]])

    assert goodness(metric, after) <= goodness(metric, before) + EDGE


@pytest.mark.parametrize("metric", metrics_for("text"), ids=lambda metric: metric.name)
@given(rows=st.lists(ROWS["text"], min_size=1, max_size=6), wanted=phrases, spare=st.booleans())
@settings(max_examples=25, deadline=None)
def test_an_empty_text_in_place_of_a_wrong_one_that_is_no_longer_never_helps(
    metric: Metric, rows: list[Row], wanted: str, spare: bool
) -> None:
    wrong = wanted[:-1] + "错" if spare else "错" * len(wanted.split())

    before, after = (compute(metric, "text", [*rows, (wanted, given)]) for given in (wrong, ""))

    assert math.isnan(before) or goodness(metric, after) <= goodness(metric, before) + EDGE


def test_a_text_left_empty_does_not_lengthen_what_was_answered() -> None:
    rows: list[Row] = [("a", "a")]

    short, empty = (
        compute(METRICS["bleu"], "text", [*rows, ("12000元", given)]) for given in ("错", "")
    )

    assert empty <= short


SPAN, STRAY = Span(0, 2, NAMES[0]), Span(20, 22, NAMES[0])
MASK, AMISS = mask_of("1" * 6 + "0" * 6, NAMES[0]), mask_of("0" * 6 + "1" * 6, NAMES[0])
BOX, ASTRAY = (Box((at, at, at + 2.0, at + 2.0), NAMES[0], 1.0) for at in (0.0, 9.0))
HELPED: dict[str, tuple[list[Row], Row]] = {
    "classification": (
        [(code, code, 0.0, sure_of(code)) for code in (0, 0, 1, 2, 2, 2)],
        (1, 0, 0.0, sure_of(0)),
    ),
    "choice": ([(0, 0, 0), (1, 1, 1), (2, 2, 2)], (1, 0, 1)),
    "regression": ([(k, (k, k, k)) for k in (100.0, 120.0, 140.0)], (51.0, (150.0,) * 3)),
    "multilabel": ([((True, False, False),) * 2], ((False,) * 3, (True, False, False))),
    "anomaly": ([(False, 0.0, 0, 0), (False, 0.0, 0, 1), (False, 0.0, 0, 2)], (False, 9.0, 0, 3)),
    "text": ([("甲乙丙丁戊己", "甲乙丙丁戊己")], ("甲", "错" * 50)),
    "spans": ([(frozenset({SPAN}),) * 2], (frozenset(), frozenset({STRAY}))),
    "fields": ([({"单号": "A1"},) * 2], ({}, {"单号": "错"})),
    "detection": ([((BOX,), (dataclasses.replace(BOX, score=0.5),))], ((), (ASTRAY,))),
    "segmentation": ([((MASK,), (dataclasses.replace(MASK, score=0.5),))], ((), (AMISS,))),
}


# False alarms that a silent point joins into one run, and texts whose words were all given.
HELPED_BY_NAME: dict[str, tuple[list[Row], Row]] = {
    "false_alarms_per_day": ([(False, 9.0, 0, 0), (False, 9.0, 0, 2)], (False, 0.0, 0, 1)),
}


@pytest.mark.parametrize("name", [name for name, m in METRICS.items() if not m.deletion_safe])
def test_a_metric_that_makes_no_such_promise_can_be_helped_by_deleting(name: str) -> None:
    metric = METRICS[name]
    task = metric.task[0]
    kept, wrong = HELPED_BY_NAME.get(name, HELPED[task])

    before, after = (compute(metric, task, [*kept, last]) for last in (wrong, deleted(task, wrong)))

    assert goodness(metric, after) > goodness(metric, before)


@pytest.mark.parametrize(("metric", "task"), TABLE)
@given(drawn=st.data())
@fast
def test_whether_a_metric_is_defined_depends_on_the_targets_alone(
    metric: Metric, task: str, drawn: Any
) -> None:
    rows = drawn.draw(samples(task))

    values = [
        compute(metric, task, some)
        for some in (
            rows,
            [perfect(task, row) for row in rows],
            [deleted(task, row) for row in rows],
        )
    ]

    assert len({math.isnan(value) for value in values}) == 1


@pytest.mark.parametrize(
    ("metric", "task"), [case for case in TABLE if case.values[0].name not in GROUPED]
)
@given(drawn=st.data())
@fast
def test_weighing_a_sample_twice_is_scoring_it_twice(metric: Metric, task: str, drawn: Any) -> None:
    rows = drawn.draw(samples(task))
    n = len(rows)
    counts = drawn.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n).filter(any))
    repeated = [row for row, count in zip(rows, counts, strict=True) for _ in range(count)]
    statistic = bound(metric).statistic(MAKE[task](rows))
    expected = compute(metric, task, repeated)

    once, drawn_value = statistic.replicates(
        GivenWeights(np.array([np.ones(n), counts], dtype=np.float64)), None
    )

    if math.isnan(expected):
        expected = statistic.value()
    assert once == statistic.value() or math.isnan(once)
    assert drawn_value == pytest.approx(expected, abs=EDGE, rel=1e-7, nan_ok=True)


@pytest.mark.parametrize(("metric", "task"), TABLE)
@given(drawn=st.data())
@fast
def test_a_cluster_weighs_what_its_samples_weigh(metric: Metric, task: str, drawn: Any) -> None:
    rows = drawn.draw(samples(task))
    n = len(rows)
    clusters = np.array(
        [0, 1, *drawn.draw(st.lists(st.integers(0, 1), min_size=n - 2, max_size=n - 2))]
    )
    counts = np.array([[1, 1], [2, 0], [0, 2], [3, 1]], dtype=np.float64)
    statistic = bound(metric).statistic(MAKE[task](rows))

    together = statistic.replicates(GivenWeights(counts), clusters)

    assert np.array_equal(
        together, statistic.replicates(GivenWeights(counts[:, clusters]), None), equal_nan=True
    )


@pytest.mark.parametrize(
    ("metric", "task"),
    [case for case in TABLE if case.values[0].level == "sample" or case.values[0].of_one],
)
@given(drawn=st.data())
@fast
def test_scores_by_sample_are_the_metric_of_each_alone_and_average_to_a_mean(
    metric: Metric, task: str, drawn: Any
) -> None:
    rows = drawn.draw(samples(task))
    statistic = bound(metric).statistic(MAKE[task](rows))

    each = by_sample(metric, statistic)

    assert each is not None and each.shape == (len(rows),)
    counted = each[~np.isnan(each)]
    if metric.level == "sample" and len(counted):
        assert counted.mean() == pytest.approx(statistic.value(), abs=EDGE, rel=EDGE)
    if metric.name not in GROUPED:
        alone = [compute(metric, task, [row]) for row in rows]
        compared = slice(None) if metric.level == "corpus" else ~np.isnan(each)
        hair = EDGE * max([1.0, *np.abs(counted)])
        expected = pytest.approx(np.array(alone)[compared], abs=hair, nan_ok=True)
        assert each[compared] == expected


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_only_what_ranks_or_correlates_samples_has_no_score_of_one(metric: Metric) -> None:
    without = {
        *("kappa", "mcc", "multiclass_mcc", "r2", "letter_bias", "event_f1"),
        *("false_alarms_per_day", "auc", "average_precision", "positive_recall_at_fpr"),
        *("anomaly_auc", "anomaly_ap", "recall_at_fpr"),
        *("adjusted_rand", "v_measure", "pearson", "spearman"),
    }

    assert metric.of_one == (metric.name not in without)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_a_metrics_example_is_its_own_canonical_text(metric: Metric) -> None:
    found = resolve(MetricText.parse(metric.example))

    assert str(found.text) == metric.example
    assert found.metric is metric


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_a_metric_is_explained_in_both_languages(metric: Metric) -> None:
    spoken = [(metric.zh, metric.en), (metric.formula_zh, metric.formula_en)]
    spoken += [(parameter.zh, parameter.en) for parameter in metric.parameters]

    for zh, en in spoken:
        assert any("\u4e00" <= letter <= "\u9fff" or letter.isupper() for letter in zh)
        assert en and not any("\u4e00" <= letter <= "\u9fff" for letter in en)
    assert metric.reference
    assert "÷" in metric.formula_zh and "÷" in metric.formula_en


@pytest.mark.parametrize("task", MAKE)
def test_every_task_has_metrics_that_cannot_be_helped_by_deleting(task: str) -> None:
    assert sum(metric.deletion_safe for metric in metrics_for(task)) >= 2


def test_clauses_of_the_national_standard_are_cited_where_they_are_known() -> None:
    clauses = {name: metric.clause for name, metric in METRICS.items() if metric.clause}

    assert clauses == {
        "accuracy": "GB/T 45288.2 A.1.1",
        "recall": "GB/T 45288.2 A.1.2",
        "precision": "GB/T 45288.2 A.1.3",
        "f1": "GB/T 45288.2 A.1.4",
        "bleu": "GB/T 45288.2 A.1.5",
        "rouge_l": "GB/T 45288.2 A.1.6",
    }
