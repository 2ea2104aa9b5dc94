"""Checks of score sheets that come back: every cell against what its judge was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.board import Board, read_board
from harness.lock import lock_digest, locked
from harness.package import Package, read_package
from harness.pipeline.changes import withdrawn_until
from harness.pipeline.open_sheets import read_open
from harness.pipeline.roster import (
    CRITERIA,
    Assignment,
    assignments,
    codes_of,
    grounds,
    judges_ever,
    roster_in_force,
)
from harness.pipeline.score_sheets import Line, read_lines, sheet_id, unusable
from harness.pipeline.written_scores import SheetRead, in_part, in_steps
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json
from scoring.panel.marks import Cell, Mark, incomplete

SCOPE = "hearing.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Marks as they count by the roster in force.

    ``recused`` names the judge, the candidate and the ground where a score counts as a recusal
    since the judge gave it; ``left_out`` the judge and the candidate where the judge is no longer
    asked.
    """

    marks: tuple[Mark, ...]
    recused: tuple[tuple[str, str, str], ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Checker:
    """Holds sheets against what their judges were asked.

    ``theirs`` are the candidates of each judge's items, ``grounds`` say who is recused from whom,
    ``items`` the titles that their rows bear, and ``ever`` are the judges of all rosters that
    there were. ``out`` are all that may have been asked by sheets, by their id: also before some
    of the candidates that are ``gone`` had withdrawn.
    """

    candidates: tuple[str, ...]
    codes: Mapping[str, str]
    asked: Mapping[str, Assignment]
    theirs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    grounds: Mapping[tuple[str, str], str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    ever: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    out: Mapping[str, Assignment] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace, *, hearing: bool) -> Checker:
        """What the judges of the roster in force were asked, all of it or for a hearing."""
        roster = roster_in_force(workspace, hearing=hearing)
        if roster is None:
            return cls(candidates=workspace.candidates(), codes={}, asked={})
        packages = packages_in(workspace)
        scope = workspace.panel / SCOPE
        heard = None
        if hearing:
            heard = read_json(scope) if scope.is_file() else list(packages)
        board, lock = read_board(workspace.board), lock_digest(locked(workspace))
        codes = codes_of(workspace, packages)
        withdrawn = list(withdrawn_until(workspace, workspace.current_version()))
        whole = assignments(roster, board, packages, lock)
        sent = [
            one
            for many in range(len(withdrawn) + 1)
            for one in assignments(roster, board, packages, lock, only=heard, gone=withdrawn[:many])
        ]
        return cls(
            candidates=workspace.candidates(),
            codes=codes,
            asked={one.judge: one for one in sent},
            gone=frozenset(withdrawn),
            out={sheet_id(one, codes): one for one in sent},
            theirs={one.judge: frozenset(one.criteria) for one in whole},
            grounds=grounds(workspace, packages),
            items=titles(board, packages),
            ever=judges_ever(workspace),
        )

    def read(self, path: Path) -> SheetRead:
        """Read one file, open or blind.

        Raises
        ------
        Refusal
            A file that is no sheet, or none of those that were sent out.
        """
        if problem := unusable(path):
            raise Refusal([problem])
        if _is_open(path):
            return read_open(path, self.candidates, self.asked)
        lines = read_lines(path)
        if not lines:
            raise Refusal([Problem("E7445", path.name)])
        names = sorted({line.sheet for line in lines})
        known = [name for name in names if name in self.out]
        if len(known) != 1:
            raise Refusal([Problem("E7408", path.name, ", ".join(names))])
        strange = [line for line in lines if line.sheet != known[0]]
        of_sheet = [line for line in lines if line not in strange or line.code in self.codes]
        found = self._blind(path, of_sheet, self.out[known[0]])
        faults = [
            Problem("E7420", line.where, line.sheet, {"expected": known[0]}) for line in strange
        ]
        return replace(found, problems=(*faults, *found.problems))

    def _blind(self, path: Path, lines: Sequence[Line], asked: Assignment) -> SheetRead:
        problems = [
            Problem("E7416", f"{path.name}: {code}", str(count))
            for code, count in Counter(line.code for line in lines).items()
            if count > 1
        ]
        marks: dict[Cell, Mark] = {}
        for line in lines:
            candidate = self.codes.get(line.code)
            if candidate is None:
                problems.append(Problem("E7409", line.where, line.code))
            elif candidate not in asked.asked:
                problems.append(Problem("E7411", line.where, line.code))
            elif candidate in self.gone and _is_blank(line, asked.criteria[candidate]):
                continue
            elif line.item.split()[:1] != self.items[candidate].split()[:1]:
                values = {"expected": self.items[candidate]}
                problems.append(Problem("E7419", line.where, line.item, values))
            else:
                for found in _line(line, candidate, asked):
                    if isinstance(found, Problem):
                        problems.append(found)
                    else:
                        marks[found.cell] = found
        there = {line.code for line in lines}
        of = {candidate: code for code, candidate in self.codes.items()}
        problems += [
            Problem("E7410", path.name, of[name])
            for name in asked.asked
            if of[name] not in there and name not in self.gone
        ]
        without_score = {
            cell: Mark(judge=cell[0], candidate=cell[1], criterion=cell[2], score=None)
            for cell in asked.cells()
            if cell[1] not in self.gone
        }
        return SheetRead(marks=tuple((without_score | marks).values()), problems=tuple(problems))

    def recusals(self, marks: Sequence[Mark]) -> list[Mark]:
        """The cells from which the roster recuses the judges of some marks, where these lack them."""
        given = {mark.cell for mark in marks}
        judges = sorted({mark.judge for mark in marks} & set(self.asked))
        return [
            Mark(judge=judge, candidate=candidate, criterion=criterion, score=None)
            for judge in judges
            for candidate in self.asked[judge].recused
            for criterion in self.asked[judge].criteria[candidate]
            if (judge, candidate, criterion) not in given
        ]

    def counted(self, marks: Sequence[Mark]) -> Counted:
        """Marks held to the roster in force, which may be another than when they came in.

        Judges who never stood on a roster wrote open sheets; these count as they are. Marks on
        who withdrew before every judge was asked compare with nothing and do not count.
        """
        there = {(mark.judge, mark.candidate) for mark in marks}
        given = {mark.judge for mark in marks} & set(self.theirs)
        unfinished = {
            candidate
            for candidate in self.gone
            for judge in given
            if candidate in self.theirs[judge] and (judge, candidate) not in there
        }
        listed = self.ever | set(self.theirs)
        out = {
            (mark.judge, mark.candidate)
            for mark in marks
            if mark.judge in listed
            and mark.candidate not in self.theirs.get(mark.judge, frozenset())
        }
        kept = [
            mark
            for mark in marks
            if (mark.judge, mark.candidate) not in out and mark.candidate not in unfinished
        ]
        since = {
            (mark.judge, mark.candidate)
            for mark in kept
            if mark.score is not None and (mark.judge, mark.candidate) in self.grounds
        }
        return Counted(
            marks=tuple(
                replace(mark, score=None) if (mark.judge, mark.candidate) in since else mark
                for mark in kept
            ),
            recused=tuple((*cell, self.grounds[cell]) for cell in sorted(since)),
            left_out=tuple(sorted(out)),
        )

    def missing(self, marks: Sequence[Mark], kept: Sequence[Mark]) -> Iterator[Problem]:
        """Report what the fresh marks lack, or how they contradict each other."""
        judges = {mark.judge for mark in marks}
        if judges <= set(self.asked):
            wanted = [
                (judge, candidate, criterion)
                for judge in sorted(judges)
                for candidate in self.asked[judge].asked
                for criterion in self.asked[judge].criteria[candidate]
            ]
            yield from incomplete(marks, wanted)
            return
        yield from incomplete([*kept, *marks])


def _is_blank(line: Line, criteria: Sequence[str]) -> bool:
    return not any(line.scores[criterion] for criterion in criteria)


def _line(line: Line, candidate: str, asked: Assignment) -> Iterator[Mark | Problem]:
    """The marks of a row, or what is wrong with its cells."""
    yield from in_part(line.where, [line.scores[one] for one in asked.criteria[candidate]])
    for criterion in CRITERIA:
        if criterion not in asked.criteria[candidate]:
            continue
        found = in_steps(f"{line.where} / {criterion}", line.scores[criterion], asked.step)
        if isinstance(found, Problem):
            yield found
        else:
            yield Mark(judge=asked.judge, candidate=candidate, criterion=criterion, score=found)


def titles(board: Board, packages: Mapping[str, Package]) -> dict[str, str]:
    """The item of each candidate as it stands in the rows of sheets."""
    named = {item.id: f"{item.id} {item.title.record()['zh']}" for item in board.items}
    return {name: named.get(package.item, package.item) for name, package in packages.items()}


def packages_in(workspace: Workspace) -> dict[str, Package]:
    """The accepted packages by candidate."""
    return {name: read_package(workspace.package(name)) for name in workspace.candidates()}


def _is_open(path: Path) -> bool:
    """Whether a file is a table with open candidate ids, not a blind sheet."""
    if path.suffix.lower() == ".xlsx":
        return False
    try:
        head = path.read_bytes()[:200].decode("utf-8-sig", errors="replace")
    except OSError:
        return True
    return not head.startswith("sheet,")


PROBLEMS = (
    Explanation(
        "E7408",
        "{where}：表号“{found}”不是按现行名册和规则发出的打分表（名册、评分项或参评对象在发表之后有变），或一个文件里有多个表号。请使用最近一次 panel export 发给该评委的表；发表之后规则或名册有变的，重新发表。",
        "{where}: '{found}' names no sheet as the roster and rules in force send it out (roster, criteria or candidates have changed since), or several. Use the judge's sheet from the latest `panel export`; where rules or roster changed after it, export again.",
    ),
    Explanation(
        "E7420",
        "{where}：这一行的表号是“{found}”，不是 {expected}。是打分行的，请恢复表号；是附注、签名的，请删除这一行。",
        "{where}: the sheet of this row is '{found}', not {expected}. Restore it where the row has scores; delete the row where it is a note or a signature.",
    ),
    Explanation(
        "E7409",
        "{where}：没有编号“{found}”。编号不得改动，请照发出的打分表恢复。",
        "{where}: there is no code '{found}'. Codes must not be changed; restore what the sheet had.",
    ),
    Explanation(
        "E7410",
        "{where}：缺少编号 {found} 的一行。请照发出的打分表补上并打分。",
        "{where}: the row of {found} is not there. Restore it as it was sent out and score it.",
    ),
    Explanation(
        "E7411",
        "{where}：编号 {found} 不在该评委的打分范围（回避或未分配）。请删除这一行。",
        "{where}: {found} is not this judge's to score (recused or not assigned). Delete the row.",
    ),
    Explanation(
        "E7419",
        "{where}：该编号属于任务“{expected}”，这一行写的是“{found}”。编号和任务不得改动，编号可能与别的行互换了；请照发出的打分表恢复。",
        "{where}: this code is of item '{expected}', and the row says '{found}'. Codes and items must not be changed, and codes of two rows may have been swapped; restore what the sheet had.",
    ),
    Explanation(
        "E7416",
        "{where}：同一编号出现 {found} 行。请只保留一行。",
        "{where}: the code stands in {found} rows. Keep one.",
    ),
)
