"""Rows of a declared data file: CSV, JSON Lines or Parquet, each with its line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.problems import Explanation, Problem, Refusal, why

NEWLINE = b"\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a data file: its number and its cells by column."""

    line: int
    cells: Mapping[str, Any]


def read_rows(path: Path, columns: Sequence[str]) -> tuple[Row, ...]:
    """Read the rows of a data file, which must have the declared columns.

    In JSON Lines and Parquet a cell may be absent from a row; a column may not be absent
    from all of them.

    Raises
    ------
    Refusal
        The file cannot be read as what its name says, or columns are missing: all at once.
    """
    problems: list[Problem] = []
    form = _FORMATS.get(path.suffix.lower(), _csv)
    try:
        rows = tuple(form(path, problems))
    except OSError as error:
        raise Refusal([Problem("E3001", path.name, "", {"reason": why(error)})]) from error
    except UnicodeDecodeError as error:
        where = f"{path.name}:{error.object.count(NEWLINE, 0, error.start) + 1}"
        raise Refusal([Problem("E3003", where, str(error.start))]) from error
    if rows and not problems:
        have = dict.fromkeys(name for row in rows for name in row.cells)
        missing = ", ".join(name for name in columns if name not in have)
        if missing:
            problems.append(Problem("E3005", path.name, missing, {"expected": ", ".join(have)}))
    if problems:
        raise Refusal(problems)
    return rows


def _csv(path: Path, problems: list[Problem]) -> Iterator[Row]:
    text = path.read_bytes().decode("utf-8-sig")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        for name in sorted({name for name in header if header.count(name) > 1}):
            problems.append(Problem("E3008", f"{path.name}:1", name))
        for cells in reader:
            if len(cells) == len(header):
                yield Row(line=reader.line_num, cells=dict(zip(header, cells, strict=True)))
            elif cells:
                counts = {"expected": str(len(header))}
                where = f"{path.name}:{reader.line_num}"
                code = "E3007" if len(cells) > len(header) else "E3037"
                problems.append(Problem(code, where, str(len(cells)), counts))
    except csv.Error as error:
        problems.append(Problem("E3006", f"{path.name}:{reader.line_num}", str(error)))


def _json_lines(path: Path, problems: list[Problem]) -> Iterator[Row]:
    text = path.read_bytes().decode("utf-8-sig")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            cells = json.loads(line, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            cells = None
        if isinstance(cells, dict):
            yield Row(line=number, cells=cells)
        else:
            problems.append(Problem("E3004", f"{path.name}:{number}", line[:60]))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Take an object's pairs; a key that is given twice has no meaning."""
    cells = dict(pairs)
    if len(cells) < len(pairs):
        raise ValueError("a key is given twice")
    return cells


def _parquet(path: Path, problems: list[Problem]) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except pyarrow.ArrowException as error:
        problems.append(Problem("E3009", path.name, str(error).splitlines()[0][:80]))
        return
    for name in sorted({name for name in table.column_names if table.column_names.count(name) > 1}):
        problems.append(Problem("E3008", path.name, name))
        return
    for number, cells in enumerate(table.to_pylist(), 1):
        yield Row(line=number, cells=cells)


_FORMATS: Mapping[str, Callable[[Path, list[Problem]], Iterator[Row]]] = {
    ".jsonl": _json_lines,
    ".parquet": _parquet,
}

PROBLEMS = (
    Explanation(
        "E3001",
        "{where}：数据文件打不开（{reason}）。请检查 dataset.yaml 中的 path。",
        "{where}: the data file cannot be opened ({reason}). Check the path in dataset.yaml.",
    ),
    Explanation(
        "E3003",
        "{where}：从这一行起（文件第 {found} 字节）不是 UTF-8，可能是 GBK。请把数据文件另存为 UTF-8；Excel：另存为“CSV UTF-8”。",
        "{where}: not UTF-8 from this line on (byte {found} of the file), GBK perhaps. Save the data file as UTF-8; in Excel as 'CSV UTF-8'.",
    ),
    Explanation(
        "E3004",
        "{where}：这一行不是 JSON 对象，或有重复的键（{found}）。请每行写一个 {{…}}，键不重复。",
        "{where}: this line is not a JSON object, or a key is given twice ({found}). Write one {{...}} a line, each key once.",
    ),
    Explanation(
        "E3005",
        "{where}：缺少声明的列“{found}”。文件里的列是：{expected}。请改文件或改 dataset.yaml。",
        "{where}: the declared columns '{found}' are missing. The file has: {expected}. Change one of the two.",
    ),
    Explanation(
        "E3006",
        "{where}：不是合法的 CSV（{found}）。请检查该处的引号；长文本请改用 JSON Lines（.jsonl）。",
        "{where}: not valid CSV ({found}). Check the quotes there; for long texts write JSON Lines (.jsonl).",
    ),
    Explanation(
        "E3007",
        "{where}：这一行有 {found} 个单元格，表头有 {expected} 个。含逗号的文字请加双引号。",
        "{where}: this row has {found} cells, the header {expected}. Put quotes around text that holds a comma.",
    ),
    Explanation(
        "E3037",
        "{where}：这一行只有 {found} 个单元格，表头有 {expected} 个。是否漏写，或用了分号、全角逗号？请用半角逗号分隔，空的单元格也要保留逗号。",
        "{where}: this row has {found} of the {expected} cells of the header. Is one left out, or a semicolon used? Write a plain comma between cells, beside empty ones too.",
    ),
    Explanation(
        "E3008",
        "{where}：列名“{found}”重复。请让每个列名只出现一次。",
        "{where}: the column '{found}' appears twice. Let each column's name appear once.",
    ),
    Explanation(
        "E3009",
        "{where}：不是可读的 Parquet 文件（{found}）。请重新导出，或改用 CSV、JSON Lines。",
        "{where}: not a readable Parquet file ({found}). Export it again, or write CSV or JSON Lines.",
    ),
)
