"""Metrics on which one and the same answer to every sample is faultless, or no answer is anything."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from harness.checking.metrics import undefined_on
from harness.dataset import Dataset
from harness.metric_text import MetricText
from harness.problems import Explanation, Problem
from scoring import catalog
from scoring.metric import BoundMetric

if TYPE_CHECKING:
    from scoring.answers import Answers


def unfit_for_targets(
    text: MetricText, dataset: Dataset, targets: Sequence[Any], where: str
) -> Iterator[Problem]:
    """Report a metric that suits the data, but is nothing or free on the targets that they have."""
    if undefined_on(text, dataset, targets):
        yield Problem("E4023", where, str(text))
    elif free_by_rote(text, dataset, targets):
        yield Problem("E4037", where, str(text))


def free_by_rote(text: MetricText, dataset: Dataset, targets: Sequence[Any]) -> bool:
    """Whether one answer, the same for every sample, takes full marks on these targets.

    A tolerance as wide as the targets, a cut as deep as all documents that are ever relevant, a
    limit in which every key point has its place.
    """
    bound = catalog.resolve(text)
    if bound.metric.sees != "both":
        return False
    for answers in _by_rote(bound, dataset, targets):
        value = bound.statistic(answers).value()
        if math.isclose(value, bound.metric.best, abs_tol=1e-12):
            return True
    return False


def _by_rote(bound: BoundMetric, dataset: Dataset, targets: Sequence[Any]) -> Iterator[Answers]:
    """The same answer for every sample, if there is one that could suit all of them."""
    # Only here: a package without data of its own is checked without numpy.
    from scoring.answers import Rankings, Texts

    if dataset.task in ("regression", "forecasting"):
        yield from _one_number(dataset, targets)
    elif dataset.task == "retrieval":
        counts = Counter(name for gains in targets for name in gains)
        ranking = tuple(name for name, _ in counts.most_common(dataset.depth))
        yield Rankings(relevant=tuple(targets), ranked=(ranking,) * len(targets))
    elif dataset.task == "text":
        text = ""
        if "tolerance" in bound.parameters:
            text = _middle(targets)
        elif "limit" in bound.parameters:
            text = _every_point(targets)
        if 0 < len(text) <= int(bound.parameters.get("limit", len(text))):
            yield Texts(truth=tuple(targets), predicted=(text,) * len(targets))


def _one_number(dataset: Dataset, targets: Sequence[Any]) -> Iterator[Answers]:
    import numpy as np

    from scoring.answers import Values

    if dataset.range is None:
        return
    low, high = min(targets), max(targets)
    middle, start, end = (
        np.full(len(targets), value) for value in (low + (high - low) / 2, low, high)
    )
    yield Values(
        truth=np.array(targets, dtype=np.float64),
        predicted=middle,
        low=dataset.range.low,
        high=dataset.range.high,
        lower=start,
        upper=end,
    )


def _middle(targets: Sequence[str]) -> str:
    """The number midway between the least and the greatest of texts, if all hold one of a unit."""
    from scoring.text.numerals import quantities

    found = [some[0] for target in targets if len(some := quantities(target)) == 1]
    if len({one.unit for one in found}) != 1:
        return ""
    values = [one.value for one in found]
    middle: Fraction = (min(values) + max(values)) / 2
    return f"{float(middle)!r}{found[0].unit}"


def _every_point(targets: Sequence[str]) -> str:
    """One wording of every key point that some text asks for."""
    from scoring.metrics.short_answers import PARTED

    points = {
        part.split("|")[0].strip()
        for target in targets
        for part in PARTED.split(target)
        if part.strip() and part.strip()[0] not in "!！"
    }
    return ";".join(sorted(points))


PROBLEMS = (
    Explanation(
        "E4023",
        "{where}：指标“{found}”在本数据上无法计算（如所看的标签没有样本，或参考答案只有一类）。请换用别的指标，或补充样本。",
        "{where}: the metric '{found}' is undefined on these data (no sample has its label, or all "
        "targets are of one class). Choose another metric or add samples.",
    ),
    Explanation(
        "E4037",
        "{where}：在本数据上，各样本都用同一个作答，“{found}”就得满分（如允许误差不小于参考值的跨度之半，"
        "k 不小于全部相关文档数，limit 容得下全部要点）。请收紧参数，或补充样本。",
        "{where}: on these data one and the same answer to every sample takes full marks on "
        "'{found}' (such as a tolerance of half the spread of the targets, a k of all relevant "
        "documents, a limit with room for every key point). Tighten the parameter or add samples.",
    ),
)
