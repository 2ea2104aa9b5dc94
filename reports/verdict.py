"""The conclusion in words, and what a reader must know before believing it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from reports import numerals
from reports.banner import named
from reports.caps import BY_CAP, HINGES, cap_text, passed_over, stopped_by
from reports.catalogue import Words
from reports.dates import date_text
from reports.evaluation import Evaluation, Record, ranked_rows
from reports.gates import barred_reasons
from reports.marks import Mark, mark, proposal_mark
from reports.settling import settled_by
from reports.standing import Name, name_of
from reports.text import clip_width, own_id

REASON = 120
SURE = 0.95
CHOSEN, UNCERTAIN = "selected", "not_separable"
MOST_CHOSEN = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One candidate in the list of proposals."""

    name: Name
    rank: str
    tied: bool
    total: str
    proposal: Mark
    certainty: Mark | None
    share: float
    frequency: str
    width: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLines:
    """An item's candidates in the list of proposals."""

    id: str
    title: str
    industry: str
    places: str
    vacancy: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One candidate proposed, and for the last of its item who outside is selected most often."""

    item: ItemLines
    line: Line
    next: Line | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackVerdict:
    """A track's conclusion: one sentence, those proposed where they are few, then its items.

    Of many that are proposed ``chosen`` holds those that are not separable; ``some`` says so.
    """

    id: str
    title: str
    complete: bool
    capped: bool
    sentence: Markup
    chosen: tuple[Chosen, ...]
    some: bool
    items: tuple[ItemLines, ...]


def verdicts(evaluation: Evaluation, words: Words) -> tuple[TrackVerdict, ...]:
    """Return each track's conclusion, in the board's order."""
    return tuple(_verdict(evaluation, track, words) for track in evaluation.tracks)


def finding(evaluation: Evaluation, item: Record, words: Words) -> str:
    """An item's result in one sentence, for the line under its title."""
    ranking = evaluation.rankings.get(item["id"], {})
    rows = ranked_rows(ranking)
    if evaluation.sealed:
        return words("finding.sealed", n=len(evaluation.candidates_of(item["id"])))
    if not rows:
        return words("finding.none")
    if not ranking.get("complete_panel", False):
        return words("finding.measured_only")
    parts = [
        words(f"finding.{code}", names=named([row["candidate"] for row in chosen], words))
        for code in ("selected", "committee")
        if (chosen := [row for row in rows if row["proposal"] == code])
    ] or [words("finding.nobody")]
    stopped: dict[str, list[str]] = {}
    for row in passed_over(ranking):
        stopped.setdefault(cap_text(evaluation, stopped_by(row), words), []).append(
            row["candidate"]
        )
    parts += [
        words("finding.capped", names=named(names, words), cap=cap)
        for cap, names in stopped.items()
    ]
    unsure = {
        code: [row["candidate"] for row in rows if row.get("certainty") == certainty]
        for code, certainty in (("close", UNCERTAIN), ("hinges", HINGES), ("by_cap", BY_CAP))
    }
    parts += [
        words(f"finding.{code}", names=named(names, words))
        for code, names in unsure.items()
        if names
    ] or [words("finding.clear")]
    vacancy = item["places"] - sum(row["proposal"] == "selected" for row in rows)
    if vacancy > 0:
        parts.append(words("finding.vacancy", n=vacancy))
    return words("list.clause").join(parts) + words("list.stop")


def measured_in_short(evaluation: Evaluation, words: Words) -> str:
    """What was measured, in one line: items, candidates, samples."""
    samples = sum(
        int(score["samples"]) for score in evaluation.scores.values() if "samples" in score
    )
    return words(
        "verdict.measured",
        items=len(evaluation.items),
        candidates=numerals.count(len(evaluation.candidates)),
        answers=numerals.count(samples),
    )


def days_in_short(evaluation: Evaluation, words: Words) -> tuple[tuple[str, str], ...]:
    """What happened on which day, as far as the records say: rules locked, packages in."""
    days = evaluation.record.get("days") or {}
    locked = days.get("locked") or ()
    found = [("locked", day) for day in locked[:1]]
    found += [("amended", day) for day in locked[1:][-1:]]
    if days.get("received"):
        found.append(("received", days["received"]))
    return tuple((words(f"day.{code}"), date_text(day, words)) for code, day in found)


def board_marks(evaluation: Evaluation, words: Words) -> tuple[str, ...]:
    """What stands beside the board's title, on screen and on every printed page."""
    marks = []
    if evaluation.kind != "organizer":
        marks.append(words(f"mark.{evaluation.kind}"))
    if not evaluation.board["official"]:
        marks.append(words("mark.sample"))
    if evaluation.board["mode"] == "trial":
        marks.append(words("mark.trial"))
    elif evaluation.board["official"]:
        marks.append(words("mark.official"))
    return tuple(marks)


def _verdict(evaluation: Evaluation, track: Record, words: Words) -> TrackVerdict:
    items = tuple(_item_lines(evaluation, item, words) for item in evaluation.items_of(track["id"]))
    chosen = [one for item in items for one in _chosen(item)]
    some = len(chosen) > MOST_CHOSEN
    if some:
        chosen = [
            one
            for one in chosen
            if one.line.certainty and one.line.certainty.code in (UNCERTAIN, HINGES)
        ]
    return TrackVerdict(
        id=track["id"],
        title=words.pick(track["title"]),
        complete=_complete(evaluation, track),
        capped=any(evaluation.rankings.get(item.id, {}).get("under_caps", False) for item in items),
        sentence=_sentence(evaluation, track, words),
        chosen=tuple(chosen) if len(chosen) <= MOST_CHOSEN else (),
        some=some and 0 < len(chosen) <= MOST_CHOSEN,
        items=items,
    )


