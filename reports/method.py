"""How the numbers were made, in plain words: formulas, rounding, ties, rank sets, and the glossary."""

from __future__ import annotations

from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import PARTS, Evaluation, in_order
from reports.metric_words import metric_name

TOPICS = (
    "points", "total", "missing", "intervals", "rank_sets", "tiers", "proposal", "ties",
    "rounding", "clusters", "frequencies", "claims", "skill", "modes", "sandbox", "redo",
)  # fmt: skip
TERMS = (
    "track", "item", "candidate", "score", "points", "maximum", "total", "gate", "anchors",
    "rank_set", "tier", "proposal", "certainty", "baseline", "cluster", "coverage", "attested",
    "stand_in", "lock", "digest", "redo",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A metric's definition as the appendix prints it."""

    text: str
    name: str
    formula: str
    better: str
    bounds: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The appendix on method."""

    topics: tuple[tuple[str, str], ...]
    formulas: tuple[Formula, ...]
    notes: tuple[str, ...]
    scorecards: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str, str], ...]


def method_of(evaluation: Evaluation, words: Words) -> Method:
    """Appendix of an evaluation, with its own draws, confidence and rounding."""
    board = evaluation.board
    fields = {
        "draws": board["draws"],
        "confidence": f"{numerals.plain(100 * board['confidence'])}%",
        "digits": board["rounding"]["digits"],
        "mode": words.or_text("rounding", board["rounding"]["mode"]),
    }
    return Method(
        topics=tuple(
            (words(f"method.{topic}.title"), words(f"method.{topic}.text", **fields))
            for topic in TOPICS
        ),
        formulas=tuple(
            Formula(
                text=text,
                name=metric_name(metric, words),
                formula=metric["formula_zh" if words.locale == "zh-CN" else "formula_en"],
                better=words.or_text("better", metric["better"]),
                bounds=_bounds(metric.get("bounds")),
                reference=_reference(metric.get("reference"), metric.get("clause"), words),
            )
            for text, metric in sorted(evaluation.metrics.items())
            if "formula_zh" in metric
        ),
        notes=tuple(
            words.pick(text) for _, text in sorted((evaluation.record.get("notes") or {}).items())
        ),
        scorecards=tuple(
            (
                words.pick(track["title"]),
                words.join(
                    [
                        words(
                            "part.maximum",
                            name=words.or_text("part", key),
                            n=numerals.plain(track["scorecard"][key]),
                        )
                        for key in in_order(track["scorecard"], PARTS)
                    ]
                ),
            )
            for track in evaluation.tracks
        ),
        terms=tuple((term, words(f"term.{term}"), words(f"term.{term}.text")) for term in TERMS),
    )


def _bounds(bounds: list[float | None] | None) -> str:
    if not bounds:
        return numerals.DASH
    low, high = bounds
    left = "(−∞" if low is None else f"[{numerals.plain(low)}"
    right = "+∞)" if high is None else f"{numerals.plain(high)}]"
    return f"{left}, {right}"


def _reference(reference: str | None, clause: str | None, words: Words) -> str:
    parts = [reference or ""]
    if clause and clause.split()[-1] not in (reference or ""):
        parts.append(words("method.clause", clause=clause))
    return words.join([part for part in parts if part])
