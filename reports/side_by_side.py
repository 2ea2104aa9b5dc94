"""Two candidates of an item side by side: every line of the scorecard, and how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import PARTS, Evaluation, Record, in_order, ranked_rows
from reports.gates import gates_held
from reports.marks import Mark, mark
from reports.measures import digits_of
from reports.metric_words import interval_text, metric_name, metric_of, value_text
from reports.stability import flip_text
from reports.standing import name_of

MEASURED, CLAIMS = "measured", "claims"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One line of a comparison of two: what, both sides, their difference and what it says."""

    label: str
    note: str
    part_of: bool
    first: tuple[str, str]
    second: tuple[str, str]
    difference: str
    interval: str
    verdict: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The pair at the line side by side, and what the script needs for any other."""

    pair: tuple[str, str]
    sides: tuple[Side, ...]
    told: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of the comparison: its key, its words, and how much of a criterion's points it is."""

    key: str
    label: str
    note: str
    scale: float
    counted: bool
    part_of: bool = False


def side_by_side(
    evaluation: Evaluation, item: Record, pair: tuple[str, str], words: Words
) -> SideBySide:
    """Comparison of two ranked candidates of an item.

    Every text that the script composes is composed here too, so that the pair shown first reads
    the same without it.
    """
    ranking = evaluation.rankings[item["id"]]
    rows = [row for row in ranked_rows(ranking) if row["rank"] is not None]
    lines = _lines(evaluation, item, ranking, words)
    cells = {row["candidate"]: _cells(evaluation, item, row, lines) for row in rows}
    pairs = {
        f"{entry['first']} {entry['second']}": _apart(evaluation, ranking, entry, lines, words)
        for entry in (ranking.get("pair_table") or {}).get("entries") or ()
    }
    counted = [line.counted for line in lines]
    facts = {
        "names": {name: name_of(evaluation, name, words).short for name in cells},
        "cells": cells,
        "pairs": pairs,
        "counted": counted,
    }
    apart, way = _found(pairs, pair)
    return SideBySide(
        pair=pair,
        sides=tuple(
            _side(line, (cells[pair[0]][at], cells[pair[1]][at]), _turned(apart, at, way), pair, words)
            for at, line in enumerate(lines)
        ),
        told=_told(apart, way, counted, pair, words),
        facts=facts,
    )  # fmt: skip


def _lines(
    evaluation: Evaluation, item: Record, ranking: Record, words: Words
) -> tuple[_Line, ...]:
    """Total, parts in points of the scorecard, metrics below the measured part in points of 100."""
    maximum = ranking.get("maximum") or {}
    used = {key for row in ranking["rows"] for key in row["parts"]}
    found = [_Line(key="total", label=words("column.total"), note="", scale=1.0, counted=False)]
    for key in in_order(maximum, PARTS):
        if key in used:
            found.append(
                _Line(
                    key=key,
                    label=words.or_text("part", key),
                    note=words("compare.maximum", n=numerals.plain(maximum[key])),
                    scale=maximum[key] / 100,
                    counted=key != MEASURED,
                )
            )
        if key == MEASURED:
            found += _metric_lines(evaluation, item, words)
    found.append(_Line(key="gates", label=words("column.gates"), note="", scale=1.0, counted=False))
    return tuple(found)


def _metric_lines(evaluation: Evaluation, item: Record, words: Words) -> list[_Line]:
    weighed = {m["metric"]: m["weight"] for m in item.get("metrics") or () if m.get("weight")}
    claims = (item.get("criteria") or {}).get(CLAIMS)
    if claims:
        weighed[CLAIMS] = claims["weight"]
    return [
        _Line(
            key=text,
            label=metric_name(evaluation.metrics.get(text, {"metric": text}), words),
            note=words("criterion.weight", n=numerals.plain(weight)),
            scale=1.0,
            counted=True,
            part_of=True,
        )
        for text, weight in weighed.items()
    ]


def _cells(
    evaluation: Evaluation, item: Record, row: Record, lines: Sequence[_Line]
) -> list[list[Any]]:
    """A candidate's side of every line: its text, a smaller text, the number and its decimals."""
    digits = len(str(row["total"]).partition(".")[2])
    score = evaluation.scores.get((item["id"], row["candidate"]), {})
    cells: list[list[Any]] = []
    for line in lines:
        if line.key == "total":
            ends = row.get("interval")
            span = numerals.pair(*(numerals.like(e, row["total"]) for e in ends)) if ends else ""
            cells.append([row["total"], span, numerals.number(row["total"]), digits])
        elif line.key == "gates":
            cells.append([gates_held(score), "", None, 0])
        elif line.key in PARTS:
            text = row["parts"].get(line.key, numerals.DASH)
            cells.append([text, "", numerals.number(text), digits])
        else:
            cells.append(_metric_cell(evaluation, item, score, line.key))
    return cells


