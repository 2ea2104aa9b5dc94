"""One candidate on one or two A4 pages: what it is, what it gained, the evidence, the doubts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from reports import numerals
from reports.catalogue import Words
from reports.claims import Claim, Earned, claims_of, earned_of
from reports.derivation import Derivation, derivation_of
from reports.doubts import doubts_of
from reports.efficiency import costs_of
from reports.evaluation import OUTCOMES, Evaluation, Record
from reports.field import Field, field_of
from reports.gates import CardGate, card_gate
from reports.geometry import Plot, Tick, scale_over
from reports.marks import Mark, mark
from reports.measures import MetricHead, digits_of, head_of
from reports.metric_words import ends, interval_text, method_name, value_text
from reports.mistakes import Confusion, Worst, confused, confusion_of, worst_of
from reports.slices import SliceTable, slices_of
from reports.sources import DataCard, Trace, data_card, trace_of
from reports.standing import Name, Place, Standing, faults_of, name_of, standing_of

_ID = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMetric:
    """A metric of one candidate: value, interval, anchors, points, contribution."""

    cite: str
    head: MetricHead
    value: str
    interval: str
    points: str
    contribution: str
    method: str
    samples: str
    missing: str
    baseline: str
    plot: Plot
    lines: tuple[tuple[str, str], ...]
    ticks: tuple[Tick, ...]
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A candidate's card."""

    name: Name
    title: str
    applicant: str
    city: str
    consortium: str
    item: str
    item_title: str
    track: str
    mode: str
    adapter: str
    description: str
    rank: str
    rank_set: str
    tied: bool
    total: str
    interval: str
    proposal: Mark
    certainty: Mark | None
    frequency: str
    under_caps: bool
    rank_frequencies: str
    field: str
    across: str
    quartered: bool
    costs: tuple[tuple[str, str], ...]
    earned: Earned | None
    parts: tuple[tuple[str, str, str], ...]
    reasons: tuple[str, ...]
    metrics: tuple[CardMetric, ...]
    claims: tuple[Claim, ...]
    effects: tuple[tuple[str, str, str, str], ...]
    gates: tuple[CardGate, ...]
    attested: tuple[tuple[str, str, str, str], ...]
    doubts: tuple[str, ...]
    samples: str
    outcomes: tuple[tuple[str, str], ...]
    faults: str
    data: DataCard | None
    derivation: Derivation | None
    slices: tuple[SliceTable, ...]
    confusion: Confusion | None
    confused: tuple[tuple[str, str], ...]
    worst: tuple[Worst, ...]
    trace: Trace


def card_of(evaluation: Evaluation, candidate: Record, words: Words) -> Card:
    """Card of a candidate, ranked or not, run or not."""
    item = evaluation.items[candidate["item"]]
    score = evaluation.scores.get((item["id"], candidate["id"]), {})
    standing = standing_of(evaluation, item, words)
    place = next((row for row in standing.places if row.name.id == candidate["id"]), None)
    barred = next((row for row in standing.barred if row.name.id == candidate["id"]), None)
    state = "ineligible" if barred else "unfinished"
    name = name_of(evaluation, candidate["id"], words)
    dataset = item.get("dataset") or candidate.get("dataset")
    parts = _parts(standing, place.parts if place else barred.parts if barred else ())
    cite = _cites(candidate["id"], score)
    applicant = candidate["applicant"]
    outcomes = score.get("outcomes") or {}
    field = field_of(evaluation, candidate, words)
    held = _Held(evaluation=evaluation, item=item, score=score, field=field, words=words)
    return Card(
        name=name,
        title=words.pick(candidate["title"]),
        applicant=applicant["name"],
        city=applicant.get("city") or "",
        consortium=words.join(list(applicant.get("consortium") or ())),
        item=item["id"],
        item_title=words.pick(item["title"]),
        track=next(words.pick(t["title"]) for t in evaluation.tracks if t["id"] == item["track"]),
        mode=name.mode,
        adapter=words.or_text("adapter", candidate["adapter"]),
        description=words.pick(candidate.get("description")),
        rank=place.rank if place else numerals.DASH,
        rank_set=place.rank_set if place else numerals.DASH,
        tied=bool(place and place.tied),
        total=place.total if place else numerals.DASH,
        interval=place.interval if place else "",
        proposal=place.proposal if place else mark(words, "proposal", state),
        certainty=place.certainty if place else None,
        frequency=place.frequency if place else numerals.DASH,
        under_caps=evaluation.rankings.get(item["id"], {}).get("under_caps", False),
        earned=earned_of(evaluation, score, words),
        rank_frequencies=_rank_frequencies(evaluation, candidate, words),
        field=field.sentence if field else "",
        across=field.across if field else "",
        quartered=bool(field and field.quartiles),
        costs=costs_of(evaluation, candidate, words),
        parts=parts,
        reasons=barred.reasons
        if barred
        else _stopped(place, words) + _unfinished(evaluation, candidate, words),
        metrics=tuple(
            _metric(held, entry, named)
            for entry, named in zip(score.get("metrics", ()), cite, strict=True)
        ),
        claims=claims_of(evaluation, name, score, words),
        effects=tuple(_effect(effect, words) for effect in candidate.get("effects") or ()),
        gates=tuple(card_gate(evaluation, gate, words) for gate in score.get("gates") or ()),
        attested=tuple(
            (entry["gate"], entry["checker"], entry["date"], words.pick(entry["reason"]))
            for entry in candidate.get("attested") or ()
        ),
        doubts=doubts_of(evaluation, candidate, words),
        samples=str(score.get("samples", numerals.DASH)),
        outcomes=tuple(
            (words(f"outcome.{name}"), str(outcomes[name])) for name in OUTCOMES if name in outcomes
        ),
        faults=faults_of(outcomes, words),
        data=data_card(dataset, words) if dataset else None,
        derivation=derivation_of(evaluation, candidate, parts, place.total, words)
        if place
        else None,
        slices=slices_of(evaluation, score, words),
        confusion=confusion_of(score.get("confusion"), words),
        confused=confused(score.get("confusion"), words),
        worst=worst_of(score.get("worst"), words),
        trace=trace_of(evaluation, candidate, words),
    )


