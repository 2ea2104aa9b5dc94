"""Who stands where within one item: ranks, gates, proposals, and the pairs at the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import numerals
from reports.caps import cap_text, passed_over, stopped_by
from reports.catalogue import Words
from reports.evaluation import (
    ANSWERED,
    OUTCOMES,
    PARTS,
    Evaluation,
    Record,
    in_order,
    ranked_rows,
)
from reports.gates import barred_reasons, gates_held
from reports.geometry import Plot, Scale, Tick, scale_over
from reports.initials import initials
from reports.marks import Mark, alone, mark, pair_mark, proposal_mark
from reports.text import clip, clip_width

NAME = 60
SHORT = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A candidate as tables name it."""

    id: str
    title: str
    short: str
    applicant: str
    mode: str
    initials: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One row of an item's ranking, every number already text."""

    name: Name
    rank: str
    tied: bool
    rank_set: str
    tier_first: bool
    tier_last: bool
    total: str
    interval: str
    plot: Plot
    parts: tuple[str, ...]
    gates: str
    gates_not_run: int
    samples: str
    faults: int
    proposal: Mark
    certainty: Mark | None
    cap: str
    stopped: str
    frequency: str
    last_within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """A candidate below a gate: outside rank and places, with the reasons."""

    name: Name
    reasons: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A baseline, shown beside the candidates and never ranked."""

    name: str
    total: str
    plot: Plot
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two candidates compared on the same draws."""

    first: str
    second: str
    difference: str
    interval: str
    plot: Plot
    certainty: Mark
    alone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFigure:
    """Pairs at the line on a shared axis, with the line of no difference."""

    rows: tuple[Pair, ...]
    ticks: tuple[Tick, ...]
    zero: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An item's ranking table and what belongs under it."""

    places: tuple[Place, ...]
    barred: tuple[Barred, ...]
    references: tuple[Reference, ...]
    unfinished: tuple[tuple[Name, str], ...]
    pairs: PairFigure
    ticks: tuple[Tick, ...]
    line: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    complete: bool


def standing_of(evaluation: Evaluation, item: Record, words: Words) -> Standing:
    """Ranking of an item as the page shows it."""
    ranking = evaluation.rankings.get(item["id"], {})
    rows = ranked_rows(ranking)
    maximum = ranking.get("maximum") or {}
    keys = in_order((key for key in maximum if _has_part(ranking, key)), PARTS)
    scale = _scale(rows)
    line = _line(ranking, scale)
    complete = bool(ranking.get("complete_panel", False))
    return Standing(
        places=tuple(
            _place(evaluation, words, rows, index, scale, keys) for index in range(len(rows))
        ),
        barred=tuple(
            Barred(
                name=name_of(evaluation, row["candidate"], words),
                reasons=barred_reasons(evaluation, row, words),
                parts=_parts(row, keys),
            )
            for row in ranking.get("ineligible", ())
        ),
        references=tuple(
            Reference(
                name=words.pick(row["name"]),
                total=row.get("total") or numerals.DASH,
                plot=scale.plot(_comparable(row, keys), None),
                parts=_parts(row, keys),
            )
            for row in ranking.get("reference", ())
        ),
        unfinished=tuple(
            (name_of(evaluation, entry["candidate"], words), words.pick(entry["reason"]))
            for entry in evaluation.unfinished()
            if entry["item"] == item["id"] and entry["candidate"] in evaluation.candidates
        ),
        pairs=_pairs(ranking, words),
        ticks=scale.ticks(),
        line=line,
        parts=tuple((words.or_text("part", key), numerals.plain(maximum[key])) for key in keys),
        complete=complete,
    )


def name_of(evaluation: Evaluation, candidate: str, words: Words) -> Name:
    """Name of a candidate, cut to what a table holds."""
    record = evaluation.candidates[candidate]
    title = words.pick(record["title"])
    return Name(
        id=candidate,
        title=clip(title, NAME),
        short=clip_width(title, SHORT),
        applicant=clip(record["applicant"]["name"], NAME),
        mode=words.or_text("mode", record["mode"]),
        initials=" ".join(filter(None, map(initials, (title, record["applicant"]["name"])))),
    )


def faults_of(outcomes: Record, words: Words) -> str:
    """Samples without a valid answer, counted by outcome; empty when there are none."""
    return words.join(
        [
            words("outcome.count", name=words(f"outcome.{name}"), n=outcomes[name])
            for name in OUTCOMES
            if name != ANSWERED and outcomes.get(name)
        ]
    )


