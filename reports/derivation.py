"""Where a total comes from: parts that add up, metrics behind the measured part, and the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.claims import CLAIMS
from reports.evaluation import Evaluation, Record
from reports.metric_words import metric_name

MEASURED = "measured"
NEAR = 0.01
"""How far the sum of a measured part may lie from it: a rounding, or the formula is not its own."""
SHADES = ("#1a56b8", "#5e8fd4", "#8ab1dc", "#b4cdea", "#d5e3f3", "#e6eef8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A total as a sum: bars that add up (place, width, shade, label, value), and what lies behind."""

    total: str
    bars: tuple[tuple[str, str, str, str, str], ...]
    steps: tuple[str, ...]


def derivation_of(
    evaluation: Evaluation,
    candidate: Record,
    parts: Iterable[tuple[str, str, str]],
    total: str,
    words: Words,
) -> Derivation | None:
    """Derivation of a candidate's total; none where it has no parts."""
    known = [(label, value, maximum) for label, value, maximum in parts if value != numerals.DASH]
    if not known or total == numerals.DASH:
        return None
    at = 0.0
    bars = []
    for place, (label, value, _) in enumerate(known):
        wide = float(value)
        bars.append(
            (
                numerals.percent(at),
                numerals.percent(wide),
                SHADES[place % len(SHADES)],
                label,
                value,
            )
        )
        at += wide
    steps = _measured(evaluation, candidate, words)
    return Derivation(total=total, bars=tuple(bars), steps=tuple(steps))


def _measured(evaluation: Evaluation, candidate: Record, words: Words) -> list[str]:
    score = evaluation.scores.get((candidate["item"], candidate["id"]), {})
    ranking = evaluation.rankings.get(candidate["item"], {})
    row: Record = next(
        (r for r in ranking.get("rows", ()) if r["candidate"] == candidate["id"]), {}
    )
    part = (row.get("parts") or {}).get(MEASURED)
    weighed = [
        entry
        for entry in score.get("metrics") or ()
        if entry.get("points") is not None and entry.get("weight") is not None
    ]
    if part is None or not weighed:
        return []
    terms = [
        (
            metric_name(evaluation.metrics.get(e["metric"], {"metric": e["metric"]}), words),
            float(e["points"]),
            float(e["weight"]),
        )
        for e in weighed
    ]
    claims = (evaluation.items[candidate["item"]].get("criteria") or {}).get(CLAIMS)
    if claims and score.get("claims_share") is not None:
        share = 100 * float(score["claims_share"])
        terms.append((words.or_text("criterion", CLAIMS), share, float(claims["weight"])))
    maximum = ranking["maximum"][MEASURED]
    summed = sum(points * weight for _, points, weight in terms) * maximum / 10_000
    if abs(summed - float(part)) > NEAR:
        return []
    return [
        words(
            "derive.measured",
            part=part,
            maximum=numerals.plain(maximum),
            terms=" + ".join(
                words(
                    "derive.term",
                    name=name,
                    points=numerals.points(points),
                    weight=numerals.plain(weight),
                )
                for name, points, weight in terms
            ),
        )
    ]
