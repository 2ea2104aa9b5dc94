"""Word documents: the layout of official papers, the same bytes, nothing that acts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from reports.build import build_report, report_files
from reports.edition import Edition, edition_of
from reports.evaluation import evaluation_of
from reports.exports.printing import find_printer

HOSTILE = '=HYPERLINK("http://x.test") </w:t><w:instrText>DDEAUTO c:\\calc</w:instrText> \u202eexe'


def document(evaluation: dict[str, Any], name: str) -> bytes:
    kind = "notice" if name == "notice.docx" else "organizer"
    edition = Edition(kind=kind, totals=True, until="2026-06-01")  # type: ignore[arg-type]
    return dict(report_files(evaluation_of(edition_of(evaluation, edition))))[name]


def text_of(content: bytes) -> str:
    opened = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


@pytest.mark.parametrize("name", ["notice.docx", "opinion.docx"])
def test_a_document_is_the_same_to_the_byte_and_bears_no_date(
    evaluation: dict[str, Any], name: str
) -> None:
    first, second = document(evaluation, name), document(evaluation, name)

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "2000-01-01" in packed.read("docProps/core.xml").decode()
        assert "python-docx" not in packed.read("docProps/core.xml").decode()


@pytest.mark.parametrize("name", ["notice.docx", "opinion.docx"])
def test_a_document_is_laid_out_as_official_papers_are(
    evaluation: dict[str, Any], name: str
) -> None:
    opened = docx.Document(io.BytesIO(document(evaluation, name)))

    section = opened.sections[0]
    area = section.page_width - section.left_margin - section.right_margin
    tall = section.page_height - section.top_margin - section.bottom_margin
    assert (round(area / Mm(1)), round(tall / Mm(1))) == (156, 225)
    assert (round(section.top_margin / Mm(1)), round(section.left_margin / Mm(1))) == (37, 28)
    assert opened.settings.odd_and_even_pages_header_footer
    title, *_ = opened.paragraphs
    assert title.runs[0].font.size.pt == 22
    body = next(p for p in opened.paragraphs if len(p.text) > 30)
    assert body.runs[0].font.size.pt == 16
    assert "仿宋" in body._element.xml
    assert body.paragraph_format.first_line_indent.pt == 32
    for footer, side, outer in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right_indent"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left_indent"),
    ):
        line = footer.paragraphs[0]
        assert (line.alignment, getattr(line.paragraph_format, outer).pt) == (side, 14)
        assert line.runs[0].font.size.pt == 14
        assert "宋体" in line._element.xml


def test_a_notice_of_many_tracks_counts_its_headings_as_official_papers_do(
    evaluation: dict[str, Any],
) -> None:
    tracks = [
        evaluation["board"]["tracks"][0]
        | {"id": f"track_{n}", "title": {"zh": f"类别{n}", "en": f"T{n}"}}
        for n in range(22)
    ]
    made = evaluation | {"board": evaluation["board"] | {"tracks": tracks}}

    text = text_of(document(made, "notice.docx"))

    assert "九、类别8" in text
    assert "十、类别9" in text
    assert "十一、类别10" in text
    assert "二十、类别19" in text
    assert "二十三、异议的提出" in text


def test_the_notice_says_what_the_page_says(evaluation: dict[str, Any]) -> None:
    text = text_of(document(evaluation, "notice.docx"))

    for ranking in evaluation["rankings"]:
        for row in ranking["rows"]:
            listed = row["proposal"] in ("selected", "reserve")
            assert (row["total"] in text) is listed
    assert "公示截止日期：2026-06-01" in text


def test_the_opinion_holds_every_total_and_leaves_the_judgement_open(
    evaluation: dict[str, Any],
) -> None:
    text = text_of(document(evaluation, "opinion.docx"))

    rows = [row for ranking in evaluation["rankings"] for row in ranking["rows"]]
    assert all(row["total"] in text and row["candidate"] in text for row in rows)
    assert re.search(r"sha256:[0-9a-f]{64}", text)
    assert text.count("评审专家签字") == 5
    assert "规则封存于：2026年3月2日" in text
    assert "末件受理于：2026年5月29日" in text


@pytest.mark.parametrize("name", ["notice.docx", "opinion.docx"])
def test_nothing_that_an_applicant_wrote_acts_in_a_document(
    evaluation: dict[str, Any], name: str
) -> None:
    both = {"zh": HOSTILE, "en": HOSTILE}
    made = evaluation | {
        "candidates": [entry | {"title": both} for entry in evaluation["candidates"]]
    }

    content = document(made, name)

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        inside = {each: packed.read(each).decode(errors="ignore") for each in packed.namelist()}
    body = inside["word/document.xml"]
    assert "&lt;/w:t&gt;" in body
    assert not re.findall(r"<w:(instrText|fldSimple|hyperlink|object)\b", body)
    assert not [text for text in inside.values() if 'TargetMode="External"' in text]
    assert "\u202e" not in body


@pytest.mark.skipif(find_printer() is None, reason="NO CHROMIUM ON THIS MACHINE: nothing printed")
def test_a_printed_page_stands_in_the_manifest_as_not_reproducible(
    evaluation: dict[str, Any], tmp_path: Path
) -> None:
    edition = Edition(kind="notice", until="2026-06-01")

    files = build_report(evaluation, tmp_path, edition, ("zh-CN",), printer=find_printer())

    entries = {e["path"]: e for e in json.loads(files[-1].read_bytes())["files"]}
    assert (tmp_path / "notice.zh-CN.pdf").read_bytes().startswith(b"%PDF")
    assert entries["notice.zh-CN.pdf"]["reproducible"] is False
    assert "reproducible" not in entries["notice.zh-CN.html"]
