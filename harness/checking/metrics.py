"""Whether the metrics that a board or a scenario names exist and suit the data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from harness.dataset import Dataset
from harness.metric_text import MetricText
from harness.problems import Problem
from scoring import catalog
from scoring.metric import Metric, MetricProblem, UnknownMetric, WordForName
from scoring.statistic import SampleSums


def metric_problems(
    text: MetricText, task: str, dataset: Dataset | None, where: str
) -> Iterator[Problem]:
    """Report a metric that is unknown, badly written, or no measure of this task and data."""
    try:
        bound = catalog.resolve(text)
        if dataset is not None:
            named = {"time": dataset.time, "cluster": dataset.samples.cluster}
            declared = [key for key, column in named.items() if column]
            bound.suits(task, dataset.labels, dataset.positive, declared)
    except MetricProblem as problem:
        yield from problem.problems(where)


def known_metric(text: MetricText) -> Metric | None:
    """The metric that a text names, if it is one and is well written."""
    try:
        return catalog.resolve(text).metric
    except MetricProblem:
        return None


def meant_metrics(text: MetricText) -> tuple[str, ...]:
    """A metric's text, or what of the catalogue it may mean where it names no metric."""
    try:
        catalog.resolve(text)
    except UnknownMetric as problem:
        return (problem.nearest or str(text),)
    except WordForName as problem:
        return tuple(metric.example for metric in problem.meant)
    except MetricProblem:
        pass
    return (str(text),)


def undefined_on(text: MetricText, dataset: Dataset, targets: Sequence[Any]) -> bool:
    """Whether a metric that suits the data has no value on their targets, whatever is answered.

    A label that it looks at and no target has; one class only; no spread where it divides by it.
    """
    bound = catalog.resolve(text)
    looked_at = {
        str(bound.parameters[one.name]) for one in bound.metric.parameters if one.kind == "label"
    }
    if looked_at and not looked_at <= set(_labels(targets)):
        return True
    answers = _unanswered(dataset, targets)
    return answers is not None and not math.isfinite(bound.statistic(answers).value())


def faultless_bound(
    text: MetricText | None, dataset: Dataset, targets: Sequence[Any], level: float
) -> float | None:
    """The safe bound that faultless answers have on a metric; without a text, on coverage.

    Exact for a proportion of independent samples. Any other interval keeps a width, so that its
    bound stays short of the metric's best value, which is returned. ``None`` for no known metric.
    """
    if text is None:
        return _exact_bound(len(targets), level, "higher")
    metric = known_metric(text)
    if metric is None or metric.kind != "proportion" or dataset.samples.cluster:
        return None if metric is None else metric.best
    answers = _unanswered(dataset, targets)
    sums = None if answers is None else catalog.resolve(text).statistic(answers)
    counted = int(sums.sums[1]) if isinstance(sums, SampleSums) else 0
    return _exact_bound(counted or len(targets), level, metric.better)


def _exact_bound(samples: int, level: float, better: Literal["higher", "lower"]) -> float:
    # Only here, as numpy below.
    from scoring.interval import clopper_pearson_bound

    if better == "higher":
        return clopper_pearson_bound(samples, samples, level, "lower")
    return clopper_pearson_bound(0, samples, level, "upper")


def _labels(targets: Iterable[Any]) -> Iterator[str]:
    """Every label that some target has, whatever the task's form of a target."""
    for target in targets:
        for part in target if isinstance(target, tuple | list) else (target,):
            yield str(part[-1] if isinstance(part, tuple) else part)


def _unanswered(dataset: Dataset, targets: Sequence[Any]) -> Any:
    """Answers of a task with one value or class a sample, none of them given."""
    # Only here: a package without data of its own is checked without numpy.
    import numpy as np

    from scoring.answers import Anomalies, Labels, Values

    none = np.full(len(targets), np.nan)
    if dataset.task == "classification":
        return Labels(
            truth=np.array([dataset.labels.index(target) for target in targets], dtype=np.int64),
            predicted=np.full(len(targets), -1),
            labels=dataset.labels,
            positive=dataset.positive,
            belief=none,
        )
    if dataset.task in ("regression", "forecasting") and dataset.range is not None:
        truth = np.array(targets, dtype=np.float64)
        return Values(
            truth=truth,
            predicted=none,
            low=dataset.range.low,
            high=dataset.range.high,
            lower=none,
            upper=none,
        )
    if dataset.task == "anomaly" and not dataset.time:
        series = np.zeros(len(targets), dtype=np.int64)
        return Anomalies(truth=np.array(targets, dtype=np.bool_), score=none, series=series)
    return None
