"""Who a report is for, and what of an evaluation that reader may see."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.canonical import canonical_json, digest
from reports.blinding import Blinder, telling_terms
from reports.caps import outcome_of, passed_over, stopped_by, told_under_caps

Record = dict[str, Any]
Kind = Literal["organizer", "panel", "notice", "applicant"]
KINDS: tuple[Kind, ...] = ("organizer", "panel", "notice", "applicant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One kind of report of an evaluation.

    ``codes`` gives each candidate's blind code and ``mapping`` the digest under which that list
    is sealed; ``terms`` are further names to take out, such as credit codes. ``candidate`` is
    whose card an applicant's edition is. ``until``, ``contact`` and ``totals`` belong to the
    public notice: the last day for objections, where they go, and whether totals are published.
    """

    kind: Kind = "organizer"
    codes: Mapping[str, str] = field(default_factory=dict)
    mapping: str = ""
    terms: tuple[str, ...] = ()
    candidate: str = ""
    until: str = ""
    contact: str = ""
    totals: bool = False


def edition_of(record: Mapping[str, Any], edition: Edition) -> Record:
    """The evaluation as an edition's readers may see it, with the digest of the whole."""
    whole = digest(canonical_json(dict(record)))
    made: Record = copy.deepcopy(dict(record))
    told_under_caps(made["tracks"], made["rankings"])
    if edition.kind == "panel":
        made = _blind(made, edition)
    elif edition.kind == "applicant":
        made = _own(made, edition.candidate)
    elif edition.kind == "notice":
        made = _announced(made, edition)
    made["edition"] = {
        "kind": edition.kind, "whole": whole, "mapping": edition.mapping,
        "until": edition.until, "contact": edition.contact, "totals": edition.totals,
    }  # fmt: skip
    return made


def sheets_are_in(record: Mapping[str, Any]) -> bool:
    """Whether every judge's sheet is in, so that totals can no longer sway one."""
    rankings = record.get("rankings") or ()
    return bool(rankings) and all(entry.get("complete_panel") for entry in rankings)


def _blind(record: Record, edition: Edition) -> Record:
    """Codes for candidates, no telling name anywhere, no total or rank before all sheets are in."""
    public = _texts(record["board"])
    terms = (*telling_terms(record["candidates"], public), *edition.terms)
    if not sheets_are_in(record):
        record |= {"rankings": [], "tracks": [], "difference": None, "changes": []}
    for ranking in record["rankings"]:
        _without_cities(ranking)
        panel = ranking.get("panel") or {}
        for name in ("severity", "stand_out", "recused_since", "left_out"):
            panel.pop(name, None)
    hidden = {
        dataset["digest"]
        for owner in (*record["board"]["items"], *record["candidates"])
        if (dataset := owner.get("dataset")) and dataset["inputs"] == "hidden"
    }
    for score in record["scores"]:
        if score.get("dataset") in hidden:
            score["worst"] = []
        _without_samples(score)
    record["audits"] = []
    record["objections"] = []
    record["board"]["amended"] = record["board"].get("amended") or []
    for candidate in record["candidates"]:
        code = edition.codes[candidate["id"]]
        candidate |= {
            "title": {"zh": f"参评对象 {code}", "en": f"Candidate {code}"},
            "applicant": {"name": "", "city": "", "consortium": []},
            "package": None,
        }
    return _dict(Blinder(terms, edition.codes).record(record))


def _own(record: Record, name: str) -> Record:
    """One candidate's records alone: no other candidate, no sample of a test set."""
    own = next(entry for entry in record["candidates"] if entry["id"] == name)

    def mine(entries: Any) -> list[Any]:
        return [entry for entry in entries or () if entry["candidate"] == name]

    board = record["board"]
    board["items"] = [entry for entry in board["items"] if entry["id"] == own["item"]]
    board["tracks"] = [entry for entry in board["tracks"] if entry["id"] == own["track"]]
    scores = mine(record["scores"])
    for score in scores:
        score["worst"] = []
        _without_samples(score)
    rankings = [entry for entry in record["rankings"] if entry["item"] == own["item"]]
    for ranking in rankings:
        ranking |= {
            "rows": mine(ranking["rows"]),
            "ineligible": mine(ranking.get("ineligible")),
            "withdrawn": mine(ranking.get("withdrawn")),
            "pairs": [], "pair_table": None, "sensitivity": None, "settling": None,
            "rank_frequencies": {
                key: value
                for key, value in (ranking.get("rank_frequencies") or {}).items()
                if key == name
            },
        }  # fmt: skip
        if ranking.get("panel"):
            ranking["panel"] = None
        ranking["change"] = None
    return record | {
        "candidates": [own],
        "runs": mine(record["runs"]),
        "scores": scores,
        "rankings": rankings,
        "tracks": [],
        "unfinished": mine(record.get("unfinished")),
        "objections": mine(record.get("objections")),
        "difference": None,
        "changes": [],
        "audits": [],
    }


def _without_cities(ranking: Record) -> None:
    """Take the cities out of the caps that stopped candidates; that one did stays."""
    for row in ranking["rows"]:
        for key in ("cap", "stopped"):
            if (cap := row.get(key)) and cap["kind"] == "city":
                row[key] = {**cap, "value": ""}


def _without_samples(score: Record) -> None:
    """Take single samples out of a score's repeated runs; how many differ stays."""
    if score.get("repeat"):
        score["repeat"] = {**score["repeat"], "examples": []}


def _announced(record: Record, edition: Edition) -> Record:
    """Those proposed and in reserve, with totals only where the organizer publishes them."""
    listed = {}
    for ranking in record["rankings"]:
        ranking["passed_over"] = [stopped_by(row) for row in passed_over(ranking)]
        rows = [row for row in ranking["rows"] if outcome_of(row) in ("selected", "reserve")]
        for row in rows:
            listed[row["candidate"]] = row
            row["proposal"] = outcome_of(row)
            if not edition.totals:
                row |= {"total": "", "total_value": None, "parts": {}}
            row |= {"interval": None, "selection_frequency": None, "rank_set": None}
        ranking |= {
            "rows": rows, "ineligible": [], "pairs": [], "pair_table": None, "panel": None,
            "sensitivity": None, "settling": None, "withdrawn": [], "reference": [],
            "rank_frequencies": {}, "change": None,
        }  # fmt: skip
    kept = [
        {
            **{key: entry[key] for key in ("id", "item", "track", "title", "applicant", "mode")},
            "adapter": entry["adapter"], "package": None, "description": None,
            "dataset": None, "claims": [], "effects": [], "attested": [],
        }
        for entry in record["candidates"]
        if entry["id"] in listed
    ]  # fmt: skip
    return record | {
        "candidates": kept, "runs": [], "scores": [], "unfinished": [], "objections": [],
        "difference": None, "changes": [], "audits": [],
    }  # fmt: skip


def _texts(value: Any) -> str:
    if isinstance(value, str):
        return value + "\n"
    if isinstance(value, Mapping):
        return "".join(map(_texts, value.values()))
    return "".join(map(_texts, value)) if isinstance(value, list | tuple) else ""


def _dict(value: Any) -> Record:
    assert isinstance(value, dict)
    return value
