"""What applicants claimed, held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import Evaluation, Record
from reports.geometry import Plot, Tick, scale_over
from reports.marks import Mark, mark
from reports.metric_words import ends, interval_text, metric_name
from reports.standing import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an applicant claimed beside what was measured."""

    name: Name
    metric: str
    before: str
    after: str
    baseline: str
    measured: str
    interval: str
    plot: Plot
    ticks: tuple[Tick, ...]
    verdict: Mark
    kind: str


def claims_of(evaluation: Evaluation, name: Name, score: Record, words: Words) -> tuple[Claim, ...]:
    """Claims of one candidate, each as a dumbbell from baseline to claim and measurement."""
    return tuple(_claim(evaluation, name, claim, words) for claim in score.get("claims") or ())


def _claim(evaluation: Evaluation, name: Name, claim: Record, words: Words) -> Claim:
    span = ends(claim.get("interval"))
    numbers = [
        claim["from"], claim["to"], claim.get("measured"), claim.get("baseline"), *(span or ()),
    ]  # fmt: skip
    scale = scale_over(numbers)
    metric = evaluation.metrics.get(claim["metric"], {"metric": claim["metric"]})
    digits = numerals.score_digits(metric.get("bounds") or (None, None), numbers)
    baseline = claim.get("baseline")
    marks = [(scale.at(claim["to"]), "claim")]
    if baseline is not None:
        marks.append((scale.at(baseline), "base"))
    return Claim(
        name=name,
        metric=metric_name(metric, words),
        before=numerals.score(claim["from"], digits),
        after=numerals.score(claim["to"], digits),
        baseline=numerals.score(baseline, digits),
        measured=numerals.score(claim.get("measured"), digits),
        interval=interval_text(claim.get("interval"), digits),
        plot=scale.plot(claim.get("measured"), span, marks=tuple(marks)),
        ticks=scale.ticks(),
        verdict=mark(words, "claim", claim["verdict"]),
        kind=words.or_text("claim_kind", claim.get("kind") or "measured"),
    )