def _place(
    evaluation: Evaluation,
    words: Words,
    rows: Sequence[Record],
    index: int,
    scale: Scale,
    keys: Sequence[str],
) -> Place:
    row = rows[index]
    key = (evaluation.candidates[row["candidate"]]["item"], row["candidate"])
    score = evaluation.scores.get(key, {})
    gates = score.get("gates", ())
    interval = row.get("interval")
    tier = row.get("tier")
    return Place(
        name=name_of(evaluation, row["candidate"], words),
        rank=numerals.DASH if row["rank"] is None else str(row["rank"]),
        tied=bool(row["tied"]),
        rank_set=numerals.rank_range(row.get("rank_set")),
        tier_first=index == 0 or rows[index - 1].get("tier") != tier,
        tier_last=index == len(rows) - 1 or rows[index + 1].get("tier") != tier,
        total=row["total"],
        interval=_interval(interval, row["total"]),
        plot=scale.plot(_number(row["total"]), interval),
        parts=_parts(row, keys),
        gates=gates_held(score),
        gates_not_run=sum(gate["passed"] is None for gate in gates),
        samples=str(score["samples"]) if "samples" in score else numerals.DASH,
        faults=sum(n for name, n in score.get("outcomes", {}).items() if name != ANSWERED),
        proposal=proposal_mark(words, evaluation.rankings[key[0]], row),
        certainty=mark(words, "certainty", row["certainty"]) if row.get("certainty") else None,
        cap=cap_text(evaluation, row.get("cap"), words),
        stopped=cap_text(evaluation, stopped_by(row), words),
        frequency=numerals.frequency(row.get("selection_frequency")),
        last_within=row.get("proposal") == "selected"
        and all(later.get("proposal") != "selected" for later in rows[index + 1 :])
        and index + 1 < len(rows),
    )


def _pairs(ranking: Record, words: Words) -> PairFigure:
    pairs = [pair for pair in ranking.get("pairs", ()) if pair["at_line"]]
    scale = scale_over(
        [0.0, *(entry for pair in pairs for entry in pair["interval"] or [pair["difference"]])]
    )
    return PairFigure(
        rows=tuple(
            Pair(
                first=pair["first"],
                second=pair["second"],
                difference=numerals.points(pair["difference"]),
                interval=numerals.pair(*map(numerals.points, pair["interval"]))
                if pair["interval"]
                else numerals.DASH,
                plot=scale.plot(pair["difference"], pair["interval"]),
                certainty=pair_mark(words, pair),
                alone=alone(words, pair),
            )
            for pair in pairs
        ),
        ticks=scale.ticks(),
        zero=((scale.at(0.0), "floor"),),
    )


def _scale(rows: Sequence[Record]) -> Scale:
    values: list[float | None] = [_number(row.get("total")) for row in rows]
    values += [end for row in rows for end in row.get("interval") or ()]
    return scale_over(values, (0.0, 100.0))


def _line(ranking: Record, scale: Scale) -> tuple[tuple[str, str], ...]:
    rows = ranked_rows(ranking)
    stopped = [row["candidate"] for row in passed_over(ranking)]
    inside = [float(row["total"]) for row in rows if row.get("proposal") == "selected"]
    outside = [
        float(row["total"])
        for row in rows
        if row.get("proposal") in ("reserve", "not_selected", "committee")
        and row["candidate"] not in stopped
    ]
    if not inside or not outside:
        return ()
    return ((scale.at((min(inside) + max(outside)) / 2), "line"),)


def _comparable(row: Record, keys: Sequence[str]) -> float | None:
    """A baseline's total, where it holds every part that candidates' totals hold."""
    return _number(row.get("total")) if all(key in row["parts"] for key in keys) else None


def _interval(interval: Sequence[float] | None, total: str) -> str:
    if not interval:
        return numerals.DASH
    return numerals.pair(*(numerals.like(end, total) for end in interval))


def _has_part(ranking: Record, key: str) -> bool:
    return any(key in (row.get("parts") or {}) for row in ranking.get("rows", ()))


def _parts(row: Record, keys: Sequence[str]) -> tuple[str, ...]:
    parts = row.get("parts") or {}
    return tuple(parts.get(key, numerals.DASH) for key in keys)


def _number(text: str | None) -> float | None:
    return None if text in (None, "", numerals.DASH) else float(str(text))
