"""What people, not measurements, have checked of a candidate: who checked, when and why.

An applicant's word is evidence, never an attestation: only the organizer writes these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from harness.board import Item, read_board
from harness.canonical import canonical_json, readable_json
from harness.package import read_package
from harness.pipeline.noting import append, following, held
from harness.pipeline.traces import ATTESTATIONS
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json

EFFECT_DATA = "effect_data"
"""A scenario's data: its labels are held by who it says, its baseline is the practice before."""

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Attested = Mapping[tuple[str, str], "Attestation"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Attestation:
    """One thing that was checked of one candidate, and whether it holds."""

    candidate: str
    subject: str
    holds: bool
    checker: str
    date: str
    reason: str


def attest(workspace: Workspace, attestation: Attestation, *, actor: str = "organizer") -> None:
    """Keep an attestation; a later one on the same subject takes the place of an earlier.

    Raises
    ------
    Refusal
        No such candidate, a subject that its item does not ask for, or facts left out.
    """
    problems = list(_faults(workspace, attestation))
    if problems:
        raise Refusal(problems)
    entry = asdict(attestation)
    subject = f"{attestation.candidate} {attestation.subject}"
    # One at a time: each adds to what the one before has written.
    with held(workspace) as ledger:
        body, entries = canonical_json(entry), [*_entries(workspace), entry]
        with following(workspace.root / ATTESTATIONS, readable_json(entries), body):
            append(workspace, ledger, "attest", subject, body, actor=actor)


def attestations(workspace: Workspace) -> dict[tuple[str, str], Attestation]:
    """The attestations in force, by candidate and subject."""
    found = (Attestation(**entry) for entry in _entries(workspace))
    return {(entry.candidate, entry.subject): entry for entry in found}


def attested_gates(item: Item, candidate: str, found: Attested) -> list[dict[str, Any]]:
    """The attested gates of an item as they stand for a candidate; not checked is not passed."""
    return [_gate(subject, found.get((candidate, subject))) for subject in item.attested]


def subjects(item: Item) -> tuple[str, ...]:
    """What may be attested of an item's candidates."""
    return (*item.attested, *((EFFECT_DATA,) if item.criteria else ()))


def _gate(subject: str, entry: Attestation | None) -> dict[str, Any]:
    zh, en = "尚未核验", "not checked yet"
    if entry is not None:
        said = "符合" if entry.holds else "不符合"
        zh = f"{said}（{entry.checker}，{entry.date}）：{entry.reason}"
        en = (
            f"{'holds' if entry.holds else 'fails'} ({entry.checker}, {entry.date}): {entry.reason}"
        )
    return {
        "gate": subject,
        "kind": "attested",
        "metric": None,
        "bound": None,
        "threshold": None,
        "value": None,
        "interval": None,
        "passed": None if entry is None else entry.holds,
        "near": False,
        "reason": {"zh": zh, "en": en},
    }


def _faults(workspace: Workspace, attestation: Attestation) -> list[Problem]:
    where = f"attest {attestation.candidate}"
    if attestation.candidate not in workspace.candidates():
        return [Problem("E7601", where, attestation.candidate)]
    package = read_package(workspace.package(attestation.candidate))
    item = read_board(workspace.board).item(package.item)
    known = subjects(item) if item else ()
    problems = []
    if not known:
        problems.append(Problem("E7605", where, attestation.subject))
    elif attestation.subject not in known:
        values = {"expected": ", ".join(known)}
        problems.append(Problem("E7602", where, attestation.subject, values))
    if not DATE.fullmatch(attestation.date):
        problems.append(Problem("E7603", where, attestation.date))
    if not attestation.checker.strip() or not attestation.reason.strip():
        problems.append(Problem("E7604", where))
    return problems


def _entries(workspace: Workspace) -> list[dict[str, Any]]:
    path = workspace.root / ATTESTATIONS
    found: list[dict[str, Any]] = read_json(path) if path.is_file() else []
    return found


PROBLEMS = (
    Explanation(
        "E7601",
        "{where}：没有参评对象“{found}”。请写 intake 给出的编号，如 C001。",
        "{where}: there is no candidate '{found}'. Write the id given at intake, such as C001.",
    ),
    Explanation(
        "E7602",
        "{where}：该任务没有核验事项“{found}”。可写：{expected}。",
        "{where}: this item asks for no attestation '{found}'. Write one of: {expected}.",
    ),
    Explanation(
        "E7605",
        "{where}：本任务没有需人工核验的事项，不必核验“{found}”。请检查参评对象的编号。",
        "{where}: nothing in this item is to be attested, so '{found}' is not either. Check the candidate's id.",
    ),
    Explanation(
        "E7603",
        "{where}：“{found}”不是日期。请写成 2026-11-23 这样的形式。",
        "{where}: '{found}' is not a date. Write it like 2026-11-23.",
    ),
    Explanation(
        "E7604",
        "{where}：缺少核验人或理由。请写 --checker 和 --reason。",
        "{where}: the checker or the reason is missing. Give --checker and --reason.",
    ),
)
