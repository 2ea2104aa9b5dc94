"""Nothing that an applicant wrote acts on a page, a spreadsheet or a file name."""

from __future__ import annotations

import copy
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import html5lib
import openpyxl
import pytest

from harness.canonical import canonical_json
from reports.build import report_files
from reports.edition import Edition, edition_of
from reports.evaluation import evaluation_of
from reports.samples import SampleTable

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(2)>",
    '" onmouseover="alert(3)" x="',
    "{{ 7*7 }}{% raw %}{0}{name}%s",
    "<!--<svg/onload=alert(4)>-->]]>",
    "javascript:alert(5)//",
    '=HYPERLINK("http://x.test",1)',
    "+1+cmd|'/c calc'!A0",
    "@SUM(A1)",
    "-2+3",
    "\u202eexe.fdp\u2066\u200b\u200d\ufeff",
    "a\u0335\u0336\u0337\u0338" * 20,
    "长" * 5000,
    "\u2028\u2029\x00\x1b[31m\r\n\tend",
    "𪚥𠮷",
    "../../etc/passwd",
    "",
)
UNSEEN = "".join(
    sorted(
        (chr(code) for code in range(0xE0080) if unicodedata.category(chr(code)) in ("Cc", "Cf")),
        key=lambda character: character not in "\x00\x1b\x07\x9b\u202e\u2066\u200b\ufeff",
    )
)
"""Every control and formatting character, the most telling first."""

OWN_TAGS = {"script": 2, "style": 1, "img": 0, "iframe": 0, "object": 0, "form": 0}


def poisoned(evaluation: dict[str, Any], text: str) -> dict[str, Any]:
    """An evaluation in which everything that others write is the given text."""
    made = copy.deepcopy(evaluation)
    both = {"zh": text, "en": text}
    for candidate in made["candidates"]:
        candidate |= {"title": both, "description": both}
        candidate["applicant"] = {"name": text, "city": text, "consortium": [text, text]}
        candidate["effects"] = [
            {"name": both, "from": 1, "to": 2, "unit": text, "kind": "measured"}
        ]
        candidate["attested"] = [{"gate": text, "checker": text, "date": text, "reason": text}]
        if candidate["dataset"]:
            candidate["dataset"] |= {"title": both, "licence": text, "source": text, "id": text}
    for score in made["scores"]:
        score["worst"] = [
            {"sample": text, "loss": 1.0, "target": text, "answer": answer, "outcome": "answered"}
            for answer in (text, canonical_json({"text": text}).decode())
        ]
        score["confusion"] = {"labels": [text, text + "2"], "rows": [[1, 2, 0], [0, 1, 0]]}
    made["unfinished"] = [{"candidate": "C014", "item": "SM-03", "reason": both}]
    made["board"]["title"] = both
    return made


@pytest.fixture(scope="module")
def made(evaluation: dict[str, Any]) -> Callable[[str], dict[str, bytes]]:
    return cache(lambda text: dict(report_files(evaluation_of(poisoned(evaluation, text)))))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(made: Callable[[str], dict[str, bytes]], text: str) -> None:
    files = made(text)

    for name in ("index.zh-CN.html", "cards/C001.en.html"):
        page = files[name].decode()
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
        for tag, most in OWN_TAGS.items():
            assert len(list(tree.iter(tag))) <= most, tag
        for element in tree.iter():
            names = set(element.attrib)
            assert not any(str(key).startswith("on") or key == "style" for key in names)
            for key in ("id", "class", "href"):
                assert re.fullmatch(r"[\w#./ -]*", element.attrib.get(key, "")), key
        body = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.S)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00\x1b]", body)
    assert {name.partition(".")[0] for name in files if name.startswith("cards/")} == {
        f"cards/C{number:03d}" for number in range(1, 15)
    }


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_cell_is_a_formula_or_a_link(made: Callable[[str], dict[str, bytes]], text: str) -> None:
    files = made(text)

    book = openpyxl.load_workbook(io.BytesIO(files["ranking.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    for line in files["ranking.csv"].decode("utf-8-sig").split("\r\n"):
        fields = re.findall(r'(?:^|,)"?([^",]*)', line)
        assert not any(re.match(r"[=+@\t]|-[^\d]|-\d+[^\d.]", field) for field in fields)


def test_two_names_that_differ_in_hidden_characters_only_look_different(
    evaluation: dict[str, Any],
) -> None:
    twins = copy.deepcopy(evaluation)
    twins["candidates"][0]["title"] = {"zh": "甲方案", "en": "A"}
    twins["candidates"][1]["title"] = {"zh": "甲\u200b方案", "en": "A"}

    page = dict(report_files(evaluation_of(twins)))["index.zh-CN.html"].decode()

    assert "<bdi>甲方案</bdi>" in page
    assert "<bdi>甲⟦U+200B⟧方案</bdi>" in page


EDITIONS = (
    Edition(),
    Edition(kind="panel", codes={f"C{n:03d}": f"SM01-A{n:02d}" for n in range(1, 15)}),
    Edition(kind="notice"),
    Edition(kind="applicant", candidate="C001"),
)


def samples_of(text: str) -> SampleTable:
    answer = canonical_json({"text": text}).decode()
    return SampleTable(
        candidate="C001", item="SM-01", labels=(text,), ids=[text], truth=[0], given=[0],
        outcomes=["answered"], losses=[1.0], targets=[text], inputs=[answer], answers=[answer],
        parsed=[text],
    )  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.kind)
def test_no_page_holds_a_character_that_cannot_be_seen(
    evaluation: dict[str, Any], edition: Edition
) -> None:
    record = edition_of(poisoned(evaluation, UNSEEN), edition)

    files = dict(
        report_files(
            evaluation_of(record),
            samples=lambda name: samples_of(UNSEEN) if name == "C001" else None,
        )
    )

    for name, content in files.items():
        for text in texts_in(name, content):
            assert not set(text.replace("\r\n", "\n")) & set(UNSEEN) - {"\n"}, name


def texts_in(name: str, content: bytes) -> list[str]:
    """The text of a file of a report, of its parts where it is packed."""
    if not name.endswith((".xlsx", ".docx")):
        return [content.decode("utf-8-sig")]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = [part for part in packed.namelist() if part.endswith((".xml", ".rels"))]
        return [packed.read(part).decode() for part in parts]
