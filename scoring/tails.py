"""Whether an unbounded value hangs on so few samples that its interval cannot be trusted."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from scoring.answers import Answers, Values
from scoring.interval import Interval, left_out
from scoring.metric import BoundMetric
from scoring.statistic import Codes, SampleSums, by_cluster

TOP = 100
"""One in so many units, at least one, are called the largest."""

HEAVY = 0.5
"""Share of the spread from which on the largest carry too much of it.

Errors of ordinary shape (half-normal, exponential, squares of normals) reach it in at most 2 % of
sets of 100 samples and hardly ever in larger ones; 1 % of errors thirty times as large do in nine
of ten sets of 300. ``tests/benchmarks/ranking.py tails`` prints both.
"""


def heavy(statistic: SampleSums, clusters: Codes | None) -> bool:
    """Whether the largest hundredth of the units, or the largest one, carry half of the spread.

    What a unit carries is the square of how far the value moves without it.
    """
    rows, _ = statistic.distinct() if clusters is None else by_cluster(statistic, clusters)
    left = left_out(statistic, rows)
    carried = (left - math.fsum(left) / len(left)) ** 2
    most = -(-len(left) // TOP)
    largest = np.partition(carried, len(left) - most)[len(left) - most :]
    whole = math.fsum(carried)
    return whole > 0 and math.fsum(largest) >= HEAVY * whole


def escapes(statistic: SampleSums, worst: float, interval: Interval) -> bool:
    """Whether one answer of the worst loss, in place of a common one, leaves the interval.

    Such answers may be too rare to be among the samples, and the interval then knows nothing of
    them. The range that the target declares is what bounds a loss, also that of a valid answer.
    """
    sums = statistic.sums.copy()
    sums[0] += worst - sums[0] / statistic.n
    value = float(statistic.finish(sums[None, :])[0])
    return not interval.low <= value <= interval.high


def worst_loss(bound: BoundMetric, answers: Answers, statistic: SampleSums) -> float:
    """What an answer can add to the first sum at most, by declaration.

    Of numbers it is what the worst of them would, had it no answer.
    """
    if not isinstance(answers, Values):
        return statistic.scale[0]
    nothing = np.full(len(answers.truth), math.nan)
    without = bound.statistic(replace(answers, predicted=nothing, lower=None, upper=None))
    if not isinstance(without, SampleSums):
        raise TypeError("sums stay sums whatever is answered")
    return float(without.columns[:, 0].max())
