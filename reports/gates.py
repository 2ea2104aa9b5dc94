"""Gates in words: what was asked, what was found, and which of the two decides."""

from __future__ import annotations

from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import Evaluation, Record
from reports.marks import Mark, gate_mark
from reports.metric_words import interval_text, metric_name

SIGNS = {"at_least": "≥", "at_most": "≤"}
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CardGate:
    """A gate of one candidate."""

    text: str
    kind: str
    value: str
    interval: str
    state: Mark
    near: bool
    reason: str


def card_gate(evaluation: Evaluation, gate: Record, words: Words) -> CardGate:
    """Gate as a candidate's card shows it."""
    digits = _digits(evaluation, gate)
    return CardGate(
        text=gate_text(evaluation, gate, words),
        kind=words.or_text("gate_kind", gate["kind"]),
        value=_found(gate, digits),
        interval=interval_text(gate.get("interval"), digits),
        state=gate_mark(words, gate["passed"]),
        near=bool(gate["near"]),
        reason=gate_reason(evaluation, gate, words),
    )


def gate_text(evaluation: Evaluation, gate: Record, words: Words) -> str:
    """What a gate asks for, by the name that people know it by; as recorded where it has no bound."""
    name = _name(evaluation, gate, words)
    if gate.get("bound") not in SIGNS or gate.get("threshold") is None or not name:
        return str(gate["gate"])
    return f"{name} {_asked(gate)}"


def gate_reason(evaluation: Evaluation, gate: Record, words: Words) -> str:
    """Why a gate holds or not, from its numbers; as recorded where none were measured."""
    name = _name(evaluation, gate, words)
    if gate.get("bound") not in SIGNS or not name:
        return words.pick(gate.get("reason"))
    told = {"name": name, "value": _found(gate, _digits(evaluation, gate)), "asked": _asked(gate)}
    by_bound = gate.get("by") == "bound"
    if _counted(gate) and not by_bound:
        return words("gate.reason_count", **told)
    if not isinstance(gate.get("gate_bound"), float):
        return words.pick(gate.get("reason"))
    unsure = gate["passed"] and gate.get("certain") is False
    return words(
        "gate.reason_bound" if by_bound else "gate.reason_unsure" if unsure else "gate.reason",
        **told,
        bound=numerals.against(gate["gate_bound"], gate["threshold"], DIGITS),
        side=words(f"gate.{_sides(gate)}_{gate['bound']}"),
    )


def barred_reasons(evaluation: Evaluation, row: Record, words: Words) -> tuple[str, ...]:
    """Why a candidate is not ranked, each gate that it fails in one sentence."""
    item = evaluation.candidates[row["candidate"]]["item"]
    score = evaluation.scores.get((item, row["candidate"]), {})
    known = {gate["gate"]: gate for gate in score.get("gates") or ()}
    return tuple(
        gate_reason(evaluation, {"reason": reason["reason"], **known[reason["gate"]]}, words)
        if reason.get("gate") in known
        else words.pick(reason["reason"])
        for reason in row["reasons"]
    )


def gates_held(score: Record) -> str:
    """How many of a candidate's gates hold, of how many."""
    gates = score.get("gates") or ()
    if not gates:
        return numerals.DASH
    return f"{sum(gate['passed'] is True for gate in gates)}/{len(gates)}"


def _name(evaluation: Evaluation, gate: Record, words: Words) -> str:
    metric = evaluation.metrics.get(gate.get("metric") or "")
    if metric is not None:
        return metric_name(metric, words)
    return words("fact.coverage") if gate["kind"] == "coverage" else ""


def _asked(gate: Record) -> str:
    return f"{SIGNS[gate['bound']]} {numerals.plain(gate['threshold'])}"


def _digits(evaluation: Evaluation, gate: Record) -> int:
    if gate["kind"] == "coverage":
        return DIGITS
    metric = evaluation.metrics.get(gate.get("metric") or "", {})
    bounds = metric.get("bounds") or (None, None)
    return numerals.score_digits(bounds, [gate.get("value"), gate.get("threshold")])


def _counted(gate: Record) -> bool:
    """Whether a gate's value is a count of all samples, which needs no bound."""
    return gate["kind"] == "coverage" and gate.get("asked") is not None


def _sides(gate: Record) -> str:
    """Whether a gate's bound is the end of the two-sided interval beside it, or one-sided."""
    interval = gate.get("interval") or {}
    end = interval.get("low" if gate["bound"] == "at_least" else "high")
    return "end" if end == gate["gate_bound"] else "side"


def _found(gate: Record, digits: int) -> str:
    value, threshold = gate.get("value"), gate.get("threshold")
    if _counted(gate):
        counts = f"{gate['answered']}/{gate['asked']}"
        share = numerals.against(value, gate["threshold"], digits)
        return counts if threshold == 1 else f"{counts} = {share}"
    if not isinstance(value, int | float) or isinstance(value, bool):
        return numerals.DASH
    if threshold is None:
        return numerals.score(value, digits)
    return numerals.against(value, threshold, digits)
