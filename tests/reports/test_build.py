from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import html5lib
import openpyxl
import pytest

from reports.build import MANIFEST, build_report, report_files
from reports.evaluation import evaluation_of
from reports.numerals import frequency, points, shown

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_FILES = (
    "index.zh-CN.html", "index.en.html", "items/SM-01.zh-CN.html", "cards/C001.zh-CN.html",
    "cards/C012.en.html", "ranking.csv",
)  # fmt: skip
OWN_PARTS = re.compile(
    r"(?<=<style>).*?(?=</style>)|(?<=<script>).*?(?=</script>)|sha256-[\w+/=]{44}", re.S
)
PARTS = ("measured", "innovation", "benefit", "replicability", "compliance")


@pytest.fixture(scope="module")
def files(evaluation: dict[str, Any]) -> dict[str, bytes]:
    return dict(report_files(evaluation_of(evaluation)))


@pytest.fixture(scope="module")
def sheets(files: dict[str, bytes]) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(files["ranking.xlsx"]))
    return {
        sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book
    }


def ranking_rows(page: bytes) -> dict[str, list[str]]:
    """Texts of a page's ranking rows by anchor, bold and small text apart by a bar."""
    tree = html5lib.parse(page.decode(), namespaceHTMLElements=False)
    rows = {}
    for row in tree.iter("tr"):
        if re.fullmatch(r"S[MC]-\d\d-C\d{3}", row.get("id") or ""):
            rows[row.get("id")] = [
                "|".join(t for t in cell.itertext() if t.strip()) for cell in row
            ]
    return rows


def csv_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", GOLDEN_FILES)
def test_a_page_is_as_it_was_reviewed(files: dict[str, bytes], name: str, accept: bool) -> None:
    made = OWN_PARTS.sub("…", files[name].decode()).encode()
    path = GOLDEN / name
    if accept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made)

    assert made == path.read_bytes()


def test_the_same_evaluation_gives_the_same_bytes(
    evaluation: dict[str, Any], tmp_path: Path
) -> None:
    shuffled = json.loads(json.dumps(evaluation, sort_keys=True))

    first = build_report(evaluation, tmp_path / "a")
    second = build_report(shuffled, tmp_path / "b")

    assert [p.relative_to(tmp_path / "a") for p in first] == [
        p.relative_to(tmp_path / "b") for p in second
    ]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_the_manifest_names_every_file_with_its_digest(
    evaluation: dict[str, Any], tmp_path: Path
) -> None:
    *written, manifest = build_report(evaluation, tmp_path)

    listed = {
        entry["path"]: entry["sha256"] for entry in json.loads(manifest.read_bytes())["files"]
    }

    assert listed == {
        str(path.relative_to(tmp_path)): "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        for path in written
    }
    assert {p.name for p in tmp_path.iterdir()} == {
        "cards", "items", "index.zh-CN.html", "index.en.html", "ranking.csv", "ranking.xlsx", "opinion.docx",
        "manifest.json",
    }  # fmt: skip


