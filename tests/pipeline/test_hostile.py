"""Text that applicants and models write goes through a whole evaluation and acts nowhere."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import Any

import openpyxl

from harness.execution.sandbox import Sandbox
from harness.pipeline import stages
from harness.workspace import Workspace

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://127.0.0.1/","x")'
BIDI = "甲\u202e乙\u2066丙\x1b[31m公司𪚥"


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
        assert "\u202e" not in text
        assert "\u2066" not in text
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", text)


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
