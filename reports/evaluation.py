"""An evaluation's records, found by id, with every text cleaned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.canonical import canonical_json, digest
from reports.text import clean_record, own_id

Record = Mapping[str, Any]
SCHEMA = "jiebang/evaluation/1"
ANSWERED = "answered"
OUTCOMES = (
    "answered", "missing", "invalid", "timeout", "crash", "out_of_memory", "over_limit",
)  # fmt: skip

PARTS = (
    "measured", "verified_effect", "innovation", "benefit", "replicability", "compliance",
)  # fmt: skip
LIMITS = ("memory", "cpus", "wall", "start", "batch")
SKILL = "skill"
CRITERIA = ("skill", "claims")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation as the report reads it.

    ``digest`` is taken over the whole record as it came, before any text was cleaned or left out
    for the readers of an ``edition``.
    """

    record: Record
    digest: str
    edition: Record
    board: Record
    tracks: tuple[Record, ...]
    items: Mapping[str, Record]
    candidates: Mapping[str, Record]
    scores: Mapping[tuple[str, str], Record]
    runs: Mapping[tuple[str, str], Record]
    rankings: Mapping[str, Record]
    track_rankings: Mapping[str, Record]
    metrics: Mapping[str, Record]

    @property
    def kind(self) -> str:
        """Whom this edition is for: organizer, panel, notice or applicant."""
        return str(self.edition["kind"])

    @property
    def sealed(self) -> bool:
        """Whether totals and ranks are withheld, because score sheets are still out."""
        return self.kind == "panel" and not self.rankings

    def items_of(self, track: str) -> tuple[Record, ...]:
        """Items of a track, in the board's order."""
        return tuple(item for item in self.items.values() if item["track"] == track)

    def candidates_of(self, item: str) -> tuple[Record, ...]:
        """Candidates of an item, in the order in which the page lists them.

        Ranked rows first, as ranked; then the ineligible; then the rest by id.
        """
        ranking = self.rankings.get(item, {})
        order = [row["candidate"] for row in ranked_rows(ranking)]
        order += [row["candidate"] for row in ranking.get("ineligible", ())]
        rest = sorted(
            candidate["id"]
            for candidate in self.candidates.values()
            if candidate["item"] == item and candidate["id"] not in order
        )
        return tuple(self.candidates[name] for name in [*order, *rest])

    def unfinished(self) -> tuple[Record, ...]:
        """Accepted candidates that were not run or not scored, with the reason."""
        return tuple(self.record.get("unfinished") or ())


def evaluation_of(record: Record) -> Evaluation:
    """Index an evaluation record.

    Raises
    ------
    ValueError
        Another schema, or an id that is not one of ours.
    """
    if record.get("schema") != SCHEMA:
        raise ValueError(f"not an evaluation that this report reads: {record.get('schema')!r}")
    edition = record.get("edition") or {"kind": "organizer"}
    mark = edition.get("whole") or digest(canonical_json(dict(record)))
    cleaned: Record = clean_record(record)
    board = cleaned["board"]
    _show_skill(board["items"], cleaned["scores"])
    items = {own_id(item["id"]): item for item in board["items"]}
    candidates = {own_id(entry["id"]): entry for entry in cleaned["candidates"]}
    for track in board["tracks"]:
        own_id(track["id"])
    return Evaluation(
        record=cleaned,
        digest=mark,
        edition=cleaned.get("edition") or edition,
        board=board,
        tracks=tuple(board["tracks"]),
        items=items,
        candidates=candidates,
        scores={(entry["item"], entry["candidate"]): entry for entry in cleaned["scores"]},
        runs={(entry["item"], entry["candidate"]): entry for entry in cleaned["runs"]},
        rankings={entry["item"]: entry for entry in cleaned["rankings"]},
        track_rankings={entry["track"]: entry for entry in cleaned["tracks"]},
        metrics=_metrics(board["items"], cleaned["candidates"]),
    )


def ranked_rows(ranking: Record) -> list[Record]:
    """Rows of an item's ranking by rank, those without a rank last, equals by id."""
    return sorted(
        ranking.get("rows", ()),
        key=lambda row: (row["rank"] is None, row["rank"] or 0, row["candidate"]),
    )


def in_order(names: Iterable[str], known: Sequence[str]) -> list[str]:
    """Names in the order that people expect, those without one last, by letter.

    Records keep no order of keys, so the order of columns is ours.
    """
    places = {name: place for place, name in enumerate(known)}
    return sorted(set(names), key=lambda name: (places.get(name, len(known)), name))


def _show_skill(items: Sequence[dict[str, Any]], scores: Sequence[dict[str, Any]]) -> None:
    """Put a scenario's gain over its baseline among the metrics, where readers look for it."""
    anchors = {}
    for item in items:
        criterion = (item.get("criteria") or {}).get(SKILL)
        if criterion:
            anchors[item["id"]] = criterion
            item["metrics"] = [
                {"metric": SKILL, "better": "higher", "bounds": [None, 1.0], **criterion},
                *(item.get("metrics") or ()),
            ]
    for score in scores:
        gain = score.get(SKILL)
        if gain and score["item"] in anchors:
            entry = {
                "metric": SKILL,
                "n": score["samples"],
                "missing": score["missing"],
                "value": gain["value"],
                "points": gain["points"],
                "interval": _ends(gain["interval"]),
            }
            score["metrics"] = [anchors[score["item"]] | entry, *score["metrics"]]


def _ends(interval: Any) -> Record | None:
    """An interval as metrics hold it, from one that may be a plain pair."""
    if interval is None or isinstance(interval, Mapping):
        return interval
    low, high = interval
    return {"low": low, "high": high, "method": "percentile"}


def _metrics(items: list[Record], candidates: list[Record]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for owner in [*items, *candidates]:
        for metric in owner.get("metrics") or ():
            found.setdefault(metric["metric"], metric)
    return found