def test_every_page_parses_without_an_error(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name.endswith(".html"):
            html5lib.HTMLParser(strict=True).parse(content.decode())


def test_the_policy_admits_the_pages_own_style_and_script_and_nothing_else(
    files: dict[str, bytes],
) -> None:
    for name, content in files.items():
        if not name.endswith(".html"):
            continue
        page = content.decode()
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
        inside = [
            *re.findall(r"<style>(.*?)</style>", page, re.S),
            *re.findall(r"<script>(.*?)</script>", page, re.S),
        ]
        assert policy
        allowed = re.findall(r"sha256-[\w+/=]+", policy[1].replace("&#39;", "'"))
        assert allowed == [
            "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            for text in inside
        ]
        assert "default-src" in policy[1]
        assert "unsafe" not in policy[1]
        assert not re.search(
            r"\s(style|on\w+)=", re.sub(r"<script.*?</script>", "", page, flags=re.S)
        )


def test_no_page_names_a_network_address_or_a_path_of_the_machine(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    for name, content in files.items():
        if name.endswith((".html", ".csv")):
            text = content.decode()
            assert not re.search(r"(https?:)?//[a-z]", text), name
            assert not re.search(r"/(home|work|tmp|root|Users)/", text), name


def test_every_link_leads_to_a_file_or_an_anchor_that_exists(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if not name.endswith(".html"):
            continue
        page = content.decode()
        ids = set(re.findall(r'\sid="?([\w-]+)', page))
        for target in re.findall(r'href="?([^\s">]+)', page):
            path, _, anchor = target.partition("#")
            folder = name.rpartition("/")[0]
            there = {*files, MANIFEST}
            assert not path or os.path.normpath(Path(folder, path)) in there, target
            assert path or anchor in ids, target


def test_every_number_of_the_ranking_is_the_same_in_page_spreadsheet_and_record(
    evaluation: dict[str, Any],
    files: dict[str, bytes],
    sheets: dict[str, list[tuple[Any, ...]]],
) -> None:
    pages = [ranking_rows(files[f"index.{locale}.html"]) for locale in ("zh-CN", "en")]
    by_csv = {row["参评对象"]: row for row in csv_rows(files["ranking.csv"])}
    head, *lines = sheets["排名"]
    by_sheet = {line[head.index("参评对象")]: dict(zip(head, line, strict=True)) for line in lines}

    for ranking in evaluation["rankings"]:
        for row in ranking["rows"]:
            name = row["candidate"]
            low, high = map(points, row["interval"])
            for page in pages:
                cells = page[f"{ranking['item']}-{name}"]
                assert cells[0].startswith(f"{row['rank']}|")
                assert cells[2] == f"{row['total']}|" + shown(f"[{low}, {high}]")
                assert cells[4:9] == [row["parts"][part] for part in PARTS]
            assert by_csv[name]["总分"] == row["total"]
            assert by_csv[name]["名次"] == str(row["rank"])
            assert (by_csv[name]["区间下端"], by_csv[name]["区间上端"]) == (low, high)
            assert by_csv[name]["入选频率（描述性）"] == frequency(row["selection_frequency"])
            assert by_sheet[name]["总分"] == float(row["total"])
            assert by_sheet[name]["区间下端"] == float(low)
            assert by_sheet[name]["实测"] == float(row["parts"]["measured"])


def test_every_score_of_the_workbook_is_in_the_page_and_in_the_record(
    evaluation: dict[str, Any],
    files: dict[str, bytes],
    sheets: dict[str, list[tuple[Any, ...]]],
) -> None:
    page = "".join(
        content.decode()
        for name, content in files.items()
        if name.startswith(("cards/", "items/")) and name.endswith("zh-CN.html")
    )
    head, *lines = sheets["指标值"]
    found = {tuple(line[:3]): dict(zip(head, line, strict=True)) for line in lines}

    for score in evaluation["scores"]:
        for entry in score["metrics"]:
            row = found[score["item"], score["candidate"], entry["metric"]]
            assert row["指标值（全精度）"] == pytest.approx(entry["value"], rel=1e-15)
            assert row["指标值"] == pytest.approx(entry["value"], abs=0.005)
            assert re.search(rf"<b>{re.escape(str(row['指标值']))}0*</b>", page)


def test_the_spreadsheet_file_opens_rightly_where_it_is_opened(files: dict[str, bytes]) -> None:
    content = files["ranking.csv"]

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n")


def test_the_workbook_has_a_sheet_for_every_table(
    sheets: dict[str, list[tuple[Any, ...]]],
) -> None:
    assert list(sheets) == [
        "排名", "指标值", "门槛", "成对比较", "名次频率", "申报与实测", "专家评分", "答题情况", "方法",
    ]  # fmt: skip


def test_every_pair_claim_and_frequency_of_the_workbook_is_in_the_record_and_on_a_page(
    evaluation: dict[str, Any],
    files: dict[str, bytes],
    sheets: dict[str, list[tuple[Any, ...]]],
) -> None:
    pages = {
        item["id"]: files[f"items/{item['id']}.zh-CN.html"].decode()
        for item in evaluation["board"]["items"]
    }
    index = files["index.zh-CN.html"].decode()
    head, *lines = sheets["成对比较"]
    pairs = {tuple(line[:3]): dict(zip(head, line, strict=True)) for line in lines}
    frequencies = {tuple(line[:3]): line[3] for line in sheets["名次频率"][1:]}
    head, *lines = sheets["申报与实测"]
    claims = [dict(zip(head, line, strict=True)) for line in lines]

    for ranking in evaluation["rankings"]:
        entries = (ranking.get("pair_table") or {}).get("entries") or ranking["pairs"]
        for entry in entries:
            row = pairs[ranking["item"], entry["first"], entry["second"]]
            assert row["总分之差"] == float(points(entry["difference"]))
            assert f"<b>{shown(points(entry['difference']))}</b>" in pages[ranking["item"]]
        for name, shares in ranking["rank_frequencies"].items():
            for rank, share in enumerate(shares, start=1):
                if share > 0:
                    assert frequencies[ranking["item"], name, rank] == frequency(share)
    told = [claim for score in evaluation["scores"] for claim in score.get("claims") or ()]
    assert len(claims) == len(told) > 0
    for row in claims:
        measured = "—" if row["实测"] is None else str(row["实测"])
        assert re.search(rf"<b>{re.escape(measured)}0*</b>", index)


def test_a_large_report_stays_small(large: dict[str, Any]) -> None:
    made = dict(report_files(evaluation_of(large)))

    sizes = {name: len(content) for name, content in made.items()}
    page = made["index.zh-CN.html"].decode()
    style = max(map(len, re.findall(r"<style>(.*?)</style>", page, re.S)))
    script = max(map(len, re.findall(r"<script>(.*?)</script>", page, re.S)))

    assert max(size for name, size in sizes.items() if name.startswith("index")) <= 120_000
    assert max(size for name, size in sizes.items() if name.startswith("cards")) <= 60_000
    assert style <= 15_200
    assert script <= 20_000


def test_marks_of_a_sample_and_a_trial_stand_on_every_page_and_every_printed_sheet(
    files: dict[str, bytes],
) -> None:
    for name, content in files.items():
        if name.endswith("zh-CN.html"):
            page = content.decode()
            assert "示例榜单（非官方）" in page
            assert "试运行" in page
            assert r"\8bd5 \8fd0 \884c" in page.partition("</style>")[0]


def test_an_evaluation_of_another_schema_is_refused(
    evaluation: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="jiebang/evaluation/2"):
        build_report(evaluation | {"schema": "jiebang/evaluation/2"}, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_style_and_script_keep_to_what_old_browsers_know() -> None:
    folder = Path(__file__).parents[2] / "reports" / "static"
    style = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.css"))
    script = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js"))

    assert not re.search(r":has\(|@container|color-mix|@layer|&\s*[:.{]|:is\(|:where\(", style)
    assert not re.search(r"\?\.[a-z]|\?\?|replaceAll|\.at\(|import |fetch\(|innerHTML|eval", script)


def test_an_evaluation_without_candidates_still_makes_a_page(evaluation: dict[str, Any]) -> None:
    empty = evaluation | {
        "candidates": [], "runs": [], "scores": [], "rankings": [], "tracks": [], "panel": None,
        "unfinished": [],
    }  # fmt: skip

    files = dict(report_files(evaluation_of(empty)))

    assert "没有可排名的参评对象" in files["index.zh-CN.html"].decode()
    html5lib.HTMLParser(strict=True).parse(files["index.zh-CN.html"].decode())


def test_measured_points_alone_are_never_called_a_proposal(
    partial: dict[str, Any],
) -> None:
    files = dict(report_files(evaluation_of(partial)))

    page = re.sub(r"<(script|style).*?</\1>", "", files["index.zh-CN.html"].decode(), flags=re.S)
    rows = page.partition("<section id=howto")[0]
    assert "建议入选" not in rows.replace("不提出建议入选", "")
    assert "客观分" in rows
    assert {row["建议"] for row in csv_rows(files["ranking.csv"])} == {
        "暂不提出建议", "未达门槛", "未完成测评",
    }  # fmt: skip
