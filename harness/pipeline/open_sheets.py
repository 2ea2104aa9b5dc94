"""Open sheets: plain tables of judge, candidate, criterion and score, without blind codes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.pipeline.roster import CRITERIA, Assignment
from harness.pipeline.score_sheets import RECUSED
from harness.pipeline.written_scores import SheetRead, in_part, in_steps, is_recusal, score_of
from harness.problems import Explanation, Problem, Refusal
from scoring.panel.marks import Mark

COLUMNS = ("judge", "candidate", "criterion", "score")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row of an open sheet as it is written, and where it stands."""

    where: str
    judge: str
    candidate: str
    criterion: str
    score: str


def read_open(path: Path, candidates: Sequence[str], asked: Mapping[str, Assignment]) -> SheetRead:
    """Read an open sheet (CSV: judge, candidate, criterion, score).

    With a roster, ``asked`` says by judge what is to be scored, and every row is held to it.
    Without one, any judge scores any candidate, and an empty score is a recusal.

    Raises
    ------
    Refusal
        A file that is no such table.
    """
    problems: list[Problem] = []
    marks: list[Mark] = []
    written: dict[tuple[str, str], list[str]] = {}
    for row in _rows(path):
        faults = list(_misplaced(row, candidates)) or list(_not_asked(row, asked))
        problems += faults
        if faults:
            continue
        written.setdefault((row.judge, row.candidate), []).append(_recusal_as_word(row, asked))
        found = _score(row, asked)
        if isinstance(found, Problem):
            problems.append(found)
        marks.append(
            Mark(
                judge=row.judge,
                candidate=row.candidate,
                criterion=row.criterion,
                score=found if isinstance(found, float) else None,
            )
        )
    for (judge, candidate), texts in written.items():
        problems += in_part(f"{path.name}: {judge} / {candidate}", texts)
    return SheetRead(marks=tuple(marks), problems=tuple(problems))


def _rows(path: Path) -> list[Row]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal([Problem("E7401", str(path), type(error).__name__)]) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise Refusal([Problem("E7402", path.name, ", ".join(reader.fieldnames or ()))])
        rows = [
            Row(where=f"{path.name}:{reader.line_num}", **{name: cells[name] for name in COLUMNS})
            for cells in reader
        ]
    except csv.Error as error:
        raise Refusal([Problem("E7444", path.name, str(error))]) from error
    if not rows:
        raise Refusal([Problem("E7445", path.name)])
    return rows


def _misplaced(row: Row, candidates: Sequence[str]) -> Iterator[Problem]:
    """Report candidates and criteria that are not there, and a judge that is left out."""
    if row.candidate not in candidates:
        yield Problem("E7403", row.where, row.candidate)
    if row.criterion not in CRITERIA:
        yield Problem("E7404", row.where, row.criterion, {"expected": ", ".join(CRITERIA)})
    if not row.judge:
        yield Problem("E7405", row.where, row.score)


def _not_asked(row: Row, asked: Mapping[str, Assignment]) -> Iterator[Problem]:
    """Report what the roster in force does not ask for.

    A recusal that the roster declares may stand in the sheet, in writing or as an empty score.
    """
    if not asked:
        return
    if row.judge not in asked:
        yield Problem("E7417", row.where, row.judge, {"expected": ", ".join(sorted(asked))})
        return
    mine = asked[row.judge]
    scored = bool(row.score.strip()) and not is_recusal(row.score)
    if row.candidate not in mine.criteria or (row.candidate in mine.recused and scored):
        yield Problem("E7411", row.where, row.candidate)
    elif row.criterion not in mine.criteria[row.candidate]:
        expected = ", ".join(mine.criteria[row.candidate])
        yield Problem("E7418", row.where, row.criterion, {"expected": expected})


def _recusal_as_word(row: Row, asked: Mapping[str, Assignment]) -> str:
    """The score as it is written; the word of recusal where an empty one stands for it."""
    empty = not row.score.strip()
    recused = empty and (not asked or row.candidate in asked[row.judge].recused)
    return RECUSED[0] if recused else row.score


def _score(row: Row, asked: Mapping[str, Assignment]) -> float | Problem | None:
    if not asked:
        return score_of(row.where, row.score) if row.score else None
    mine = asked[row.judge]
    return None if row.candidate in mine.recused else in_steps(row.where, row.score, mine.step)


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
        "E7417",
        "{where}：评委“{found}”不在现行名册中。请写名册中的编号：{expected}；确须增加评委的，先写入名册并重新 panel export。",
        "{where}: judge '{found}' is not on the roster in force. Write an id of the roster: {expected}; to add a judge, write them into the roster and run `panel export` again.",
    ),
    Explanation(
        "E7418",
        "{where}：该对象所在任务不由专家评“{found}”。请删除这一行，只打：{expected}。",
        "{where}: judges are not asked for '{found}' on this candidate's item. Delete the row; score only: {expected}.",
    ),
)
