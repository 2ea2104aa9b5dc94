"""Gate records: whether a measured value passes its gate, how surely, and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from harness.board import Criterion, Gate
from harness.pipeline.score_records import finite, interval_entry
from reports.numerals import against
from scoring.interval import clopper_pearson, clopper_pearson_bound
from scoring.score import Score

DIGITS = 4
GATES_ZH = {"coverage": "作答覆盖率"}


def metric_gate(criterion: Criterion, found: Score) -> dict[str, Any] | None:
    """The gate of a criterion, if it has one.

    The published value decides, or ``gate_bound`` where the board says so: the unfavourable end at
    the board's confidence, exact and one-sided for proportions. Where it lies beyond the threshold
    a pass by value is not certain.
    """
    if criterion.gate is None:
        return None
    asked = _Asked.of(criterion.gate, "metric", str(criterion.metric))
    value, safe = finite(found.value), finite(found.gate_bound)
    passed, certain = asked.holds(value), bool(asked.holds(safe))
    if criterion.gate.by == "bound":
        passed = None if value is None or safe is None else certain
    low, high = found.interval.low, found.interval.high
    return asked.record(
        value=value,
        note=asked.bound_note(safe),
        passed=passed,
        unsure=bool(passed and not certain),
    ) | {
        "interval": interval_entry(found.interval),
        "gate_bound": safe,
        "certain": certain,
        "near": low < asked.threshold < high,
    }


def coverage_gate(gate: Gate, answered: int, asked: int, level: float) -> dict[str, Any]:
    """The gate of how many samples were answered.

    Their share is counted, not estimated, and decides for sure. Where the board has the bound
    decide it is the exact one-sided one.
    """
    coverage = _Asked.of(gate, "coverage", None)
    value = answered / asked
    counts = f"{answered}/{asked}"
    kept: dict[str, Any] = {"answered": answered, "asked": asked}
    if gate.by == "value":
        passed = coverage.holds(value)
        record = coverage.record(value=value, note=(counts, counts), passed=passed, unsure=False)
        return (
            record
            | kept
            | {"interval": None, "gate_bound": None, "certain": bool(passed), "near": False}
        )
    side: Literal["lower", "upper"] = "lower" if coverage.sign == "≥" else "upper"
    safe = clopper_pearson_bound(answered, asked, level, side)
    found = clopper_pearson(answered, asked, level)
    passed = coverage.holds(safe)
    zh, en = coverage.bound_note(safe)
    note = (f"{counts}，{zh}", f"{counts}, {en}")
    return (
        coverage.record(value=value, note=note, passed=passed, unsure=False)
        | kept
        | {
            "interval": interval_entry(found),
            "gate_bound": safe,
            "certain": bool(passed),
            "near": found.low < coverage.threshold < found.high,
        }
    )


_DECIDES = {
    "value": ("以实测值判定", "the measured value decides"),
    "bound": ("以安全界判定", "the safe bound decides"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """What a gate asks for, and how its record is worded."""

    kind: str
    metric: str | None
    sign: str
    threshold: float
    by: str

    @classmethod
    def of(cls, gate: Gate, kind: str, metric: str | None) -> _Asked:
        threshold = gate.at_least if gate.at_most is None else gate.at_most
        if threshold is None:
            raise ValueError("a gate has a bound")
        sign = "≥" if gate.at_most is None else "≤"
        return cls(kind=kind, metric=metric, sign=sign, threshold=threshold, by=gate.by)

    def holds(self, number: float | None) -> bool | None:
        if number is None:
            return None
        return number >= self.threshold if self.sign == "≥" else number <= self.threshold

    def bound_note(self, safe: float | None) -> tuple[str, str]:
        edge = against(safe, self.threshold, DIGITS)
        zh, en = ("下", "lower") if self.sign == "≥" else ("上", "upper")
        return f"安全{zh}界 {edge}", f"safe {en} bound {edge}"

    def record(
        self, *, value: float | None, note: tuple[str, str], passed: bool | None, unsure: bool
    ) -> dict[str, Any]:
        name = self.metric or self.kind
        zh = self.metric or GATES_ZH.get(self.kind, self.kind)
        asked = f"{self.sign} {self.threshold:g}"
        by_zh, by_en = _DECIDES[self.by]
        shown = against(value, self.threshold, DIGITS)
        sure_zh = "，尚不能以置信水平确认" if unsure else ""
        sure_en = ", not yet certain at the board's confidence" if unsure else ""
        return {
            "gate": f"{name} {asked}",
            "kind": self.kind,
            "metric": self.metric,
            "bound": "at_least" if self.sign == "≥" else "at_most",
            "threshold": self.threshold,
            "value": value,
            "passed": passed,
            "by": self.by,
            "reason": {
                "zh": f"{zh} 实测 {shown}（{note[0]}），要求 {asked}，{by_zh}{sure_zh}",
                "en": f"{name} measured {shown} ({note[1]}), required {asked}; {by_en}{sure_en}",
            },
        }
