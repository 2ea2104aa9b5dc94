"""Text that applicants and models write goes through a whole evaluation and acts nowhere."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import sync_playwright

from harness.execution.sandbox import Sandbox
from harness.pipeline import stages
from harness.workspace import Workspace

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://127.0.0.1/","x")'
BIDI = "甲\u202e乙\u2066丙\x1b[31m公司𪚥"


CORPUS = (
    '" onmouseover="alert(4)" x="',
    "</style></title><img src=x onerror=alert(5)>",
    "<!--<svg/onload=alert(6)>-->]]>",
    "javascript:alert(7)//../../etc/passwd",
    "@SUM(A1)|%s{0}{name}",
    "a\u0335\u0336\u0337\u0338" * 5,
    "\u200b\u200d\u2068字\u2069",
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def evaluated(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> Workspace:
    workspace = ready(
        small.package("good", title=HOSTILE, applicant=BIDI.replace("\x1b", "")),
        small.package("rubbish", title=FORMULA, applicant="+cmd|' /C calc'!A0"),
        small.reader(
            "hostile", title="{{ 7*7 }} ${7*7} <b>粗</b>", applicant="'\"><svg onload=alert(3)>"
        ),
        small.reader("echo", title="正常", applicant="正常公司"),
        small.package("fair", title=" ".join(CORPUS[:4]), applicant=" ".join(CORPUS[4:])),
    )
    stages.run(workspace, sandbox, quiet)
    stages.score(workspace)
    stages.rank(workspace)
    stages.report(workspace)
    return workspace


def test_hostile_names_and_answers_stay_text_on_every_page(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> None:
    report = evaluated(small, ready, sandbox, quiet).current() / "report"

    for page in report.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert not re.search(r"<[^>]*\son(error|load)\s*=", text), page.name
        assert "<svg onload" not in text
        assert "<svg/onload" not in text
        assert "\u200b" not in text
        assert "\u202e" not in text
        assert "\u2066" not in text
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", text)


@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM ON THIS MACHINE: pages were not opened")
def test_no_page_of_a_hostile_evaluation_acts_when_it_is_opened(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> None:
    report = evaluated(small, ready, sandbox, quiet).current() / "report"

    asked: list[str] = []
    heard: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        for path in sorted(report.rglob("*.zh-CN.html")):
            page.goto(path.as_uri())
            page.mouse.move(200, 200)
        browser.close()

    assert heard == []
    assert {Path(url.removeprefix("file://")).suffix for url in asked} == {".html"}


def test_hostile_names_are_no_formulas_in_tables(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> None:
    report = evaluated(small, ready, sandbox, quiet).current() / "report"

    book = openpyxl.load_workbook(report / "ranking.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    with (report / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        words = [word for row in csv.reader(file) for word in row]

    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert not [word for word in words if word.startswith(("=", "+", "@", "\t"))]


def test_an_answer_that_is_not_a_label_costs_that_sample_alone(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("rubbish"))

    stages.run(workspace, sandbox, quiet)
    stages.score(workspace)

    import json

    record = json.loads((workspace.current() / "scores" / "ONE-01" / "C001.json").read_bytes())
    assert record["outcomes"]["invalid"] > 0
    assert record["outcomes"]["answered"] + record["outcomes"]["invalid"] == record["samples"]
