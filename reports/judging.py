"""What the judges gave: points by criterion, how far they agree, who stands out."""

from __future__ import annotations

from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import PARTS, Evaluation, Record, in_order
from reports.standing import Name, name_of

MOST = 6
LEAST = -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far judges agree on one criterion: coefficients, each with what its interval holds for."""

    criterion: str
    candidates: str
    values: tuple[tuple[str, str], ...]
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """An item's panel."""

    method: str
    judges: str
    known: str
    criteria: tuple[str, ...]
    points: tuple[tuple[Name, tuple[tuple[str, tuple[str, ...]], ...]], ...]
    agreement: tuple[Agreement, ...]
    searched: str
    remarks: tuple[str, ...]
    digest: str


def judging_of(evaluation: Evaluation, item: Record, words: Words) -> Judging | None:
    """Panel of an item; none where the ranking keeps none."""
    panel = evaluation.rankings.get(item["id"], {}).get("panel")
    if not panel:
        return None
    given = {(p["candidate"], p["criterion"]): p for p in panel["points"]}
    criteria = in_order({name for _, name in given}, PARTS)
    strange = sorted(panel.get("stand_out") or (), key=lambda one: -abs(one["scaled"]))
    agreement = panel.get("agreement") or {}
    order = [entry["id"] for entry in evaluation.candidates_of(item["id"])]
    return Judging(
        method=words.or_text("panel_method", panel["method"]),
        judges=str(panel["judges"]),
        known=words("judging.known" if panel["freedom"] else "judging.unknown", n=panel["freedom"]),
        criteria=tuple(words.or_text("part", name) for name in criteria),
        points=tuple(
            (
                name_of(evaluation, candidate, words),
                tuple(_points(given.get((candidate, name)), words) for name in criteria),
            )
            for candidate in order
            if any((candidate, name) in given for name in criteria)
        ),
        agreement=tuple(
            Agreement(
                criterion=words.or_text("part", name),
                candidates=str(entry["candidates"]),
                values=tuple(
                    _estimate(entry.get(key), words)
                    for key in ("alpha", "icc_a1", "icc_ak", "kendall_w")
                ),
                verdict=words(f"judging.{entry['verdict']}"),
            )
            for name in in_order(agreement, PARTS)
            for entry in (agreement[name],)
        ),
        searched=_searched(panel, words),
        remarks=(
            *(
                words(
                    "judging.recused_since",
                    judge=one["judge"],
                    candidate=one["candidate"],
                    ground=words(f"ground.{one['ground']}"),
                )
                for one in panel.get("recused_since") or ()
            ),
            *(words("judging.left_out", judge=judge) for judge in panel.get("left_out") or ()),
            *(
                words("judging.severe", judge=one["judge"], points=numerals.points(one["severity"]))
                for one in panel.get("severity") or ()
                if one["stands_out"]
            ),
            *(
                words(
                    "judging.stand_out",
                    judge=one["judge"],
                    candidate=one["candidate"],
                    criterion=words.or_text("part", one["criterion"]),
                    score=numerals.plain(one["score"]),
                    expected=numerals.rounded(one["expected"], 1),
                )
                for one in strange[:MOST]
            ),
            *([words("judging.more", n=len(strange) - MOST)] if len(strange) > MOST else []),
        ),
        digest=panel.get("digest") or "",
    )


def _points(entry: Record | None, words: Words) -> tuple[str, tuple[str, ...]]:
    """Points of a candidate on a criterion, and what stands below them, line by line."""
    if entry is None:
        return (numerals.DASH, ())
    marks = [words("judging.valid", n=entry["valid"])]
    if entry.get("recused"):
        marks.append(words("judging.recused", n=entry["recused"]))
    interval = entry.get("interval")
    span = numerals.pair(*(numerals.rounded(end, 1) for end in interval)) if interval else ""
    lines = [f"{span} {words.join(marks)}".strip()]
    if entry.get("trimmed") is not None:
        trimmed = numerals.rounded(entry["trimmed"], 1)
        lines.append(words("judging.trimmed", points=trimmed))
    return (numerals.rounded(entry["points"], 1), tuple(lines))


def _searched(panel: Record, words: Words) -> str:
    """By which rule scores are listed as far off, and how many of all are; empty where withheld."""
    if "stand_out" not in panel:
        return ""
    every = sum(entry["valid"] for entry in panel["points"])
    return words("judging.searched", n=len(panel["stand_out"]), all=every)


def _estimate(estimate: Record | None, words: Words) -> tuple[str, str]:
    if not estimate or estimate.get("value") is None:
        return (numerals.DASH, "")
    text = numerals.rounded(estimate["value"], 2)
    ends = estimate.get("interval")
    if not ends:
        return (text, "")
    span = numerals.pair(*(numerals.rounded(max(LEAST, end), 2) for end in ends))
    these = estimate.get("method") == "percentile"
    return (f"{text} {span}", words("judging.these") if these else "")
