"""Groups of samples apart: what a metric reaches in each, and how far they lie from each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from scoring.answers import Answers, Codes
from scoring.metric import BoundMetric
from scoring.resampling import Draws, derive_seed
from scoring.score import Score, score
from scoring.statistic import SampleSums

DECLARED = frozenset(("labels", "positive", "low", "high", "types"))
DRAWS = 999
MOST = 20
FEWEST = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """A metric on the samples of one group of a declared column."""

    column: str
    group: str
    found: Score


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Largest difference of a metric between groups, and what it would be of groups alike."""

    value: float
    by_chance: float


def subset(answers: Answers, places: Codes) -> Answers:
    """The answers to some samples, by their places."""
    columns: dict[str, Any] = {}
    for entry in fields(answers):
        column = getattr(answers, entry.name)
        if entry.name in DECLARED or column is None:
            continue
        picked = column[places] if isinstance(column, np.ndarray) else [column[at] for at in places]
        columns[entry.name] = picked if isinstance(picked, np.ndarray) else tuple(picked)
    return replace(answers, **columns)


def _of_part(bound: BoundMetric, answers: Answers, places: Codes) -> BoundMetric:
    """The metric as it looks at some samples by their places.

    What neighbours in time tell, such as an event, is told on whole series and counts at its first
    point: with the points in between left out, events apart would become one.
    """
    if "time" not in bound.metric.needs:
        return bound
    whole = bound.statistic(answers)
    if not isinstance(whole, SampleSums):
        raise TypeError(f"{bound.metric.name} of series is no function of sums over points")
    rows = whole.columns[places]
    part = replace(whole, columns=rows, group=rows[:, 1] > 0)
    return replace(bound, metric=replace(bound.metric, statistic=lambda _answers, _values: part))


def slices(
    bound: BoundMetric,
    answers: Answers,
    column: str,
    groups: Sequence[str],
    *,
    clusters: Codes | None,
    seed: str,
    level: float,
) -> tuple[Slice, ...]:
    """Score each group of a column by itself, the largest 20 where there are more.

    Intervals come from draws of each group's own, so they inform and rank nobody.
    """
    names = np.array(groups, dtype=object)
    distinct, counts = np.unique(names, return_counts=True)
    kept = sorted(sorted(zip(-counts, distinct, strict=True))[:MOST], key=lambda pair: pair[1])
    found = []
    for _, group in kept:
        places = np.flatnonzero(names == group)
        inner = None if clusters is None else np.unique(clusters[places], return_inverse=True)[1]
        units = len(places) if inner is None else int(inner.max()) + 1
        draws = Draws(derive_seed(seed, "slice", column, str(group)), units, DRAWS)
        part = _of_part(bound, answers, places)
        value = score(part, subset(answers, places), clusters=inner, draws=draws, level=level)
        found.append(Slice(column=column, group=str(group), found=value))
    return tuple(found)


def gap(found: Sequence[Slice]) -> Gap | None:
    """How far groups of 30 samples or more lie apart; ``None`` where there are not two.

    By chance, groups that are alike lie apart as far as their draws move them, each by itself.
    """
    scores = [
        entry.found
        for entry in found
        if entry.found.eligible >= FEWEST and math.isfinite(entry.found.value)
    ]
    if len(scores) < 2:
        return None
    values = [one.value for one in scores]
    moved = np.nan_to_num([one.replicates - one.value for one in scores])
    return Gap(
        value=max(values) - min(values),
        by_chance=float((moved.max(axis=0) - moved.min(axis=0)).mean()),
    )
