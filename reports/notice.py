"""The public notice (公示): who is to be selected, who is in reserve, and how to object."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from reports import numerals
from reports.caps import cap_text
from reports.catalogue import Words
from reports.evaluation import Evaluation, Record, ranked_rows

BLANK = "＿＿＿＿＿＿＿＿"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One line of the list: its number, what it is, whose it is."""

    number: str
    item: str
    title: str
    applicant: str
    city: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTrack:
    """A track's list of those to be selected, its reserve in order, and whom caps stopped."""

    title: str
    quota: str
    selected: tuple[NoticeLine, ...]
    reserve: tuple[NoticeLine, ...]
    capped: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The whole notice as text."""

    title: str
    opening: str
    tracks: tuple[NoticeTrack, ...]
    totals: bool
    objection: tuple[str, ...]
    remark: str


def notice_of(evaluation: Evaluation, words: Words) -> Notice:
    """Notice of an evaluation whose record holds only those listed."""
    edition = evaluation.edition
    blank = BLANK if words.locale == "zh-CN" else "________"
    fields = {
        "until": edition.get("until") or blank,
        "contact": edition.get("contact") or blank,
    }
    return Notice(
        title=words("notice.title", board=words.pick(evaluation.board["title"])),
        opening=words("notice.opening", board=words.pick(evaluation.board["title"])),
        tracks=tuple(_track(evaluation, track, words) for track in evaluation.tracks),
        totals=bool(edition.get("totals")),
        objection=tuple(
            words(f"notice.objection.{part}", **fields) for part in ("when", "how", "what")
        ),
        remark=words("notice.remark", version=evaluation.record["version"]),
    )


def _track(evaluation: Evaluation, track: Record, words: Words) -> NoticeTrack:
    items = evaluation.items_of(track["id"])
    ranked = [(item, ranked_rows(evaluation.rankings.get(item["id"], {}))) for item in items]
    chosen = [(item, row) for item, rows in ranked for row in rows if row["proposal"] == "selected"]
    return NoticeTrack(
        title=words.pick(track["title"]),
        quota=str(track["quota"]),
        selected=tuple(
            _line(evaluation, item, row, str(number), words)
            for number, (item, row) in enumerate(chosen, start=1)
        ),
        reserve=tuple(
            _line(evaluation, item, row, _place(row), words)
            for item, rows in ranked
            for row in sorted(rows, key=_queue)
            if row["proposal"] == "reserve"
        ),
        capped=tuple(
            words("notice.capped", item=words.pick(item["title"]), cap=cap, n=count)
            for item in items
            for cap, count in _stopped(evaluation, item, words).items()
        ),
    )


def _stopped(evaluation: Evaluation, item: Record, words: Words) -> Counter[str]:
    """How many each cap stopped in an item whose turn came before others'."""
    stopped = evaluation.rankings.get(item["id"], {}).get("passed_over", ())
    return Counter(cap_text(evaluation, cap, words) for cap in stopped)


def _queue(row: Record) -> float:
    order = row.get("reserve_order")
    return math.inf if order is None else order


def _place(row: Record) -> str:
    """A reserve's place in its item, by which it moves up."""
    order = row.get("reserve_order")
    return numerals.DASH if order is None else str(order)


def _line(
    evaluation: Evaluation, item: Record, row: Record, number: str, words: Words
) -> NoticeLine:
    candidate = evaluation.candidates[row["candidate"]]
    applicant = candidate["applicant"]
    return NoticeLine(
        number=number,
        item=words.pick(item["title"]),
        title=words.pick(candidate["title"]),
        applicant=words.join([applicant["name"], *(applicant.get("consortium") or ())]),
        city=applicant.get("city") or "",
        total=row.get("total") or numerals.DASH,
    )