def _parts(standing: Standing, values: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (label, value, maximum)
        for (label, maximum), value in zip(standing.parts, values, strict=False)
    )


def _rank_frequencies(evaluation: Evaluation, candidate: Record, words: Words) -> str:
    ranking = evaluation.rankings.get(candidate["item"], {})
    shares = (ranking.get("rank_frequencies") or {}).get(candidate["id"]) or ()
    return words.join(
        [
            words("frequencies.rank", n=rank, share=numerals.frequency(share))
            for rank, share in enumerate(shares, start=1)
            if share > 0
        ]
    )


def _stopped(place: Place | None, words: Words) -> tuple[str, ...]:
    return (words("card.cap", cap=place.stopped),) if place and place.stopped else ()


def _unfinished(evaluation: Evaluation, candidate: Record, words: Words) -> tuple[str, ...]:
    return tuple(
        words.pick(entry["reason"])
        for entry in evaluation.unfinished()
        if entry["candidate"] == candidate["id"]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A candidate's score, and what each of its metrics is held against."""

    evaluation: Evaluation
    item: Record
    score: Record
    field: Field | None
    words: Words


def _metric(held: _Held, entry: Record, cite: str) -> CardMetric:
    evaluation, item, words = held.evaluation, held.item, held.words
    known = evaluation.metrics.get(entry["metric"], {"metric": entry["metric"]})
    declared = next((m for m in item.get("metrics") or () if m["metric"] == entry["metric"]), known)
    digits = digits_of(evaluation, item["id"], entry["metric"])
    head = head_of({**declared, **_anchors(entry)}, digits, words)
    baseline = ((item.get("baseline") or {}).get("values") or {}).get(entry["metric"])
    if baseline is None and entry.get("floor_origin") == "baseline":
        baseline = entry["floor"]
    span = ends(entry.get("interval"))
    middle = held.field.middles.get(entry["metric"]) if held.field else None
    quarters = held.field.quartiles.get(entry["metric"]) if held.field else None
    across = held.field.values.get(entry["metric"]) if held.field else None
    numbers = [
        entry["value"], *(span or ()), entry.get("floor"), entry.get("target"), baseline,
        middle, across, *(quarters or ()),
    ]  # fmt: skip
    scale = scale_over(numbers, declared.get("bounds") or (None, None))
    lines = tuple(
        (scale.at(entry[kind]), kind) for kind in ("floor", "target") if entry.get(kind) is not None
    )
    marks = tuple(
        (scale.at(value), kind)
        for value, kind in ((baseline, "base"), (middle, "middle"), (across, "across"))
        if value is not None
    )
    weighed = entry.get("points") is not None and entry.get("weight") is not None
    return CardMetric(
        cite=cite,
        head=head,
        value=value_text(held.score, entry, head.digits),
        interval=interval_text(entry.get("interval"), head.digits),
        points=numerals.points(entry.get("points")),
        contribution=numerals.points(entry["points"] * entry["weight"] / 100 if weighed else None),
        method=method_name(entry, words),
        samples=str(entry.get("n", numerals.DASH)),
        missing=str(entry.get("missing", numerals.DASH)),
        baseline=numerals.score(baseline, head.digits),
        plot=replace(
            scale.plot(entry["value"], span, marks=marks),
            band=scale.stretch(*quarters) if quarters else None,
        ),
        lines=lines,
        ticks=scale.ticks(),
        signature=entry.get("signature") or "",
    )


def _cites(candidate: str, score: Record) -> tuple[str, ...]:
    """What a letter cites each metric's line by: the candidate and the metric's plain name."""
    found: list[str] = []
    for entry in score.get("metrics", ()):
        name = f"{candidate}-{_ID.sub('-', entry['metric']).strip('-')}"
        again = sum(other == name or other.startswith(f"{name}.") for other in found)
        found.append(name if not again else f"{name}.{again + 1}")
    return tuple(name.replace(".", "-") for name in found)


def _anchors(entry: Record) -> Record:
    return {
        name: entry[name]
        for name in ("weight", "floor", "floor_origin", "target")
        if entry.get(name) is not None
    }


def _effect(effect: Record, words: Words) -> tuple[str, str, str, str]:
    return (
        words.pick(effect["name"]),
        numerals.plain(effect["from"]),
        numerals.plain(effect["to"]),
        words.join([part for part in (effect["unit"], words(f"effect.{effect['kind']}")) if part]),
    )
