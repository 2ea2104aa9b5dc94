"""One item in depth: everything that a reader needs to dispute its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports import numerals
from reports.catalogue import Words
from reports.comparing import Comparison, comparison_of
from reports.efficiency import Efficiency, efficiency_of
from reports.evaluation import PARTS, Evaluation, Record, in_order, ranked_rows
from reports.judging import Judging, judging_of
from reports.metric_words import metric_name, metric_of
from reports.settling import Settling, settling_of
from reports.stability import Frequencies, Robustness, frequencies_of, robustness_of
from reports.standing import name_of

MOST_SLIDERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """An item's page beyond its ranking."""

    comparison: Comparison | None
    frequencies: Frequencies | None
    robustness: Robustness | None
    judging: Judging | None
    settling: Settling | None
    efficiency: Efficiency | None
    weighing: Mapping[str, Any] | None


def analysis_of(evaluation: Evaluation, item: Record, words: Words) -> Analysis:
    """Analysis of an item."""
    return Analysis(
        comparison=comparison_of(evaluation, item, words),
        frequencies=frequencies_of(evaluation, item, words),
        robustness=robustness_of(evaluation, item, words),
        judging=judging_of(evaluation, item, words),
        settling=settling_of(evaluation, item, words),
        efficiency=efficiency_of(evaluation, item, words),
        weighing=_weighing(evaluation, item, words),
    )


def _weighing(evaluation: Evaluation, item: Record, words: Words) -> Mapping[str, Any] | None:
    """Points of every ranked candidate by criterion, for trying other weights in the page.

    Metrics are criteria of their own where they fit, else the parts of the scorecard are.
    """
    ranking = evaluation.rankings.get(item["id"], {})
    rows = [row for row in ranked_rows(ranking) if row["rank"] is not None]
    maximum = ranking.get("maximum") or {}
    parts = [key for key in in_order(maximum, PARTS) if any(key in row["parts"] for row in rows)]
    if len(rows) < 2 or not parts:
        return None
    criteria: list[tuple[str, str, float]] = []
    metrics = [m for m in item.get("metrics") or () if m.get("weight") is not None]
    apart = item["task"] != "scenario" and len(metrics) + len(parts) - 1 <= MOST_SLIDERS
    for key in parts:
        if key == "measured" and apart and metrics:
            whole = sum(metric["weight"] for metric in metrics)
            criteria += [
                (
                    metric["metric"],
                    metric_name(metric, words),
                    maximum[key] * metric["weight"] / whole,
                )
                for metric in metrics
            ]
        else:
            criteria.append((key, words.or_text("part", key), float(maximum[key])))
    return {
        "criteria": [[label, round(weight, 4)] for _, label, weight in criteria],
        "places": ranking.get("places") or 1,
        "rows": [
            [
                row["candidate"],
                name_of(evaluation, row["candidate"], words).short,
                row["rank"],
                row["total"],
                [_attained(evaluation, item, row, key, maximum) for key, _, _ in criteria],
            ]
            for row in rows
        ],
    }


def _attained(
    evaluation: Evaluation, item: Record, row: Record, key: str, maximum: Record
) -> float:
    """Points of 100 that a row attained on a criterion."""
    if key in maximum:
        part = numerals.number(row["parts"].get(key))
        return 0.0 if part is None else round(100 * part / maximum[key], 4)
    score = evaluation.scores.get((item["id"], row["candidate"]), {})
    entry = metric_of(score, key)
    return round((entry or {}).get("points") or 0.0, 4)
