"""The roster of judges: who is asked about which candidates, and from whom each is recused."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.board import PARTS, Board
from harness.canonical import canonical_json, digest
from harness.clock import now
from harness.ledger import Ledger
from harness.normal_forms import normalized
from harness.package import Applicant, Package
from harness.pipeline.noting import put
from harness.problems import Explanation, Problem, Refusal
from harness.structure import (
    Reader,
    as_far_as_read,
    choice,
    listing,
    number,
    optional,
    read_draft,
    record,
    text,
)
from harness.workspace import Workspace, read_json
from harness.yaml_text import read_document
from scoring.panel.marks import Cell

SCHEMA = "jiebang/roster/1"
GROUNDS = ("unit", "kin", "adviser", "equity", "other")
CRITERIA = tuple(part for part in PARTS if part != "measured")
CODES = "codes.json"
TELLING = 4
"""Characters from which a name that another one begins with tells a unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recusal:
    """One applicant or candidate whom a judge must not judge, and on what ground."""

    ground: str
    applicant: str | None = None
    candidate: str | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judge:
    """One judge: the unit that they belong to, the items they are asked about, all if none."""

    id: str
    name: str
    unit: str
    items: tuple[str, ...] = ()
    recusals: tuple[Recusal, ...] = ()

    def recused_from(self, candidate: str, applicant: Applicant) -> Recusal | None:
        """Why this judge is recused from a candidate, if that is so: of one unit, or as declared."""
        members = (applicant.name, *applicant.consortium)
        same = next((name for name in members if _one_unit(self.unit, name)), None)
        if same is not None:
            note = f"评委单位“{self.unit}”与“{same}”视为同一单位 / counted as one unit"
            return Recusal(ground="unit", applicant=same, candidate=candidate, note=note)
        names = {_plain(name) for name in members}
        return next(
            (
                one
                for one in self.recusals
                if one.candidate == candidate or (one.applicant and _plain(one.applicant) in names)
            ),
            None,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """All judges, and the step in which they score."""

    step: float
    judges: tuple[Judge, ...]


READER: Reader[Roster] = record(
    Roster,
    step=optional(number(0.01, 50), default=1.0),
    judges=listing(
        record(
            Judge,
            id=text(pattern="[A-Za-z0-9][A-Za-z0-9-]{0,15}", like="J01"),
            name=text(longest=60),
            unit=text(longest=120),
            items=optional(listing(text(longest=40)), default=()),
            recusals=optional(
                listing(
                    record(
                        Recusal,
                        ground=choice(*GROUNDS),
                        applicant=optional(text(longest=120)),
                        candidate=optional(text(longest=40)),
                        note=optional(text(longest=400), default=""),
                    )
                ),
                default=(),
            ),
        )
    ),
)


def read_roster(path: Path, board: Board, packages: Mapping[str, Package]) -> Roster:
    """Read a roster and hold it against the board and the candidates.

    Raises
    ------
    Refusal
        Every problem in it: judges twice, items or candidates that are not there.
    """
    draft = read_draft(READER, read_document(path), SCHEMA)
    problems = [*draft.problems, *as_far_as_read(_misfits(draft.record, path, board, packages))]
    if problems:
        raise Refusal(problems)
    return draft.record


def _misfits(
    roster: Roster, path: Path, board: Board, packages: Mapping[str, Package]
) -> Iterator[Problem]:
    """Report judges twice, and items, candidates or applicants that are not there."""
    items = {item.id for item in board.items}
    names = {
        _plain(name)
        for package in packages.values()
        for name in (package.applicant.name, *package.applicant.consortium)
    }
    seen: set[str] = set()
    for at, judge in enumerate(roster.judges):
        where = f"{path.name}: judges[{at}]"
        if judge.id in seen:
            yield Problem("E7421", where, judge.id)
        seen.add(judge.id)
        yield from (Problem("E7422", where, item) for item in judge.items if item not in items)
        for one in judge.recusals:
            if (one.applicant is None) == (one.candidate is None):
                yield Problem("E7423", where, one.note)
            elif one.candidate is not None and one.candidate not in packages:
                yield Problem("E7424", where, one.candidate)
            elif one.applicant is not None and _plain(one.applicant) not in names:
                yield Problem("E7424", where, one.applicant)


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """What one judge is asked for: candidates and criteria, and the candidates left out.

    ``asked`` lists candidates in the order of the judge's sheet, ``recused`` why the others are
    left out.
    """

    judge: str
    asked: tuple[str, ...]
    recused: Mapping[str, Recusal]
    criteria: Mapping[str, tuple[str, ...]]
    step: float
    hearing: bool = False

    def cells(self) -> tuple[Cell, ...]:
        """Every cell that wants a score or a recusal from this judge."""
        return tuple(
            (self.judge, candidate, criterion)
            for candidate in self.asked
            for criterion in self.criteria[candidate]
        )


def assignments(
    roster: Roster,
    board: Board,
    packages: Mapping[str, Package],
    seed: str,
    *,
    only: Sequence[str] | None = None,
    gone: Collection[str] = (),
) -> tuple[Assignment, ...]:
    """Who is asked about whom, each judge in an order of their own that the seed decides.

    ``only`` narrows the candidates to those of a second hearing; nobody is asked about those
    that are ``gone``.
    """
    found = []
    for judge in roster.judges:
        mine = [
            name
            for name, package in packages.items()
            if (not judge.items or package.item in judge.items) and (only is None or name in only)
        ]
        recused = {
            name: why
            for name in mine
            if (why := judge.recused_from(name, packages[name].applicant)) is not None
        }
        asked = sorted(
            (name for name in mine if name not in recused and name not in gone),
            key=lambda name: hashlib.sha256(canonical_json([seed, judge.id, name])).digest(),
        )
        found.append(
            Assignment(
                judge=judge.id,
                asked=tuple(asked),
                recused=recused,
                criteria={name: _criteria(board, packages[name]) for name in mine},
                step=roster.step,
                hearing=only is not None,
            )
        )
    return tuple(found)


def blind_codes(
    workspace: Workspace, ledger: Ledger, packages: Mapping[str, Package]
) -> dict[str, str]:
    """Candidate by blind code, kept in the workspace and noted before any sheet is out."""
    path = workspace.panel / CODES
    codes = codes_of(workspace, packages)
    if codes and (not path.is_file() or read_json(path) != codes):
        put(workspace, ledger, "codes", "", codes, actor="jiebang")
    return codes


def codes_of(workspace: Workspace, packages: Mapping[str, Package]) -> dict[str, str]:
    """Candidate by blind code, in the order of a secret; codes once given do not change."""
    path = workspace.panel / CODES
    kept: dict[str, str] = read_json(path) if path.is_file() else {}
    fresh = sorted(
        set(packages) - set(kept.values()),
        key=lambda name: hmac.digest(workspace.order_secret(), f"blind {name}".encode(), "sha256"),
    )
    for name in fresh:
        head = packages[name].item.replace("-", "")
        taken = sum(code.startswith(f"{head}-A") for code in kept)
        kept[f"{head}-A{taken + 1:02d}"] = name
    return kept


def keep_roster(
    workspace: Workspace,
    ledger: Ledger,
    roster: Roster,
    packages: Mapping[str, Package],
    actor: str,
    *,
    hearing: bool = False,
) -> None:
    """Keep a roster as a new version, with who and when; earlier ones stay.

    Every recusal that follows from it is listed, those of one unit too. That of a hearing does
    not take the place of the first round's.
    """
    body = {
        "roster": {"schema": SCHEMA, **_record(roster)},
        "recused": list(_recused(roster, packages)),
    }
    if body.items() <= _in_force(workspace, hearing=hearing).items():
        return
    codes = blind_codes(workspace, ledger, packages)
    kept = {**body, "by": actor, "time": now(), "codes": digest(canonical_json({**codes}))}
    name = f"roster-{len(_versions(workspace)) + 1:03d}"
    of_hearing = {"hearing": True} if hearing else {}
    put(workspace, ledger, "panel_export", name, {**kept, **of_hearing}, actor=actor)


def _recused(roster: Roster, packages: Mapping[str, Package]) -> Iterator[dict[str, Any]]:
    """Who is recused from which candidate, and on what ground."""
    for judge in roster.judges:
        for name, package in packages.items():
            why = judge.recused_from(name, package.applicant)
            if why is not None:
                yield {"judge": judge.id, **asdict(why), "candidate": name}


def roster_in_force(workspace: Workspace, *, hearing: bool = False) -> Roster | None:
    """The latest roster of a round, or none where sheets were not exported from here.

    A hearing without a roster of its own has that of the first round.
    """
    kept = _in_force(workspace, hearing=hearing)
    return _read(kept["roster"]) if kept else None


def judges_ever(workspace: Workspace) -> frozenset[str]:
    """The judges of all rosters that there were."""
    return frozenset(
        judge["id"] for kept in _versions(workspace) for judge in kept["roster"]["judges"]
    )


def grounds(workspace: Workspace, packages: Mapping[str, Package]) -> dict[tuple[str, str], str]:
    """On what ground a judge is recused from a candidate, by the rosters in force of both rounds."""
    rosters = (roster_in_force(workspace, hearing=hearing) for hearing in (True, False))
    return {
        (one["judge"], one["candidate"]): one["ground"]
        for roster in rosters
        if roster is not None
        for one in _recused(roster, packages)
    }


def _versions(workspace: Workspace) -> list[dict[str, Any]]:
    return [read_json(path) for path in sorted(workspace.panel.glob("roster-*.json"))]


def _in_force(workspace: Workspace, *, hearing: bool) -> dict[str, Any]:
    """The record of the roster of a round; a hearing without one has that of the first round."""
    kept = _versions(workspace)
    first, heard = (
        [one for one in kept if one.get("hearing", False) is second] for second in (False, True)
    )
    own = (hearing and heard) or first
    return own[-1] if own else {}


def _read(body: Mapping[str, Any]) -> Roster:
    return Roster(
        step=body["step"],
        judges=tuple(
            Judge(
                **{
                    **judge,
                    "items": tuple(judge["items"]),
                    "recusals": tuple(Recusal(**one) for one in judge["recusals"]),
                }
            )
            for judge in body["judges"]
        ),
    )


def _record(roster: Roster) -> dict[str, Any]:
    body = asdict(roster)
    for judge in body["judges"]:
        judge["items"], judge["recusals"] = list(judge["items"]), list(judge["recusals"])
    return {"step": body["step"], "judges": list(body["judges"])}


def _criteria(board: Board, package: Package) -> tuple[str, ...]:
    item = board.item(package.item)
    card = board.tracks[item.track].scorecard if item else {}
    return tuple(name for name in CRITERIA if card.get(name, 0) > 0)


def _one_unit(one: str, other: str) -> bool:
    """Whether two names are of one unit: equal, or the longer one names a part of the other."""
    shorter, longer = sorted((_plain(one), _plain(other)), key=len)
    return shorter == longer or (len(shorter) >= TELLING and longer.startswith(shorter))


def _plain(name: str) -> str:
    """A name without what typing varies: width, case and blanks."""
    return "".join(normalized("NFKC", name).casefold().split())


PROBLEMS = (
    Explanation(
        "E7421",
        "{where}：评委编号“{found}”重复。请给每位评委一个不同的编号。",
        "{where}: the judge's id '{found}' stands twice. Give each judge an id of their own.",
    ),
    Explanation(
        "E7422",
        "{where}：榜单没有任务“{found}”。请写榜单中的任务编号，如 SM-01。",
        "{where}: the board has no item '{found}'. Write an id of the board, such as SM-01.",
    ),
    Explanation(
        "E7423",
        "{where}：回避须写明一个对象（{found}）。请在 applicant 与 candidate 中只写一个。",
        "{where}: a recusal names one party ({found}). Write either applicant or candidate.",
    ),
    Explanation(
        "E7424",
        "{where}：回避对象“{found}”不在已接收的申报单位或参评对象中。请核对全称或编号。",
        "{where}: '{found}' is no applicant or candidate that was taken in. Write the full name or the id.",
    ),
)
