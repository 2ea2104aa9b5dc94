"""What each edition of a report keeps from its readers, proved over all its bytes."""

from __future__ import annotations

import copy
import io
import json
import re
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import html5lib
import pytest

from reports.blinding import BLANK, Blinder, telling_terms
from reports.build import build_report
from reports.edition import Edition, edition_of

CREDIT_CODE = "91370100MA3C1XYZ5K"
NAMES = ("泰岱星图", "Taidai Starmap", "济水明珠", "蓬莱云帆")
FREE = (
    "由泰岱星图人工智能科技有限公司（统一社会信用代码 91370100MA3C1XYZ5K）研发，泰岱星图自有技术，"
    "产品“济水明珠大模型 V2.1”在青州市上线，济水明珠 已服务青州多家单位，电话 13805310000，"
    "网站 https://taidai.example.cn ，编号 C001。Ｔａｉｄａｉ Ｓｔａｒｍａｐ 与泰 岱 星 图同，91370100MA3C1XYZ5K。"
)


@pytest.fixture
def telling(evaluation: dict[str, Any]) -> dict[str, Any]:
    """An evaluation whose first candidate tells its name wherever an applicant can write."""
    made = copy.deepcopy(evaluation)
    first = made["candidates"][0]
    first |= {
        "title": {"zh": "济水明珠大模型 V2.1", "en": "Taidai Starmap"},
        "applicant": {
            "name": "泰岱星图人工智能科技有限公司", "city": "青州市",
            "consortium": ["蓬莱云帆信息技术股份有限公司"],
        },
        "description": {"zh": FREE, "en": FREE},
        "effects": [
            {"name": {"zh": FREE, "en": FREE}, "from": 1, "to": 2, "unit": "泰岱星图", "kind": "measured"}
        ],
        "attested": [{"gate": FREE, "checker": FREE, "date": "2026-05-08", "reason": FREE}],
    }  # fmt: skip
    made["scores"][0]["worst"] = [
        {"sample": "S00001", "loss": 1.0, "target": "紧急", "answer": FREE, "outcome": "answered"}
    ]
    made["unfinished"][0]["reason"] = {"zh": FREE, "en": FREE}
    made["objections"] = [{"id": "O001", "candidate": "C001", "name": "张三", "ground": FREE}]
    return made


@pytest.fixture
def codes(telling: dict[str, Any]) -> dict[str, str]:
    return {
        entry["id"]: f"{entry['item'].replace('-', '')}-A{number:02d}"
        for number, entry in enumerate(reversed(telling["candidates"]), start=1)
    }


