"""The measured part of a candidate: the points it is made of, and how far each may be off."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

from harness.board import Item
from harness.metric_text import MetricText
from harness.pipeline.claims import share_in_doubt
from scoring import catalog
from scoring.anchors import FULL
from scoring.freedom import Source, freedom_of, interval_around
from scoring.resampling import Floats

PLUS_FOUR = 4
"""What is added to a count of answers, so that intervals of faultless ones end as Wilson's do."""

DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Leaf:
    """One criterion: its weight out of 100, its points, and what they may be off by.

    ``least`` is how many points one answer can move; ``errors`` are those of
    having asked these samples, None where the points do not hang on them.
    """

    name: str
    weight: int
    points: float
    least: float
    errors: Source | None


def leaves(item: Item, record: Mapping[str, Any], drawn: Mapping[str, Floats]) -> tuple[Leaf, ...]:
    """The criteria of a candidate that carry weight, from its score record.

    ``drawn`` has the points of each criterion under every draw, shape (B,). Errors on one dataset
    are common to all who answered it; a scenario's are its own.
    """
    if item.metrics:
        found = [
            _leaf(record, drawn, one["metric"], one["weight"], one["points"], one, _of_metric(one))
            for one in record["metrics"]
            if one["weight"]
        ]
    else:
        found = list(_of_scenario(item, record, drawn))
    return tuple(found)


def sources_of(found: Iterable[Leaf]) -> tuple[Source, ...]:
    """What the measured points may be off by, in points of the measured part."""
    return tuple(leaf.errors.times(leaf.weight / FULL) for leaf in found if leaf.errors is not None)


def least_of(found: Iterable[Leaf]) -> float:
    """Points of the measured part that one answer can move."""
    return sum(leaf.weight * leaf.least for leaf in found if leaf.errors is not None) / FULL


def measured_entry(found: Sequence[Leaf], total: float, level: float) -> dict[str, Any]:
    """The measured points with their interval, as they are kept."""
    sources = sources_of(found)
    errors: Floats = np.sum([source.draws for source in sources], axis=0)
    ends = interval_around(
        total,
        total + np.atleast_1d(errors),
        level,
        freedom=freedom_of(sources, level),
        least=least_of(found) * float(norm.isf((1 - level) / 2)),
        bounds=(0.0, FULL),
    )
    return {"points": total, "interval": None if ends is None else [ends.low, ends.high]}


def drawn_entry(found: Sequence[Leaf], name: str, level: float) -> dict[str, Any] | None:
    """How far the points of a criterion would move with other samples, as it is kept.

    ``interval`` is in points of 100, None where nothing shows how large the errors are; ``less``
    and ``more`` are the shares of the draws in which it earns less than it did, and more. None
    where the criterion cannot err.
    """
    errors = {leaf.name: leaf.errors for leaf in found}.get(name)
    if errors is None:
        return None
    earned = next(leaf.points for leaf in found if leaf.name == name)
    draws = np.round(errors.seen, DIGITS)
    freedom = freedom_of([errors], level)
    ends = interval_around(
        earned, earned + errors.draws, level, freedom=freedom, bounds=(0.0, FULL)
    )
    return {
        "interval": None if ends is None else [ends.low, ends.high],
        "less": round(float(np.mean(draws < 0)), DIGITS),
        "more": round(float(np.mean(draws > 0)), DIGITS),
    }


def _of_scenario(
    item: Item, record: Mapping[str, Any], drawn: Mapping[str, Floats]
) -> Iterable[Leaf]:
    """Gain and claims of a scenario; what cannot earn points cannot err either."""
    counted = {name: one for name, one in drawn.items() if _may_earn(name, record)}
    first = (
        record["metrics"][0]
        if record["metrics"]
        else {"effective_samples": 0, "effective_units": 0}
    )
    skill = record["skill"] or {}
    for name, anchors in item.criteria.items():
        if not anchors.weight:
            continue
        doubtful = None
        if name == "skill":
            earned = skill.get("points") or 0.0
            reach = _of_gain(skill) / abs(anchors.target - anchors.floor)
        else:
            earned, reach = FULL * record["claims_share"], 0.0
            if name in counted:
                shares = counted[name] / FULL
                doubtful = FULL * share_in_doubt(record["claims"], shares, drawn.get("skill"))
        earned = 0.0 if record["self_attested"] else float(earned)
        yield _leaf(record, counted, name, anchors.weight, earned, first, reach, doubtful)


