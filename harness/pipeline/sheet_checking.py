"""Checks of score sheets that come back: every cell against what its judge was asked."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.board import read_board
from harness.lock import lock_digest, locked
from harness.package import Package, read_package
from harness.pipeline.roster import (
    CRITERIA,
    Assignment,
    assignments,
    blind_codes,
    roster_in_force,
)
from harness.pipeline.score_sheets import RECUSED, Line, read_lines, sheet_id
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json
from scoring.panel.marks import HIGHEST, Cell, Mark, incomplete

COLUMNS = ("judge", "candidate", "criterion", "score")
SCOPE = "hearing.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRead:
    """The marks of one file, and every cell that is not right.

    A cell with a fault stands among the marks without a score, so that it is not missing too.
    """

    marks: tuple[Mark, ...]
    problems: tuple[Problem, ...] = ()


def read_sheet(path: Path, candidates: Sequence[str]) -> SheetRead:
    """Read an open sheet (CSV: judge, candidate, criterion, score; an empty score is a recusal).

    Raises
    ------
    Refusal
        A file that is no such table.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal([Problem("E7401", str(path), type(error).__name__)]) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise Refusal([Problem("E7402", path.name, ", ".join(reader.fieldnames or ()))])
    problems: list[Problem] = []
    marks: list[Mark] = []
    for row in reader:
        where = f"{path.name}:{reader.line_num}"
        score = _score(row["score"])
        if row["candidate"] not in candidates:
            problems.append(Problem("E7403", where, row["candidate"]))
        elif row["criterion"] not in CRITERIA:
            expected = {"expected": ", ".join(CRITERIA)}
            problems.append(Problem("E7404", where, row["criterion"], expected))
        elif not row["judge"]:
            problems.append(Problem("E7405", where, row["score"] or ""))
        else:
            if score is not None and not 0 <= score <= HIGHEST:
                problems.append(Problem("E7405", where, row["score"] or ""))
                score = None
            marks.append(
                Mark(
                    judge=row["judge"],
                    candidate=row["candidate"],
                    criterion=row["criterion"],
                    score=score,
                )
            )
    return SheetRead(marks=tuple(marks), problems=tuple(problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Checker:
    """Holds sheets against what their judges were asked."""

    candidates: tuple[str, ...]
    codes: Mapping[str, str]
    asked: Mapping[str, Assignment]

    @classmethod
    def of(cls, workspace: Workspace, *, hearing: bool) -> Checker:
        """What the judges of the roster in force were asked, all of it or for a hearing."""
        roster = roster_in_force(workspace)
        if roster is None:
            return cls(candidates=workspace.candidates(), codes={}, asked={})
        packages = packages_in(workspace)
        scope = workspace.panel / SCOPE
        only = read_json(scope) if hearing and scope.is_file() else None
        board, lock = read_board(workspace.board), lock_digest(locked(workspace))
        found = assignments(roster, board, packages, lock, only=only)
        return cls(
            candidates=workspace.candidates(),
            codes=blind_codes(workspace, packages),
            asked={one.judge: one for one in found},
        )

    def read(self, path: Path) -> SheetRead:
        """Read one file, open or blind.

        Raises
        ------
        Refusal
            A file that is no sheet, or none of those that were sent out.
        """
        if _is_open(path):
            return read_sheet(path, self.candidates)
        lines = read_lines(path)
        names = sorted({line.sheet for line in lines})
        by_name = {sheet_id(one, self.codes): one for one in self.asked.values()}
        if len(names) != 1 or names[0] not in by_name:
            raise Refusal([Problem("E7408", path.name, ", ".join(names))])
        return self._blind(path, lines, by_name[names[0]])

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
            else:
                for found in _line(line, candidate, asked):
                    if isinstance(found, Problem):
                        problems.append(found)
                    else:
                        marks[found.cell] = found
        there = {line.code for line in lines}
        of = {candidate: code for code, candidate in self.codes.items()}
        problems += [
            Problem("E7410", path.name, of[name]) for name in asked.asked if of[name] not in there
        ]
        without_score = {
            cell: Mark(judge=cell[0], candidate=cell[1], criterion=cell[2], score=None)
            for cell in asked.cells()
        }
        return SheetRead(marks=tuple((without_score | marks).values()), problems=tuple(problems))

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


def _line(line: Line, candidate: str, asked: Assignment) -> Iterator[Mark | Problem]:
    """The marks of a row, or what is wrong with its cells."""
    for criterion in CRITERIA:
        text = line.scores[criterion]
        where = f"{line.where} / {criterion}"
        if criterion not in asked.criteria[candidate]:
            continue
        score = None if text.casefold() in RECUSED else _score(text)
        if not text:
            yield Problem("E7413", where)
        elif score is not None and not 0 <= score <= HIGHEST:
            yield Problem("E7405", where, text)
        elif score is not None and abs(score / asked.step - round(score / asked.step)) > 1e-6:
            yield Problem("E7412", where, text, {"expected": f"{asked.step:g}"})
        else:
            yield Mark(judge=asked.judge, candidate=candidate, criterion=criterion, score=score)


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


def _score(text: str | None) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return float("nan")


PROBLEMS = (
    Explanation(
        "E7401",
        "{where}：打分表打不开或不是 UTF-8（{found}）。请检查路径，并另存为 UTF-8 的 CSV。",
        "{where}: the sheet cannot be read as UTF-8 ({found}). Check the path and save it as CSV in UTF-8.",
    ),
    Explanation(
        "E7402",
        "{where}：表头是“{found}”。请写：judge,candidate,criterion,score，或使用 panel export 生成的表。",
        "{where}: the header is '{found}'. Write: judge,candidate,criterion,score, or use a sheet from `panel export`.",
    ),
    Explanation(
        "E7403",
        "{where}：没有参评对象“{found}”。请写 intake 给出的编号，如 C001。",
        "{where}: there is no candidate '{found}'. Write the id given at intake, such as C001.",
    ),
    Explanation(
        "E7404",
        "{where}：没有评分项“{found}”。请写其中之一：{expected}。",
        "{where}: there is no criterion '{found}'. Write one of: {expected}.",
    ),
    Explanation(
        "E7405",
        "{where}：“{found}”不是 0 到 100 的分数，或缺少评委编号。请改正；应回避的填“回避”（开放式 CSV 留空）。",
        "{where}: '{found}' is not a score from 0 to 100, or the judge is missing. Correct it; to recuse, write 回避 (leave it empty in an open CSV).",
    ),
    Explanation(
        "E7408",
        "{where}：表号“{found}”不是本次发出的打分表，或一个文件里有多个表号。请使用最近一次 panel export 发给该评委的表。",
        "{where}: '{found}' names no sheet that was sent out, or several. Use the judge's sheet from the latest `panel export`.",
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
        "E7412",
        "{where}：“{found}”不是 {expected} 的整数倍。请按步长 {expected} 打分。",
        "{where}: '{found}' is no multiple of {expected}. Score in steps of {expected}.",
    ),
    Explanation(
        "E7413",
        "{where}：没有打分{found}。请填 0 至 100 的数，应回避的填“回避”。",
        "{where}: nothing written{found}. Write a number from 0 to 100, or 回避 to recuse.",
    ),
    Explanation(
        "E7416",
        "{where}：同一编号出现 {found} 行。请只保留一行。",
        "{where}: the code stands in {found} rows. Keep one.",
    ),
)
