"""The whole report in one language, every number already text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.banner import banner
from reports.card import Card, card_of
from reports.catalogue import LOCALES, Words
from reports.evaluation import Evaluation, Record
from reports.measures import Measures, measures_of
from reports.method import Method, method_of
from reports.sealed import SealedItem, sealed_items
from reports.settling import History, history_of
from reports.sources import Sources, sources_of
from reports.standing import Standing, standing_of
from reports.text import copied_digest, own_id, short_digest
from reports.verdict import (
    TrackVerdict,
    board_marks,
    days_in_short,
    finding,
    measured_in_short,
    verdicts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What every page of a report says first, and repeats in print."""

    title: str
    board: str
    marks: tuple[str, ...]
    version: str
    digest: str
    full_digest: str
    ledger: str
    lock: str
    board_digest: str
    harness: str
    kind: str
    sealed: bool
    other_locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSection:
    """One item's part of the report."""

    id: str
    track: str
    title: str
    industry: str
    places: str
    finding: str
    scenario: bool
    standing: Standing
    measures: Measures
    sources: Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The main page."""

    heading: Heading
    measured: str
    days: tuple[tuple[str, str], ...]
    banner: tuple[str, ...]
    tracks: tuple[TrackVerdict, ...]
    items: tuple[ItemSection, ...]
    sealed: tuple[tuple[str, tuple[SealedItem, ...]], ...]
    history: History | None
    method: Method


def report_of(evaluation: Evaluation, words: Words, locales: Sequence[str] = LOCALES) -> Report:
    """Return the main page's content in one language."""
    return Report(
        heading=heading_of(evaluation, words, locales),
        measured=measured_in_short(evaluation, words),
        days=days_in_short(evaluation, words),
        banner=banner(evaluation, words),
        tracks=verdicts(evaluation, words),
        items=tuple(
            _item(evaluation, item, words)
            for track in evaluation.tracks
            for item in evaluation.items_of(track["id"])
        ),
        sealed=tuple(
            (words.pick(track["title"]), sealed_items(evaluation, track["id"], words))
            for track in evaluation.tracks
        )
        if evaluation.sealed
        else (),
        history=history_of(evaluation, words),
        method=method_of(evaluation, words),
    )


def cards_of(evaluation: Evaluation, words: Words) -> tuple[Card, ...]:
    """Return every candidate's card, by id."""
    return tuple(
        card_of(evaluation, candidate, words)
        for _, candidate in sorted(evaluation.candidates.items())
    )


def heading_of(evaluation: Evaluation, words: Words, locales: Sequence[str] = LOCALES) -> Heading:
    """Heading of an evaluation's pages; ``other_locale`` is empty where there is no other page."""
    board = evaluation.board
    other = next((locale for locale in locales if locale != words.locale), "")
    software = evaluation.record["harness"]
    return Heading(
        title=words.pick(board["title"]),
        board=board["id"],
        marks=board_marks(evaluation, words),
        version=str(evaluation.record["version"]),
        digest=short_digest(evaluation.digest),
        full_digest=evaluation.digest,
        ledger=copied_digest(evaluation.record.get("ledger") or ""),
        lock=board["lock"],
        board_digest=board["digest"],
        harness=f"harness {software['version']}, scoring {software['scoring']}",
        kind=evaluation.kind,
        sealed=evaluation.sealed,
        other_locale=other,
    )


def _item(evaluation: Evaluation, item: Record, words: Words) -> ItemSection:
    return ItemSection(
        id=item["id"],
        track=own_id(item["track"]),
        title=words.pick(item["title"]),
        industry=words.pick(item.get("industry")),
        places=str(item["places"]),
        finding=finding(evaluation, item, words),
        scenario=item["task"] == "scenario",
        standing=standing_of(evaluation, item, words),
        measures=measures_of(evaluation, item, words),
        sources=sources_of(evaluation, item, words),
    )
