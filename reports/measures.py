"""What was measured within one item: points, metric values, outcomes, claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.claims import Claim, claims_of
from reports.evaluation import OUTCOMES, Evaluation, Record
from reports.geometry import Plot, Tick, heat_step, scale_over
from reports.metric_words import (
    ends,
    interval_text,
    method_name,
    metric_name,
    metric_of,
    value_text,
)
from reports.sources import Trace, trace_of
from reports.standing import Name, name_of

UNITLESS = ("none", "share")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricHead:
    """A metric as column heads and figure titles name it."""

    text: str
    name: str
    unit: str
    better: str
    weight: str
    floor: str
    floor_origin: str
    target: str
    gate: str
    digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Points of a candidate on a metric, with the value they come from."""

    points: str
    value: str
    step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """A candidate's value of one metric, with interval and counts."""

    name: Name
    plot: Plot
    value: str
    interval: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFigure:
    """All candidates of an item on one metric, on a shared axis with floor and target."""

    head: MetricHead
    ticks: tuple[Tick, ...]
    lines: tuple[tuple[str, str], ...]
    rows: tuple[MetricRow, ...]
    baseline: str
    samples: str
    methods: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Everything measured in an item."""

    heads: tuple[MetricHead, ...]
    heat: tuple[tuple[Name, tuple[Cell, ...]], ...]
    figures: tuple[MetricFigure, ...]
    outcome_names: tuple[str, ...]
    outcomes: tuple[tuple[Name, tuple[str, ...], str, Trace], ...]
    claims: tuple[Claim, ...]


def measures_of(evaluation: Evaluation, item: Record, words: Words) -> Measures:
    """Measured part of an item, candidates in the order of its ranking."""
    present = [
        (name_of(evaluation, candidate["id"], words), score)
        for candidate in evaluation.candidates_of(item["id"])
        if (score := evaluation.scores.get((item["id"], candidate["id"])))
    ]
    heads = tuple(
        head_of(metric, digits_of(evaluation, item["id"], metric["metric"]), words)
        for metric in item.get("metrics") or ()
    )
    return Measures(
        heads=heads,
        heat=tuple(
            (name, tuple(_cell(score, head, words) for head in heads)) for name, score in present
        ),
        figures=tuple(
            _figure(item, metric, head, present, words)
            for metric, head in zip(item.get("metrics") or (), heads, strict=True)
        ),
        outcome_names=tuple(words(f"outcome.{name}") for name in OUTCOMES),
        outcomes=tuple(
            (
                name,
                tuple(str(score["outcomes"].get(outcome, 0)) for outcome in OUTCOMES),
                _restarts(evaluation, item["id"], name.id),
                trace_of(evaluation, evaluation.candidates[name.id], words),
            )
            for name, score in present
        ),
        claims=tuple(
            claim for name, score in present for claim in claims_of(evaluation, name, score, words)
        ),
    )


def digits_of(evaluation: Evaluation, item: str, text: str) -> int:
    """Decimals that a metric's values need in an item, the same wherever they are shown."""
    metric = evaluation.metrics.get(text, {})
    values = [
        entry["value"]
        for (place, _), score in evaluation.scores.items()
        if place == item and (entry := metric_of(score, text))
    ]
    declared = [metric.get("floor"), metric.get("target")]
    return numerals.score_digits(metric.get("bounds") or (None, None), [*values, *declared])


def head_of(metric: Record, digits: int, words: Words) -> MetricHead:
    """Head of a metric's column, with the decimals that its values need."""
    weight = metric.get("weight")
    unit = metric.get("unit") or "none"
    return MetricHead(
        text=metric["metric"],
        name=metric_name(metric, words),
        unit="" if unit in UNITLESS else words.or_text("unit", unit),
        better=words(f"better.{metric['better']}") if metric.get("better") else "",
        weight=numerals.DASH if weight is None else numerals.plain(weight),
        floor=_declared(metric.get("floor"), digits),
        floor_origin=words.or_text("floor", metric.get("floor_origin") or "declared"),
        target=_declared(metric.get("target"), digits),
        gate=numerals.relation(metric.get("gate")),
        digits=digits,
    )


def _cell(score: Record, head: MetricHead, words: Words) -> Cell:
    entry = metric_of(score, head.text)
    if entry is None or entry["value"] is None:
        return Cell(points=words("cell.unscored"), value=numerals.DASH, step=None)
    value = value_text(score, entry, head.digits)
    if entry.get("points") is None:
        word = "cell.attested" if score.get("self_attested") else "cell.unscored"
        return Cell(points=words(word), value=value, step=None)
    return Cell(
        points=numerals.points(entry["points"]), value=value, step=heat_step(entry["points"])
    )


def _figure(
    item: Record,
    metric: Record,
    head: MetricHead,
    present: Sequence[tuple[Name, Record]],
    words: Words,
) -> MetricFigure:
    baseline = ((item.get("baseline") or {}).get("values") or {}).get(head.text)
    entries = [
        (name, score, entry) for name, score in present if (entry := metric_of(score, head.text))
    ]
    numbers: list[float | None] = [metric.get("floor"), metric.get("target"), baseline]
    for _, _, entry in entries:
        numbers += [entry["value"], *(ends(entry.get("interval")) or ())]
    scale = scale_over(numbers, metric.get("bounds") or (None, None))
    declared = (("floor", metric.get("floor")), ("target", metric.get("target")))
    lines = [(scale.at(value), kind) for kind, value in declared if value is not None]
    if metric.get("gate"):
        lines.append((scale.at(next(iter(metric["gate"].values()))), "gate"))
    return MetricFigure(
        head=head,
        ticks=scale.ticks(),
        lines=tuple(lines),
        rows=tuple(
            MetricRow(
                name=name,
                plot=scale.plot(entry["value"], ends(entry.get("interval"))),
                value=value_text(score, entry, head.digits),
                interval=interval_text(entry.get("interval"), head.digits),
                points=_cell(score, head, words).points,
            )
            for name, score, entry in entries
        ),
        baseline=numerals.score(baseline, head.digits) if baseline is not None else "",
        samples=_sizes(item, [entry for _, _, entry in entries]),
        methods=words.join(sorted({method_name(entry, words) for _, _, entry in entries})),
    )


def _sizes(item: Record, entries: Sequence[Record]) -> str:
    """How many samples a metric rests on, where the data card does not already say it."""
    sizes = {str(entry["n"]) for entry in entries if "n" in entry}
    return "/".join(sorted(sizes - {str((item.get("dataset") or {}).get("samples"))}))


def _declared(value: float | None, digits: int) -> str:
    """A declared number as written; one that was measured, with the column's decimals."""
    if value is None:
        return numerals.DASH
    written = numerals.plain(value)
    decimals = len(written.partition(".")[2])
    return written if decimals <= digits else numerals.rounded(value, digits)


def _restarts(evaluation: Evaluation, item: str, candidate: str) -> str:
    return str(evaluation.runs.get((item, candidate), {}).get("restarts", 0))
