"""The workbook: rankings, scores, gates and the evidence behind them, one sheet each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.catalogue import Words
from reports.evaluation import Evaluation
from reports.exports.evidence import (
    claim_table,
    frequency_table,
    judging_table,
    pair_table,
)
from reports.exports.tables import (
    Cell,
    Published,
    Table,
    gate_table,
    outcome_table,
    ranking_table,
    score_table,
)
from reports.method import method_of
from reports.model import heading_of

EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
NARROWEST, WIDEST = 8, 44


def workbook_bytes(evaluation: Evaluation, words: Words) -> bytes:
    """Return the workbook; the same evaluation gives the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": heading_of(evaluation, words).title, "created": EPOCH})
    sheets = (
        ("ranking", ranking_table(evaluation, words), 9),
        ("scores", score_table(evaluation, words), 3),
        ("gates", gate_table(evaluation, words), 3),
        ("pairs", pair_table(evaluation, words), 3),
        ("frequencies", frequency_table(evaluation, words), 2),
        ("claims", claim_table(evaluation, words), 3),
        ("judging", judging_table(evaluation, words), 3),
        ("outcomes", outcome_table(evaluation, words), 2),
        ("method", _method(evaluation, words), 1),
    )
    styles = _Styles(book)
    for name, (head, rows), frozen in sheets:
        sheet = book.add_worksheet(words(f"sheet.{name}"))
        _fill(sheet, head, rows, styles)
        sheet.freeze_panes(1, frozen)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        if rows and name != "method":
            sheet.autofilter(0, 0, len(rows), len(head) - 1)
    book.close()
    return target.getvalue()


class _Styles:
    """Cell formats, one per number of decimals."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"valign": "top", "num_format": "@"})
        self.wrapped = book.add_format({"valign": "top", "text_wrap": True})
        self.decimals: dict[int, Format] = {}

    def number(self, digits: int) -> Format:
        """Format with a fixed number of decimals."""
        if digits not in self.decimals:
            code = "0." + "0" * digits if digits else "0"
            self.decimals[digits] = self.book.add_format({"num_format": code, "valign": "top"})
        return self.decimals[digits]


def _fill(
    sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[Cell]], styles: _Styles
) -> None:
    for column, text in enumerate(head):
        sheet.write_string(0, column, text, styles.head)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, line, column, cell, styles)
    for column, text in enumerate(head):
        width = max([_width(text), *(_width(_seen(row[column])) for row in rows)])
        sheet.set_column(column, column, min(WIDEST, max(NARROWEST, width + 2)))


def _write(sheet: Worksheet, line: int, column: int, cell: Cell, styles: _Styles) -> None:
    if cell is None:
        return
    if isinstance(cell, Published):
        sheet.write_number(line, column, cell.value, styles.number(cell.digits))
    elif isinstance(cell, str):
        wide = _width(cell) > WIDEST
        sheet.write_string(line, column, cell, styles.wrapped if wide else styles.text)
    else:
        sheet.write_number(line, column, cell)


def _method(evaluation: Evaluation, words: Words) -> Table:
    heading, method = heading_of(evaluation, words), method_of(evaluation, words)
    rows: list[list[Cell]] = [
        [words("head.board"), f"{heading.board} {heading.title}"],
        [words("head.marks"), words.join(list(heading.marks))],
        [words("head.version"), heading.version],
        [words("head.digest"), heading.full_digest],
        [words("head.lock"), heading.lock],
        [words("head.software"), heading.harness],
    ]
    rows += [[title, text] for title, text in (*method.scorecards, *method.topics)]
    rows += [[f"{formula.name} {formula.text}", formula.formula] for formula in method.formulas]
    return (words("column.topic"), words("column.text")), rows


def _seen(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.text if isinstance(cell, Published) else str(cell)


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
