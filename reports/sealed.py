"""The list that judges read before sheets are in: what was measured, without total or rank."""

from __future__ import annotations

from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.doubts import doubts_of
from reports.evaluation import Evaluation, Record
from reports.gates import gates_held
from reports.measures import digits_of
from reports.metric_words import metric_name, metric_of, value_text
from reports.standing import Name, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLine:
    """One candidate by its code: baseline and measurement of each metric, gates, doubts."""

    name: Name
    values: tuple[tuple[str, str, str], ...]
    gates: str
    doubts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedItem:
    """An item's candidates, in the order of their codes."""

    id: str
    title: str
    industry: str
    lines: tuple[SealedLine, ...]


def sealed_items(evaluation: Evaluation, track: str, words: Words) -> tuple[SealedItem, ...]:
    """Items of a track as judges see them before their sheets are in."""
    return tuple(
        SealedItem(
            id=item["id"],
            title=words.pick(item["title"]),
            industry=words.pick(item.get("industry")),
            lines=tuple(
                _line(evaluation, item, candidate, words)
                for candidate in evaluation.candidates_of(item["id"])
            ),
        )
        for item in evaluation.items_of(track)
    )


def _line(evaluation: Evaluation, item: Record, candidate: Record, words: Words) -> SealedLine:
    score = evaluation.scores.get((item["id"], candidate["id"]), {})
    return SealedLine(
        name=name_of(evaluation, candidate["id"], words),
        values=tuple(_values(evaluation, item, score, words)),
        gates=gates_held(score),
        doubts=len(doubts_of(evaluation, candidate, words)),
    )


def _values(
    evaluation: Evaluation, item: Record, score: Record, words: Words
) -> list[tuple[str, str, str]]:
    baselines = (item.get("baseline") or {}).get("values") or {}
    found = []
    declared = [metric["metric"] for metric in item.get("metrics") or ()]
    claimed = {claim["metric"]: claim for claim in score.get("claims") or ()}
    for text in declared or list(claimed):
        entry = metric_of(score, text)
        if entry is None or entry["value"] is None:
            continue
        metric = evaluation.metrics.get(text, {"metric": text})
        digits = digits_of(evaluation, item["id"], text)
        floor = entry.get("floor") if entry.get("floor_origin") == "baseline" else None
        before = baselines.get(text, floor)
        found.append(
            (
                metric_name(metric, words),
                "" if before is None else numerals.score(before, digits),
                value_text(score, entry, digits),
            )
        )
    return found
