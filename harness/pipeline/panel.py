"""Score sheets of the panel: sent out, checked as they come back, kept in every version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.board import read_board
from harness.canonical import canonical_json, digest, file_digest
from harness.clock import now
from harness.lock import lock_digest, locked
from harness.pipeline.changes import withdrawn_until
from harness.pipeline.handed_in import each_once, given_before, given_twice, one_for_each
from harness.pipeline.noting import held, hold, put
from harness.pipeline.open_sheets import COLUMNS
from harness.pipeline.roster import (
    CRITERIA,
    assignments,
    blind_codes,
    keep_roster,
    read_roster,
)
from harness.pipeline.score_sheets import sheet_paths, write_sheets
from harness.pipeline.sheet_checking import Checker, packages_in, titles
from harness.pipeline.trail import PANEL, check
from harness.pipeline.written_scores import SheetRead
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json
from scoring.panel.marks import Mark

__all__ = ["COLUMNS", "CRITERIA", "Sheets", "export_sheets", "import_sheets", "sheets"]

SCHEMA = "jiebang/panel/1"
FIRST = "sheets"
HEARING = "hearing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheets:
    """All marks in force, and whether they are marked as a sample (样例).

    ``waiting`` names judges of the roster whose sheets have not come back. ``recused`` names
    judge, candidate and ground of scores that count as recusals since they came in, ``left_out``
    judge and candidate of marks that the roster in force no longer asks for.
    """

    marks: tuple[Mark, ...]
    sample: bool
    digest: str
    waiting: tuple[str, ...] = ()
    recused: tuple[tuple[str, str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def judges(self) -> int:
        """How many judges gave marks."""
        return len({mark.judge for mark in self.marks})

    def without_judge(self, judge: str) -> Sheets:
        """The same sheets with one judge's left out."""
        return replace(self, marks=tuple(mark for mark in self.marks if mark.judge != judge))


def export_sheets(
    workspace: Workspace,
    roster: Path,
    folder: Path,
    *,
    only: Sequence[str] | None = None,
    actor: str = "organizer",
) -> tuple[Path, ...]:
    """Write every judge's sheets, blind and in an order of their own; returns the files.

    With ``only`` the sheets are for a second hearing of these candidates.

    Raises
    ------
    Refusal
        The rules are not locked, the roster has problems, nobody is to be scored, or a sheet lies
        there already, which may be filled in.
    """
    if unsaid := list(_unsaid(workspace, actor, None)):
        raise Refusal(unsaid)
    hold(workspace, *PANEL, "change")
    lock = lock_digest(locked(workspace))
    board, packages = read_board(workspace.board), packages_in(workspace)
    if not packages:
        raise Refusal([Problem("E9006", str(workspace.root))])
    judges = read_roster(roster, board, packages)
    gone = withdrawn_until(workspace, workspace.current_version())
    found = assignments(judges, board, packages, lock, only=only, gone=gone)
    asked = [one for one in found if one.asked]
    if not asked:
        raise Refusal([Problem("E7434", str(roster))])
    if filled := [path for one in asked for path in sheet_paths(folder, one) if path.exists()]:
        raise Refusal([Problem("E7433", str(path)) for path in filled])
    items = titles(board, packages)
    written: list[Path] = []
    with held(workspace) as ledger:
        check(workspace, *PANEL)
        codes = blind_codes(workspace, ledger, packages)
        keep_roster(workspace, ledger, judges, packages, actor, hearing=only is not None)
        if only is not None:
            put(workspace, ledger, "hearing_scope", "", sorted(only), actor=actor)
        for one in asked:
            written += write_sheets(folder, one, codes, items)
        sent = {
            "hearing": only is not None,
            "files": {path.name: file_digest(path) for path in sorted(written)},
            "by": actor,
            "time": now(),
        }
        number = len(list(workspace.panel.glob("exported-*.json"))) + 1
        put(workspace, ledger, "exported", f"exported-{number:03d}", sent, actor=actor)
    return tuple(written)


