"""What comes back wrong in a score sheet is named where it stands, once, and never ends in a traceback."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from harness.pipeline.panel import export_sheets, import_sheets, sheets
from harness.pipeline.revising import Reason, withdraw
from harness.pipeline.roster import CRITERIA
from harness.pipeline.score_sheets import read_lines
from harness.problems import Problem, Refusal
from harness.workspace import Workspace

Ready = Callable[..., Workspace]
ROSTER = """schema: jiebang/roster/1
step: 0.5
judges:
  - {id: J01, name: 甲, unit: 某某大学}
  - {id: J02, name: 乙, unit: 某某学院}
"""


@pytest.fixture
def room(small: Any, taken_in: Ready, tmp_path: Path) -> Workspace:
    """Three candidates whose sheets were sent out."""
    room = taken_in(small.package("good"), small.package("fair"), small.package("rubbish"))
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    export_sheets(room, tmp_path / "roster.yaml", tmp_path / "out")
    return room


def book(folder: Path, change: Callable[[Worksheet], object] | None = None) -> Path:
    """The sheet of J01 with 80 in every cell, and then changed."""
    made = openpyxl.load_workbook(folder / "out" / "J01.xlsx")
    page = made.worksheets[0]
    for row in page.iter_rows(min_row=5, min_col=4, max_col=7):
        for cell in row:
            cell.value = 80
    if change is not None:
        change(page)
    made.save(folder / "J01.xlsx")
    return folder / "J01.xlsx"


def put(**cells: Any) -> Callable[[Worksheet], None]:
    def change(page: Worksheet) -> None:
        for name, value in cells.items():
            page[name] = value

    return change


def refused(room: Workspace, *paths: Path, **how: Any) -> list[Problem]:
    with pytest.raises(Refusal) as found:
        import_sheets(room, paths, **how)
    return list(found.value.problems)


def test_a_code_beside_the_title_of_another_item_is_refused(
    room: Workspace, tmp_path: Path
) -> None:
    (problem,) = refused(room, book(tmp_path, put(C5="TWO-01 另一任务")))

    assert (problem.code, problem.found) == ("E7419", "TWO-01 另一任务")
    assert problem.values["expected"].startswith("ONE-01 ")
    assert problem.where.startswith("J01.xlsx:5 ")


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.9])
def test_a_workbook_cut_off_inside_is_named(
    room: Workspace, tmp_path: Path, part: str, share: float
) -> None:
    whole = book(tmp_path)
    cut = tmp_path / "cut.xlsx"
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(cut, "w") as made:
        for name in given.namelist():
            content = given.read(name)
            made.writestr(name, content[: int(len(content) * share)] if name == part else content)

    with pytest.raises(Refusal, match="E7432"):
        read_lines(cut)


@pytest.mark.parametrize("note", [["总体意见：较好"], [None, None, "签名：张三"]])
def test_a_note_below_the_table_hides_no_other_fault(
    room: Workspace, tmp_path: Path, note: list[str | None]
) -> None:
    def change(page: Worksheet) -> None:
        page.append(note)
        page["D5"] = 300

    found = {(p.code, p.where.partition(" ")[0]) for p in refused(room, book(tmp_path, change))}

    assert found == {("E7420", "J01.xlsx:8"), ("E7405", "J01.xlsx:5")}


def test_a_row_whose_sheet_was_emptied_is_checked_all_the_same(
    room: Workspace, tmp_path: Path
) -> None:
    found = refused(room, book(tmp_path, put(A6=None, E6=101)))

    assert [(p.code, p.where.partition(" ")[0]) for p in found] == [
        ("E7420", "J01.xlsx:6"),
        ("E7405", "J01.xlsx:6"),
    ]


def test_blank_reasons_and_names_are_none(room: Workspace, tmp_path: Path) -> None:
    found = refused(room, book(tmp_path), actor=" ", reason="  ")

    assert [problem.code for problem in found] == ["E7435", "E7436"]
    assert sheets(room) is None
    with pytest.raises(Refusal, match="E7435"):
        export_sheets(room, tmp_path / "roster.yaml", tmp_path / "again", actor="")
