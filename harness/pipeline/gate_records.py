"""Gate records: whether a measured value passes its gate, how surely, and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from harness.board import Criterion, Gate
from harness.metric_text import MetricText
from harness.pipeline.score_records import finite, interval_entry
from reports.numerals import against
from scoring.interval import Interval, clopper_pearson, clopper_pearson_bound
from scoring.score import Score

DIGITS = 4
GATES_ZH = {"coverage": "作答覆盖率"}


def metric_gate(criterion: Criterion, found: Score) -> dict[str, Any] | None:
    """The gate of a criterion, if it has one."""
    if criterion.gate is None:
        return None
    safe = finite(found.gate_bound)
    return _gate_entry("metric", criterion.metric, criterion.gate, found, safe)


def coverage_gate(gate: Gate, answered: int, asked: int, level: float) -> dict[str, Any]:
    """The gate of how many samples were answered: a count, or its exact one-sided bound."""
    side: Literal["lower", "upper"] = "lower" if gate.at_most is None else "upper"
    found = _Found(answered / asked, clopper_pearson(answered, asked, level))
    if gate.by == "bound":
        safe = clopper_pearson_bound(answered, asked, level, side)
        return _gate_entry("coverage", None, gate, found, safe)
    counted = _gate_entry("coverage", None, gate, found, found.value)
    told = f"{answered}/{asked}，要求", f"{answered}/{asked}, required"
    sign = "≥" if gate.at_most is None else "≤"
    return counted | {
        "counts": [answered, asked],
        "near": False,
        "reason": {
            "zh": f"{GATES_ZH['coverage']} {told[0]} {sign} {counted['threshold']:g}",
            "en": f"coverage {told[1]} {sign} {counted['threshold']:g}",
        },
    }


@dataclass(frozen=True, slots=True)
class _Found:
    """A value with its interval, as a gate reads them."""

    value: float
    interval: Interval


_DECIDES = {
    "value": ("以实测值判定", "the measured value decides"),
    "bound": ("以安全界判定", "the safe bound decides"),
}


def _gate_entry(
    kind: str, name: MetricText | None, gate: Gate, found: Score | _Found, safe: float | None
) -> dict[str, Any]:
    """A gate as it is kept: what was found, whether it holds, and the bound on the safe side.

    The published value decides, or ``gate_bound`` where the board says so: the unfavourable end at
    the board's confidence, exact and one-sided for proportions. Where it lies beyond the threshold
    a pass by value is not certain.
    """
    bound, sign = ("at_least", "≥") if gate.at_most is None else ("at_most", "≤")
    threshold = gate.at_least if gate.at_most is None else gate.at_most
    if threshold is None:
        raise ValueError("a gate has a bound")
    metric = None if name is None else str(name)
    value, interval = finite(found.value), found.interval
    passed = None if value is None else value >= threshold if sign == "≥" else value <= threshold
    certain = safe is not None and (safe >= threshold if sign == "≥" else safe <= threshold)
    if gate.by == "bound":
        passed = None if value is None or safe is None else certain
    by_zh, by_en = _DECIDES[gate.by]
    shown, edge = (against(number, threshold, DIGITS) for number in (value, safe))
    zh = metric or GATES_ZH.get(kind, kind)
    side_zh, side_en = ("下", "lower") if sign == "≥" else ("上", "upper")
    sure_zh = "" if certain or not passed else "，尚不能以置信水平确认"
    sure_en = "" if certain or not passed else ", not yet certain at the board's confidence"
    return {
        "gate": f"{metric or kind} {sign} {threshold:g}",
        "kind": kind,
        "metric": metric,
        "bound": bound,
        "threshold": threshold,
        "value": value,
        "interval": interval_entry(interval),
        "gate_bound": safe,
        "passed": passed,
        "by": gate.by,
        "certain": certain,
        "near": interval.low < threshold < interval.high,
        "reason": {
            "zh": f"{zh} 实测 {shown}（安全{side_zh}界 {edge}），要求 {sign} {threshold:g}，"
            f"{by_zh}{sure_zh}",
            "en": f"{metric or kind} measured {shown} (safe {side_en} bound {edge}), required "
            f"{sign} {threshold:g}; {by_en}{sure_en}",
        },
    }
