"""How firm an item's order is, as it is kept: pairs, panel and sensitivity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.canonical import digest
from harness.pipeline.paired import Paired
from harness.pipeline.roster import CRITERIA
from harness.pipeline.standings import Entry, Jury, criteria_of
from scoring.panel.aggregation import crossed_throughout, stand_out, strictness
from scoring.panel.agreement import Estimate, agreement
from scoring.panel.marks import Panel
from scoring.panel.severity import connected
from scoring.ranking.item import Contest
from scoring.ranking.pairs import Pair, pair_table
from scoring.ranking.per_sample_tests import SideBySide
from scoring.resampling import Floats, derive_seed
from scoring.sensitivity.flips import nearest_flip
from scoring.sensitivity.leaving import (
    Change,
    Criteria,
    without_candidate,
    without_criterion,
)
from scoring.sensitivity.schemes import SCHEMES
from scoring.sensitivity.sheets import without_judge, without_sheets_on
from scoring.sensitivity.stability import stability
from scoring.sensitivity.weights import Acceptability, acceptability, box_weights, simplex_weights

WEIGHTS = 20_000
SCHEMES_UP_TO = 30
SHEETS_UP_TO = 200
STABILITY_DRAWS = 1_999
FLIPS_SHOWN = 20
DIGITS = 6


def side_by_side(entry: Entry, found: Contest) -> SideBySide | None:
    """Per-sample scores of the ranked candidates, where all answered the same samples."""
    if len(found.ranked) < 2 or not entry.item.dataset:
        return None
    answered = [entry.marked[one.candidate].answered for one in found.ranked]
    return SideBySide.of(answered, entry.seed("sign_flip"))


def pairs_record(entry: Entry, found: Contest, samples: SideBySide | None) -> dict[str, Any]:
    """All pairs of an item with what is known of each difference."""
    paired = Paired(entry, found)
    table = pair_table(
        found.field,
        found.order,
        places=found.rules.places,
        confidence=found.rules.confidence,
        side_by_side=samples,
    )
    return {
        "metric": samples.metric if samples else None,
        "test": samples.test if samples else None,
        "family": len(table),
        "correction": "holm",
        "entries": [pair_record(pair) | paired.record(pair) for pair in table],
    }


def pair_record(pair: Pair) -> dict[str, Any]:
    """One pair as it is kept."""
    return {
        "first": pair.ahead,
        "second": pair.behind,
        "difference": pair.difference,
        "interval": None if pair.low is None else [pair.low, pair.high],
        "standard_error": pair.standard_error,
        "detectable": pair.detectable,
        "separable": pair.separable,
        "at_line": pair.at_line,
        "p": pair.p,
        "holm": pair.holm,
        "first_better": pair.first_better,
        "second_better": pair.second_better,
    }


def panel_record(entry: Entry, judged: Jury | None) -> dict[str, Any] | None:
    """What the judges gave, how far they agree, and who stands out."""
    if judged is None:
        return None
    panel = judged.panel
    return {
        "method": judged.method,
        "crossed": crossed_throughout(panel),
        "connected": all(connected(panel.table(name)) for name in panel.criteria),
        "judges": len(panel.judges),
        "freedom": judged.freedom,
        "digest": judged.digest,
        "recused_since": [
            {"judge": judge, "candidate": candidate, "ground": ground}
            for judge, candidate, ground in judged.recused
        ],
        "left_out": list(judged.left_out),
        "points": [
            {
                "candidate": one.candidate,
                "criterion": one.criterion,
                "points": _round(one.points),
                "mean": _round(one.mean),
                "trimmed": _maybe(one.trimmed),
                "adjusted": _maybe(one.adjusted),
                "valid": one.valid,
                "recused": one.recused,
                "interval": [_round(one.low), _round(one.high)],
            }
            for one in judged.points.values()
        ],
        "agreement": agreement_record(entry.lock, entry.board.confidence, entry.board.draws, panel),
        "severity": [
            {"judge": one.judge, "severity": one.severity, "stands_out": one.stands_out}
            for one in strictness(panel)
        ],
        "stand_out": [
            {
                "judge": one.judge,
                "candidate": one.candidate,
                "criterion": one.criterion,
                "score": one.score,
                "expected": one.expected,
                "difference": one.difference,
                "scaled": one.scaled,
            }
            for one in stand_out(panel)
        ],
    }


def agreement_record(lock: str, confidence: float, count: int, panel: Panel) -> dict[str, Any]:
    """Coefficients of agreement by criterion, with intervals and the methods that made them."""
    found = {}
    for criterion in CRITERIA:
        if criterion in panel.criteria:
            seed = derive_seed(lock, "agreement", criterion)
            one = agreement(panel.table(criterion), seed, count=count, confidence=confidence)
            found[criterion] = {
                "candidates": one.candidates,
                "alpha": _estimate(one.alpha),
                "icc_a1": _estimate(one.icc_a1),
                "icc_ak": _estimate(one.icc_ak),
                "kendall_w": _estimate(one.kendall_w),
                "verdict": one.verdict,
            }
    return found


def sensitivity_record(
    entry: Entry, found: Contest, judged: Jury | None, samples: SideBySide | None
) -> dict[str, Any] | None:
    """Whether the order would be another if something were chosen otherwise."""
    if len(found.ranked) < 2:
        return None
    ranked = list(found.ranked)
    criteria = criteria_of(entry, ranked, found.card.parts)
    places, digits = found.rules.places, found.rules.digits
    published = np.array(found.published)
    drawn = np.round(found.field.seen[:STABILITY_DRAWS], digits)
    steady = stability(published, drawn) if len(drawn) else None
    gone = without_candidate(
        [*found.ranked, *found.others], digits=digits, tie_breakers=found.rules.tie_breakers
    )
    return {
        "schemes": _schemes(found, samples),
        "stability": None
        if steady is None
        else {"median": steady.median, "low": steady.low, "undefined": steady.undefined},
        "weights": _weights(entry, criteria, places),
        "flips": _flips(found, criteria),
        "without_criterion": [
            _change("criterion", one)
            for one in without_criterion(criteria, places=places, digits=digits)
        ],
        "without_judge": [] if judged is None else _without_judges(found, judged.panel),
        "without_candidate": [
            {"candidate": name, "reordered": list(others)} for name, others in gone.items()
        ],
        "without_sheets": [] if judged is None else _without_sheets(found, judged.panel),
    }


def _schemes(found: Contest, samples: SideBySide | None) -> dict[str, Any] | None:
    if samples is None or len(found.ranked) > SCHEMES_UP_TO or samples.scores.shape[1] < 2:
        return None
    table = samples.scores.T
    return {
        "metric": samples.metric,
        "ranks": {
            name: dict(zip(found.field.names, scheme(table).tolist(), strict=True))
            for name, scheme in SCHEMES.items()
        },
    }


def _weights(entry: Entry, criteria: Criteria, places: int) -> dict[str, Any] | None:
    if len(criteria.names) < 2:
        return None
    seed = entry.seed("weights")
    # Very large fields have their orders counted over fewer weights, to bound time and memory.
    count = max(1_000, min(WEIGHTS, 4_000_000 // len(criteria.candidates)))
    simplex = simplex_weights(seed, len(criteria.names), count)
    box = box_weights(seed, criteria.weights, count)
    drawn = digest(simplex.astype("<i8").tobytes() + box.astype("<i8").tobytes())
    names = criteria.candidates
    return {
        "criteria": [
            {"name": name, "weight": weight}
            for name, weight in zip(criteria.names, criteria.weights.tolist(), strict=True)
        ],
        "draws": count,
        "draw_digest": drawn,
        "simplex": _acceptable(names, acceptability(criteria.points, simplex, places)),
        "box": _acceptable(names, acceptability(criteria.points, box, places)),
    }


def _acceptable(names: Sequence[str], found: Acceptability) -> dict[str, Any]:
    def rows(table: Floats) -> Mapping[str, Any]:
        return {
            name: None if np.isnan(row).any() else [_round(one) for one in row.tolist()]
            for name, row in zip(names, table, strict=True)
        }

    in_places = [_round(one) for one in found.in_places.tolist()]
    return {
        "acceptability": rows(found.ranks),
        "in_places": dict(zip(names, in_places, strict=True)),
        "central": rows(found.central),
    }


def _flips(found: Contest, criteria: Criteria) -> list[dict[str, Any]]:
    """Least change of weights for the pairs with one on either side of the line, nearest first."""
    order, places = found.order, found.rules.places
    scale = 100 / criteria.weights.sum()
    flips = []
    # Only the last few inside and the first few outside can be near.
    inside, outside = order[max(0, places - 5) : places], order[places : places + 5]
    for first in inside:
        for second in outside:
            apart = criteria.points[first] - criteria.points[second]
            flip = nearest_flip(criteria.weights * scale, apart)
            flips.append(
                {
                    "first": found.field.names[first],
                    "second": found.field.names[second],
                    "at_line": True,
                    "distance": None if flip is None else round(flip.distance, 4),
                    "weights": None
                    if flip is None
                    else {
                        name: round(weight, 4) + 0.0
                        for name, weight in zip(criteria.names, flip.weights.tolist(), strict=True)
                    },
                }
            )
    flips.sort(key=lambda one: (one["distance"] is None, one["distance"] or 0.0))
    return flips[:FLIPS_SHOWN]


def _without_judges(found: Contest, panel: Panel) -> list[dict[str, Any]]:
    places, digits = found.rules.places, found.rules.digits
    changes = without_judge(found.ranked, panel, places=places, digits=digits)
    return [_change("judge", one) for one in changes]


def _without_sheets(found: Contest, panel: Panel) -> list[dict[str, Any]] | None:
    """What the sheets on each candidate decide; None: not worked out, for very large fields."""
    places, digits = found.rules.places, found.rules.digits
    if len(panel.candidates) > SHEETS_UP_TO and not crossed_throughout(panel):
        return None
    changes = without_sheets_on(found.ranked, panel, places=places, digits=digits)
    return [_change("candidate", one) for one in changes]


def _change(kind: str, one: Change) -> dict[str, Any]:
    return {
        kind: one.left_out,
        "moved": [
            {"candidate": name, "from": before, "to": after}
            for name, (before, after) in one.moved.items()
        ],
        "entering": list(one.entering),
        "leaving": list(one.leaving),
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    interval = None if one.low is None else [one.low, one.high]
    return {"value": one.value, "interval": interval, "method": one.method}


def _maybe(value: float | None) -> float | None:
    return None if value is None else _round(value)


def _round(value: float) -> float:
    return round(value, DIGITS) + 0.0
