"""Checks of a board's gates: one bound each, on the metric's side, and within anybody's reach."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.board import Criterion, Gate, Item
from harness.checking.asked import Asked
from harness.checking.metrics import faultless_bound, known_metric
from harness.dataset import read_dataset
from harness.metric_text import MetricText
from harness.problems import Explanation, Problem, Refusal
from harness.structure import given


def metric_gate(entry: Criterion, where: str) -> Iterator[Problem]:
    """Report a gate without exactly one bound, or with one on the metric's wrong side."""
    if entry.gate is None:
        return
    if given(entry.gate.at_least) == given(entry.gate.at_most):
        yield Problem("E2010", where)
    metric = known_metric(entry.metric)
    if metric is None:
        return
    wrong = entry.gate.at_most if metric.better == "higher" else entry.gate.at_least
    if wrong is not None:
        yield Problem("E2013", where, f"{wrong:g}", {"expected": metric.better})


def beyond_bounds(entry: Criterion, where: str) -> Iterator[Problem]:
    """Report anchors and gates that no value of the metric reaches, or that every value does."""
    metric = known_metric(entry.metric)
    if metric is None:
        return
    low, high = metric.bounds
    gate = entry.gate and {"gate.at_least": entry.gate.at_least, "gate.at_most": entry.gate.at_most}
    for name, value in {"floor": entry.floor, "target": entry.target, **(gate or {})}.items():
        if not isinstance(value, float):
            continue
        if not low <= value <= high:
            values = {"low": _end(low), "high": _end(high)}
            yield Problem("E2023", f"{where}.{name}", f"{value:g}", values)
        elif name not in ("floor", "target") and value == metric.worst:
            yield Problem("E2024", f"{where}.{name}", f"{value:g}")


def _end(bound: float) -> str:
    return f"{bound:g}".replace("inf", "∞")


def coverage_gate(item: Item, where: str) -> Iterator[Problem]:
    """Report a coverage gate that is no lower bound of a share."""
    if item.coverage is not None and not _is_share(item.coverage):
        yield Problem("E2011", f"{where}.coverage")


def gates_within_reach(folder: Path, item: Item, level: float, where: str) -> Iterator[Problem]:
    """Report gates judged by their bound that not even faultless answers would pass."""
    gates = [(f"{where}.coverage", None, item.coverage), *_metric_gates(item, where)]
    bounded = [(place, text, gate) for place, text, gate in gates if gate and gate.by == "bound"]
    if not (item.dataset and bounded):
        return
    try:
        home = folder / item.dataset
        asked = Asked.read(home, read_dataset(home))
    except Refusal:
        return
    for place, text, gate in bounded:
        best = faultless_bound(text, asked, level)
        if best is not None and (bound := _beyond(gate, best)) is not None:
            values = {"expected": f"{best:.4g}", "samples": str(len(asked.targets))}
            yield Problem("E2021", place, f"{bound:g}", values)


def _metric_gates(item: Item, where: str) -> Iterator[tuple[str, MetricText | None, Gate | None]]:
    for place, entry in enumerate(item.metrics):
        yield f"{where}.metrics[{place}] {entry.metric}.gate", entry.metric, entry.gate


def _beyond(gate: Gate, best: float) -> float | None:
    """The threshold of a gate that the best bound does not get past."""
    if gate.at_least is not None:
        return gate.at_least if best <= gate.at_least else None
    return gate.at_most if gate.at_most is not None and best >= gate.at_most else None


def _is_share(gate: Gate) -> bool:
    if given(gate.at_most) or not given(gate.at_least):
        return False
    return gate.at_least is not None and 0 <= gate.at_least <= 1


PROBLEMS = (
    Explanation(
        "E2010",
        "{where}：门槛需且只需写一个界。请写 {{at_least: 数}} 或 {{at_most: 数}}。",
        "{where}: a gate has exactly one bound. Write {{at_least: number}} or {{at_most: number}}.",
    ),
    Explanation(
        "E2011",
        "{where}：覆盖率门槛只写下界，取 0 到 1 之间的数。请写，例如：{{at_least: 0.99}}。",
        "{where}: the coverage gate is a lower bound between 0 and 1. "
        "Write, for example: {{at_least: 0.99}}.",
    ),
    Explanation(
        "E2013",
        "{where}：门槛 {found} 的方向与指标（{expected} 更好）相反。"
        "越高越好的写 at_least，越低越好的写 at_most。",
        "{where}: the gate of {found} goes against the metric, where {expected} is better. "
        "Write at_least where higher is better, at_most where lower is.",
    ),
    Explanation(
        "E2023",
        "{where}：{found} 不在指标的取值范围 {low} 至 {high} 之内：谁都达不到，或人人白得分。请写此范围内的数。",
        "{where}: {found} is outside the metric's range of {low} to {high}, so that nobody reaches it "
        "or everybody is given points for nothing. Write a number within it.",
    ),
    Explanation(
        "E2024",
        "{where}：门槛 {found} 是指标的最差值，人人都能通过。请写更严的数，或不写 gate。",
        "{where}: the gate of {found} is the metric's worst value, which everybody passes. "
        "Write a stricter number, or no gate.",
    ),
    Explanation(
        "E2021",
        "{where}：门槛 {found} 以置信界判定（by: bound），但现有 {samples} 个样本即使全部答对，"
        "置信界也只到 {expected}，谁都不能通过。请放宽门槛、增加样本，或改为 by: value。",
        "{where}: the gate of {found} is judged by its bound, but on these {samples} samples even "
        "faultless answers reach no better bound than {expected}: nobody could pass. "
        "Ease the gate, add samples, or write by: value.",
    ),
)
