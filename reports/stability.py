"""How firm an order is: rank frequencies, other ways to rank, other weights, parts left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports import numerals
from reports.banner import named
from reports.catalogue import Words
from reports.evaluation import PARTS, Evaluation, Record, ranked_rows
from reports.metric_words import metric_name
from reports.standing import Name, name_of

WINDOW = 20
WHOLE = 40
LARGEST = 12.0
MOST_SHEETS = 6
"""Candidates told of whose sheets move others, those that change who takes the places first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """How often a candidate took a rank: a radius, and the share in words."""

    radius: str
    share: str
    official: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequencies:
    """Rank frequencies of an item, in a window around the line where it is long."""

    ranks: tuple[str, ...]
    rows: tuple[tuple[Name, str, tuple[Blob, ...]], ...]
    left_out: int
    error: str
    draws: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Shares of weightings under which a candidate takes a place."""

    rows: tuple[tuple[Name, str, str, str, str], ...]
    draws: str
    criteria: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Whether the order would be another if something had been chosen otherwise."""

    schemes: tuple[str, ...]
    scheme_rows: tuple[tuple[Name, str, tuple[tuple[str, bool], ...]], ...]
    scheme_metric: str
    stability: str
    weights: Weights | None
    flips: tuple[str, ...]
    leaving: tuple[str, ...]
    under_caps: bool


def frequencies_of(evaluation: Evaluation, item: Record, words: Words) -> Frequencies | None:
    """Rank frequencies of an item; none where nothing was drawn."""
    ranking = evaluation.rankings.get(item["id"], {})
    shares = ranking.get("rank_frequencies") or {}
    rows = [row for row in ranked_rows(ranking) if row["candidate"] in shares]
    if len(rows) < 2:
        return None
    count = len(rows)
    line = int(ranking.get("places") or 1)
    first, last = (0, count) if count <= WHOLE else (max(0, line - WINDOW), line + WINDOW)
    kept = rows[first:last]
    ranks = range(first + 1, min(last, count) + 1)
    error = ranking.get("monte_carlo_error") or {}
    draws = error.get("draws") or ranking.get("draws")
    return Frequencies(
        ranks=tuple(str(rank) for rank in ranks),
        rows=tuple(
            (
                name_of(evaluation, row["candidate"], words),
                numerals.DASH if row["rank"] is None else str(row["rank"]),
                tuple(_blob(shares[row["candidate"]], rank, row["rank"]) for rank in ranks),
            )
            for row in kept
        ),
        left_out=count - len(kept),
        error=f"{numerals.rounded(100 * error['largest'], 1)}" if error.get("largest") else "",
        draws=str(draws),
    )


def robustness_of(evaluation: Evaluation, item: Record, words: Words) -> Robustness | None:
    """Sensitivity of an item's order; none where it was not computed."""
    ranking = evaluation.rankings.get(item["id"], {})
    found = ranking.get("sensitivity")
    if not found:
        return None
    schemes = found.get("schemes") or {}
    names = list(schemes.get("ranks") or {})
    official = {row["candidate"]: row["rank"] for row in ranked_rows(ranking)}
    steady = found.get("stability")
    return Robustness(
        schemes=tuple(words.or_text("scheme", name) for name in sorted(names)),
        scheme_rows=tuple(
            (
                name_of(evaluation, candidate, words),
                numerals.DASH if rank is None else str(rank),
                tuple(_scheme(schemes["ranks"][n].get(candidate)) for n in sorted(names)),
            )
            for candidate, rank in official.items()
            if names
        ),
        scheme_metric=_criterion(evaluation, schemes["metric"], words) if schemes else "",
        stability=words(
            "stability.tau",
            median=numerals.rounded(steady["median"], 2),
            low=numerals.rounded(steady["low"], 2),
        )
        if steady and steady.get("median") is not None
        else "",
        weights=_weights(evaluation, found.get("weights"), list(official), words),
        flips=tuple(flip_text(evaluation, flip, words) for flip in found.get("flips") or ()),
        leaving=tuple(_leaving(evaluation, ranking, found, words)),
        under_caps=ranking.get("under_caps", False),
    )


def _blob(shares: Sequence[float], rank: int, official: int | None) -> Blob:
    share = shares[rank - 1] if rank <= len(shares) else 0.0
    radius = LARGEST * math.sqrt(share)
    return Blob(
        radius=f"{radius:.1f}" if share > 0 else "",
        share=numerals.frequency(share) if share > 0 else "",
        official=rank == official,
    )


def _scheme(rank: float | None) -> tuple[str, bool]:
    return (numerals.DASH, False) if rank is None else (numerals.plain(rank), True)


