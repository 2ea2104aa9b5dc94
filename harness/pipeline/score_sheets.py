"""Score sheets as files: written blind for each judge, and read back row by row."""

from __future__ import annotations

import contextlib
import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import MergedCell

from harness.canonical import canonical_json, digest
from harness.durable import write_atomically
from harness.pipeline.roster import CRITERIA, Assignment
from harness.problems import Explanation, Problem, Refusal
from reports.catalogue import words
from scoring.panel.marks import HIGHEST

HEADS = {"sheet": "表号", "code": "编号", "item": "任务"}
RECUSED = ("回避", "recused")
KEYS = ("sheet", "code", "item", *CRITERIA)
HEAD = 4
NOT_ASKED = "—"
MERGED = "合并单元格 / merged cell"
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of Excel before 2007 begin, and workbooks with a password."""
ZIPPED = b"PK\x03\x04"

DAMAGED = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    NotImplementedError,
)
"""What the reader raises of a workbook that is cut or spoilt; errors of XML are SyntaxErrors."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of a sheet as its judge left it: texts by column, and where it stands."""

    where: str
    sheet: str
    code: str
    item: str
    scores: Mapping[str, str]


def sheet_id(assignment: Assignment, codes: Mapping[str, str]) -> str:
    """What names a sheet: the judge, and a digest of what the judge is asked, in whatever order.

    A sheet of a hearing has another name than the first round's on the same candidates, so that
    neither counts as the other.
    """
    of = {candidate: code for code, candidate in codes.items()}
    body: list[object] = [
        assignment.judge,
        assignment.step,
        sorted([of[name], list(assignment.criteria[name])] for name in assignment.asked),
    ]
    if assignment.hearing:
        body.append("hearing")
    return f"{assignment.judge}-{digest(canonical_json(body)).removeprefix('sha256:')[:12]}"


def write_sheets(
    folder: Path, assignment: Assignment, codes: Mapping[str, str], items: Mapping[str, str]
) -> tuple[Path, Path]:
    """Write a judge's sheet as XLSX and as CSV; ``items`` gives the item's title by candidate."""
    of = {candidate: code for code, candidate in codes.items()}
    name = sheet_id(assignment, codes)
    rows = [
        [name, of[candidate], items[candidate]]
        + [
            "" if criterion in assignment.criteria[candidate] else NOT_ASKED
            for criterion in CRITERIA
        ]
        for candidate in assignment.asked
    ]
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([KEYS, *rows])
    book, plain = sheet_paths(folder, assignment)
    write_atomically(plain, text.getvalue().encode("utf-8-sig"))
    write_atomically(book, _workbook(assignment, rows))
    return book, plain


def sheet_paths(folder: Path, assignment: Assignment) -> tuple[Path, Path]:
    """Where a judge's sheet is written, as XLSX and as CSV."""
    return folder / f"{assignment.judge}.xlsx", folder / f"{assignment.judge}.csv"


def unusable(path: Path) -> Problem | None:
    """Why a file is no sheet whatever is in it: not there, or a workbook in another dress."""
    if not path.is_file():
        return Problem("E7440", str(path))
    with path.open("rb") as opened:
        begins = opened.read(len(OLD_OFFICE))
    workbook = begins.startswith(ZIPPED) and path.suffix.lower() != ".xlsx"
    return Problem("E7443", path.name) if workbook or begins == OLD_OFFICE else None


def read_lines(path: Path) -> tuple[Line, ...]:
    """Read a sheet, XLSX or CSV, as text; blank rows are left out.

    Raises
    ------
    Refusal
        A file that cannot be read or that is not a sheet of ours.
    """
    rows = list(_cells(path))
    head = _head(rows)
    if head is None:
        raise Refusal([Problem("E7431", path.name)])
    lines = []
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        if any(row):
            cells = dict(zip(KEYS, [*row, *[""] * len(KEYS)], strict=False))
            scores = {name: cells[name] for name in CRITERIA}
            where = f"{path.name}:{number} {cells['code']}".rstrip()
            names = {key: cells[key] for key in ("sheet", "code", "item")}
            lines.append(Line(where=where, scores=scores, **names))
    return tuple(lines)