def _chosen(item: ItemLines) -> list[Chosen]:
    """Candidates of an item that are proposed; beside the last, who outside is selected most often."""
    inside = [line for line in item.lines if line.proposal.code == CHOSEN]
    outside = [line for line in item.lines if line.proposal.code != CHOSEN and line.frequency]
    often = max(outside, key=lambda line: line.share, default=None)
    return [
        Chosen(item=item, line=line, next=often if place == len(inside) else None)
        for place, line in enumerate(inside, start=1)
    ]


def _complete(evaluation: Evaluation, track: Record) -> bool:
    """Whether every ranking of a track holds the whole panel's scores."""
    ids = {item["id"] for item in evaluation.items_of(track["id"])}
    rankings = [entry for entry in evaluation.rankings.values() if entry["item"] in ids]
    if evaluation.sealed:
        return False
    return all(ranking.get("complete_panel", False) for ranking in rankings)


def _sentence(evaluation: Evaluation, track: Record, words: Words) -> Markup:
    ids = {item["id"] for item in evaluation.items_of(track["id"])}
    rankings = [entry for entry in evaluation.rankings.values() if entry["item"] in ids]
    rows = [row for ranking in rankings for row in ranking["rows"]]
    barred = sum(len(ranking.get("ineligible", ())) for ranking in rankings)
    if evaluation.sealed:
        count = sum(entry["track"] == track["id"] for entry in evaluation.candidates.values())
        return words.rich("verdict.sealed", quota=track["quota"], n=count)
    if not _complete(evaluation, track):
        return words.rich("verdict.measured_only", quota=track["quota"], n=len(rows), barred=barred)
    proposals = Counter(row["proposal"] for row in rows)
    certainty = Counter(row.get("certainty") for row in rows if row["proposal"] == "selected")
    counts = evaluation.track_rankings.get(track["id"], {})
    sentence = words.rich("verdict.places", quota=track["quota"], selected=proposals["selected"])
    codes = ("clear", BY_CAP, UNCERTAIN, HINGES)
    known = [(code, certainty[code]) for code in codes if certainty[code]]
    for place, (code, count) in enumerate(known):
        sentence += words.rich(f"verdict.{'and' if place else 'of_which'}_{code}", n=count)
    others = (
        ("reserve", proposals["reserve"]),
        ("barred", barred),
        ("unfilled", counts.get("unfilled", 0)),
        ("open", counts.get("open", 0)),
        ("committee", proposals["committee"]),
    )
    for code, count in others:
        if count:
            sentence += words.rich(f"verdict.{code}", n=count)
    return sentence + Markup("{}").format(words("list.stop"))


def _reasons(evaluation: Evaluation, ranking: Record, row: Record, words: Words) -> list[str]:
    """What beside the total decided whether a candidate has a place."""
    told = (settled_by(ranking, row, words), cap_text(evaluation, row.get("cap"), words))
    return [text for text in told if text]


def _item_lines(evaluation: Evaluation, item: Record, words: Words) -> ItemLines:
    ranking = evaluation.rankings.get(item["id"], {})
    rows = ranked_rows(ranking)
    lines = [
        Line(
            name=name_of(evaluation, row["candidate"], words),
            rank="—" if row["rank"] is None else str(row["rank"]),
            tied=bool(row["tied"]),
            total=row["total"],
            proposal=proposal_mark(words, ranking, row),
            certainty=mark(words, "certainty", row["certainty"]) if row.get("certainty") else None,
            share=row.get("selection_frequency") or 0.0,
            frequency=numerals.frequency(row.get("selection_frequency")),
            width=numerals.width(row.get("selection_frequency")),
            state=_chance(row.get("selection_frequency")),
            reason=words("list.clause").join(_reasons(evaluation, ranking, row, words)),
        )
        for row in rows
    ]
    lines += [
        _unranked(
            evaluation,
            row["candidate"],
            "ineligible",
            barred_reasons(evaluation, row, words)[0],
            words,
        )
        for row in ranking.get("ineligible", ())
    ]
    lines += [
        _unranked(evaluation, row["candidate"], "unfinished", words.pick(row["reason"]), words)
        for row in evaluation.unfinished()
        if row["item"] == item["id"] and row["candidate"] in evaluation.candidates
    ]
    taken = sum(row.get("proposal") == "selected" for row in rows)
    return ItemLines(
        id=own_id(item["id"]),
        title=words.pick(item["title"]),
        industry=words.pick(item.get("industry")),
        places=str(item["places"]),
        vacancy=item["places"] - taken if ranking.get("complete_panel", False) else 0,
        lines=tuple(lines),
    )


def _unranked(
    evaluation: Evaluation, candidate: str, state: str, reason: str, words: Words
) -> Line:
    return Line(
        name=name_of(evaluation, candidate, words),
        rank="—",
        tied=False,
        total="—",
        proposal=mark(words, "proposal", state),
        certainty=None,
        share=0.0,
        frequency="",
        width="",
        state="",
        reason=clip_width(reason, REASON),
    )


def _chance(frequency: float | None) -> str:
    """Which of three states a frequency of selection is in: safe, open or out."""
    if frequency is None:
        return ""
    return "safe" if frequency >= SURE else "out" if frequency <= 1 - SURE else "open"
