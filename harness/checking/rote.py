"""Metrics and items on which answers made without a look are faultless, or no answer is anything."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.board import Gate, Item
from harness.checking.asked import Asked
from harness.checking.blind import blind_answers, fitted_answers
from harness.checking.metrics import uncounted, undefined_on
from harness.metric_text import MetricText
from harness.problems import Explanation, Problem
from scoring import catalog
from scoring.anchors import FULL, points

if TYPE_CHECKING:
    from scoring.answers import Answers

WON = 90.0
"""Points of 100 at which answers made without a look have won an item."""


def unfit_for_targets(text: MetricText, asked: Asked, where: str) -> Iterator[Problem]:
    """Report a metric that suits the data, but is nothing or free on the targets that they have."""
    if undefined_on(text, asked):
        yield Problem("E4023", where, str(text))
    elif free_by_rote(text, asked):
        yield Problem("E4037", where, str(text))


def uncounted_targets(text: MetricText, asked: Asked, where: str) -> Iterator[Problem]:
    """Advise on targets that a metric leaves out, which no answer can be right or wrong on."""
    if count := uncounted(text, asked):
        values = {"count": str(count), "samples": str(len(asked.targets))}
        yield Problem("E4038", where, str(text), values)


def free_by_rote(text: MetricText, asked: Asked) -> bool:
    """Whether answers made without a look at any sample take full marks on these targets.

    Targets that are all the same, a tolerance as wide as the targets, a cut as deep as all
    documents that are ever relevant, a limit in which every key point has its place.
    """
    bound = catalog.resolve(text)
    if bound.metric.sees != "both":
        return False
    for answers in (*blind_answers(asked), *fitted_answers(asked, bound)):
        if math.isclose(bound.statistic(answers).value(), bound.metric.best, abs_tol=1e-12):
            return True
    return False


def won_by_rote(item: Item, asked: Asked, where: str) -> Iterator[Problem]:
    """Report an item most of whose points answers made without a look at any sample take."""
    bounds = [catalog.resolve(entry.metric) for entry in item.metrics]
    fitted = (answers for bound in bounds for answers in fitted_answers(asked, bound))
    found = [_points(item, answers) for answers in (*blind_answers(asked), *fitted)]
    if (most := max(found, default=0.0)) >= WON:
        yield Problem("E4039", f"{where}.metrics", f"{most:.1f}")


def _points(item: Item, answers: Answers) -> float:
    """Points of an item's metrics; none where a gate is failed, or for a floor not known yet."""
    total = 0.0
    for entry in item.metrics:
        value = catalog.resolve(entry.metric).statistic(answers).value()
        if entry.gate is not None and not _passes(entry.gate, value):
            return 0.0
        if isinstance(entry.floor, float):
            attained = points(value, entry.floor, entry.target)
        else:
            better = catalog.resolve(entry.metric).metric.better
            reached = value >= entry.target if better == "higher" else value <= entry.target
            attained = FULL if reached else 0.0
        total += entry.weight * (0.0 if math.isnan(attained) else attained) / 100
    return total


def _passes(gate: Gate, value: float) -> bool:
    low = -math.inf if gate.at_least is None else gate.at_least
    high = math.inf if gate.at_most is None else gate.at_most
    return low <= value <= high


PROBLEMS = (
    Explanation(
        "E4023",
        "{where}：指标“{found}”在本数据上无法计算（如所看的标签没有样本、参考答案只有一类，或没有一条异常、片段或恰有一个数的参考答案）。请换用别的指标，或补充样本。",
        "{where}: the metric '{found}' is undefined on these data (no sample has its label, all targets "
        "are of one class, or none is an anomaly, a span or a text of one number). Choose another "
        "metric or add samples.",
    ),
    Explanation(
        "E4037",
        "{where}：在本数据上，不看样本、一律作答，“{found}”就得满分（如参考答案全都相同或只有禁写要点，"
        "允许误差不小于参考值的跨度之半，k 不小于全部相关文档数，limit 容得下全部要点）。请收紧参数，或补充样本。",
        "{where}: on these data answers made without a look at any sample take full marks on "
        "'{found}' (such as targets that are all the same or forbidden points only, a tolerance of "
        "half the spread of the targets, a k of all relevant documents, a limit with room for every "
        "key point). Tighten the parameter or add samples.",
    ),
    Explanation(
        "E4038",
        "{where}：{samples} 条参考答案中有 {count} 条不计入“{found}”（如不是恰有一个数），答什么都不影响得分。"
        "请改写这些参考答案，或换用别的指标。",
        "{where}: of {samples} targets {count} do not count in '{found}' (such as texts that do not "
        "hold exactly one number), so that nothing hangs on their answers. Rewrite them or choose "
        "another metric.",
    ),
    Explanation(
        "E4039",
        "{where}：不看样本、一律作答（如全报最常见的标签、整段标注、隔几点报一次警）就得 {found} 分（满分100）。"
        "请提高 floor，增加看另一面的指标或门槛，或补充样本。",
        "{where}: answers made without a look at any sample (such as the commonest label, whole texts "
        "marked, an alarm every few points) take {found} of 100 points. Raise the floor, add a metric "
        "of the other side or a gate, or add samples.",
    ),
)
