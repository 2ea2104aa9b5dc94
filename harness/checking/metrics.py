"""Whether the metrics that a board or a scenario names exist and suit the data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from harness.checking.asked import Asked
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


def undefined_on(text: MetricText, asked: Asked) -> bool:
    """Whether a metric that suits the data has no value on their targets, whatever is answered.

    A label that it looks at and no target has; one class only; no spread where it divides by it;
    no target of the kind that it counts.
    """
    bound = catalog.resolve(text)
    looked_at = {
        str(bound.parameters[one.name]) for one in bound.metric.parameters if one.kind == "label"
    }
    if looked_at and not looked_at <= set(_labels(asked.wanted)):
        return True
    return not math.isfinite(bound.statistic(asked.answered({})).value())


def uncounted(text: MetricText, asked: Asked) -> int:
    """How many reference texts a metric leaves out; 0 where it has no value at all.

    Other tasks declare what counts: a label, an event, a question to be refused.
    """
    if asked.dataset.task != "text":
        return 0
    counted = _counted(text, asked)
    return len(asked.targets) - counted if counted else 0


def _counted(text: MetricText, asked: Asked) -> int:
    """Over how many samples a mean is taken; 0 for what is no mean of samples."""
    bound = catalog.resolve(text)
    sums = bound.statistic(asked.answered({}))
    if bound.metric.level == "sample" and isinstance(sums, SampleSums):
        return int(sums.sums[1])
    return 0


def faultless_bound(text: MetricText | None, asked: Asked, level: float) -> float | None:
    """The safe bound that faultless answers have on a metric; without a text, on coverage.

    Exact for a proportion of independent samples. Any other interval keeps a width, so that its
    bound stays short of the metric's best value, which is returned. ``None`` for no known metric.
    """
    if text is None:
        return _exact_bound(len(asked.targets), level, "higher")
    metric = known_metric(text)
    if metric is None or metric.kind != "proportion" or asked.dataset.samples.cluster:
        return None if metric is None else metric.best
    return _exact_bound(_counted(text, asked) or len(asked.targets), level, metric.better)


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
