"""The report's tables as plain rows, one source for every file format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports import numerals
from reports.caps import cap_text
from reports.catalogue import Words
from reports.evaluation import OUTCOMES, PARTS, Evaluation, Record, in_order, ranked_rows
from reports.gates import barred_reasons, gate_reason
from reports.marks import proposal_mark
from reports.measures import digits_of
from reports.metric_words import value_text

Value = str | float | int | None


@dataclass(frozen=True, slots=True)
class Published:
    """A number exactly as published: the text that pages print, and its value."""

    text: str

    @property
    def value(self) -> float:
        """The published number."""
        return float(self.text)

    @property
    def digits(self) -> int:
        """How many decimals were published."""
        return len(self.text.partition(".")[2])


Cell = Value | Published
Table = tuple[tuple[str, ...], list[list[Cell]]]


def ranking_table(evaluation: Evaluation, words: Words) -> Table:
    """Every candidate with rank, total, parts and proposal, item by item."""
    parts = _part_names(evaluation)
    capped = any(ranking.get("under_caps") for ranking in evaluation.rankings.values())
    frequency = "frequency_caps" if capped else "frequency"
    head = [
        *(words(f"column.{name}") for name in (
            "track", "item", "item_title", "rank", "rank_low", "rank_high", "tied", "tier",
            "candidate", "title", "applicant", "city", "mode", "total", "low", "high",
        )),
        *(words.or_text("part", name) for name in parts),
        *(words(f"column.{name}") for name in ("proposal", "certainty", frequency, "reasons")),
    ]  # fmt: skip
    rows = [row for item in evaluation.items.values() for row in _ranking(evaluation, item, words)]
    return tuple(head), rows


def _ranking(evaluation: Evaluation, item: Record, words: Words) -> Iterator[list[Cell]]:
    ranking = evaluation.rankings.get(item["id"], {})
    for row in ranked_rows(ranking):
        low, high = row.get("rank_set") or (None, None)
        ends = row.get("interval") or (None, None)
        yield [
            *_item_cells(evaluation, item, words),
            row["rank"], low, high, words("yes" if row["tied"] else "no"), row.get("tier"),
            *_candidate_cells(evaluation, row["candidate"], words),
            Published(row["total"]),
            *(None if end is None else Published(numerals.like(end, row["total"])) for end in ends),
            *_part_cells(evaluation, row),
            proposal_mark(words, ranking, row).word,
            words(f"certainty.{row['certainty']}") if row.get("certainty") else "",
            numerals.frequency(row.get("selection_frequency")),
            cap_text(evaluation, row.get("cap"), words),
        ]  # fmt: skip
    others = [
        (row, "ineligible", words.join(list(barred_reasons(evaluation, row, words))))
        for row in ranking.get("ineligible", ())
    ]
    others += [
        (row, "unfinished", words.pick(row["reason"]))
        for row in evaluation.unfinished()
        if row["item"] == item["id"] and row["candidate"] in evaluation.candidates
    ]
    for row, state, reason in others:
        yield [
            *_item_cells(evaluation, item, words),
            None, None, None, "", None,
            *_candidate_cells(evaluation, row["candidate"], words),
            None, None, None,
            *_part_cells(evaluation, row),
            words(f"proposal.{state}"), "", "", reason,
        ]  # fmt: skip


def score_table(evaluation: Evaluation, words: Words) -> Table:
    """Every score with interval, anchors, points and signature."""
    head = tuple(
        words(f"column.{name}")
        for name in (
            "item", "candidate", "metric", "value", "low", "high", "method", "floor", "target",
            "weight", "points", "samples", "missing", "full_value", "signature",
        )
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for (item, candidate), score in sorted(evaluation.scores.items()):
        for entry in score["metrics"]:
            digits = digits_of(evaluation, item, entry["metric"])
            interval = entry.get("interval") or {}
            rows.append([
                item, candidate, entry["metric"],
                None if entry["value"] is None else Published(value_text(score, entry, digits)),
                published(interval.get("low"), digits), published(interval.get("high"), digits),
                words.or_text("method", interval.get("method", "none")),
                entry.get("floor"), entry.get("target"), entry.get("weight"),
                published_points(entry.get("points")), entry.get("n"), entry.get("missing"),
                entry["value"], entry.get("signature") or "",
            ])  # fmt: skip
    return head, rows


def gate_table(evaluation: Evaluation, words: Words) -> Table:
    """Every gate with threshold, value and result."""
    head = tuple(
        words(f"column.{name}")
        for name in (
            "item", "candidate", "gate", "gate_kind", "threshold", "full_value", "low", "high",
            "passed", "near", "reasons",
        )
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for (item, candidate), score in sorted(evaluation.scores.items()):
        for gate in score["gates"]:
            interval = gate.get("interval") or {}
            state = {True: "passed", False: "failed", None: "not_run"}[gate["passed"]]
            rows.append([
                item, candidate, gate["gate"], words.or_text("gate_kind", gate["kind"]),
                gate.get("threshold"), gate.get("value"), interval.get("low"), interval.get("high"),
                words(f"gate.{state}"), words("yes" if gate["near"] else "no"),
                gate_reason(evaluation, gate, words),
            ])  # fmt: skip
    return head, rows


def outcome_table(evaluation: Evaluation, words: Words) -> Table:
    """Every candidate's samples by outcome, with the conditions of its run."""
    head = (
        words("column.item"), words("column.candidate"), words("column.samples"),
        *(words(f"outcome.{name}") for name in OUTCOMES),
        words("column.restarts"), words("column.tier_of_sandbox"), words("column.predictions"),
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for (item, candidate), score in sorted(evaluation.scores.items()):
        run = evaluation.runs.get((item, candidate), {})
        rows.append([
            item, candidate, score["samples"],
            *(score["outcomes"].get(name, 0) for name in OUTCOMES),
            run.get("restarts"), run.get("tier") or words("tier.none"),
            run.get("predictions") or "",
        ])  # fmt: skip
    return head, rows


def _item_cells(evaluation: Evaluation, item: Record, words: Words) -> list[Cell]:
    track = next(t for t in evaluation.tracks if t["id"] == item["track"])
    return [words.pick(track["title"]), item["id"], words.pick(item["title"])]


def _candidate_cells(evaluation: Evaluation, candidate: str, words: Words) -> list[Cell]:
    record = evaluation.candidates[candidate]
    applicant = record["applicant"]
    return [
        candidate, words.pick(record["title"]), applicant["name"], applicant.get("city") or "",
        words.or_text("mode", record["mode"]),
    ]  # fmt: skip


def _part_names(evaluation: Evaluation) -> list[str]:
    rankings = evaluation.rankings.values()
    return in_order((key for entry in rankings for key in entry.get("maximum") or ()), PARTS)


def _part_cells(evaluation: Evaluation, row: Record) -> list[Cell]:
    parts = row.get("parts") or {}
    return [Published(parts[name]) if name in parts else None for name in _part_names(evaluation)]


def published_points(value: float | None) -> Published | None:
    """Points as pages print them."""
    return None if value is None else Published(numerals.points(value))


def published(value: float | None, digits: int) -> Published | None:
    """A number with as many decimals as pages print."""
    return None if value is None else Published(numerals.score(value, digits))
