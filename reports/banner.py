"""What a reader must know before believing a report, loudest first."""

from __future__ import annotations

from reports.catalogue import Words
from reports.confusables import alike
from reports.doubts import unconfirmed
from reports.evaluation import ANSWERED, Evaluation

MOST_NAMED = 8


def banner(evaluation: Evaluation, words: Words) -> tuple[str, ...]:
    """Everything that is missing, not run, self-attested, thin or mixed; loudest first."""
    scores = list(evaluation.scores.values())
    notes: list[str] = [
        words(
            "banner.unfinished",
            id=entry["candidate"],
            item=entry["item"],
            reason=words.pick(entry["reason"]),
        )
        for entry in evaluation.unfinished()
    ]
    notes += _panel(evaluation, words)
    if evaluation.kind == "panel":
        mapping = evaluation.edition.get("mapping") or "—"
        notes.append(words("banner.blind", mapping=mapping))
    amended = evaluation.board.get("amended") or ()
    if amended:
        reasons = words.join([str(entry["reason"]) for entry in amended])
        notes.append(words("banner.amended", n=len(amended), reasons=reasons))
    told: list[tuple[str, list[str]]] = [
        ("not_run", [s["candidate"] for s in scores if any(g["passed"] is None for g in s["gates"])]),
        ("canary", [
            run["candidate"]
            for run in evaluation.runs.values()
            if any(not canary["stopped"] for canary in run.get("canaries") or ())
        ]),
        ("tier", [r["candidate"] for r in evaluation.runs.values() if r["tier"] in ("B", "C", "D")]),
        ("self_attested", [
            s["candidate"]
            for s in scores
            if s.get("self_attested") and not unconfirmed(evaluation, s)
        ]),
        ("unconfirmed", [s["candidate"] for s in scores if unconfirmed(evaluation, s)]),
        ("above", [
            s["candidate"]
            for s in scores
            if any(c["verdict"] == "above_measured" for c in s.get("claims") or ())
        ]),
        ("near", [s["candidate"] for s in scores if any(g["near"] for g in s["gates"])]),
        ("clusters", [
            s["candidate"]
            for s in scores
            if any("few_clusters" in (m.get("notes") or ()) for m in s["metrics"])
        ]),
        ("faults", [
            s["candidate"]
            for s in scores
            if sum(n for outcome, n in s["outcomes"].items() if outcome != ANSWERED)
        ]),
        ("unproven", [
            c["id"] for c in evaluation.candidates.values() if c["mode"] in ("remote", "submitted")
        ]),
        ("mixed", [r["item"] for r in evaluation.rankings.values() if r.get("mixed_modes")]),
        ("stand_in", [
            item["id"]
            for item in evaluation.items.values()
            if (item.get("dataset") or {}).get("stand_in")
        ]),
    ]  # fmt: skip
    titles = {name: words.pick(c["title"]) for name, c in evaluation.candidates.items()}
    notes += [words("banner.alike", names=named(list(group), words)) for group in alike(titles)]
    for code, ids in told:
        if ids:
            unique = sorted(set(ids))
            notes.append(words(f"banner.{code}", n=len(unique), names=named(unique, words)))
    return tuple(notes)


def named(ids: list[str], words: Words) -> str:
    """Some ids in a row, and how many more there are."""
    named = words.join(ids[:MOST_NAMED])
    return named if len(ids) <= MOST_NAMED else words("list.more", names=named, n=len(ids))


def _panel(evaluation: Evaluation, words: Words) -> list[str]:
    if evaluation.sealed:
        return [words("banner.sealed")]
    panel = evaluation.record.get("panel")
    if panel is None:
        return [words("banner.no_panel")]
    notes = []
    if not panel["complete"]:
        notes.append(words("banner.panel_incomplete", n=panel["judges"]))
    if panel["sample"]:
        notes.append(words("banner.panel_sample", n=panel["judges"]))
    return notes