def _may_earn(name: str, record: Mapping[str, Any]) -> bool:
    """Whether a gain or claims can earn points: measured by the organizer and not withheld."""
    if record["self_attested"]:
        return False
    if name == "skill":
        return record["skill"]["note"] is None
    return any(claim["verdict"] != "not_checkable" for claim in record["claims"])


def _leaf(
    record: Mapping[str, Any],
    drawn: Mapping[str, Floats],
    name: str,
    weight: int,
    earned: float,
    rests_on: Mapping[str, Any],
    reach: float,
    doubtful: Floats | None = None,
) -> Leaf:
    """A criterion whose errors are known by the units that it hangs on.

    ``reach`` is how many points all its answers together can move, ``doubtful`` its points under
    every draw where resampling shows too little. A bootstrap over so many units finds a variance
    that is too small by one of them.
    """
    if name not in drawn:
        return Leaf(name=name, weight=weight, points=earned, least=0.0, errors=None)
    units = rests_on["effective_units"]
    wider = math.sqrt(units / (units - 1)) if units > 1 else 1.0
    errors = Source(
        f"{name} {record['dataset']}",
        drawn[name] - earned,
        max(units - 1, 0),
        wider,
        None if doubtful is None else doubtful - earned,
    )
    least = _worth(rests_on, reach, errors.draws)
    return Leaf(name=name, weight=weight, points=earned, least=min(least, FULL), errors=errors)


def _of_metric(entry: Mapping[str, Any]) -> float:
    """Points that lie between the worst and the best value of a metric, by its anchors."""
    floor, target = entry["floor"], entry["target"]
    if floor is None or floor == target:
        return 0.0
    return FULL * _range(entry["metric"], abs(target - floor))


def _of_gain(skill: Mapping[str, Any]) -> float:
    """Points that lie between the worst and the best gain, on the way from the baseline to perfect."""
    if skill.get("baseline") is None:
        return 0.0
    best = catalog.resolve(MetricText.parse(skill["metric"])).metric.best
    return FULL * _range(skill["metric"], abs(best - skill["baseline"]))


def _worth(entry: Mapping[str, Any], reach: float, draws: Floats) -> float:
    """Points by which one of the units may move a criterion that hangs on them, unseen.

    One answer at least; where answers come in clusters, which may err together, up to a whole
    cluster. How much of a cluster fails at a time is told by the clusters that failed: of equal
    losses w, k of them have the variance k w² and the third moment k w³. The unseen one is held to
    be a whole cluster, and counts as much as one that was seen.

    References
    ----------
    Agresti & Coull (1998), Approximate is better than "exact" for interval estimation of binomial
    proportions.
    """
    answer, unit = (reach / (entry[f"effective_{of}"] + PLUS_FOUR) for of in ("samples", "units"))
    if unit <= answer:
        return float(unit)
    centred = draws - draws.mean()
    variance, third = float(np.mean(centred**2)), float(np.mean(centred**3))
    failed = math.inf if not third else variance**3 / third**2
    usual = math.sqrt((variance + unit**2) / (failed + 1)) if variance else unit
    # The last bits of a sum must not decide a call.
    return round(float(min(max(answer, usual), unit)), DIGITS)


def _range(text: str, way: float) -> float:
    """A metric's range over a way on it; 1 where it has no bounds or the way no length."""
    low, high = catalog.resolve(MetricText.parse(text)).metric.bounds
    return (high - low) / way if math.isfinite(high - low) and way else 1.0