def _workbook(assignment: Assignment, rows: list[list[str]]) -> bytes:
    """The same table with rules that refuse a wrong score while it is typed."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("打分表")
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    grey = book.add_format({"font_color": "#595959", "italic": True})
    open_cell = book.add_format({"locked": False, "border": 1, "align": "center"})
    page.protect("", {"format_columns": True, "format_rows": True})
    page.write_string(0, 0, f"评委打分表  评委 {assignment.judge}", bold)
    rule = f"每格填 0 至 100，步长 {assignment.step:g}；阅读中发现应回避的，填“回避”。请勿改动表号和编号。"
    page.write_string(
        1, 0, f"{rule} / 0 to 100 in steps of {assignment.step:g}, or 回避 to recuse.", grey
    )
    named = words("zh-CN")
    for column, key in enumerate(KEYS):
        page.write_string(HEAD - 2, column, HEADS.get(key) or named(f"part.{key}"), bold)
        page.write_string(HEAD - 1, column, key, grey)
    for down, row in enumerate(rows, start=HEAD):
        for column, text in enumerate(row):
            asked = column >= 3 and text != NOT_ASKED
            if asked:
                page.write_blank(down, column, None, open_cell)
                page.data_validation(
                    down, column, down, column, _rule(f"{chr(65 + column)}{down + 1}", assignment)
                )
            else:
                page.write_string(down, column, text)
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 12)
    page.set_column(2, 2, 24)
    page.set_column(3, len(KEYS) - 1, 16)
    page.freeze_panes(HEAD, 2)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(HEAD - 2, HEAD - 1)
    # Without a fixed moment of creation two exports of one sheet would differ.
    book.set_properties({"title": assignment.judge, "created": _EPOCH})
    book.close()
    return buffer.getvalue()


def _rule(cell: str, assignment: Assignment) -> dict[str, object]:
    step = f"{assignment.step:g}"
    number = (
        f"AND(ISNUMBER({cell}),{cell}>=0,{cell}<={HIGHEST:g},"
        f"ABS({cell}/{step}-ROUND({cell}/{step},0))<0.000001)"
    )
    return {
        "validate": "custom",
        "value": f'=OR({cell}="{RECUSED[0]}",IFERROR({number},FALSE))',
        "error_title": "分数有误",
        "error_message": f"请填 0 至 100、步长 {step} 的数，或填“回避”。",
    }


def _cells(path: Path) -> Iterator[list[str]]:
    if path.suffix.lower() == ".xlsx":
        try:
            yield from _of_workbook(path)
        except DAMAGED as error:
            raise Refusal([Problem("E7432", path.name, type(error).__name__)]) from error
        return
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal([Problem("E7432", path.name, type(error).__name__)]) from error
    try:
        yield from (_texts(row) for row in csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Refusal([Problem("E7444", path.name, str(error))]) from error


def _of_workbook(path: Path) -> list[list[str]]:
    # Opened here: of a damaged file openpyxl would leave the handle open.
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        rows = [_texts(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    head = _head(rows)
    below = [] if head is None else rows[head + 1 :]
    if any(any(row) and not all(row[: len(KEYS)]) for row in below):
        with contextlib.suppress(*DAMAGED):
            _tell_blanks(path, rows)
    return rows


def _tell_blanks(path: Path, rows: list[list[str]]) -> None:
    """Write into cells without a value what their reader sees there: a formula, a merged cell."""
    with warnings.catch_warnings(action="ignore"), path.open("rb") as file:
        page = openpyxl.load_workbook(file).worksheets[0]
    for down, row in enumerate(rows, start=1):
        for across, text in enumerate(row[: len(KEYS)], start=1):
            cell = page.cell(down, across)
            if text:
                continue
            if isinstance(cell, MergedCell):
                row[across - 1] = MERGED
            elif cell.data_type == "f":
                row[across - 1] = getattr(cell.value, "text", None) or str(cell.value)


def _head(rows: Sequence[Sequence[str]]) -> int | None:
    return next((at for at, row in enumerate(rows) if tuple(row[: len(KEYS)]) == KEYS), None)


def _texts(row: Iterable[object]) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in row]


_EPOCH = datetime(2000, 1, 1)

PROBLEMS = (
    Explanation(
        "E7431",
        "{where}：找不到打分表的表头行。请使用 jiebang panel export 生成的表，不要删改表头。",
        "{where}: the head row of a score sheet is not there. Use the file from `jiebang panel export` and leave its head as it is.",
    ),
    Explanation(
        "E7440",
        "{where}：没有这个文件，或它是文件夹。请核对路径，逐个写出打分表文件，如 打分表/*.xlsx。",
        "{where}: there is no such file, or it is a folder. Check the path and name the sheets themselves, such as sheets/*.xlsx.",
    ),
    Explanation(
        "E7443",
        "{where}：这是旧版（.xls）、加了密码或改了扩展名的 Excel 工作簿。请在 Excel 或 WPS 中打开，不设密码，另存为 .xlsx。",
        "{where}: an Excel workbook of the old kind (.xls), with a password, or under another extension. Open it in Excel or WPS and save it as .xlsx without a password.",
    ),
    Explanation(
        "E7444",
        "{where}：不是完整的 CSV 表（{found}），可能有一个引号没有成对，或给错了文件。请重新打开，另存为 UTF-8 的 .csv。",
        "{where}: no whole table of CSV ({found}); a quotation mark may stand alone in it, or it is another file. Open it and save it as .csv in UTF-8.",
    ),
    Explanation(
        "E7445",
        "{where}：只有表头，没有打分的行。请给出评委交回的、已填写的打分表。",
        "{where}: a head without a row of scores. Give the sheet that the judge has filled in and sent back.",
    ),
    Explanation(
        "E7432",
        "{where}：打分表打不开（{found}），可能损坏、不完整或编码不符。请重新打开，另存为 .xlsx 或 UTF-8 的 .csv；打不开的请评委重发。",
        "{where}: the sheet cannot be read ({found}); it may be damaged, cut off or in another encoding. Open it and save it as .xlsx or as .csv in UTF-8, or ask the judge to send it again.",
    ),
)
