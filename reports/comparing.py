"""Candidates of an item held against each other two by two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import Evaluation, Record, ranked_rows
from reports.geometry import Plot, Tick, scale_over
from reports.marks import Mark, alone, pair_mark
from reports.metric_words import metric_name
from reports.side_by_side import SideBySide, side_by_side

MOST_PAIRS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """A pair's difference of totals, and what the samples say of it."""

    first: str
    second: str
    difference: str
    interval: str
    detectable: str
    p: str
    holm: str
    wins: str
    at_line: bool
    certainty: Mark
    alone: str
    plot: Plot


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All pairs of an item, and the pair at the line side by side."""

    pairs: tuple[PairLine, ...]
    left_out: int
    ticks: tuple[Tick, ...]
    zero: tuple[tuple[str, str], ...]
    test: str
    family: int
    two: SideBySide | None


def comparison_of(evaluation: Evaluation, item: Record, words: Words) -> Comparison | None:
    """Comparison of an item's ranked candidates; none where fewer than two are ranked."""
    ranking = evaluation.rankings.get(item["id"], {})
    rows = [row for row in ranked_rows(ranking) if row["rank"] is not None]
    if len(rows) < 2:
        return None
    table = ranking.get("pair_table") or {}
    entries = list(table.get("entries") or ranking.get("pairs") or ())
    entries.sort(key=lambda entry: not entry["at_line"])
    kept = entries[:MOST_PAIRS]
    spans = [end for entry in kept for end in entry.get("interval") or ()]
    scale = scale_over([0.0, *spans, *(entry["difference"] for entry in kept)])
    default = _at_the_line(rows, kept)
    return Comparison(
        pairs=tuple(
            PairLine(
                first=entry["first"],
                second=entry["second"],
                difference=numerals.points(entry["difference"]),
                interval=_span(entry.get("interval")),
                detectable=numerals.points(entry.get("detectable")),
                p=numerals.probability(entry.get("p")),
                holm=numerals.probability(entry.get("holm")),
                wins=_wins(entry),
                at_line=bool(entry["at_line"]),
                certainty=pair_mark(words, entry),
                alone=alone(words, entry),
                plot=scale.plot(entry["difference"], entry.get("interval")),
            )
            for entry in kept
        ),
        left_out=len(entries) - len(kept),
        ticks=scale.ticks(),
        zero=((scale.at(0.0), "floor"),),
        test=_test(evaluation, table, words),
        family=int(table.get("family") or len(entries)),
        two=side_by_side(evaluation, item, default, words) if default else None,
    )


def _at_the_line(rows: Sequence[Record], pairs: Sequence[Record]) -> tuple[str, str] | None:
    """The last candidate within the places and the first outside, or else the first pair."""
    inside = [row["candidate"] for row in rows if row.get("proposal") == "selected"]
    outside = [row["candidate"] for row in rows if row.get("proposal") != "selected"]
    if inside and outside:
        return (inside[-1], outside[0])
    return (pairs[0]["first"], pairs[0]["second"]) if pairs else None


def _span(interval: Sequence[float] | None) -> str:
    return numerals.pair(*map(numerals.points, interval)) if interval else numerals.DASH


def _wins(entry: Record) -> str:
    if entry.get("first_better") is None or entry.get("second_better") is None:
        return numerals.DASH
    return f"{entry['first_better']} : {entry['second_better']}"


def _test(evaluation: Evaluation, table: Record, words: Words) -> str:
    if not table.get("test"):
        return ""
    metric = evaluation.metrics.get(table["metric"], {"metric": table["metric"]})
    name = metric_name(metric, words)
    return words("compare.test", metric=name, test=words.or_text("test", table["test"]))
