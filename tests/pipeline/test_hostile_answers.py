"""No answer whatsoever stops the reader, and none that it takes in stops the scoring."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.columns import columns
from harness.dataset import TASKS, Range
from harness.execution.answers import AnswerReader, task_of
from harness.execution.outcomes import OUTCOMES, Verdict
from harness.execution.sealing import Sealed
from harness.metric_text import MetricText
from harness.samples import Sample, SampleSet
from scoring.catalog import metrics_for, resolve
from scoring.resampling import Draws
from scoring.score import score

NAMES = ("紧急", "缺陷", "一般")
KINDS = {"紧急": "text", "缺陷": "number", "一般": "set"}
OPTIONS = ("A", "B", "C")
EDGE = 1e-9
TARGETS: dict[str, tuple[Any, Any]] = {
    "classification": ("紧急", "缺陷"),
    "regression": (1.0, 9.0),
    "forecasting": (1.0, 9.0),
    "anomaly": (True, False),
    "retrieval": ({"a": 1.0}, {"b": 2.0}),
    "text": ("压力3.5MPa；!甲", "甲 乙"),
    "multilabel": (("紧急",), ("缺陷", "一般")),
    "choice": ("A", "B"),
    "safety": ("refuse", "answer"),
    "spans": (((0, 2, "紧急"),), ((3, 5, "缺陷"),)),
    "fields": ({"紧急": "A1", "缺陷": 12000}, {"一般": ["甲"]}),
    "detection": ((((0.0, 0.0, 2.0, 2.0), "紧急"),),) * 2,
    "segmentation": ((((2, 2), (1, 3), "紧急"),),) * 2,
}
SHARES = [
    (1.000001, 0.0, 0.0),
    (0.5, 0.25, 0.250001),
    (0.5, 0.25, 0.249999),
    (0.42361477, 0.16161, 0.41477623),
    (1e308, 1e308, 1e308),
    (1 + 2e-7, 1e-12, 0.0),
    (-0.0, 1.0, 0.0),
    (5e-324, 1.0, 0.0),
]
leaves = st.one_of(
    st.none() | st.booleans() | st.floats() | st.floats(-0.5, 10.5) | st.integers(-3, 12),
    st.sampled_from([10**400, -(10**19), 1 << 63, 1e308, -1e308, 5e-324, -0.0, "\ud800", ""]),
    st.sampled_from([*NAMES, "a", "A", "甲\u200b", "1e999", "9" * 5000, "０" * 40]),
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*NAMES, "label", "text", "\ud800"]), inner, max_size=4)
    ),
    max_leaves=6,
)
labels = st.sampled_from(NAMES)
score_of = leaves | st.floats(0, 1)
PARTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "label": {"label": labels},
    "score": {"score": score_of},
    "probabilities": {
        "probabilities": st.dictionaries(labels, leaves, max_size=3)
        | st.sampled_from(SHARES).map(lambda row: dict(zip(NAMES, row, strict=True)))
    },
    "value": {"value": leaves},
    "interval": {"value": st.just(5.0), "low": leaves, "high": leaves},
    "ranking": {"ranking": st.lists(leaves, max_size=4)},
    "text": {"text": leaves | st.text()},
    "labels": {"labels": st.lists(labels, max_size=3)},
    "spans": {
        "spans": st.lists(
            st.fixed_dictionaries({"start": leaves, "end": leaves, "label": labels}), max_size=3
        )
    },
    "fields": {"fields": st.dictionaries(labels, leaves | st.lists(leaves, max_size=2))},
    "boxes": {
        "boxes": st.lists(
            st.fixed_dictionaries(
                {
                    "box": st.lists(leaves, min_size=4, max_size=4)
                    | st.sampled_from([[-1e308, -1e308, 1e308, 1e308], [0, 0, 5e-324, 1e-300]]),
                    "label": labels,
                    "score": score_of,
                }
            ),
            max_size=3,
        )
    },
    "masks": {
        "masks": st.lists(
            st.fixed_dictionaries(
                {
                    "label": labels,
                    "score": score_of,
                    "size": st.sampled_from([[2, 2], [1, 4], [1 << 40, 1], [0, 0]]),
                    "counts": st.lists(st.sampled_from([0, 1, 2, 3, 4, 1 << 62]), max_size=4),
                }
            ),
            max_size=3,
        )
    },
}
SHAPED = {
    "classification": ("label", "score", "probabilities"),
    "regression": ("interval",),
    "forecasting": ("value",),
    "anomaly": ("score",),
    "retrieval": ("ranking",),
    "text": ("text",),
    "multilabel": ("labels",),
    "choice": ("text",),
    "safety": ("text",),
    "spans": ("spans",),
    "fields": ("fields",),
    "detection": ("boxes",),
    "segmentation": ("masks",),
}
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def dataset_of(task: str) -> Any:
    ranged, named = task in ("regression", "forecasting"), task not in ("fields", "safety")
    names = (OPTIONS if task == "choice" else NAMES) if named else ()
    return SimpleNamespace(
        task=task,
        labels=names,
        answer_labels=names or tuple(KINDS),
        positive="紧急" if task == "classification" else None,
        range=Range(low=0.0, high=10.0) if ranged else None,
        fields=KINDS,
        depth=3,
        options=None,
        refusals=(),
        time="t",
        series=None,
        slices=(),
    )


def shaped(task: str) -> st.SearchStrategy[Any]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    for name in SHAPED[task]:
        required |= PARTS[name]
    optional = {name: required.pop(name) for name in ("probabilities",) if name in required}
    if task == "classification":
        optional["score"] = required.pop("score")
    return st.fixed_dictionaries(required, optional=optional)


def verdicts_of(task: str, value: Any) -> list[Verdict]:
    reader = AnswerReader(task_of(dataset_of(task)))
    raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return [reader.judge(value), reader.read(raw), reader.read(json.dumps(value).encode())]


@pytest.mark.parametrize("task", TASKS)
@given(value=anything)
@example(value={"label": "紧急", "probabilities": dict.fromkeys(NAMES, 1e308)})
@example(value={"fields": {"缺陷": 10**400}})
@example(value={"text": "\ud800"})
@few
def test_the_reader_judges_any_value_in_every_task(task: str, value: Any) -> None:
    assert all(verdict.outcome in OUTCOMES for verdict in verdicts_of(task, value))


@pytest.mark.parametrize("task", TASKS)
@given(drawn=st.data())
@few
def test_an_answer_that_was_taken_in_can_be_scored(task: str, drawn: Any) -> None:
    pair = [drawn.draw(shaped(task)) for _ in range(2)]
    kept = [[one.answer for one in verdicts_of(task, value)] for value in pair]

    for texts in zip(*kept, strict=True):
        assert_scored(task, list(texts))


@pytest.mark.parametrize("row", SHARES)
def test_rows_at_the_edge_of_what_is_read_are_scored(row: tuple[float, ...]) -> None:
    value = {"label": "紧急", "probabilities": dict(zip(NAMES, row, strict=True))}

    for verdict in verdicts_of("classification", value):
        assert_scored("classification", [verdict.answer, None])


def test_a_deeply_nested_value_of_a_file_is_an_invalid_answer() -> None:
    nest: Any = "甲"
    for _ in range(100_000):
        nest = [nest]

    verdict = AnswerReader(task_of(dataset_of("fields"))).judge({"fields": {"紧急": nest}})

    assert verdict.outcome == "invalid"


def assert_scored(task: str, texts: list[str | None]) -> None:
    """Join two answers with their targets and hold every metric's score against its bounds."""
    dataset = dataset_of(task)
    samples = SampleSet(
        samples=tuple(Sample(id=name, inputs={}) for name in "pq"),
        clusters=("m", "n"),
        columns={"t": ("2026-01-01", "2026-01-02")},
    )
    sealed = Sealed(
        ids=("p", "q"),
        outcomes=("answered", "answered"),
        answers=tuple(None if text is None else json.loads(text) for text in texts),
        digest="sha256:",
    )
    joined = columns(dataset, samples, dict(zip("pq", TARGETS[task], strict=True)), sealed)
    for metric in metrics_for(task):
        bound, draws = resolve(MetricText.parse(metric.example)), Draws(bytes(32), 2, 9)
        found = score(bound, joined.answers, clusters=joined.clusters, draws=draws).value
        low, high = metric.bounds
        assert math.isnan(found) or low - EDGE <= found <= high + EDGE