def import_sheets(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    sample: bool = False,
    actor: str = "organizer",
    reason: str | None = None,
    hearing: bool = False,
) -> Sheets:
    """Check sheets together and keep them as a new version; earlier ones stay.

    Sheets of other judges that are in force stay in force. A judge's own are replaced only
    with a reason.

    Raises
    ------
    Refusal
        Every problem in any sheet, or marks that are repeated or missing.
    """
    # One import at a time: each builds on the version before it.
    with held(workspace) as ledger:
        check(workspace, *PANEL, "change")
        name, record = _imported(workspace, paths, sample, actor, reason, hearing)
        put(workspace, ledger, "hearing" if hearing else "panel", name, record, actor=actor)
    found_sheets = sheets(workspace, hearing=hearing)
    assert found_sheets is not None
    return found_sheets


def _imported(
    workspace: Workspace,
    paths: Sequence[Path],
    sample: bool,
    actor: str,
    reason: str | None,
    hearing: bool,
) -> tuple[str, dict[str, Any]]:
    """The next version of sheets with its name, or a refusal with every problem in them."""
    kind = HEARING if hearing else FIRST
    versions = _versions(workspace, kind)
    earlier = [mark for entry in versions[-1:] for mark in _sheets(entry).marks]
    checker = Checker.of(workspace, hearing=hearing)
    problems = [*_unsaid(workspace, actor, reason), *given_twice(paths)]
    problems += given_before(paths, versions_kept(workspace), None if reason is None else kind)
    readings: dict[Path, SheetRead] = {}
    for path in each_once(paths):
        try:
            readings[path] = checker.read(path)
        except Refusal as refusal:
            problems += refusal.problems
    doubled, readings = one_for_each(readings)
    problems += doubled
    marks: list[Mark] = []
    files = []
    for path, found in readings.items():
        problems += found.problems
        marks += found.marks
        judges = sorted({mark.judge for mark in found.marks})
        files.append({"name": path.name, "sha256": file_digest(path), "judges": judges})
    marks += checker.recusals(marks)
    fresh = {mark.judge for mark in marks}
    cells = {mark.cell for mark in marks}
    # A judge may be heard on one item after another: earlier hearings stand beside later ones.
    # A new sheet does not ask about who has withdrawn: what was given on them stays.
    superseded = [
        mark
        for mark in earlier
        if mark.cell in cells
        or (not (hearing or mark.candidate in checker.gone) and mark.judge in fresh)
    ]
    replaced = sorted({mark.judge for mark in superseded})
    if reason is None:
        problems += [Problem("E7414", workspace.panel.name, judge) for judge in replaced]
    kept = [mark for mark in earlier if mark not in superseded]
    problems += checker.missing(marks, kept)
    if problems:
        raise Refusal(problems)
    earlier_samples = {pair for entry in versions[-1:] for pair in _samples(entry)}
    samples = {_pair(mark) for mark in kept} & earlier_samples
    samples |= {_pair(mark) for mark in marks} if sample else set()
    record = {
        "schema": SCHEMA,
        "sample": bool(samples),
        "samples": sorted(samples),
        "marks": sorted([m.judge, m.candidate, m.criterion, m.score] for m in [*kept, *marks]),
        "imported": {"by": actor, "time": now(), "files": files},
        "replaced": {"judges": replaced, "reason": reason} if replaced else None,
    }
    return f"{kind}-{len(versions) + 1:03d}", record


def sheets(workspace: Workspace, *, hearing: bool = False) -> Sheets | None:
    """The sheets in force: the latest version as the roster in force lets it count, or none yet."""
    versions = _versions(workspace, HEARING if hearing else FIRST)
    if not versions:
        return None
    checker = Checker.of(workspace, hearing=hearing)
    found = _as_counted(_sheets(versions[-1]), checker)
    given = {mark.judge for mark in found.marks}
    heard = {(mark.judge, mark.candidate) for mark in found.marks}
    waiting = tuple(
        name
        for name, one in checker.asked.items()
        if (one.asked and name not in given)
        or (hearing and any((name, candidate) not in heard for candidate in one.asked))
    )
    # Sheets written by hand, without a roster's judges, wait for nobody.
    by_roster = given & set(checker.asked) or found.left_out
    return replace(found, waiting=waiting if by_roster else ())


