"""What comes back wrong in a score sheet is named where it stands, once, and never ends in a traceback."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from harness.cli.main import main
from harness.pipeline import stages
from harness.pipeline.noting import held
from harness.pipeline.noting import put as put_record
from harness.pipeline.objections import Raised, add
from harness.pipeline.panel import export_sheets, import_sheets, sheets
from harness.pipeline.preparing import lock_rules
from harness.pipeline.revising import Reason, withdraw
from harness.pipeline.roster import CRITERIA
from harness.pipeline.score_sheets import read_lines
from harness.problems import Problem, Refusal
from harness.workspace import Workspace, read_json

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


def test_a_recusal_from_one_criterion_alone_is_refused(room: Workspace, tmp_path: Path) -> None:
    (blind,) = refused(room, book(tmp_path, put(D5="回避")))
    rows = ["judge,candidate,criterion,score"]
    for candidate in ("C001", "C002", "C003"):
        rows += [f"J01,{candidate},{name},70" for name in CRITERIA]
    rows[1] = f"J01,C001,{CRITERIA[0]},回避"
    (tmp_path / "open.csv").write_text("\n".join(rows), encoding="utf-8")
    (plain,) = refused(room, tmp_path / "open.csv")

    assert (blind.code, plain.code) == ("E7437", "E7437")
    assert blind.where.startswith("J01.xlsx:5 ")
    assert plain.where == "open.csv: J01 / C001"


def test_without_a_roster_an_empty_score_recuses_from_the_whole_candidate_too(
    small: Any, taken_in: Ready, tmp_path: Path
) -> None:
    room = taken_in(small.package("good"))
    rows = [f"A,C001,{name},{score}" for name, score in zip(CRITERIA, ("", 7, 8, 9), strict=True)]
    path = tmp_path / "open.csv"
    path.write_text("\n".join(["judge,candidate,criterion,score", *rows]), encoding="utf-8")

    assert [problem.code for problem in refused(room, path)] == ["E7437"]


def row_of(page: Worksheet, room: Workspace, candidate: str) -> int:
    codes = json.loads((room.panel / "codes.json").read_bytes())
    return next(n for n in range(5, 8) if codes[page.cell(n, 2).value] == candidate)


@pytest.fixture
def left(scored: Ready, tmp_path: Path) -> Workspace:
    """Three candidates of whom one withdrew after sheets were sent out."""
    room = scored(0.9, 0.6, 0.3, panel=False)
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    export_sheets(room, tmp_path / "roster.yaml", tmp_path / "out")
    withdraw(room, "C003", Reason(reason="撤回", by="李"))
    return room


def test_sheets_sent_out_later_do_not_ask_about_who_has_withdrawn(
    left: Workspace, tmp_path: Path
) -> None:
    export_sheets(left, tmp_path / "roster.yaml", tmp_path / "later")

    codes = json.loads((left.panel / "codes.json").read_bytes())
    page = openpyxl.load_workbook(tmp_path / "later" / "J01.xlsx").worksheets[0]
    asked = [codes[page.cell(n, 2).value] for n in range(5, page.max_row + 1)]
    assert sorted(asked) == ["C001", "C002"]


@pytest.mark.parametrize("row", ["scored", "blank", "deleted"])
def test_sheets_sent_out_before_a_withdrawal_are_still_taken(
    left: Workspace, tmp_path: Path, row: str, ranking: Callable[..., dict[str, Any]]
) -> None:
    def change(page: Worksheet) -> None:
        at = row_of(page, left, "C003")
        if row == "deleted":
            page.delete_rows(at)
        elif row == "blank":
            put(**{f"{column}{at}": None for column in "DEFG"})(page)

    export_sheets(left, tmp_path / "roster.yaml", tmp_path / "later")
    later = openpyxl.load_workbook(tmp_path / "later" / "J02.xlsx")
    for cells in later.worksheets[0].iter_rows(min_row=5, min_col=4, max_col=7):
        for cell in cells:
            cell.value = 70
    later.save(tmp_path / "J02.xlsx")

    found = import_sheets(left, [book(tmp_path, change), tmp_path / "J02.xlsx"])
    stages.rank(left)

    assert found.waiting == ()
    kept = json.loads((left.panel / "sheets-001.json").read_bytes())["marks"]
    assert {judge for judge, name, *_ in kept if name == "C003"} == (
        {"J01"} if row == "scored" else set()
    )
    made = ranking(left)
    assert made["complete_panel"]
    assert made["panel"]["method"] == "mean"
    assert {one["candidate"] for one in made["panel"]["points"]} == {"C001", "C002"}


def test_a_correction_keeps_what_was_given_on_who_has_withdrawn(
    scored: Ready, tmp_path: Path
) -> None:
    room = scored(0.9, 0.6, 0.3, panel=False)
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    export_sheets(room, tmp_path / "roster.yaml", tmp_path / "out")
    import_sheets(room, [book(tmp_path)])
    withdraw(room, "C003", Reason(reason="撤回", by="李"))
    export_sheets(room, tmp_path / "roster.yaml", tmp_path / "later")
    (tmp_path / "out" / "J01.xlsx").write_bytes((tmp_path / "later" / "J01.xlsx").read_bytes())

    found = import_sheets(room, [book(tmp_path, put(D5=90))], reason="笔误")

    assert {mark.candidate for mark in found.marks} == {"C001", "C002", "C003"}
    assert sum(mark.score == 90 for mark in found.marks) == 1


def test_a_workbook_and_the_empty_table_beside_it_are_told_once(
    room: Workspace, tmp_path: Path
) -> None:
    empty = tmp_path / "out" / "J01.csv"

    (problem,) = refused(room, empty, book(tmp_path))
    more = refused(room, empty, book(tmp_path, put(D5=300)))

    assert (problem.code, problem.where, problem.found) == ("E7439", "J01.xlsx, J01.csv", "J01")
    assert [one.code for one in more] == ["E7439", "E7405"]


def test_files_of_a_judge_that_share_no_cell_are_taken_together(
    small: Any, taken_in: Ready, tmp_path: Path
) -> None:
    room = taken_in(small.package("good"), small.package("fair"))
    for candidate in ("C001", "C002"):
        rows = [f"A,{candidate},{name},70" for name in CRITERIA]
        text = "\n".join(["judge,candidate,criterion,score", *rows])
        (tmp_path / f"{candidate}.csv").write_text(text, encoding="utf-8")

    found = import_sheets(room, [tmp_path / "C001.csv", tmp_path / "C002.csv"])

    assert len(found.marks) == 2 * len(CRITERIA)


def test_a_correction_may_go_back_to_a_sheet_that_was_taken_in_before(
    room: Workspace, tmp_path: Path
) -> None:
    first = book(tmp_path).rename(tmp_path / "first.xlsx")
    import_sheets(room, [first])
    import_sheets(room, [book(tmp_path, put(D5=90))], reason="笔误")

    (again,) = [one for one in refused(room, first) if one.code != "E7414"]
    (twice,) = refused(room, first, first, reason="改回")
    found = import_sheets(room, [first], reason="改回")

    assert (again.code, again.found) == ("E7406", "first.xlsx (sheets-001)")
    assert (twice.code, twice.found) == ("E7438", "first.xlsx")
    assert {mark.score for mark in found.marks} == {80}


def test_formulas_without_a_result_and_merged_cells_are_told_as_such(
    room: Workspace, tmp_path: Path
) -> None:
    def change(page: Worksheet) -> None:
        page["D5"] = "=80+1"
        page.merge_cells("E5:E6")
        page["F7"] = None

    found = refused(room, book(tmp_path, change))

    assert [(one.code, one.found) for one in found] == [
        ("E7441", "=80+1"),
        ("E7442", ""),
        ("E7413", ""),
    ]


def test_what_is_no_sheet_at_all_is_told_in_words_that_help(
    room: Workspace, tmp_path: Path
) -> None:
    renamed = book(tmp_path).rename(tmp_path / "J01.xls")
    old = tmp_path / "old.xlsx"
    old.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))

    found = refused(room, renamed, old, tmp_path / "nope.xlsx", tmp_path / "nope.csv", tmp_path)

    assert [one.code for one in found] == ["E7443", "E7443", "E7440", "E7440", "E7440"]


@pytest.mark.parametrize("title", ["小榜单", "冷热判断"])
def test_sheets_that_are_out_count_after_an_amendment_that_asks_for_nothing_else(
    room: Workspace, tmp_path: Path, title: str
) -> None:
    board = room.board / "board.yaml"
    text = board.read_text(encoding="utf-8")
    assert f"zh: {title}" in text
    board.write_text(text.replace(f"zh: {title}", f"zh: {title}（更正）", 1), encoding="utf-8")
    lock_rules(room, reason="改标题错字")

    found = import_sheets(room, [book(tmp_path)])

    assert (found.judges, len(found.marks)) == (1, 3 * len(CRITERIA))


HEAD = "judge,candidate,criterion,score\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (HEAD, "E7445"),
        (f"{HEAD}\n\n", "E7445"),
        (f'{HEAD}"{"x" * 140_000}', "E7444"),
        (f'"{"x" * 140_000}', "E7444"),
        ("sheet,code,item,innovation\n", "E7431"),
        ("BLIND", "E7445"),
        (f'BLIND"{"x" * 140_000}', "E7444"),
    ],
)
@pytest.mark.parametrize("hearing", [False, True])
def test_a_table_without_rows_or_with_a_quotation_mark_alone_is_refused(
    room: Workspace, tmp_path: Path, content: str, code: str, hearing: bool
) -> None:
    head = (tmp_path / "out" / "J01.csv").read_text("utf-8-sig").splitlines()[0]
    path = tmp_path / "sheet.csv"
    path.write_text(content.replace("BLIND", f"{head}\n"), encoding="utf-8")

    assert [one.code for one in refused(room, path, hearing=hearing)] == [code]
    assert sheets(room, hearing=hearing) is None


def test_scores_are_no_sample_once_every_judge_has_handed_in_real_ones(
    room: Workspace, tmp_path: Path
) -> None:
    def sheet(judge: str, score: int) -> Path:
        rows = [f"{judge},{c},{name},{score}" for c in room.candidates() for name in CRITERIA]
        path = tmp_path / f"{judge}.csv"
        path.write_text("\n".join([HEAD.strip(), *rows, ""]), encoding="utf-8")
        return path

    first = import_sheets(room, [sheet("J01", 70), sheet("J02", 75)], sample=True)
    half = import_sheets(room, [sheet("J01", 80)], reason="正式打分")
    last = import_sheets(room, [sheet("J02", 85)], reason="正式打分")

    assert [one.sample for one in (first, half, last)] == [True, True, False]
    again = import_sheets(room, [sheet("J02", 60)], reason="演示", sample=True)
    assert again.sample


def test_a_version_of_sheets_that_does_not_tell_whose_are_a_sample_is_one_in_all(
    room: Workspace, tmp_path: Path
) -> None:
    rows = [f"J01,{c},{name},70" for c in room.candidates() for name in CRITERIA]
    path = tmp_path / "J01.csv"
    path.write_text("\n".join([HEAD.strip(), *rows, ""]), encoding="utf-8")
    import_sheets(room, [path], sample=True)
    kept = read_json(room.panel / "sheets-001.json")
    del kept["samples"]
    with held(room) as ledger:
        put_record(room, ledger, "panel", "sheets-001", kept, actor="李经办")

    other = tmp_path / "J02.csv"
    other.write_text(path.read_text("utf-8").replace("J01", "J02"), encoding="utf-8")

    assert import_sheets(room, [other]).sample


DAMAGED = {
    "results/001/ranking/vertical_model/ONE-01.json": (["settle", "list"], ["gate"]),
    "objections/O001.json": (["objection", "list"], ["gate"]),
    "panel/sheets-001.json": (["settle", "list"], ["panel", "export"]),
    "results/002/change.json": (["objection", "list"], ["panel", "export"], ["gate"]),
}


@pytest.mark.parametrize("content", [b"", b"[]\n", b'{"schema": '])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_record_that_is_damaged_is_named_by_every_verb_that_reads_it(
    scored: Ready, tmp_path: Path, name: str, content: bytes
) -> None:
    room = scored(0.9, 0.7)
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    add(room, Raised(candidate="C001", name="张三", ground="数据有误"))
    if "002" in name:
        withdraw(room, "C002", Reason(reason="撤回", by="李"))
    (room.root / name).write_bytes(content)
    more = {
        "gate": ["C001", "--gate", "备案", "--reason", "不符"],
        "panel": ["--roster", tmp_path / "roster.yaml", "-o", tmp_path / "again"],
    }

    for verb in DAMAGED[name]:
        given = [*verb, room.root, *more.get(verb[0], [])]
        told = CliRunner().invoke(main, [str(word) for word in given])
        assert (told.exit_code, "E8604" in told.output, name in told.output) == (2, True, True)