def _metric_cell(evaluation: Evaluation, item: Record, score: Record, text: str) -> list[Any]:
    if text == CLAIMS:
        share = None if score.get("self_attested") else score.get("claims_share")
        points = None if share is None else numerals.points(100 * share)
        return [points or numerals.DASH, "", None if points is None else float(points), 2]
    entry = metric_of(score, text)
    if entry is None or entry.get("points") is None:
        return [numerals.DASH, "", None, 2]
    digits = digits_of(evaluation, item["id"], text)
    value = value_text(score, entry, digits)
    if entry.get("interval"):
        value = f"{value} {interval_text(entry['interval'], digits)}"
    points = numerals.points(entry["points"])
    return [points, value, float(points), 2]


def _apart(
    evaluation: Evaluation, ranking: Record, entry: Record, lines: Sequence[_Line], words: Words
) -> list[Any]:
    """What the records say of a pair: each line's interval and verdict, then the rest in numbers.

    The verdict of a line is 1 where the first is higher, -1 where the second is, 0 where the
    interval holds both; that of the total is the joint one.
    """
    found: list[list[Any] | None] = []
    for line in lines:
        if line.key == "total":
            ends = entry.get("interval")
            sign = (entry["difference"] > 0) - (entry["difference"] < 0)
            found.append(_span(ends, 1.0, sign * entry["separable"]) if ends else None)
            continue
        ends = ((entry.get("criteria") or {}).get(line.key) or {}).get("interval")
        if ends is None:
            found.append(None)
            continue
        found.append(_span(ends, line.scale, (ends[0] > 0) - (ends[1] < 0)))
    share = entry.get("first_ahead")
    both = {entry["first"], entry["second"]}
    flips = (ranking.get("sensitivity") or {}).get("flips") or ()
    flip = next((one for one in flips if {one["first"], one["second"]} == both), None)
    return [
        found,
        [] if share is None else [numerals.frequency(share), numerals.frequency(1 - share)],
        []
        if entry.get("first_better") is None
        else [
            entry["first_better"],
            entry["second_better"],
            numerals.probability(entry.get("p")),
            numerals.probability(entry.get("holm")),
        ],
        "" if flip is None else flip_text(evaluation, flip, words),
    ]


def _span(ends: Sequence[float], scale: float, verdict: int) -> list[Any]:
    low, high = (float(numerals.points(scale * end)) for end in ends)
    return [low, high, verdict]


def _found(pairs: Mapping[str, Any], pair: tuple[str, str]) -> tuple[Any, int]:
    """What is known of a pair, and 1, or -1 where it is known the other way round."""
    straight, turned = f"{pair[0]} {pair[1]}", f"{pair[1]} {pair[0]}"
    return (pairs[straight], 1) if straight in pairs else (pairs.get(turned), -1)


def _turned(apart: Any, at: int, way: int) -> Sequence[Any] | None:
    span = apart[0][at] if apart else None
    if span is None or way == 1:
        return span
    return [-span[1] + 0.0, -span[0] + 0.0, -span[2]]


def _side(
    line: _Line,
    cells: tuple[Sequence[Any], Sequence[Any]],
    span: Sequence[Any] | None,
    pair: tuple[str, str],
    words: Words,
) -> Side:
    one, other = cells
    verdict = None
    if span is not None:
        code = "clear" if span[2] else "not_separable"
        verdict = mark(words, "certainty", code)
        if span[2]:
            higher = words("compare.higher", id=pair[0] if span[2] > 0 else pair[1])
            verdict = replace(verdict, word=higher)
    return Side(
        label=line.label,
        note=line.note,
        part_of=line.part_of,
        first=(one[0], one[1]),
        second=(other[0], other[1]),
        difference=_difference(one, other),
        interval="" if span is None else numerals.pair(*(f"{end:.2f}" for end in span[:2])),
        verdict=verdict,
    )


def _difference(one: Sequence[Any], other: Sequence[Any]) -> str:
    if one[2] is None or other[2] is None:
        return numerals.DASH
    text = numerals.rounded(one[2] - other[2], one[3])
    return text if text.startswith("-") else f"+{text}"


def _told(
    apart: Any, way: int, counted: Sequence[bool], pair: tuple[str, str], words: Words
) -> tuple[str, ...]:
    """What is told of a pair in sentences: criteria counted, draws, samples, and what would flip it."""
    if not apart:
        return ()
    first, second = pair
    spans, shares, samples, flip = apart
    verdicts = [
        way * span[2] for span, yes in zip(spans, counted, strict=True) if yes and span is not None
    ]
    told = []
    if verdicts:
        told.append(
            words(
                "compare.counts",
                first=first,
                second=second,
                wins=verdicts.count(1),
                level=verdicts.count(0),
                losses=verdicts.count(-1),
            )
        )
    if shares:
        told.append(words("compare.ahead", first=first, share=shares[way < 0]))
    if samples:
        wins, losses = samples[:2][::way]
        told.append(
            words(
                "compare.samples",
                first=first,
                second=second,
                wins=wins,
                losses=losses,
                p=samples[2],
                holm=samples[3],
            )
        )
    if flip:
        told.append(flip)
    return tuple(told)