def _as_counted(found: Sheets, checker: Checker) -> Sheets:
    counted = checker.counted(found.marks)
    if counted.marks == found.marks:
        return found
    return replace(
        found,
        marks=counted.marks,
        digest=_digest(found.sample, counted.marks),
        recused=counted.recused,
        left_out=counted.left_out,
    )


def versions_kept(workspace: Workspace) -> tuple[Mapping[str, Any], ...]:
    """Who imported what and when, the earliest first."""
    return tuple(
        {"kind": kind, "version": number, **entry["imported"], "replaced": entry["replaced"]}
        for kind in (FIRST, HEARING)
        for number, entry in enumerate(_versions(workspace, kind), start=1)
        if "imported" in entry
    )


def _unsaid(workspace: Workspace, actor: str, reason: str | None) -> Iterator[Problem]:
    """Report a name or a reason that is blank."""
    if not actor.strip():
        yield Problem("E7435", workspace.root.name)
    if reason is not None and not reason.strip():
        yield Problem("E7436", workspace.root.name)


def _versions(workspace: Workspace, kind: str) -> list[Mapping[str, Any]]:
    return [read_json(path) for path in sorted(workspace.panel.glob(f"{kind}-*.json"))]


def _sheets(record: Mapping[str, Any]) -> Sheets:
    marks = tuple(
        Mark(judge=judge, candidate=candidate, criterion=criterion, score=score)
        for judge, candidate, criterion, score in record["marks"]
    )
    sample = record["sample"]
    return Sheets(marks=marks, sample=sample, digest=_digest(sample, marks))


def _samples(record: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The judges whose marks are a sample, each with the candidate; all where it is not told."""
    if "samples" in record:
        return {(judge, candidate) for judge, candidate in record["samples"]}
    return {_pair(mark) for mark in _sheets(record).marks} if record["sample"] else set()


def _pair(mark: Mark) -> tuple[str, str]:
    return mark.judge, mark.candidate


def _digest(sample: bool, marks: Sequence[Mark]) -> str:
    """Who brought the sheets and when must not move a draw: the digest is of the marks alone."""
    listed = [[mark.judge, mark.candidate, mark.criterion, mark.score] for mark in marks]
    return digest(canonical_json({"schema": SCHEMA, "sample": sample, "marks": listed}))


PROBLEMS = (
    Explanation(
        "E7433",
        "{where}：打分表已在此处，可能已填写，不予覆盖。请用 -o 写一个新的目录。",
        "{where}: a sheet lies here already and may be filled in; it is not overwritten. Give a new folder with -o.",
    ),
    Explanation(
        "E7434",
        "{where}：没有须打分的对象。请核对名册和任务；复议只在名额线附近尚有未决对象时发表。",
        "{where}: nobody is to be scored. Check the roster and its items; a hearing is for candidates still open at the line.",
    ),
    Explanation(
        "E7435",
        "{where}：没有写经办人。收发打分表须写明：--by 姓名。",
        "{where}: nobody is named who does this. Sheets are sent out and taken in by somebody: --by NAME.",
    ),
    Explanation(
        "E7436",
        "{where}：更正打分的理由是空白。请写明：--replace 理由。",
        "{where}: the reason of the correction is blank. Write one: --replace REASON.",
    ),
    Explanation(
        "E7414",
        "{where}：评委 {found} 的打分已收过。如需更正，请写 --replace 理由；旧版本会保留。",
        "{where}: the sheet of {found} is in force already. To correct it, give --replace REASON; the old version is kept.",
    ),
)
