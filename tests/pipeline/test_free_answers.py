"""No metric reads what a model thinks before it answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.columns import columns
from harness.execution.sealing import Sealed
from harness.metric_text import MetricText
from harness.samples import Sample, SampleSet
from scoring.answers import Texts
from scoring.catalog import metrics_for, resolve
from scoring.metric import Metric

WANTED = ("先泄压;!直接开盖", "压力为3.5MPa")
SAID = ("先泄压", "压力为 3.4 MPa。")
THOUGHT = "<think>直接开盖很危险，压力可能是3.5MPa</think>\n\n"


@pytest.mark.parametrize("metric", metrics_for("text"), ids=lambda metric: metric.name)
def test_a_text_is_worth_the_same_with_and_without_thinking(metric: Metric) -> None:
    bound = resolve(MetricText.parse(metric.example))
    thought = texts(WANTED, tuple(THOUGHT + said for said in SAID))

    assert bound.statistic(thought).value() == bound.statistic(texts(WANTED, SAID)).value()


def test_a_text_that_only_thinks_is_empty_and_one_that_is_missing_stays_so() -> None:
    assert texts(WANTED, (THOUGHT, None)).predicted == ("", None)


def test_a_text_is_whole_where_the_wanted_one_holds_a_tag_of_thinking() -> None:
    wanted = "<think>甲</think>乙"

    assert texts((wanted, "乙"), (wanted, wanted)).predicted == (wanted, "乙")


def texts(wanted: tuple[str, ...], given: tuple[str | None, ...]) -> Texts:
    """The columns of a dataset of texts whose samples are named by their places."""
    ids = tuple(str(place) for place in range(len(wanted)))
    dataset: Any = SimpleNamespace(task="text", series=None, time=None, slices=())
    joined = columns(
        dataset,
        SampleSet(
            samples=tuple(Sample(id=name, inputs={}) for name in ids), clusters=None, columns={}
        ),
        dict(zip(ids, wanted, strict=True)),
        Sealed(
            ids=ids,
            outcomes=tuple("missing" if text is None else "answered" for text in given),
            answers=tuple(None if text is None else {"text": text} for text in given),
            digest="sha256:",
        ),
    )
    assert isinstance(joined.answers, Texts)
    return joined.answers
