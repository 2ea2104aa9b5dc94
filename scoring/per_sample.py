"""What a metric says of each sample by itself, and what it adds to a mean over samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.answers import Answers, Codes
from scoring.metric import BoundMetric, Metric
from scoring.resampling import Floats
from scoring.statistic import SampleSums, Statistic, WeightedScan, share

_RESOLUTION = 2.0**-32


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PerSample:
    """One candidate's scores sample by sample, more is better.

    ``scores``, shape (n,), multiples of 2**-32, NaN where the sample does not count for the
    metric; ``clusters``, codes from 0, shape (n,), or None for independent samples.
    """

    metric: str
    scores: Floats
    clusters: Codes | None


def by_sample(metric: Metric, statistic: Statistic) -> Floats | None:
    """The metric of every sample by itself, shape (n,): of each text, image or query alone.

    NaN where the sample does not count; None where the metric says nothing of one sample. The mean
    of a metric at the level of samples is its value; that of another one need not be.
    """
    if not metric.of_one:
        return None
    if isinstance(statistic, WeightedScan):
        return None if statistic.each is None else statistic.each()
    return statistic.each(share if metric.level == "sample" else None)


def per_sample(bound: BoundMetric, answers: Answers, clusters: Codes | None) -> PerSample | None:
    """Scores sample by sample of a proportion or a mean; None for any other metric."""
    if bound.metric.kind not in ("proportion", "mean"):
        return None
    statistic = bound.statistic(answers)
    if not isinstance(statistic, SampleSums) or statistic.columns.shape[1] != 2:
        return None
    rows = statistic.rows(slice(None))
    counted = rows[:, 1] == 1
    if not (counted | (rows[:, 1] == 0)).all():
        return None
    sign = 1.0 if bound.metric.better == "higher" else -1.0
    scores = np.rint(sign * rows[:, 0] / _RESOLUTION) * _RESOLUTION + 0.0
    return PerSample(
        metric=str(bound.text), scores=np.where(counted, scores, np.nan), clusters=clusters
    )
