"""What a scenario gained over its baseline, and how its claims stand beside that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.board import Anchored
from harness.execution.sealing import Sealed
from harness.package import Claim
from harness.pipeline.score_records import finite, interval_entry
from scoring.anchors import deviations, points
from scoring.interval import percentile
from scoring.metric import Metric
from scoring.resampling import Floats
from scoring.score import Score

LEAST_UNITS = 5
"""Units that a metric hangs on, from which on a scenario may earn points."""

MODEST = 0.5
"""Share of the board's wanted gain from which on a claim earns all that it can."""

DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One metric on a scenario's answers and on its baseline's.

    ``unanswered`` and ``baseline_unanswered`` count samples without a valid answer.
    """

    metric: Metric
    found: Score
    base: Score
    unanswered: int
    baseline_unanswered: int

    @property
    def withheld(self) -> dict[str, str] | None:
        """Why no gain can be told from these values, in both languages; ``None`` where it can."""
        if not (math.isfinite(self.found.value) and math.isfinite(self.base.value)):
            return {
                "zh": "指标在本数据上无法计算，不计得分。",
                "en": "The metric is undefined on these data: no points.",
            }
        if self.found.effective_units < LEAST_UNITS:
            return {
                "zh": f"指标所依据的独立单元不足 {LEAST_UNITS} 个，误差无从估计，不计得分。",
                "en": f"The metric hangs on fewer than {LEAST_UNITS} independent units, so that "
                "nothing shows its error: no points.",
            }
        if self.baseline_unanswered:
            return {
                "zh": f"基线有 {self.baseline_unanswered} 个样本未有效作答，提升无从比较，不计得分。",
                "en": f"The baseline left {self.baseline_unanswered} samples without a valid "
                "answer, so there is nothing to compare with: no points.",
            }
        if self.unanswered and not self.metric.deletion_safe:
            return {
                "zh": f"少答可能使该指标变好，现有 {self.unanswered} 个样本未有效作答，不计得分。",
                "en": "Leaving answers out could raise this metric, and "
                f"{self.unanswered} samples are without a valid answer: no points.",
            }
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Gain:
    """A scenario's gain as it is kept, and its points under every draw."""

    record: dict[str, Any]
    points: float
    drawn: Floats


def unanswered(sealed: Sealed) -> int:
    """How many samples of sealed predictions have no valid answer."""
    return sum(outcome != "answered" for outcome in sealed.outcomes)


def skill_of(values: Any, baseline: Any, best: float) -> Any:
    """Share of the way from the baseline to perfect answers: ``(x - b) / (p - b)``.

    Where the baseline is perfect already there is nothing to gain: 0.
    """
    way = best - baseline
    return np.where(way == 0, 0.0, (values - baseline) / np.where(way == 0, 1.0, way))


def gain(compared: Compared, anchors: Anchored, *, level: float, attested: bool) -> Gain:
    """The gain of a scenario's first metric, in points between the board's anchors."""
    found, base, best = compared.found, compared.base, compared.metric.best
    drawn = skill_of(found.replicates, base.replicates, best)
    value = float(skill_of(np.array([found.value]), np.array([base.value]), best)[0])
    note = compared.withheld
    counts = note is None and math.isfinite(value)
    attained = points(value, anchors.floor, anchors.target) if counts else 0.0
    record = {
        "metric": found.text,
        "value": finite(value),
        "interval": interval_entry(percentile(drawn, level, found.effective_units)),
        "points": None if attested else attained,
        "baseline": finite(base.value),
        "weight": anchors.weight,
        "note": note,
    }
    under = np.zeros(len(drawn))
    if counts:
        under = attained + deviations(drawn, value, anchors.floor, anchors.target)
    return Gain(record=record, points=attained, drawn=under)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A claim held against what was measured, as it is kept, and its earned share in every draw."""

    record: dict[str, Any]
    drawn: Floats


def held_claim(
    claim: Claim, compared: Compared, anchors: Anchored | None, *, attested: bool
) -> Held:
    """Hold a claim against what was measured, and say which share of it is earned.

    Boasting beyond the interval counts against, at either end: a result better than measured, or
    a baseline worse than measured. A claim of little gain earns in proportion. Other samples
    would have moved the intervals and with them the verdict: in every draw they lie as far from
    where they are as the draw's value from the measured one; an end at a bound of the metric was
    cut there, and no claim can lie beyond it in any draw. The record's ``holds`` is the share of
    the draws in which neither end boasts, none where nothing was checked.
    """
    found, base, metric = compared.found, compared.base, compared.metric
    sign = 1 if metric.better == "higher" else -1
    low, high = found.interval.low, found.interval.high
    better, worse = (high, low) if sign > 0 else (low, high)
    lowest = base.interval.low if sign > 0 else base.interval.high
    if attested:
        verdict = "self_attested"
    elif compared.withheld is not None:
        verdict = "not_checkable"
    elif sign * (claim.to - better) > 0:
        verdict = "above_measured"
    elif sign * (claim.from_ - lowest) < 0:
        verdict = "baseline_understated"
    elif sign * (claim.to - worse) < 0:
        verdict = "below_measured"
    else:
        verdict = "reproduced"
    reproduced = verdict in ("reproduced", "below_measured")
    worth = _boldness(claim, metric, anchors)
    holds = np.zeros(len(found.replicates))
    checked = verdict not in ("self_attested", "not_checkable")
    if checked:
        cut_above, cut_below = better == metric.best, lowest == metric.worst
        modest = sign * (claim.to - better - (found.replicates - found.value)) <= 0
        honest = sign * (claim.from_ - lowest - (base.replicates - base.value)) >= 0
        holds = ((modest | cut_above) & (honest | cut_below)).astype(np.float64)
    record = {
        "metric": str(claim.metric),
        "from": claim.from_,
        "to": claim.to,
        "kind": claim.kind,
        "measured": finite(found.value),
        "interval": interval_entry(found.interval),
        "baseline": finite(base.value),
        "baseline_interval": interval_entry(base.interval),
        "verdict": verdict,
        "earned": worth if reproduced else 0.0,
        "holds": round(float(holds.mean()), DIGITS) if checked and holds.size else None,
    }
    return Held(record=record, drawn=worth * holds)


def claims_share(claims: Sequence[Held], count: int) -> tuple[float, Floats]:
    """Share that the claims of measured effects have earned, also in each of ``count`` draws.

    0 where there are none.
    """
    checked = [claim for claim in claims if claim.record["kind"] == "measured"]
    if not checked:
        return 0.0, np.zeros(count)
    share = sum(claim.record["earned"] for claim in checked) / len(checked)
    return share, np.mean([claim.drawn for claim in checked], axis=0)


def _boldness(claim: Claim, metric: Metric, anchors: Anchored | None) -> float:
    """How much of its share a claim that holds earns, by the gain that it claims."""
    if anchors is None or anchors.target <= 0:
        return 1.0
    claimed = float(skill_of(claim.to, claim.from_, metric.best))
    return min(1.0, max(0.0, claimed / (MODEST * anchors.target)))
