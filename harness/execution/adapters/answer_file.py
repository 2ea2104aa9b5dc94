"""A file of answers as applicants write it: CSV, JSON Lines or Parquet, into rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from harness.execution.answers import Task
from harness.execution.excerpt import visible
from harness.problems import Explanation, Problem, Refusal, why

LARGEST = 1 << 29
CHUNK = 64
PIECE = 1 << 20
COLUMNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "classification": (("id", "label"), ("score", "probabilities")),
    "regression": (("id", "value"), ("low", "high")),
    "forecasting": (("id", "value"), ("low", "high")),
    "anomaly": (("id", "score"), ()),
    "retrieval": (("id", "ranking"), ()),
    "text": (("id", "text"), ()),
    "multilabel": (("id", "labels"), ()),
    "choice": (("id", "text"), ()),
    "safety": (("id", "text"), ()),
    "spans": (("id", "spans"), ()),
    "fields": (("id", "fields"), ()),
    "detection": (("id", "boxes"), ()),
    "segmentation": (("id", "masks"), ()),
}
"""For each task the columns that a file must have, and those that it may have."""

_NUMBERS = ("score", "value", "low", "high")
_OPTIONAL = ("score", "low", "high", "probabilities")
_JSON = ("labels", "spans", "fields", "boxes", "masks", "probabilities")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a predictions file: its number, its sample's id, its answer."""

    line: int
    id: str
    answer: Any


def read_rows(path: Path, task: Task, most: int) -> Iterator[Row]:
    """Read a file's rows, at most so many.

    Raises
    ------
    Refusal
        The file is not there, too large or long, or not a table with the task's columns.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Refusal([Problem("E6202", path.name, str(size), {"most": str(LARGEST)})])
        content = path.read_bytes()
    except OSError as error:
        raise Refusal([Problem("E6201", path.name, "", {"reason": why(error)})]) from error
    parse = _FORMATS.get(path.suffix.lower())
    if parse is None:
        raise Refusal([Problem("E6203", path.name, path.suffix)])
    for count, row in enumerate(parse(path.name, content, task), start=1):
        if count > most:
            raise Refusal([Problem("E6208", path.name, str(count), {"most": str(most)})])
        yield row


def _encoding(where: str, content: bytes) -> str:
    """How a file's text is encoded, tried a piece at a time."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal([Problem("E6204", where, "UTF-16")])
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for start in range(0, len(content), PIECE):
                decoder.decode(content[start : start + PIECE])
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refusal([Problem("E6204", where, "?")])


def _columns(where: str, found: Iterable[str], task: Task) -> None:
    """Refuse a file whose columns are not those of the task."""
    found = list(found)
    needed, allowed = COLUMNS[task.name]
    wanted = ",".join(needed) + "".join(f"[,{name}]" for name in allowed)
    missing = [name for name in needed if name not in found]
    strange = [name for name in found if name not in (*needed, *allowed)]
    twice = [name for name, count in Counter(found).items() if count > 1]
    if missing or strange or twice:
        shown = visible(",".join(found))[:200]
        raise Refusal([Problem("E6205", where, shown, {"columns": wanted})])


def _from_csv(where: str, content: bytes, task: Task) -> Iterator[Row]:
    encoding = _encoding(where, content)
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    reader = csv.reader(lines, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _columns(where, names, task)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(names):
                at = f"{where}:{reader.line_num}"
                values = {"columns": str(len(names))}
                raise Refusal([Problem("E6206", at, str(len(cells)), values)])
            row = dict(zip(names, cells, strict=True))
            name = row.pop("id").strip()
            answer = {column: _cell(column, cell) for column, cell in row.items()}
            for column in _OPTIONAL:
                if answer.get(column, 0) is None:
                    del answer[column]
            yield Row(line=reader.line_num, id=name, answer=answer)
    except csv.Error as error:
        raise Refusal([Problem("E6207", f"{where}:{reader.line_num}", str(error))]) from error


def _cell(column: str, cell: str) -> Any:
    """A cell of a CSV file as JSON would say it; a number that is none stays text."""
    if column == "ranking":
        return cell.split()
    if column in _JSON:
        try:
            return msgspec.json.decode(cell.encode()) if cell.strip() else None
        except (msgspec.MsgspecError, RecursionError):
            return cell
    if column not in _NUMBERS:
        return cell if column == "text" else cell.strip()
    number = cell.strip()
    if not number:
        return None
    return float(number) if _NUMBER.fullmatch(number) else number


def _from_json_lines(where: str, content: bytes, task: Task) -> Iterator[Row]:
    encoding = _encoding(where, content)
    for at, encoded in enumerate(io.BytesIO(content), start=1):
        line = encoded.decode(encoding if at == 1 else encoding.removesuffix("-sig"))
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line.encode(), type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Refusal([Problem("E6207", f"{where}:{at}", str(error))]) from error
        yield _row(f"{where}:{at}", at, row, task)


def _from_parquet(where: str, content: bytes, task: Task) -> Iterator[Row]:
    # Only here: a check of a CSV file need not wait for Arrow.
    import pyarrow as pa
    import pyarrow.parquet as pq

    size, at = 0, 0
    try:
        shape = pq.ParquetFile(pa.BufferReader(content))
        _columns(where, shape.schema_arrow.names, task)
        _capped(where, sum(_declared_sizes(shape.metadata)))
        # Texts stay folded, each once, until what they unfold to is known to fit.
        leaves = (shape.schema.column(place) for place in range(len(shape.schema)))
        texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        for chunk in _chunks(file):
            size += sum(_unfolded(column) for column in chunk.columns)
            _capped(where, size)
            for row in chunk.to_pylist():
                at += 1
                yield _row(f"{where}:{at}", at, row, task)
    # Of values that Python cannot hold: no UTF-8, a year beyond 9999, no such time zone.
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError, MemoryError) as error:
        raise Refusal([Problem("E6207", where, str(error)[:200])]) from error


