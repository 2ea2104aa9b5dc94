"""Two candidates of an item side by side: every line of the scorecard, and how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reports import numerals
from reports.between import MEASURED, both_reproduced, not_compared
from reports.catalogue import Words
from reports.claims import CLAIMS, claims_share
from reports.evaluation import PARTS, Evaluation, Record, in_order, ranked_rows
from reports.gates import gates_held
from reports.marks import Mark, alone, mark
from reports.measures import digits_of
from reports.metric_words import interval_text, metric_name, metric_of, value_text
from reports.stability import flip_text
from reports.standing import name_of


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
    finding: str


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
        f"{entry['first']} {entry['second']}": _apart(evaluation, item, entry, lines, words)
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
        earned = claims_share(score)
        return [points or numerals.DASH, earned, None if points is None else float(points), 2]
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
    evaluation: Evaluation, item: Record, entry: Record, lines: Sequence[_Line], words: Words
) -> list[Any]:
    """What the records say of a pair: each line's span, then the rest in numbers."""
    ranking = evaluation.rankings[item["id"]]
    found = [_span(evaluation, item, entry, line, words) for line in lines]
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


def _span(
    evaluation: Evaluation, item: Record, entry: Record, line: _Line, words: Words
) -> list[Any] | None:
    """A line's interval, its verdict and a note; none where the records hold no interval.

    The verdict is 1 where the first is higher, -1 where the second is, 0 where the interval holds
    both, that of the total the joint one, none where there is nothing to compare, as the note says.
    A note that says more than the interval takes its place.
    """
    if line.key == "total":
        ends = entry.get("interval")
        sign = (entry["difference"] > 0) - (entry["difference"] < 0)
        return ends and [*_ends(ends, 1.0), sign * entry["separable"], alone(words, entry)]
    measured = line.part_of or line.key == MEASURED
    if measured and (why := not_compared(evaluation, item, entry, line.key, words)):
        return [None, None, None, why]
    ends = ((entry.get("criteria") or {}).get(line.key) or {}).get("interval")
    if ends is None:
        return None
    verdict = (ends[0] > 0) - (ends[1] < 0)
    if line.key == CLAIMS and (held := both_reproduced(evaluation, item, entry, words)):
        return [None, None, verdict, held]
    return [*_ends(ends, line.scale), verdict, ""]


def _ends(ends: Sequence[float], scale: float) -> list[float]:
    return [float(numerals.points(scale * end)) for end in ends]


def _found(pairs: Mapping[str, Any], pair: tuple[str, str]) -> tuple[Any, int]:
    """What is known of a pair, and 1, or -1 where it is known the other way round."""
    straight, turned = f"{pair[0]} {pair[1]}", f"{pair[1]} {pair[0]}"
    return (pairs[straight], 1) if straight in pairs else (pairs.get(turned), -1)


def _turned(apart: Any, at: int, way: int) -> Sequence[Any] | None:
    span = apart[0][at] if apart else None
    if span is None or way == 1:
        return span
    low, high, verdict, note = span
    return [
        None if high is None else -high + 0.0,
        None if low is None else -low + 0.0,
        None if verdict is None else -verdict,
        note,
    ]


def _side(
    line: _Line,
    cells: tuple[Sequence[Any], Sequence[Any]],
    span: Sequence[Any] | None,
    pair: tuple[str, str],
    words: Words,
) -> Side:
    one, other = cells
    low, _, verdict, note = span or (None, None, None, "")
    told = low is None and verdict is not None
    return Side(
        label=line.label,
        note=line.note,
        part_of=line.part_of,
        first=(one[0], one[1]),
        second=(other[0], other[1]),
        difference=_difference(one, other),
        interval=note if told else _interval(span),
        verdict=None if verdict is None else _verdict(verdict, pair, words),
        finding="" if told else note,
    )


def _interval(span: Sequence[Any] | None) -> str:
    if span is None or span[0] is None:
        return ""
    return numerals.pair(*(f"{end:.2f}" for end in span[:2]))


def _verdict(verdict: int, pair: tuple[str, str], words: Words) -> Mark:
    found = mark(words, "certainty", "clear" if verdict else "not_separable")
    if not verdict:
        return found
    return replace(found, word=words("compare.higher", id=pair[0] if verdict > 0 else pair[1]))


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
        way * span[2]
        for span, yes in zip(spans, counted, strict=True)
        if yes and span is not None and span[2] is not None
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
