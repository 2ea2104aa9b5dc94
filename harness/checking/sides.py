"""How many points answers made without a look at any sample can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.board import Criterion, Item
from harness.problems import Explanation, Problem
from scoring import catalog
from scoring.metric import BoundMetric, MetricProblem


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A metric with its weight, and whether its gate can fail anybody."""

    bound: BoundMetric
    weight: int
    gated: bool


def weight_on_one_side(item: Item, where: str) -> Iterator[Problem]:
    """Report metrics of one side that carry most of what hangs on one part of the answers."""
    for named in one_sided(item.metrics):
        yield Problem("E2022", f"{where}.metrics", named)


def one_sided(criteria: Sequence[Criterion]) -> Iterator[str]:
    """The metrics of one side that carry most of the weight on a part of the answers, by part.

    A number is another part than its interval, a label another than the belief in it: an honest
    one keeps nobody from making up the other. Where a metric is unknown nothing is said.
    """
    known = [one for entry in criteria for one in _known(entry)]
    if len(known) < len(criteria):
        return
    for part in sorted({one.bound.metric.reads for one in known}):
        reading = [one for one in known if one.bound.metric.reads == part]
        taken = max(_ways(reading), key=_weight, default=[])
        if 3 * _weight(taken) > 2 * _weight(reading):
            yield ", ".join(str(one.bound.text) for one in taken if one.weight)


def _weight(some: Iterable[Weighed]) -> int:
    return sum(one.weight for one in some)


def _ways(reading: Sequence[Weighed]) -> Iterator[list[Weighed]]:
    """The metrics that each way of answering without a look takes in full.

    Claiming all of one label, or everything, takes what sees only what is found, and what sees
    only claims of other things; claiming nothing takes all that sees only claims; claiming
    something now and then takes that nearly and what a claim at any time touches. A way that fails
    a gate takes nothing.
    """
    found, touched, claimed, given = (
        [one for one in reading if one.bound.metric.sees in sides]
        for sides in (("found", "touched"), ("touched",), ("claimed",), ("given",))
    )
    ways = [[*touched, *claimed, *given]]
    for label in {one.bound.parameters.get("label") for one in found} or {None}:
        ours = [one for one in found if one.bound.parameters.get("label") in (label, None)]
        things = {one.bound.text.parameters for one in ours}
        others = [one for one in claimed if one.bound.text.parameters not in things]
        ways.append([*ours, *others, *given])
    for way in ways:
        if all(one in way for one in reading if one.gated):
            yield way


def _known(entry: Criterion) -> Iterator[Weighed]:
    try:
        bound = catalog.resolve(entry.metric)
    except MetricProblem:
        return
    asked = entry.gate and (
        entry.gate.at_least if entry.gate.at_least is not None else entry.gate.at_most
    )
    gated = asked is not None and asked != bound.metric.worst
    yield Weighed(bound=bound, weight=entry.weight, gated=gated)


PROBLEMS = (
    Explanation(
        "E2022",
        "{where}：{found} 只看一面（如只看找没找到），不看样本、一律照报（或隔一阵报一次、只报最有把握的几个）也能得满分或接近满分，"
        "却占了同一项作答（标签、置信分、概率、数值、区间各为一项）所计权重的三分之二以上。"
        "请给看同一项作答的两面指标（如 F1；区间用 interval_score）或另一面的指标（同一标签、同一阈值）"
        "至少一半于此的权重，或设门槛。",
        "{where}: {found} look at one side only (such as what is found), so that claiming everything "
        "without a look (or something now and then, or only what is surest) takes full marks or nearly "
        "so, and carry more than two thirds of the weight on one part of "
        "the answers (label, belief, probabilities, value and interval are one part each). Give half "
        "as much weight, or a gate, to a metric of both sides of that part (an F1; interval_score for "
        "intervals) or to one of the other side on the same label or threshold.",
    ),
)
