"""What a scenario gained over its baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.board import Anchored
from harness.execution.sealing import Sealed
from harness.pipeline.score_records import finite, interval_entry
from scoring.anchors import deviations, points
from scoring.interval import percentile
from scoring.metric import Metric
from scoring.resampling import Draws, Floats
from scoring.score import Score
from scoring.statistic import Codes

LEAST_UNITS = 5
"""Units that a metric hangs on, from which on a scenario may earn points."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One metric on a scenario's answers and on its baseline's.

    ``unanswered`` and ``baseline_unanswered`` count samples without a valid answer. ``lapses``
    and ``baseline_lapses``, shape (B,), say how often each draw has a sample that stands for an
    error which nobody made.
    """

    metric: Metric
    found: Score
    base: Score
    unanswered: int
    baseline_unanswered: int
    lapses: Floats
    baseline_lapses: Floats

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


def lapses(score: Score, draws: Draws, clusters: Codes | None, *, last: bool = False) -> Floats:
    """How often each draw has one of the units that a value hangs on, shape (B,).

    A bootstrap of faultless answers shows no error. Had this one of them failed, each draw would
    have shown so many.
    """
    members = score.statistic.members()
    unit = -1 if last else 0
    if members is not None and members.any():
        unit = int(np.flatnonzero(members)[unit])
    if clusters is not None:
        unit = int(clusters[unit])
    return np.concatenate([block[:, unit] for block in draws.counts()]).astype(np.float64)


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
