"""Comma-separated files that open rightly in spreadsheets and never act as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from reports.exports.tables import Cell, Published

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as UTF-8 with a byte order mark, CRLF, and every text safe to open."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_text(cell) for cell in head])
    writer.writerows([[_field(cell) for cell in row] for row in rows])
    return (BOM + text.getvalue()).encode()


def safe_text(text: str) -> str:
    """Text that a spreadsheet will not read as a formula.

    >>> safe_text("=1+1"), safe_text("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _field(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Published):
        return cell.text
    return safe_text(cell) if isinstance(cell, str) else repr(cell)
