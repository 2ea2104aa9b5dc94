"""How well a candidate does on groups of samples, by the columns that the data declare."""

from __future__ import annotations

from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import Evaluation, Record
from reports.metric_words import interval_text, metric_name

MOST_GROUPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTable:
    """One metric by the groups of one column."""

    title: str
    gap: str
    by_chance: str
    groups: tuple[tuple[str, str, str, str], ...]
    left_out: int


def slices_of(evaluation: Evaluation, score: Record, words: Words) -> tuple[SliceTable, ...]:
    """Slices of a score, as many groups of each as a card holds."""
    return tuple(_table(evaluation, entry, words) for entry in score.get("slices") or ())


def _table(evaluation: Evaluation, entry: Record, words: Words) -> SliceTable:
    metric = evaluation.metrics.get(entry["metric"], {"metric": entry["metric"]})
    values = [group["value"] for group in entry["groups"]]
    digits = numerals.score_digits(metric.get("bounds") or (None, None), values)
    gap, by_chance = entry.get("gap"), entry.get("gap_by_chance")
    return SliceTable(
        title=words("slices.by", metric=metric_name(metric, words), column=entry["column"]),
        gap="" if gap is None else numerals.rounded(gap, digits),
        by_chance="" if by_chance is None else numerals.rounded(by_chance, digits),
        groups=tuple(
            (
                str(group["group"]),
                str(group["n"]),
                numerals.score(group["value"], digits),
                interval_text(group.get("interval"), digits),
            )
            for group in entry["groups"][:MOST_GROUPS]
        ),
        left_out=max(0, len(entry["groups"]) - MOST_GROUPS),
    )
