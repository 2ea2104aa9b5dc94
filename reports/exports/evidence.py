"""The tables behind a ranking as plain rows: pairs, rank frequencies, claims, judges' points."""

from __future__ import annotations

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import PARTS, Evaluation, in_order, ranked_rows
from reports.exports.tables import Cell, Table, published, published_points
from reports.marks import claim_mark
from reports.metric_words import ends


def pair_table(evaluation: Evaluation, words: Words) -> Table:
    """Every compared pair of an item, with the interval of its difference."""
    head = (
        "item", "first", "second", "difference", "low", "high", "detectable", "first_better",
        "second_better", "p", "holm", "certainty",
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for item, ranking in evaluation.rankings.items():
        table = ranking.get("pair_table") or {}
        for entry in table.get("entries") or ranking.get("pairs") or ():
            low, high = entry.get("interval") or (None, None)
            rows.append([
                item, entry["first"], entry["second"], published_points(entry["difference"]),
                published_points(low), published_points(high),
                published_points(entry.get("detectable")),
                entry.get("first_better"), entry.get("second_better"),
                entry.get("p"), entry.get("holm"),
                words("certainty.clear" if entry["separable"] else "certainty.not_separable"),
            ])  # fmt: skip
    return _named(head, words), rows


def frequency_table(evaluation: Evaluation, words: Words) -> Table:
    """How often each candidate took each rank, as pages print it."""
    rows: list[list[Cell]] = []
    for item, ranking in evaluation.rankings.items():
        shares = ranking.get("rank_frequencies") or {}
        for row in ranked_rows(ranking):
            rows += [
                [item, row["candidate"], rank, numerals.frequency(share)]
                for rank, share in enumerate(shares.get(row["candidate"]) or (), start=1)
                if share > 0
            ]
    return _named(("item", "candidate", "rank", "share"), words), rows


def claim_table(evaluation: Evaluation, words: Words) -> Table:
    """Every claim beside what was measured."""
    head = (
        "item", "candidate", "metric", "claimed_from", "claimed_to", "baseline", "measured", "low",
        "high", "verdict",
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for (item, candidate), score in sorted(evaluation.scores.items()):
        for claim in score.get("claims") or ():
            span = ends(claim.get("interval")) or (None, None)
            numbers = [claim["from"], claim["to"], claim.get("baseline"), claim.get("measured")]
            bounds = evaluation.metrics.get(claim["metric"], {}).get("bounds") or (None, None)
            digits = numerals.score_digits(bounds, [*numbers, *span])
            rows.append([
                item, candidate, claim["metric"],
                *(published(number, digits) for number in (*numbers, *span)),
                claim_mark(words, claim, evaluation.record["board"]["confidence"]).word,
            ])  # fmt: skip
    return _named(head, words), rows


def judging_table(evaluation: Evaluation, words: Words) -> Table:
    """Points of the panel by candidate and criterion."""
    head = ("item", "candidate", "criterion", "points", "low", "high", "valid", "recused")
    rows: list[list[Cell]] = []
    for item, ranking in evaluation.rankings.items():
        given = (ranking.get("panel") or {}).get("points") or ()
        by_key = {(entry["candidate"], entry["criterion"]): entry for entry in given}
        for candidate in sorted({name for name, _ in by_key}):
            for criterion in in_order({part for name, part in by_key if name == candidate}, PARTS):
                entry = by_key[candidate, criterion]
                low, high = entry.get("interval") or (None, None)
                rows.append([
                    item, candidate, words.or_text("part", criterion),
                    published(entry["points"], 1), published(low, 1), published(high, 1),
                    entry["valid"], entry.get("recused") or 0,
                ])  # fmt: skip
    return _named(head, words), rows


def _named(head: tuple[str, ...], words: Words) -> tuple[str, ...]:
    return tuple(words(f"column.{name}") for name in head)
