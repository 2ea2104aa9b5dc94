"""Statistics of samples in order of a score: areas under curves and points on them."""

from __future__ import annotations

from functools import cache

from scoring.answers import Flags
from scoring.order import ScoreOrder, SortedScores
from scoring.statistic import Floats, WeightedScan


def auc_of(truth: Flags, score: Floats, ranked: SortedScores) -> WeightedScan:
    """Area under the ROC curve."""
    order = cache(lambda: ScoreOrder.of(truth, score))
    return WeightedScan(
        lambda weights: order().area(weights),
        len(truth),
        min(ranked.count, ranked.others),
        lambda: order().placements(),
        ranked.area,
        group=lambda: _rarer(truth),
    )


def precision_of(truth: Flags, score: Floats, ranked: SortedScores) -> WeightedScan:
    """Average precision."""
    order = cache(lambda: ScoreOrder.of(truth, score))
    return WeightedScan(
        lambda weights: order().average_precision(weights),
        len(truth),
        min(ranked.count, ranked.others),
        at_once=ranked.average_precision,
        group=lambda: _rarer(truth),
    )


def recall_of(truth: Flags, score: Floats, rate: float) -> WeightedScan:
    """Recall at a rate of false alarms."""
    order = ScoreOrder.of(truth, score)
    return WeightedScan(
        lambda weights: order.recall_at(rate, weights),
        len(truth),
        order.least,
        group=lambda: _rarer(truth),
    )


def _rarer(truth: Flags) -> Flags:
    """Marks of the rarer class."""
    return truth if 2 * truth.sum() <= len(truth) else ~truth
