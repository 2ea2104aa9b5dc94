"""Word documents in the layout of official papers (GB/T 9704), the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.text import clip

EPOCH = datetime(2000, 1, 1)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
WIDTH, TALL = Mm(156), Mm(225)
TOP, LEFT = Mm(37), Mm(28)
LINE = Pt(28.95)
"""22 lines of 28 characters on a type area of 156 by 225 mm."""

LATIN = "Times New Roman"
FACES = {
    "title": "方正小标宋简体",
    "first": "黑体",
    "second": "楷体",
    "body": "仿宋",
    "page": "宋体",
}
SIZES = {"title": Pt(22), "first": Pt(16), "second": Pt(16), "body": Pt(16), "page": Pt(14)}
CELL = Pt(12)
LONGEST = 200


class Paper:
    """A document under the pen: headings, paragraphs, tables and a place to sign."""

    def __init__(self, title: str) -> None:
        self.document: Document = docx.Document()
        self._lay_out()
        self._date(title)
        heading = self.paragraph(title, "title", indent=False)
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.space_after = LINE

    def paragraph(self, text: str, face: str = "body", *, indent: bool = True) -> Paragraph:
        """Add a paragraph; body text is indented by two characters."""
        added = self.document.add_paragraph()
        shape = added.paragraph_format
        shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        shape.line_spacing = LINE if face != "title" else Pt(36)
        shape.space_before = shape.space_after = Pt(0)
        shape.first_line_indent = Pt(32) if indent else None
        shape.keep_with_next = face in ("title", "first", "second")
        _faced(added.add_run(text), face)
        return added

    def closing(self, text: str) -> None:
        """Add a line at the right edge, for a seal or a date."""
        self.paragraph(text, indent=False).alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def table(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
    ) -> None:
        """Add a ruled table; its head repeats on every page, ``widths`` are shares of the line."""
        lines = [head, *rows] if head else list(rows)
        table = self.document.add_table(rows=len(lines), cols=len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        whole = sum(widths)
        for line, texts in enumerate(lines):
            cells = table.rows[line].cells
            for cell, text, share in zip(cells, texts, widths, strict=True):
                cell.width = Emu(int(WIDTH * share / whole))
                written = cell.paragraphs[0]
                written.paragraph_format.space_after = Pt(0)
                _faced(written.add_run(text), "first" if head and line == 0 else "body", CELL)
            _never_split(table.rows[line]._tr, head=bool(head) and line == 0)
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def content(self) -> bytes:
        """The document's bytes, without a date or an order that differs from day to day."""
        written = io.BytesIO()
        self.document.save(written)
        packed = io.BytesIO()
        with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
            for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
                entry = zipfile.ZipInfo(name, ZIP_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, source.read(name))
        return packed.getvalue()

    def _lay_out(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.left_margin = TOP, LEFT
        section.right_margin = Emu(Mm(210) - LEFT - WIDTH)
        section.bottom_margin = Emu(Mm(297) - TOP - TALL)
        section.footer_distance = Mm(26)
        grid = OxmlElement("w:docGrid")
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), "579")
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        section._sectPr.append(grid)
        self.document.settings.odd_and_even_pages_header_footer = True
        for footer, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            footer.is_linked_to_previous = False
            line = footer.paragraphs[0]
            line.alignment = side
            line.paragraph_format.left_indent = line.paragraph_format.right_indent = SIZES["page"]
            _faced(line.add_run("— "), "page")
            _page_number(line.add_run())
            _faced(line.add_run(" —"), "page")

    def _date(self, title: str) -> None:
        facts = self.document.core_properties
        facts.title = clip(title, LONGEST)
        facts.author = facts.last_modified_by = facts.comments = ""
        facts.created = facts.modified = facts.last_printed = EPOCH
        facts.revision = 1


def _faced(run: Run, face: str, size: Pt | None = None) -> None:
    run.font.name = LATIN
    run.font.size = size or SIZES[face]
    run.font.color.rgb = RGBColor(0, 0, 0)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), FACES[face])


def _page_number(run: Run) -> None:
    _faced(run, "page")
    for kind in ("begin", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._element.append(mark)
        if kind == "begin":
            code = OxmlElement("w:instrText")
            code.text = "PAGE"
            run._element.append(code)


def _never_split(row: object, *, head: bool) -> None:
    facts = row.get_or_add_trPr()  # type: ignore[attr-defined]
    for name in ("w:cantSplit", *(("w:tblHeader",) if head else ())):
        facts.append(OxmlElement(name))
