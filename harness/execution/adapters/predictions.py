"""The predictions adapter: answers that the applicant computed at home and hands in as a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.execution.adapters import answer_file
from harness.execution.adapters.answer_file import Row, read_rows
from harness.execution.answers import AnswerReader, Task
from harness.execution.excerpt import visible
from harness.execution.job import Job
from harness.execution.outcomes import Verdict
from harness.problems import Explanation, Problem, Refusal

SHOWN = 5
SPARE = 100
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted:
    """What a predictions file says about every declared sample, and everything wrong in it."""

    verdicts: Mapping[str, Verdict]
    problems: tuple[Problem, ...]


def answers(job: Job) -> Mapping[str, Verdict]:
    """Every sample's verdict; a file that cannot be read answers nothing."""
    if job.package is None or job.solution.file is None:
        raise ValueError("a predictions solution names a file in its package")
    path = job.package / job.solution.file
    return read_predictions(path, job.task, [sample.id for sample in job.samples]).verdicts


def read_predictions(path: Path, task: Task, ids: Sequence[str]) -> Submitted:
    """Read a CSV, JSON Lines or Parquet file of answers to the samples with these ids."""
    where = path.name
    try:
        rows = list(read_rows(path, task, 2 * len(ids) + SPARE))
    except Refusal as refusal:
        nothing = Verdict("missing", reason="unreadable_file")
        return Submitted(verdicts=dict.fromkeys(ids, nothing), problems=refusal.problems)
    reader, times = AnswerReader(task), Counter(row.id for row in rows)
    known = set(ids)
    verdicts = dict.fromkeys(ids, Verdict("missing", reason="no_row"))
    verdicts |= {row.id: reader.judge(row.answer) for row in rows if row.id in known}
    verdicts |= {
        name: Verdict("invalid", reason="repeated_row")
        for name, count in times.items()
        if count > 1 and name in known
    }
    problems = (*_id_problems(where, rows, ids), *_answer_problems(where, rows, verdicts))
    return Submitted(verdicts=verdicts, problems=problems)


def _id_problems(where: str, rows: Sequence[Row], ids: Sequence[str]) -> Iterator[Problem]:
    known, found = set(ids), {row.id for row in rows}
    unknown = [row for row in rows if row.id not in known]
    bare = {name.lstrip("0"): name for name in ids if name.startswith("0")}
    scientific = [row for row in unknown if _SCIENTIFIC.fullmatch(row.id)]
    shortened = [row for row in unknown if row.id in bare]
    decimal = [row for row in unknown if row.id.removesuffix(".0") in known]
    mangled = {row.line for row in (*scientific, *shortened, *decimal)}
    strangers = [row for row in unknown if row.line not in mangled]
    first = {row.id: row.line for row in reversed(rows)}
    twice = [row for row in rows if row.id in known and row.line != first[row.id]]
    missing = [name for name in ids if name not in found]
    yield from _gathered("E6211", where, scientific)
    yield from _gathered("E6212", where, shortened)
    yield from _gathered("E6213", where, decimal)
    yield from _gathered("E6214", where, strangers)
    yield from _gathered("E6215", where, twice)
    if missing:
        shown = ", ".join(visible(name) for name in missing[:SHOWN])
        yield Problem("E6216", where, shown, {"count": str(len(missing))})


def _answer_problems(
    where: str, rows: Sequence[Row], verdicts: Mapping[str, Verdict]
) -> Iterator[Problem]:
    reasons: dict[str, list[Row]] = {}
    for row in rows:
        verdict = verdicts.get(row.id)
        if verdict and verdict.outcome == "invalid" and verdict.reason != "repeated_row":
            reasons.setdefault(verdict.reason, []).append(row)
    for reason in sorted(reasons):
        yield from _gathered(REASONS[reason], where, reasons[reason])


def _gathered(code: str, where: str, rows: Sequence[Row]) -> Iterator[Problem]:
    """One problem for all rows that share a fault, with the first few as examples."""
    if rows:
        shown = ", ".join(f"{row.line}: {visible(row.id)[:40]}" for row in rows[:SHOWN])
        yield Problem(code, where, shown, {"count": str(len(rows))})


REASONS: Mapping[str, str] = {
    "unknown_label": "E6221",
    "out_of_range": "E6222",
    "not_finite": "E6223",
    "wrong_type": "E6224",
    "missing_field": "E6224",
    "unknown_field": "E6224",
    "repeated_id": "E6225",
    "too_deep": "E6226",
}

PROBLEMS = (
    *answer_file.PROBLEMS,
    Explanation(
        "E6211",
        "{where}：{count} 个编号被表格软件改成了科学计数（{found}）。请把编号列设为文本后重新导出。",
        "{where}: a spreadsheet turned {count} ids into scientific numbers ({found}). Format the id "
        "column as text and export again.",
    ),
    Explanation(
        "E6212",
        "{where}：{count} 个编号丢了开头的 0（{found}）。请把编号列设为文本后重新导出。",
        "{where}: {count} ids lost their leading zeros ({found}). Format the id column as text and "
        "export again.",
    ),
    Explanation(
        "E6213",
        "{where}：{count} 个编号多了 .0（{found}）。请把编号列按文本读写后重新导出。",
        "{where}: {count} ids gained a .0 ({found}). Read and write the id column as text and "
        "export again.",
    ),
    Explanation(
        "E6214",
        "{where}：{count} 个编号不在样本中（{found}）。请使用样本文件里的编号。",
        "{where}: {count} ids are not among the samples ({found}). Use the ids of the sample file.",
    ),
    Explanation(
        "E6215",
        "{where}：{count} 行重复回答同一编号（{found}）。每个编号只写一行。",
        "{where}: {count} rows answer an id again ({found}). Write one row for each id.",
    ),
    Explanation(
        "E6216",
        "{where}：{count} 个样本没有答案（{found}）。请为每个样本写一行。",
        "{where}: {count} samples have no answer ({found}). Write one row for each sample.",
    ),
    Explanation(
        "E6221",
        "{where}：{count} 行的 label 不在标签表中（{found}）。请使用题目声明的标签，一字不差。",
        "{where}: the label of {count} rows is not declared ({found}). Use the declared labels "
        "exactly.",
    ),
    Explanation(
        "E6222",
        "{where}：{count} 行的数值超出声明的范围（{found}）。请检查单位，写范围内的数。",
        "{where}: the value of {count} rows is outside the declared range ({found}). Check the unit "
        "and write numbers within the range.",
    ),
    Explanation(
        "E6223",
        "{where}：{count} 行的数不是有限数（{found}）。请写普通的十进制数。",
        "{where}: the number of {count} rows is not finite ({found}). Write plain decimal numbers.",
    ),
    Explanation(
        "E6224",
        "{where}：{count} 行的答案类型不对或为空（{found}）。数值列写十进制数（不加千分位），其余列写文本。",
        "{where}: the answer of {count} rows is empty or of the wrong type ({found}). Write decimal "
        "numbers (no thousands separators) in number columns, text in the others.",
    ),
    Explanation(
        "E6225",
        "{where}：{count} 行的 ranking 中有重复文档（{found}）。每个文档编号只写一次。",
        "{where}: the ranking of {count} rows repeats a document ({found}). Write each document id "
        "once.",
    ),
    Explanation(
        "E6226",
        "{where}：{count} 行的 ranking 超过允许长度（{found}）。请只保留排在最前的文档。",
        "{where}: the ranking of {count} rows is too long ({found}). Keep the first documents only.",
    ),
)