def _chunks(file: Any) -> Iterator[Any]:
    """Few rows at a time and never of two groups, whose folded lists Arrow does not join."""
    for group in range(file.metadata.num_row_groups):
        yield from file.iter_batches(batch_size=CHUNK, row_groups=[group])


def _declared_sizes(metadata: Any) -> Iterator[int]:
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            yield metadata.row_group(group).column(place).total_uncompressed_size


def _capped(where: str, size: int) -> None:
    if size > LARGEST:
        raise Refusal([Problem("E6202", where, str(size), {"most": str(LARGEST)})])


def _unfolded(column: Any) -> int:
    """Bytes that a column of a chunk takes once each cell is a value of its own."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(column, pa.StructArray):
        return sum(_unfolded(part) for part in column.flatten())
    if isinstance(column, pa.ListArray | pa.LargeListArray | pa.FixedSizeListArray | pa.MapArray):
        return 8 * len(column) + _unfolded(column.flatten())
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    size, words = 8 * len(column), column.dictionary
    if pa.types.is_string(words.type) or pa.types.is_binary(words.type):
        lengths = pc.cast(pc.binary_length(words), pa.int64())
        return size + int(pc.sum(lengths.take(column.indices)).as_py() or 0)
    return size + _unfolded(words) * len(column)


def _row(where: str, at: int, row: Mapping[str, Any], task: Task) -> Row:
    """A row that comes with types: an id is text or a whole number, a ranking may be a text."""
    _columns(where, row, task)
    answer = {column: value for column, value in row.items() if column != "id"}
    if isinstance(answer.get("ranking"), str):
        answer["ranking"] = answer["ranking"].split()
    for column in _JSON:
        if isinstance(answer.get(column), str):
            answer[column] = _cell(column, answer[column])
    for column in _OPTIONAL:
        if answer.get(column, 0) is None:
            del answer[column]
    return Row(line=at, id=str(row["id"]), answer=answer)


_FORMATS: Mapping[str, Callable[[str, bytes, Task], Iterator[Row]]] = {
    ".csv": _from_csv,
    ".jsonl": _from_json_lines,
    ".parquet": _from_parquet,
}


PROBLEMS = (
    Explanation(
        "E6201",
        "{where}：文件读不到（{reason}）。请在 package.yaml 的 solution.file 写出文件的实际路径。",
        "{where}: the file cannot be read ({reason}). Give its real path in solution.file.",
    ),
    Explanation(
        "E6202",
        "{where}：文件有 {found} 字节，上限是 {most}。请只保留题目要求的列。",
        "{where}: the file has {found} bytes, at most {most} are read. Keep the task's columns only.",
    ),
    Explanation(
        "E6203",
        "{where}：不认识的文件类型 {found}。请使用 .csv、.jsonl 或 .parquet。",
        "{where}: unknown file type {found}. Use .csv, .jsonl or .parquet.",
    ),
    Explanation(
        "E6204",
        "{where}：文字编码无法识别（{found}）。请另存为 UTF-8（或 GB18030）编码。",
        "{where}: the text encoding is not readable ({found}). Save the file as UTF-8 (or GB18030).",
    ),
    Explanation(
        "E6205",
        "{where}：列是 {found}。请写成 {columns}（方括号内的列可以没有）。",
        "{where}: the columns are {found}. Write {columns} (columns in brackets may be left out).",
    ),
    Explanation(
        "E6206",
        "{where}：这一行有 {found} 格，表头有 {columns} 格。请给含逗号的内容加双引号。",
        "{where}: this row has {found} cells, the head has {columns}. Put cells that hold a comma "
        "in double quotes.",
    ),
    Explanation(
        "E6207",
        "{where}：内容无法解析（{found}）。请用导出工具重新生成该文件。",
        "{where}: the content cannot be parsed ({found}). Write the file anew with an export tool.",
    ),
    Explanation(
        "E6208",
        "{where}：行数超过 {most}，远多于样本数。请为每个样本只写一行。",
        "{where}: more than {most} rows, far more than there are samples. Write one row for each "
        "sample.",
    ),
)
