"""States said three ways at once: by a shape, by a word, and by a shade."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.catalogue import Words
from reports.evaluation import Record

SHAPES = {
    "selected": ("●", "s1"),
    "reserve": ("◐", "s2"),
    "committee": ("◇", "s2"),
    "not_selected": ("○", "s3"),
    "ineligible": ("✕", "s3"),
    "unranked": ("–", "s3"),
    "unfinished": ("?", "s2"),
    "pending": ("…", "s3"),
    "clear": ("≠", "s0"),
    "not_separable": ("≈", "s2"),
    "hinges": ("↕", "s2"),
    "by_cap": ("‡", "s0"),
    "passed": ("●", "s1"),
    "failed": ("✕", "s2"),
    "not_run": ("–", "s2"),
    "reproduced": ("●", "s1"),
    "unsure": ("◐", "s2"),
    "above_measured": ("▲", "s2"),
    "below_measured": ("○", "s3"),
    "baseline_understated": ("▲", "s2"),
    "not_checkable": ("–", "s2"),
    "self_attested": ("◇", "s2"),
}

HELD = ("reproduced", "below_measured")
"""Verdicts on claims that earn points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A state as a reader sees it."""

    code: str
    shape: str
    shade: str
    word: str


def mark(words: Words, kind: str, code: str) -> Mark:
    """Mark of a state; ``kind`` is the family of words it belongs to."""
    shape, shade = SHAPES[code]
    return Mark(code=code, shape=shape, shade=shade, word=words(f"{kind}.{code}"))


def claim_mark(words: Words, claim: Record, confidence: float) -> Mark:
    """Mark of a claim; it is not called sure where too few of the draws bear its verdict out."""
    found = mark(words, "claim", claim["verdict"])
    holds, held = claim.get("holds"), claim["verdict"] in HELD
    if holds is None or (holds if held else 1 - holds) >= confidence:
        return found
    word = words("claim.unsure", verdict=found.word)
    if not held:
        return replace(found, word=word)
    shape, shade = SHAPES["unsure"]
    return Mark(code="unsure", shape=shape, shade=shade, word=word)


def pair_mark(words: Words, pair: Record) -> Mark:
    """Mark of a pair: whether it is separable where all pairs of the item are judged together."""
    return mark(words, "certainty", "clear" if pair["separable"] else "not_separable")


def alone(words: Words, pair: Record) -> str:
    """Where a pair by itself says another thing than all pairs together do; else empty."""
    low, high = pair.get("interval") or (0.0, 0.0)
    apart = low > 0 or high < 0
    if pair.get("interval") is None or apart == bool(pair["separable"]):
        return ""
    return words("pairs.alone" if apart else "pairs.together")


def proposal_mark(words: Words, ranking: Record, row: Record) -> Mark:
    """Mark of a row's proposal; without a complete panel nothing is proposed yet."""
    proposed = ranking.get("complete_panel", False) and row.get("proposal")
    return mark(words, "proposal", proposed or "pending")


def gate_mark(words: Words, passed: bool | None) -> Mark:
    """Mark of a gate; one that was not run is never drawn as passed."""
    code = "not_run" if passed is None else "passed" if passed else "failed"
    return mark(words, "gate", code)