def everything(folder: Path) -> str:
    """All text in all files of a folder, packed files unpacked, in one width and case."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            parts.append(path.name)
            if path.suffix in (".xlsx", ".docx"):
                with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
                    parts += [
                        packed.read(name).decode(errors="ignore") for name in packed.namelist()
                    ]
            else:
                parts.append(path.read_bytes().decode(errors="ignore"))
    return unicodedata.normalize("NFKC", "\n".join(parts)).casefold()


def names_of(record: dict[str, Any]) -> set[str]:
    found = {CREDIT_CODE, "13805310000", "taidai.example.cn", *NAMES, "青州", "张三"}
    for candidate in record["candidates"]:
        applicant = candidate["applicant"]
        found |= {candidate["title"]["zh"], applicant["name"], *applicant["consortium"]}
        found |= {applicant["city"]}
    return {name.casefold() for name in found}


@pytest.mark.parametrize("complete", [True, False])
def test_no_byte_of_the_judges_edition_tells_who_applies(
    telling: dict[str, Any], codes: dict[str, str], tmp_path: Path, complete: bool
) -> None:
    for ranking in telling["rankings"]:
        ranking["complete_panel"] = complete

    build_report(
        telling, tmp_path, Edition(kind="panel", codes=codes, mapping="sha256:" + "ab" * 32)
    )

    text = everything(tmp_path)
    assert {name for name in names_of(telling) if name in text} == set()
    assert not re.findall(r"(?<![0-9a-z])c0[01][0-9](?![0-9a-z])", text)
    assert BLANK[1:-1] in text
    assert "ab" * 32 in text
    for path in tmp_path.rglob("*.html"):
        html5lib.HTMLParser(strict=True).parse(path.read_bytes().decode())


def test_the_judges_edition_shows_no_total_or_rank_until_all_sheets_are_in(
    telling: dict[str, Any], codes: dict[str, str], tmp_path: Path
) -> None:
    edition = Edition(kind="panel", codes=codes)
    sealed = copy.deepcopy(telling)
    sealed["rankings"][0]["complete_panel"] = False

    build_report(sealed, tmp_path / "before", edition)
    build_report(telling, tmp_path / "after", edition)

    before, after = everything(tmp_path / "before"), everything(tmp_path / "after")
    totals = [row["total"] for ranking in telling["rankings"] for row in ranking["rows"]]
    ranked = [f">{text}<" for text in totals]
    assert not [text for text in ranked if text in before]
    assert "table class=rank" not in before
    assert "table class=rank" in after
    assert all(text in after for text in ranked)
    assert {p.name for p in (tmp_path / "before").iterdir()} == {
        "cards", "items", "index.zh-CN.html", "index.en.html", "manifest.json",
    }  # fmt: skip


def test_an_applicants_edition_holds_no_hidden_sample_and_no_other_applicant(
    telling: dict[str, Any], tmp_path: Path
) -> None:
    for candidate in telling["candidates"][1:]:
        candidate["applicant"]["name"] = f"别家{candidate['id']}有限公司"

    build_report(telling, tmp_path, Edition(kind="applicant", candidate="C001"))

    text = everything(tmp_path)
    others = telling["candidates"][1:]
    assert set(re.findall(r"(?<![0-9a-z])c0[01][0-9](?![0-9a-z])", text)) == {"c001"}
    assert not [e for e in others if e["title"]["zh"] in text or e["applicant"]["name"] in text]
    assert "s00001" not in text
    assert "没有有效答案" in text or "有效作答" in text
    assert "泰岱星图" in text
    assert {path.name for path in tmp_path.iterdir()} == {
        "C001.zh-CN.html", "C001.en.html", "manifest.json",
    }  # fmt: skip


@pytest.mark.parametrize("totals", [True, False])
def test_the_public_notice_lists_the_selected_and_the_reserve_and_nobody_else(
    telling: dict[str, Any], tmp_path: Path, totals: bool
) -> None:
    edition = Edition(kind="notice", totals=totals, until="2026-06-01", contact="示例处室")
    listed, others = set(), set()
    for ranking in telling["rankings"]:
        for row in ranking["rows"]:
            (listed if row["proposal"] in ("selected", "reserve") else others).add(row["candidate"])
    titles = {entry["id"]: entry["title"]["zh"].casefold() for entry in telling["candidates"]}
    total = telling["rankings"][0]["rows"][0]["total"]

    build_report(telling, tmp_path, edition)

    text = everything(tmp_path)
    assert all(titles[name] in text for name in listed)
    assert not [name for name in others if titles[name] in text]
    assert "2026-06-01" in text
    assert "示例处室" in text
    assert (f">{total}" in text) is totals
    assert not [word for word in ("s00001", "疑点", "抽样") if word in text]


def test_the_notice_lists_reserves_in_the_order_in_which_they_move_up(
    telling: dict[str, Any], tmp_path: Path
) -> None:
    rows = telling["rankings"][0]["rows"][:3]
    for row, order in zip(rows, (2, 3, 1), strict=True):
        row |= {"decision": "reserve", "reserve_order": order}
    titles = {entry["id"]: entry["title"]["en"] for entry in telling["candidates"]}

    build_report(telling, tmp_path, Edition(kind="notice", totals=True))

    page = (tmp_path / "notice.en.html").read_text("utf-8")
    reserve = page[page.index("In reserve") :]
    lines = re.findall(r"<td class=n>(.+?)<td>.*?<th scope=row><bdi>(.*?)</bdi>", reserve)
    assert lines[:3] == [
        (str(place), titles[rows[at]["candidate"]]) for place, at in enumerate((2, 0, 1), 1)
    ]


def test_every_edition_names_the_same_results(
    telling: dict[str, Any], codes: dict[str, str], tmp_path: Path
) -> None:
    digests = set()
    for kind in ("organizer", "panel", "notice", "applicant"):
        edition = Edition(kind=kind, codes=codes, candidate="C001")  # type: ignore[arg-type]
        *_, manifest = build_report(telling, tmp_path / kind, edition)
        digests.add(json.loads(manifest.read_bytes())["evaluation"])

    assert len(digests) == 1


def test_a_core_of_a_name_that_the_board_itself_uses_stays() -> None:
    candidate = {
        "title": {"zh": "工单智能分派大模型", "en": "Dispatch"},
        "applicant": {"name": "甲乙丙丁科技有限公司", "city": "", "consortium": []},
    }

    terms = telling_terms([candidate], "12345 工单智能分派")

    assert "工单智能分派" not in terms
    assert {"工单智能分派大模型", "甲乙丙丁", "甲乙丙丁科技有限公司"} <= set(terms)


def test_a_name_is_found_in_either_width_and_across_gaps() -> None:
    blinder = Blinder(["Star Map", "明珠"], {"C001": "A7"})

    assert blinder.text("ＳｔａｒＭａｐ、STAR-MAP、明\u200b珠 C001 C0012") == (
        f"{BLANK}、{BLANK}、{BLANK} A7 C0012"
    )


def test_codes_of_ours_are_never_taken_for_names(
    evaluation: dict[str, Any], codes: dict[str, str]
) -> None:
    made = copy.deepcopy(evaluation)
    made["candidates"][0]["title"] = {"zh": "selected", "en": "python"}

    blind = edition_of(made, Edition(kind="panel", codes=codes))

    assert {row["proposal"] for ranking in blind["rankings"] for row in ranking["rows"]} >= {
        "selected", "reserve",
    }  # fmt: skip


def test_the_blind_edition_tells_no_ties_of_judges(
    evaluation: dict[str, Any], codes: dict[str, str]
) -> None:
    made = copy.deepcopy(evaluation)
    for ranking in made["rankings"]:
        tie = {"judge": "J1", "candidate": "C001", "ground": "kin"}
        ranking["panel"] = (ranking.get("panel") or {}) | {
            "recused_since": [tie],
            "left_out": ["J3"],
        }

    blind = edition_of(made, Edition(kind="panel", codes=codes))

    assert blind["rankings"]
    assert not any({"recused_since", "left_out"} & set(one["panel"]) for one in blind["rankings"])
