"""Where numbers come from: data cards, the conditions of running, and digests down to predictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import CRITERIA, LIMITS, Evaluation, Record, in_order
from reports.text import short_digest

MOST_LABELS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCard:
    """What a dataset is, as a reader needs it to judge what was measured on it."""

    title: str
    id: str
    stand_in: str
    licence: str
    source: str
    labels_held_by: str
    applicant_held: bool
    inputs: str
    redistributable: str
    size: str
    labels: str
    digest: str
    findings: tuple[tuple[str, str], ...]
    audited: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One candidate's path from total to predictions, by digest."""

    candidate: str
    tier: str
    canaries: str
    canaries_hold: bool
    package: str
    run: str
    predictions: str
    dataset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """An item's data and conditions."""

    data: DataCard | None
    facts: tuple[tuple[str, str], ...]


def sources_of(evaluation: Evaluation, item: Record, words: Words) -> Sources:
    """Sources of an item."""
    return Sources(
        data=data_card(item["dataset"], words, evaluation.record.get("audits") or ())
        if item.get("dataset")
        else None,
        facts=_facts(evaluation, item, words),
    )


def data_card(dataset: Record, words: Words, audits: Sequence[Record] = ()) -> DataCard:
    """Card of a dataset, with what an audit of this very content found."""
    audit = next((a for a in audits if a["digest"] == dataset["digest"]), None)
    clusters = dataset.get("clusters")
    size = words("data.samples", n=dataset["samples"])
    if clusters is not None:
        size += words("data.clusters", n=clusters)
    labels = [str(label) for label in dataset.get("labels") or ()]
    return DataCard(
        title=words.pick(dataset["title"]),
        id=f"{dataset['id']} {dataset['version']}",
        stand_in=words.pick(dataset.get("stand_in")),
        licence=words.pick(dataset["licence"]),
        source=words.pick(dataset["source"]),
        labels_held_by=words(f"holder.{dataset['labels_held_by']}"),
        applicant_held=dataset["labels_held_by"] == "applicant",
        inputs=words(f"inputs.{dataset['inputs']}"),
        redistributable=words("yes" if dataset["redistributable"] else "no"),
        size=size,
        labels=words.join(labels)
        if len(labels) <= MOST_LABELS
        else words("list.more", names=words.join(labels[:MOST_LABELS]), n=len(labels)),
        digest=short_digest(dataset["digest"]),
        findings=tuple(
            (words.or_text("audit", finding["weight"]), words.pick(finding))
            for finding in (audit or {}).get("findings") or ()
            if finding["code"] != "stand_in"
        ),
        audited=tuple(
            (words.pick(line["label"]), words.pick(line["text"]))
            for line in (audit or {}).get("summary") or ()
        ),
    )


def trace_of(evaluation: Evaluation, candidate: Record, words: Words) -> Trace:
    """Trace of a candidate; a dash where it was not run."""
    run = evaluation.runs.get((candidate["item"], candidate["id"]), {})
    score = evaluation.scores.get((candidate["item"], candidate["id"]), {})
    canaries = run.get("canaries") or ()
    open_ways = [words.pick(canary) for canary in canaries if not canary["stopped"]]
    held = f"{len(canaries) - len(open_ways)}/{len(canaries)}"
    if open_ways:
        held += words("trace.open", names=words.join(open_ways))
    return Trace(
        candidate=candidate["id"],
        tier=words("tier.none") if run.get("tier") is None else str(run["tier"]),
        canaries=held if canaries else numerals.DASH,
        canaries_hold=not open_ways,
        package=_short(candidate.get("package")),
        run=_short(run.get("run")),
        predictions=_short(run.get("predictions")),
        dataset=_short(score.get("dataset")),
    )


def _facts(evaluation: Evaluation, item: Record, words: Words) -> tuple[tuple[str, str], ...]:
    limits = item.get("limits") or {}
    facts = [
        (words("fact.task"), words.or_text("task", item["task"])),
        (words("fact.modes"), words.join([words.or_text("mode", m) for m in item["modes"]])),
    ]
    if item.get("coverage"):
        facts.append((words("fact.coverage"), numerals.relation(item["coverage"])))
    ranking = evaluation.rankings.get(item["id"], {})
    facts.append((words("fact.draws"), _short(ranking.get("draw_digest"))))
    held = [f"{words.or_text('limit', key)} {limits[key]}" for key in in_order(limits, LIMITS)]
    if held:
        facts.append((words("fact.limits"), words.join(held)))
    criteria = item.get("criteria") or {}
    for name in in_order(criteria, CRITERIA):
        facts.append((words.or_text("criterion", name), _criterion(criteria[name], words)))
    return tuple(facts)


def _criterion(criterion: Record, words: Words) -> str:
    parts = [words("criterion.weight", n=numerals.plain(criterion["weight"]))]
    if criterion.get("floor") is not None:
        parts.append(words("criterion.floor", n=numerals.plain(criterion["floor"])))
    if criterion.get("target") is not None:
        parts.append(words("criterion.target", n=numerals.plain(criterion["target"])))
    return words.join(parts)


def _short(digest: str | None) -> str:
    return short_digest(digest) if digest else numerals.DASH
