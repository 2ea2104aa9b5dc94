"""A cap that passes a candidate over is told wherever its standing is, and nothing else blamed."""

from __future__ import annotations

import copy
import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from reports.build import build_report
from reports.edition import Edition

CITY = {"kind": "city", "value": "示例市", "at_most": 1}


@pytest.fixture
def capped(evaluation: dict[str, Any]) -> dict[str, Any]:
    """An evaluation whose clearly first candidate of SM-02 is passed over: its city is full."""
    made = copy.deepcopy(evaluation)
    next(entry for entry in made["tracks"] if entry["track"] == "vertical_model")["caps"] = {
        "city": 1
    }
    rows = ranking_of(made, "SM-02")["rows"]
    rows[0] |= {"proposal": "reserve", "cap": CITY}
    rows[1] |= {"proposal": "selected"}
    for rank, row in enumerate(rows, start=1):
        row |= {"rank_set": [rank, rank], "certainty": "not_separable" if rank < 3 else "clear"}
    return made


def ranking_of(record: dict[str, Any], item: str) -> dict[str, Any]:
    found: dict[str, Any] = next(e for e in record["rankings"] if e["item"] == item)
    return found


def first(record: dict[str, Any]) -> str:
    name: str = ranking_of(record, "SM-02")["rows"][0]["candidate"]
    return name


def section(page: Path, item: str) -> str:
    text = page.read_text(encoding="utf-8")
    found = re.search(rf'<section id="?{item}["> ].*?</section>', text, re.S)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("locale", "told"),
    [("zh-CN", "示例市名额已满，上限 1"), ("en", "示例市 was full, at most 1")],
)
def test_the_cap_stands_on_the_index_the_item_page_and_the_card(
    capped: dict[str, Any], tmp_path: Path, locale: str, told: str
) -> None:
    build_report(capped, tmp_path)

    index = tmp_path / f"index.{locale}.html"
    assert told in section(index, "proposals")
    assert section(index, "SM-02").count(told) == 2
    assert told in (tmp_path / f"items/SM-02.{locale}.html").read_text(encoding="utf-8")
    assert told in (tmp_path / f"cards/{first(capped)}.{locale}.html").read_text(encoding="utf-8")


def test_those_told_apart_are_not_called_inseparable_but_hanging_on_the_cap(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    build_report(capped, tmp_path, locales=("zh-CN",))

    one, other = (row["candidate"] for row in ranking_of(capped, "SM-02")["rows"][:2])
    page = section(tmp_path / "index.zh-CN.html", "SM-02")
    assert f"{one} 因名额上限未列入（示例市名额已满，上限 1）" in page
    assert f"{one}、{other} 是否入选取决于名额上限由谁占用" in page
    assert "差异不显著" not in page.partition("</table>")[0]


def test_frequencies_that_know_no_caps_are_left_out_where_one_bound_and_say_so_elsewhere(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    build_report(capped, tmp_path, locales=("zh-CN",))

    text = (tmp_path / "ranking.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    shares = {row["参评对象"]: row["入选频率（描述性，不计名额上限）"] for row in rows}
    items = {row["参评对象"]: row["榜单任务"] for row in rows if row["名次"]}
    assert {shares[name] for name, item in items.items() if item == "SM-02"} == {"—"}
    assert "—" not in {shares[name] for name, item in items.items() if item == "SM-01"}
    assert next(r["原因"] for r in rows if r["参评对象"] == first(capped)).startswith("示例市名额")
    assert "不计名额上限" in section(tmp_path / "index.zh-CN.html", "proposals")


def test_the_public_notice_says_how_many_a_cap_kept_from_the_list(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    build_report(capped, tmp_path, Edition(kind="notice"))

    told = "1 个参评对象因名额上限未列入拟入选（示例市名额已满，上限 1）"
    assert told in (tmp_path / "notice.zh-CN.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "notice.docx") as paper:
        assert told in paper.read("word/document.xml").decode()


def test_whom_the_committee_selects_after_all_the_notice_does_not_call_stopped(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    ranking = ranking_of(capped, "SM-02")
    for row in ranking["rows"]:
        row["decision"] = "selected" if row["candidate"] == first(capped) else "not_selected"

    build_report(capped, tmp_path, Edition(kind="notice"), locales=("zh-CN",))

    assert "因名额上限" not in (tmp_path / "notice.zh-CN.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cap", "stopped", "told"), [(CITY, None, False), (None, CITY, True), (CITY, CITY, True)]
)
def test_once_it_is_decided_the_notice_and_the_card_blame_only_a_cap_that_is_full_then(
    capped: dict[str, Any],
    tmp_path: Path,
    cap: dict[str, Any] | None,
    stopped: dict[str, Any] | None,
    told: bool,
) -> None:
    one, two, *others = ranking_of(capped, "SM-02")["rows"]
    one |= {"cap": cap, "stopped": stopped, "decision": "not_selected"}
    two |= {"decision": "selected"}
    for row in others:
        row |= {"decision": "not_selected"}

    build_report(capped, tmp_path / "notice", Edition(kind="notice"), locales=("zh-CN",))
    build_report(capped, tmp_path / "own", Edition(kind="applicant", candidate=first(capped)))

    notice = (tmp_path / "notice" / "notice.zh-CN.html").read_text(encoding="utf-8")
    card = (tmp_path / "own" / f"{first(capped)}.zh-CN.html").read_text(encoding="utf-8")
    assert ("示例市名额已满" in notice) == told
    assert ("轮到本对象时，示例市名额已满" in card) == told


def test_who_has_no_place_since_better_ones_took_it_is_not_said_to_be_passed_over(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    rows = ranking_of(capped, "SM-02")["rows"]
    rows[0] |= {"proposal": "selected", "cap": None}
    rows[1] |= {"proposal": "reserve", "cap": CITY}

    build_report(capped, tmp_path, locales=("zh-CN",))

    page = section(tmp_path / "index.zh-CN.html", "SM-02")
    assert "因名额上限未列入" not in page
    assert "示例市名额已满" in page


def test_an_applicants_own_card_tells_its_cap_and_no_frequency_of_selection(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    build_report(capped, tmp_path, Edition(kind="applicant", candidate=first(capped)))

    card = (tmp_path / f"{first(capped)}.zh-CN.html").read_text(encoding="utf-8")
    assert "轮到本对象时，示例市名额已满，上限 1。" in card
    assert "取决于名额上限" in card
    assert "抽样中入选的频率" not in card


def test_the_judges_blind_edition_does_not_tell_the_city_of_a_cap(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    for row in ranking_of(capped, "SM-02")["rows"][:1]:
        row |= {key: {**CITY, "value": "青州市"} for key in ("cap", "stopped")}
    codes = {entry["id"]: f"X{at:02d}" for at, entry in enumerate(capped["candidates"])}

    build_report(capped, tmp_path, Edition(kind="panel", codes=codes))

    page = (tmp_path / "index.zh-CN.html").read_text(encoding="utf-8")
    assert "所在市名额已满，上限 1" in page
    assert "青州" not in page


def test_what_a_cap_makes_certain_is_not_called_clearly_separated(
    capped: dict[str, Any], tmp_path: Path
) -> None:
    rows = ranking_of(capped, "SM-02")["rows"]
    for row in rows[:2]:
        row |= {"rank_set": [1, 2], "certainty": "clear"}

    build_report(capped, tmp_path, locales=("zh-CN",))

    one, other = (row["candidate"] for row in rows[:2])
    page = section(tmp_path / "index.zh-CN.html", "SM-02")
    assert f"{one}、{other} 由名额上限确定。" in page
    assert "与其他参评对象区分明确" not in page
