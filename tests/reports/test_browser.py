"""The pages in a real browser, offline, from a folder."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from reports.build import build_report, report_files
from reports.edition import Edition, Kind
from reports.evaluation import evaluation_of
from reports.samples import SampleTable

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="NO CHROMIUM ON THIS MACHINE: pages were not opened"
)


class Visit:
    """A page that was opened, and everything that it asked for or complained about."""

    def __init__(self, browser: Browser, path: Path, **options: Any) -> None:
        self.context = browser.new_context(offline=True, **options)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(evaluation: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    build_report(evaluation, folder)
    return folder


def order(page: Page) -> list[str]:
    return page.locator("table.rank tbody tr[id]").evaluate_all("rows => rows.map(r => r.id)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["index.zh-CN.html", "index.en.html", "items/SM-01.zh-CN.html", "cards/C012.zh-CN.html"]
)
def test_a_page_opens_offline_in_silence_and_within_reach_of_all(
    browser: Browser, report: Path, name: str, scheme: Any
) -> None:
    with Visit(browser, report / name, color_scheme=scheme) as visit:
        found = Axe().run(visit.page)

        assert [
            (entry["id"], entry["nodes"][0]["html"]) for entry in found.response["violations"]
        ] == []
        assert [url for url in visit.requests if not url.startswith("file:")] == []
        assert visit.complaints == []


def test_the_ranking_reads_the_same_without_scripts(browser: Browser, report: Path) -> None:
    path = report / "index.zh-CN.html"
    with Visit(browser, path) as scripted, Visit(browser, path, java_script_enabled=False) as bare:
        first = scripted.page.locator("table.rank tbody").all_text_contents()
        second = bare.page.locator("table.rank tbody").all_text_contents()

        assert first == second
        assert bare.page.locator("input, button, select").count() == 0


def test_sorting_and_searching_never_renumber(browser: Browser, report: Path) -> None:
    with Visit(browser, report / "index.zh-CN.html") as visit:
        page = visit.page
        official = order(page)
        texts = {row: page.locator(f"#{row} td").first.text_content() for row in official}

        page.locator("#SM-01 table.rank thead button").nth(4).click()
        page.locator("#SM-01 table.rank thead button").nth(4).click()
        resorted = order(page)
        assert sorted(resorted) == sorted(official)
        assert resorted != official
        assert {row: page.locator(f"#{row} td").first.text_content() for row in resorted} == texts

        page.locator(".tools button").click()
        assert order(page) == official

        page.locator(".tools input").fill("zhgd")
        found = page.locator("table.rank tbody tr[id]:visible")
        assert found.evaluate_all("rows => rows.map(r => r.id)") == ["SM-01-C002"]
        page.locator(".tools input").fill("c007")
        visible = page.locator("table.rank tbody tr[id]:visible")
        assert visible.evaluate_all("rows => rows.map(r => r.id)") == ["SM-02-C007"]
        page.locator(".tools input").fill("")
        page.locator(".tools select").select_option(label="递补")
        assert page.locator("table.list tbody tr:not(.group):visible").count() == 4
        page.locator(".tools select").select_option(label="标杆场景")
        assert page.locator("section.item:visible").evaluate_all("all => all.map(s => s.id)") == [
            "SC-01"
        ]
        assert page.locator("table.list tr.group:visible").count() == 1
        page.locator(".tools select").select_option(label="全部")
        assert page.locator("section.item:visible").count() == 4
        assert visit.complaints == []


def test_a_ranking_is_copied_as_a_table_whose_cells_no_spreadsheet_takes_for_formulas(
    browser: Browser, evaluation: dict[str, Any], tmp_path: Path
) -> None:
    record = copy.deepcopy(evaluation)
    record["candidates"][0]["title"] = {"zh": "=1+1", "en": "=1+1"}
    build_report(record, tmp_path, None, ("zh-CN",))

    with Visit(browser, tmp_path / "index.zh-CN.html") as visit:
        page = visit.page
        page.evaluate(
            "() => window.addEventListener('copy',"
            " event => { window.got = event.clipboardData.getData('text/plain'); })"
        )
        button = page.locator("#SM-01 .more button")
        button.click()

        lines = page.evaluate("() => window.got").split("\r\n")
        assert button.inner_text() == "已复制"
        assert lines[0].split("\t")[:3] == ["名次", "参评对象", "总分"]
        assert len({len(line.split("\t")) for line in lines}) == 1
        assert not [
            cell for line in lines for cell in line.split("\t") if cell[:1] in ("=", "+", "-", "@")
        ]
        assert visit.complaints == []


def test_the_page_cannot_be_made_to_write_markup(browser: Browser, report: Path) -> None:
    with Visit(browser, report / "index.zh-CN.html") as visit:
        thrown = visit.page.evaluate(
            "() => { try { document.body.innerHTML = '<b>x</b>'; return ''; }"
            " catch (error) { return error.name; } }"
        )

        assert thrown == "TypeError"


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
@pytest.mark.parametrize(
    "name", ["index.zh-CN.html", "index.en.html", "items/SM-01.en.html", "cards/C001.zh-CN.html"]
)
def test_no_page_runs_off_the_side_of_a_screen(
    browser: Browser, report: Path, name: str, width: int
) -> None:
    with Visit(browser, report / name, viewport={"width": width, "height": 800}) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_wide_page_shows_its_ranking_without_scrolling_sideways(
    browser: Browser, report: Path
) -> None:
    for name in ("index.zh-CN.html", "index.en.html"):
        with Visit(browser, report / name, viewport={"width": 1280, "height": 800}) as visit:
            hidden = visit.page.locator(".wide").evaluate_all(
                "parts => parts.map(p => p.scrollWidth - p.clientWidth)"
            )

            assert max(hidden) <= 0


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="NO pdftotext: print was not read")
@pytest.mark.parametrize(("name", "most"), [("index.zh-CN.html", 14), ("cards/C001.zh-CN.html", 2)])
def test_print_is_a4_with_the_marks_on_every_sheet(
    browser: Browser, report: Path, tmp_path: Path, name: str, most: int
) -> None:
    with Visit(browser, report / name, color_scheme="dark") as visit:
        visit.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)

    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    size = subprocess.run(
        ["pdfinfo", tmp_path / "page.pdf"], capture_output=True, check=True
    ).stdout.decode()
    sheets = text.rstrip("\f").split("\f")

    assert "A4" in size
    assert 1 <= len(sheets) <= most
    assert all("试运行" in sheet and "结果第 1 版" in sheet for sheet in sheets)
    assert "签字" in text
    assert "81.28" in text


LONGEST = "C0[01][12].*.html"
EVERY = pytest.param("*.html", marks=pytest.mark.deep)


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="NO pdfinfo: printed pages not counted")
@pytest.mark.parametrize("cards", [LONGEST, EVERY])
def test_every_card_fills_one_or_two_sheets_in_both_languages(
    browser: Browser, report: Path, tmp_path: Path, cards: str
) -> None:
    for path in sorted((report / "cards").glob(cards)):
        with Visit(browser, path) as visit:
            visit.page.pdf(path=tmp_path / "card.pdf", prefer_css_page_size=True)
        told = subprocess.run(
            ["pdfinfo", tmp_path / "card.pdf"], capture_output=True, check=True, text=True
        ).stdout
        assert re.search(r"Pages:\s+[12]\n", told), path.name


@pytest.mark.parametrize("cards", [LONGEST, EVERY])
def test_no_table_is_so_wide_that_print_would_shrink_the_page(
    browser: Browser, report: Path, cards: str
) -> None:
    sheet = round(178 / 25.4 * 96)
    pages = [*report.glob("index.*.html"), *report.glob("items/SM-01.*.html")]
    for path in [*pages, *(report / "cards").glob(cards)]:
        with Visit(browser, path, viewport={"width": sheet, "height": 1000}) as visit:
            visit.page.emulate_media(media="print")
            right = visit.page.locator("table").evaluate_all(
                "tables => Math.max(0, ...tables.map(t => t.getBoundingClientRect().right))"
            )
        assert right <= 1.03 * sheet, path.name


def test_any_two_candidates_stand_side_by_side_and_the_choice_can_be_passed_on(
    browser: Browser, report: Path
) -> None:
    with Visit(browser, report / "items/SM-01.zh-CN.html") as visit:
        page = visit.page
        pickers = page.locator("#sides select")
        default = pickers.evaluate_all("all => all.map(one => one.value)")
        before = page.locator("#sides tbody tr").first.inner_text()

        pickers.nth(1).focus()
        page.keyboard.press("ArrowDown")
        after = page.locator("#sides tbody tr").first.inner_text()

        assert default == ["C002", "C003"]
        assert after != before
        assert "#compare=C002," in page.url
        assert page.locator("#pairs tr.chosen").count() == 1
        assert visit.complaints == []


def test_the_compared_pair_reads_the_same_with_and_without_scripts(
    browser: Browser, report: Path
) -> None:
    path = report / "items/SM-01.zh-CN.html"
    with Visit(browser, path) as scripted, Visit(browser, path, java_script_enabled=False) as bare:
        scripted.page.evaluate("() => { location.hash = '#compare=C002,C003'; }")
        scripted.page.reload()
        cells = "rows => rows.map(r => [1, 2, 3, 4, 5].map(n => r.cells[n].textContent.trim()))"
        told = [page.locator("#told li").all_text_contents() for page in (scripted.page, bare.page)]

        first = scripted.page.locator("#sides tbody tr").evaluate_all(cells)
        second = bare.page.locator("#sides tbody tr").evaluate_all(cells)

        assert first == second
        assert told[0] == told[1]
        assert len(told[0]) == 4
        assert bare.page.locator("#weigh").is_hidden()


def test_a_pair_chosen_the_other_way_round_turns_every_sign(browser: Browser, report: Path) -> None:
    with Visit(browser, report / "items/SM-01.zh-CN.html") as visit:
        page = visit.page
        lines = page.locator("#sides tbody tr")
        read = "rows => rows.map(r => [3, 4, 5].map(n => r.cells[n].textContent.trim()))"
        straight = lines.evaluate_all(read)
        page.evaluate("() => { location.hash = '#compare=C003,C002'; }")
        page.reload()
        turned = lines.evaluate_all(read)

        assert [row[2] for row in turned] == [row[2] for row in straight]
        for one, other in zip(straight, turned, strict=True):
            ends = re.findall(r"[\d.]+", one[1])
            assert re.findall(r"[\d.]+", other[1]) == ends[::-1]
        row = page.locator("#pairs tr.chosen")
        assert row.evaluate("row => getComputedStyle(row).display") == "table-row"
        assert visit.complaints == []


def test_other_weights_never_touch_the_official_order(browser: Browser, report: Path) -> None:
    with Visit(browser, report / "items/SM-01.zh-CN.html") as visit:
        page = visit.page
        lines = page.locator("#weigh tbody tr")
        official = lines.evaluate_all(
            "rows => rows.map(r => [0, 1, 2].map(n => r.cells[n].textContent))"
        )
        trial = lines.evaluate_all("rows => rows.map(r => r.cells[3].textContent)")

        assert [float(row[2]) for row in official] == pytest.approx(
            [float(text) for text in trial], abs=0.02
        )
        page.locator("#weigh input").first.focus()
        page.keyboard.press("Home")
        expect(page.locator("#weigh output").first).to_have_text("0.0")
        assert (
            lines.evaluate_all("rows => rows.map(r => [0, 1, 2].map(n => r.cells[n].textContent))")
            == official
        )
        assert lines.evaluate_all("rows => rows.map(r => r.cells[3].textContent)") != trial
        assert "试算" in page.locator("#weigh .banner").inner_text()
        assert "#w=0," in page.url
        page.emulate_media(media="print")
        assert page.locator("#weigh").is_hidden()
        assert visit.complaints == []


def test_a_cell_of_the_confusion_matrix_filters_all_samples(
    browser: Browser, evaluation: dict[str, Any], tmp_path: Path
) -> None:
    given = [0] * 60 + [1] * 30 + [2] * 9 + [-1]
    samples = SampleTable(
        candidate="C001", item="SM-01", labels=("普通", "紧急", "咨询"), truth=[0] * 100, given=given,
        ids=[f"S{n:03d}" for n in range(100)], losses=[float(g != 0) for g in given],
        outcomes=["missing" if g < 0 else "answered" for g in given], targets=["普通"] * 100,
        beliefs=[n / 100 for n in range(99)] + [None], others=3,
        better=[3 if g > 1 else 0 for g in given], worse=[n % 4 for n in range(60)] + [0] * 40,
    )  # fmt: skip
    build_report(
        evaluation, tmp_path, None, ("zh-CN",), lambda name: samples if name == "C001" else None
    )

    with Visit(browser, tmp_path / "samples/C001.zh-CN.html") as visit:
        page = visit.page
        page.wait_for_selector("#browse tbody tr")
        found = Axe().run(page)
        assert page.locator("#browse tbody tr").count() == 50

        page.locator("#matrix button").nth(1).focus()
        page.keyboard.press("Enter")
        assert page.locator("#browse tbody tr").count() == 30
        page.keyboard.press("Enter")
        page.locator("#browse a").first.click()
        assert page.locator("#browse tbody tr").count() == 1
        assert "#s=" in page.url
        assert page.locator("#worst tr.chosen").count() == 1
        page.locator("#browse input").fill("")
        views = page.locator("#browse select").first
        first = page.locator("#browse tbody tr").first
        views.select_option("sure")
        assert first.locator("th").inner_text() == "S098"
        assert first.locator("td").all_inner_texts()[2:4] == ["98%", "3 : 0"]
        views.select_option("alone_worse")
        assert page.locator("#browse tbody tr").count() == 9
        views.select_option("alone_better")
        assert page.locator("#browse tbody tr").count() == 15
        assert page.locator("#view-alone_better tbody tr").count() == 15
        views.select_option("split")
        spelled = page.locator("#view-split tbody th").all_inner_texts()
        assert page.locator("#browse tbody th").all_inner_texts()[: len(spelled)] == spelled
        assert [entry["id"] for entry in found.response["violations"]] == []
        assert visit.complaints == []


def test_a_long_ranking_turns_pages_and_keeps_every_row_in_the_file(
    browser: Browser, tmp_path: Path, crowded: dict[str, Any]
) -> None:
    name, page = next(report_files(evaluation_of(crowded)))
    (tmp_path / name).write_bytes(page)

    with Visit(browser, tmp_path / "index.zh-CN.html") as visit:
        rows = visit.page.locator("#SM-01 table.rank tbody tr[id]")
        assert rows.count() == 130
        assert visit.page.locator("#SM-01 table.rank tbody tr[id]:visible").count() == 100
        visit.page.locator("#SM-01 .pager button").nth(1).click()
        assert visit.page.locator("#SM-01 table.rank tbody tr[id]:visible").count() == 30
        visit.page.locator(".tools input").fill("c130")
        assert visit.page.locator("#SM-01 table.rank tbody tr[id]:visible").count() == 1
        assert visit.complaints == []


@pytest.mark.parametrize("kind", ["panel", "notice", "applicant"])
def test_every_edition_is_within_reach_of_all(
    browser: Browser, evaluation: dict[str, Any], tmp_path: Path, kind: Kind
) -> None:
    codes = {entry["id"]: f"X{n:02d}" for n, entry in enumerate(evaluation["candidates"])}
    edition = Edition(kind=kind, codes=codes, candidate="C004")
    first = next(p for p in build_report(evaluation, tmp_path, edition) if p.suffix == ".html")

    with Visit(browser, first, color_scheme="dark" if kind == "panel" else "light") as visit:
        found = Axe().run(visit.page)

        assert [entry["id"] for entry in found.response["violations"]] == []
        assert visit.complaints == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="NO pdftotext: print was not read")
def test_sixty_candidates_fit_two_printed_pages(
    browser: Browser, tmp_path: Path, sixty: dict[str, Any]
) -> None:
    name, page = next(report_files(evaluation_of(sixty)))
    (tmp_path / name).write_bytes(page)

    with Visit(browser, tmp_path / name) as visit:
        visit.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)

    text = subprocess.run(
        ["pdftotext", "-l", "2", "-layout", tmp_path / "page.pdf", "-"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert {f"C{n:03d}" for n in range(1, 61)} <= set(re.findall(r"C\d{3}", text))