def _weights(
    evaluation: Evaluation, found: Record | None, order: Sequence[str], words: Words
) -> Weights | None:
    if not found:
        return None
    simplex, box = found["simplex"], found["box"]
    return Weights(
        rows=tuple(
            (
                name_of(evaluation, name, words),
                numerals.frequency(simplex["in_places"].get(name)),
                numerals.width(simplex["in_places"].get(name)),
                numerals.frequency(box["in_places"].get(name)),
                numerals.width(box["in_places"].get(name)),
            )
            for name in order
            if name in simplex["in_places"]
        ),
        draws=str(found.get("draws", "")),
        criteria=words.join(
            [
                words(
                    "part.maximum",
                    name=_criterion(evaluation, entry["name"], words),
                    n=numerals.plain(round(entry["weight"], 2)),
                )
                for entry in sorted(
                    found["criteria"], key=lambda one: _place(evaluation, one["name"])
                )
            ]
        ),
    )


def flip_text(evaluation: Evaluation, flip: Record, words: Words) -> str:
    """The least change of weights that would turn a pair round, in words."""
    if flip.get("distance") is None:
        return words("flip.never", first=flip["first"], second=flip["second"])
    weights = [
        words(
            "part.maximum",
            name=_criterion(evaluation, name, words),
            n=numerals.rounded(value, 1),
        )
        for name, value in sorted(
            (flip.get("weights") or {}).items(), key=lambda one: _place(evaluation, one[0])
        )
    ]
    return words(
        "flip.at",
        first=flip["first"],
        second=flip["second"],
        distance=numerals.rounded(flip["distance"], 1),
        weights=words.join(weights),
    )


def _leaving(evaluation: Evaluation, ranking: Record, found: Record, words: Words) -> Iterable[str]:
    for kind in ("criterion", "judge"):
        entries = found.get(f"without_{kind}") or ()
        if not entries:
            continue
        if kind == "criterion":
            entries = sorted(entries, key=lambda one: _place(evaluation, one[kind]))
        quiet = []
        for entry in entries:
            name = entry[kind]
            label = _criterion(evaluation, name, words) if kind == "criterion" else name
            if entry.get("entering") or entry.get("leaving"):
                yield words(
                    f"leaving.{kind}",
                    name=label,
                    entering=words.join(list(entry["entering"])) or numerals.DASH,
                    leaving=words.join(list(entry["leaving"])) or numerals.DASH,
                )
            else:
                quiet.append(label)
        if quiet:
            yield words(f"leaving.{kind}_same", names=words.join(quiet))
    without = found.get("without_candidate")
    if without:
        yield words("leaving.fault", names=words.join([entry["candidate"] for entry in without]))
    elif without is not None:
        method = (ranking.get("panel") or {}).get("method")
        adjusted = method == "severity_adjusted"
        yield words("leaving.candidate_same_adjusted" if adjusted else "leaving.candidate_same")
    yield from _without_sheets(found, words)


def _without_sheets(found: Record, words: Words) -> Iterable[str]:
    """What the sheets on each candidate decide among the others; nothing on crossed panels."""
    entries = found.get("without_sheets", ())
    if entries is None:
        yield words("leaving.sheets_many")
        return
    moving = [entry for entry in entries if entry["moved"]]
    moving.sort(key=lambda entry: not (entry["entering"] or entry["leaving"]))
    for entry in moving[:MOST_SHEETS]:
        crossing = entry["entering"] or entry["leaving"]
        yield words(
            "leaving.sheets" if crossing else "leaving.sheets_quiet",
            name=entry["candidate"],
            entering=words.join(list(entry["entering"])) or numerals.DASH,
            leaving=words.join(list(entry["leaving"])) or numerals.DASH,
            moves=named([_move(one, words) for one in entry["moved"]], words),
        )
    if len(moving) > MOST_SHEETS:
        yield words("leaving.sheets_more", n=len(moving) - MOST_SHEETS)
    quiet = [entry["candidate"] for entry in entries if not entry["moved"]]
    if quiet:
        yield words("leaving.sheets_same", names=named(quiet, words))


def _move(one: Record, words: Words) -> str:
    return words("leaving.move", name=one["candidate"], before=one["from"], after=one["to"])


def _place(evaluation: Evaluation, name: str) -> tuple[int, int, str]:
    """Where a criterion stands in lists: metrics as declared, claims, then the panel's parts."""
    known = list(evaluation.metrics)
    if name in known:
        return (0, known.index(name), name)
    return (2, PARTS.index(name), name) if name in PARTS else (1, 0, name)


def _criterion(evaluation: Evaluation, name: str, words: Words) -> str:
    if name in evaluation.metrics:
        return metric_name(evaluation.metrics[name], words)
    return (
        words.or_text("part", name)
        if words.has(f"part.{name}")
        else words.or_text("criterion", name)
    )
