"""What the field of an item reached on a metric: the middle of it, and who stands across the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from reports.catalogue import Words
from reports.evaluation import SKILL, Evaluation, Record, ranked_rows
from reports.metric_words import ends, metric_name, metric_of

FEWEST = 3
QUARTERED = 4
"""Candidates from which on the middle half of a field is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The field that a candidate is held against, metric by metric: its middle and middle half.

    ``across`` is the candidate on the other side of the line of places, empty where there is none.
    """

    middles: Mapping[str, float]
    quartiles: Mapping[str, tuple[float, float]]
    across: str
    values: Mapping[str, float]
    sentence: str


def field_of(evaluation: Evaluation, candidate: Record, words: Words) -> Field | None:
    """Field of a candidate; none for readers who may not see it, or where too few were measured."""
    if evaluation.kind not in ("organizer", "panel") or evaluation.sealed:
        return None
    item = evaluation.items[candidate["item"]]
    scores = [score for (place, _), score in evaluation.scores.items() if place == item["id"]]
    own = evaluation.scores.get((item["id"], candidate["id"]))
    if own is None or own.get("self_attested"):
        return None
    shared = [
        entry["metric"]
        for entry in own["metrics"]
        if entry["value"] is not None and (item.get("dataset") or entry["metric"] == SKILL)
    ]
    found = {
        text: [
            entry["value"]
            for score in scores
            if not score.get("self_attested")
            and (entry := metric_of(score, text))
            and entry["value"] is not None
        ]
        for text in shared
    }
    middles = {text: median(values) for text, values in found.items() if len(values) >= FEWEST}
    if not middles:
        return None
    across = _across(evaluation, candidate)
    other = evaluation.scores.get((item["id"], across), {})
    return Field(
        middles=middles,
        quartiles={
            text: (ends[0], ends[2])
            for text, values in found.items()
            if len(values) >= QUARTERED and (ends := quantiles(values, n=4, method="inclusive"))
        },
        across=across,
        values={
            text: entry["value"]
            for text in shared
            if (entry := metric_of(other, text)) and entry["value"] is not None
        },
        sentence=_sentence(evaluation, own, middles, words),
    )


def _across(evaluation: Evaluation, candidate: Record) -> str:
    """The first candidate outside the places for one inside, the last one inside for the others."""
    rows = [
        row
        for row in ranked_rows(evaluation.rankings.get(candidate["item"], {}))
        if row["rank"] is not None and row["candidate"] != candidate["id"]
    ]
    inside = [row["candidate"] for row in rows if row.get("proposal") == "selected"]
    outside = [row["candidate"] for row in rows if row.get("proposal") != "selected"]
    chosen = inside[-1:] if _outside(evaluation, candidate) else outside[:1]
    return str(chosen[0]) if chosen else ""


def _outside(evaluation: Evaluation, candidate: Record) -> bool:
    ranking = evaluation.rankings.get(candidate["item"], {})
    return not any(
        row["candidate"] == candidate["id"] and row.get("proposal") == "selected"
        for row in ranking.get("rows", ())
    )


def _sentence(
    evaluation: Evaluation, score: Record, middles: Mapping[str, float], words: Words
) -> str:
    """On which metrics the whole interval lies on one side of the field's middle."""
    better: list[str] = []
    worse: list[str] = []
    for text, middle in middles.items():
        entry = metric_of(score, text)
        span = ends(entry.get("interval")) if entry else None
        metric = evaluation.metrics.get(text, {"metric": text})
        if span is None or not metric.get("better"):
            continue
        above, below = span[0] > middle, span[1] < middle
        high = metric["better"] == "higher"
        if above or below:
            (better if above == high else worse).append(metric_name(metric, words))
    return _told(better, worse, words)


def _told(better: Sequence[str], worse: Sequence[str], words: Words) -> str:
    parts = [
        words(f"field.{code}", names=words.join(list(names)))
        for code, names in (("better", better), ("worse", worse))
        if names
    ] or [words("field.same")]
    return words("field.told", parts=words("list.clause").join(parts))
