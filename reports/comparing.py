"""Candidates of an item held against each other two by two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import PARTS, Evaluation, Record, in_order, ranked_rows
from reports.gates import gates_held
from reports.geometry import Plot, Tick, scale_over
from reports.marks import Mark, mark
from reports.measures import digits_of
from reports.metric_words import ends, interval_text, metric_name, metric_of, value_text
from reports.standing import name_of

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
    plot: Plot


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One line of a comparison of two: what, both values, and their difference."""

    label: str
    first: str
    second: str
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All pairs of an item, and the pair at the line side by side."""

    pairs: tuple[PairLine, ...]
    left_out: int
    ticks: tuple[Tick, ...]
    zero: tuple[tuple[str, str], ...]
    test: str
    family: int
    default: tuple[str, str] | None
    sides: tuple[Side, ...]
    facts: Mapping[str, Any]


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
    facts = _facts(evaluation, item, rows, words)
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
                certainty=mark(
                    words, "certainty", "clear" if entry["separable"] else "not_separable"
                ),
                plot=scale.plot(entry["difference"], entry.get("interval")),
            )
            for entry in kept
        ),
        left_out=len(entries) - len(kept),
        ticks=scale.ticks(),
        zero=((scale.at(0.0), "floor"),),
        test=_test(evaluation, table, words),
        family=int(table.get("family") or len(entries)),
        default=default,
        sides=_sides(facts, default) if default else (),
        facts=facts,
    )


def _at_the_line(rows: Sequence[Record], pairs: Sequence[Record]) -> tuple[str, str] | None:
    """The last candidate within the places and the first outside, or else the first pair."""
    inside = [row["candidate"] for row in rows if row.get("proposal") == "selected"]
    outside = [row["candidate"] for row in rows if row.get("proposal") != "selected"]
    if inside and outside:
        return (inside[-1], outside[0])
    return (pairs[0]["first"], pairs[0]["second"]) if pairs else None


def _facts(
    evaluation: Evaluation, item: Record, rows: Sequence[Record], words: Words
) -> Mapping[str, Any]:
    """What the page's script needs to lay any two candidates side by side: texts and numbers."""
    ranking = evaluation.rankings[item["id"]]
    maximum = ranking.get("maximum") or {}
    parts = [key for key in in_order(maximum, PARTS) if any(key in r["parts"] for r in rows)]
    metrics = [metric["metric"] for metric in item.get("metrics") or ()]
    labels = [words("column.total"), *(words.or_text("part", key) for key in parts)]
    labels += [metric_name(evaluation.metrics[text], words) for text in metrics]
    labels.append(words("column.gates"))
    cells = {row["candidate"]: _cells(evaluation, item, row, parts, metrics) for row in rows}
    return {
        "labels": labels,
        "names": {
            row["candidate"]: name_of(evaluation, row["candidate"], words).short for row in rows
        },
        "cells": cells,
    }


def _cells(
    evaluation: Evaluation,
    item: Record,
    row: Record,
    parts: Sequence[str],
    metrics: Sequence[str],
) -> list[list[Any]]:
    """Each line of a candidate: its text, and the number that a difference is taken of."""
    digits = len(str(row["total"]).partition(".")[2])
    total = numerals.number(row["total"])
    interval = row.get("interval")
    span = numerals.pair(*(numerals.like(e, row["total"]) for e in interval)) if interval else ""
    cells: list[list[Any]] = [[row["total"], span, total, digits]]
    for key in parts:
        text = row["parts"].get(key, numerals.DASH)
        cells.append([text, "", numerals.number(text), digits])
    score = evaluation.scores.get((item["id"], row["candidate"]), {})
    for text in metrics:
        entry = metric_of(score, text)
        places = digits_of(evaluation, item["id"], text)
        if entry is None or entry["value"] is None:
            cells.append([numerals.DASH, "", None, places])
            continue
        seen = interval_text(entry.get("interval"), places) if ends(entry.get("interval")) else ""
        shown = value_text(score, entry, places)
        cells.append([shown, seen, float(numerals.score(entry["value"], places)), places])
    cells.append([gates_held(score), "", None, 0])
    return cells


def _sides(facts: Mapping[str, Any], pair: tuple[str, str]) -> tuple[Side, ...]:
    first, second = (facts["cells"][name] for name in pair)
    return tuple(
        Side(
            label=label,
            first=" ".join(part for part in one[:2] if part),
            second=" ".join(part for part in other[:2] if part),
            difference=_difference(one, other),
        )
        for label, one, other in zip(facts["labels"], first, second, strict=True)
    )


def _difference(one: Sequence[Any], other: Sequence[Any]) -> str:
    if one[2] is None or other[2] is None:
        return numerals.DASH
    text = numerals.rounded(one[2] - other[2], one[3])
    return text if text.startswith("-") else f"+{text}"


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
