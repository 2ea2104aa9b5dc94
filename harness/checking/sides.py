"""Whether what carries the points can be taken in full without a look at any sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.board import Item
from harness.metric_text import MetricText
from harness.problems import Explanation, Problem
from scoring import catalog
from scoring.metric import BoundMetric, MetricProblem


def weight_on_one_side(item: Item, where: str) -> Iterator[Problem]:
    """Report an item all of whose weight lies on metrics that blind answers take in full."""
    weighed = [entry.metric for entry in item.metrics if entry.weight]
    counted = [entry.metric for entry in item.metrics if entry.weight or entry.gate]
    if weighed and blind(counted):
        yield Problem("E2022", f"{where}.metrics", ", ".join(map(str, weighed)))


def blind(texts: Sequence[MetricText]) -> bool:
    """Whether answers made without a look may be faultless on all of these metrics at once.

    Not so where one looks at both sides, where one of each side looks at the same thing, such as
    one label or one threshold, or where two labels are to be found, which exclude each other. Of a
    metric that is unknown nothing is said.
    """
    bound = [one for text in texts for one in _known(text)]
    if len(bound) < len(texts) or any(one.metric.sees == "both" for one in bound):
        return False
    found = [one for one in bound if one.metric.sees == "found"]
    things = {one.text.parameters for one in found}
    labels = {one.parameters["label"] for one in found if "label" in one.parameters}
    claimed = {one.text.parameters for one in bound if one.metric.sees == "claimed"}
    return not things & claimed and len(labels) < 2


def _known(text: MetricText) -> Iterator[BoundMetric]:
    try:
        yield catalog.resolve(text)
    except MetricProblem:
        return


PROBLEMS = (
    Explanation(
        "E2022",
        "{where}：计权的 {found} 都只看一面（如只看找没找到），不看样本、一律照报也能得满分。"
        "请加入两面都看的指标（如 F1），或给另一面的指标（同一标签、同一阈值）赋权重或设门槛。",
        "{where}: all the weight lies on {found}, which look at one side only (such as what is found), "
        "so that claiming everything without a look takes full marks. Add a metric that looks at "
        "both, such as an F1, or weigh or gate one of the other side on the same label or threshold.",
    ),
)
