"""What applicants claimed, held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import Evaluation, Record
from reports.geometry import Plot, Tick, scale_over
from reports.marks import Mark, claim_mark
from reports.metric_words import ends, interval_text, metric_name
from reports.standing import Name

CLAIMS = "claims"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What a candidate's claims earned together."""

    name: str
    share: str
    points: str
    interval: str
    plot: Plot
    ticks: tuple[Tick, ...]
    weight: str
    contribution: str


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
        verdict=claim_mark(words, claim, evaluation.record["board"]["confidence"]),
        kind=words.or_text("claim_kind", claim.get("kind") or "measured"),
    )


def claims_share(score: Record) -> str:
    """How much of the checked claims is earned; empty where none was made or nothing was checked."""
    share = score.get("claims_share")
    if share is None or score.get("self_attested") or not score.get("claims"):
        return ""
    checked = sum(claim["kind"] == "measured" for claim in score["claims"])
    earned = share * checked
    return f"{numerals.rounded(earned, 0 if earned == int(earned) else 2)}/{checked}"


def earned_of(evaluation: Evaluation, score: Record, words: Words) -> Earned | None:
    """What the claims of a candidate earned, as a line among its criteria; none where none did."""
    share = claims_share(score)
    criteria = evaluation.items[score["item"]].get("criteria") or {} if share else {}
    if CLAIMS not in criteria:
        return None
    points, weight = 100 * score["claims_share"], criteria[CLAIMS]["weight"]
    interval = (score.get("claims_drawn") or {}).get("interval")
    scale = scale_over([0.0, 100.0], (0.0, 100.0))
    return Earned(
        name=words.or_text("criterion", CLAIMS),
        share=share,
        points=numerals.points(points),
        interval=numerals.pair(*map(numerals.points, interval)) if interval else "",
        plot=scale.plot(points, interval),
        ticks=scale.ticks(),
        weight=numerals.plain(weight),
        contribution=numerals.points(points * weight / 100),
    )
