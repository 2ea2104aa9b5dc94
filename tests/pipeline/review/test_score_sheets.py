"""Score sheets go out blind and come back checked, every version kept."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from harness.ledger import read as read_ledger
from harness.package import Applicant
from harness.pipeline.panel import export_sheets, import_sheets, sheets, versions_kept
from harness.pipeline.roster import CRITERIA, Judge
from harness.pipeline.sheet_checking import SCOPE
from harness.problems import Refusal
from harness.workspace import Workspace

Ready = Callable[..., Workspace]
ROSTER = """schema: jiebang/roster/1
step: 0.5
judges:
  - {id: J01, name: 甲, unit: 某某大学}
  - {id: J02, name: 乙, unit: 示例 good公司}
  - id: J03
    name: 丙
    unit: 某某研究院
    recusals: [{applicant: 示例fair公司, ground: adviser}]
"""


@pytest.fixture
def room(small: Any, taken_in: Ready) -> Workspace:
    return taken_in(small.package("good"), small.package("fair"), small.package("rubbish"))


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.yaml"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def filled(path: Path, score: Callable[[str, str], str]) -> Path:
    """The sheet with a score in every open cell."""
    rows = table(path)
    for row in rows:
        for name in ("innovation", "benefit", "replicability", "compliance"):
            row[name] = score(row["code"], name)
    written(path, rows)
    return path


def written(path: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig")


def codes(problems: Refusal) -> list[str]:
    return sorted(problem.code for problem in problems.problems)


def test_sheets_hide_who_applied_and_leave_out_whom_a_judge_must_not_judge(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")

    mapping = json.loads((room.panel / "codes.json").read_bytes())
    seen = {
        judge: {mapping[row["code"]] for row in table(tmp_path / "out" / f"{judge}.csv")}
        for judge in ("J01", "J02", "J03")
    }
    assert seen == {
        "J01": {"C001", "C002", "C003"},
        "J02": {"C002", "C003"},
        "J03": {"C001", "C003"},
    }
    text = "".join(
        str(cell)
        for row in openpyxl.load_workbook(tmp_path / "out" / "J01.xlsx").worksheets[0].values
        for cell in row
    )
    assert not any(word in text for word in ("示例", "C001", "good"))


def test_a_workbook_refuses_wrong_scores_while_they_are_typed(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")

    page = openpyxl.load_workbook(tmp_path / "out" / "J01.xlsx").worksheets[0]

    assert len(page.data_validations.dataValidation) >= 1
    ranges = " ".join(str(one.sqref) for one in page.data_validations.dataValidation)
    assert "D5" in ranges
    assert "G7" in ranges
    assert page.protection.sheet


def test_each_judge_reads_the_candidates_in_an_order_that_the_seed_decides(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    first = export_sheets(room, roster, tmp_path / "first")
    second = export_sheets(room, roster, tmp_path / "second")

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_sheets_that_may_be_filled_in_are_never_overwritten(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    first = export_sheets(room, roster, tmp_path / "out")
    first[0].write_bytes(b"filled in")

    with pytest.raises(Refusal) as refused:
        export_sheets(room, roster, tmp_path / "out")

    assert {problem.code for problem in refused.value.problems} == {"E7433"}
    assert len(refused.value.problems) == len(first)
    assert first[0].read_bytes() == b"filled in"


def test_a_hearing_of_nobody_is_refused_and_leaves_its_scope_alone(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match="E7434"):
        export_sheets(room, roster, tmp_path / "out", only=[])

    assert not (room.panel / SCOPE).exists()


def test_a_workbook_and_a_csv_come_back_to_the_same_marks(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "J01.xlsx")
    page = book.worksheets[0]
    for row in page.iter_rows(min_row=5, min_col=4, max_col=7):
        for cell in row:
            cell.value = 80.5
    for column in "DEFG":
        page[f"{column}5"] = "回避"
    book.save(tmp_path / "J01.xlsx")
    others = [
        filled(tmp_path / "out" / f"{judge}.csv", lambda *_: "75") for judge in ("J02", "J03")
    ]

    found = import_sheets(room, [tmp_path / "J01.xlsx", *others], actor="王经办")

    marks = {mark.cell: mark.score for mark in found.marks}
    assert sum(score is None for cell, score in marks.items() if cell[0] == "J01") == 4
    assert {s for cell, s in marks.items() if cell[0] == "J01"} == {80.5, None}
    assert marks["J02", "C001", "benefit"] is None
    assert marks["J03", "C002", "benefit"] is None
    assert found.waiting == ()
    assert versions_kept(room)[0]["by"] == "王经办"


def test_the_panel_waits_for_every_judge_of_the_roster(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")

    found = import_sheets(room, [filled(tmp_path / "out" / "J01.csv", lambda *_: "75")])

    assert found.waiting == ("J02", "J03")


def test_every_fault_of_every_sheet_is_shown_at_once(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")
    mapping = {c: code for code, c in json.loads((room.panel / "codes.json").read_bytes()).items()}
    one = filled(tmp_path / "out" / "J01.csv", lambda *_: "75")
    rows = table(one)
    rows[0]["innovation"], rows[0]["benefit"], rows[0]["compliance"] = "101", "75.3", ""
    rows[1]["code"] = "ONE01-A09"
    written(one, rows)
    two = filled(tmp_path / "out" / "J02.csv", lambda *_: "75")
    rows = table(two)
    rows.append(rows[0] | {"code": mapping["C001"]})
    rows.append(rows[1])
    written(two, rows)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(two.read_bytes())
    strange = filled(tmp_path / "out" / "J03.csv", lambda *_: "很好")

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [one, two, copy, strange])

    found = codes(refused.value)
    assert set(found) == {
        "E7405",  # out of range, and not a number
        "E7438",  # one file twice
        "E7409",  # a changed id
        "E7410",  # and so a missing row
        "E7411",  # a recused candidate
        "E7412",  # off the step
        "E7413",  # an empty cell
        "E7416",  # a row twice
    }
    assert found.count("E7405") == 9
    assert sheets(room) is None


def opened(path: Path, scores: dict[tuple[str, str], str]) -> Path:
    """An open sheet with the same score on every criterion."""
    rows = ["judge,candidate,criterion,score"]
    rows += [f"{j},{c},{name},{score}" for (j, c), score in scores.items() for name in CRITERIA]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_what_is_missing_is_told_together_with_what_is_wrong(
    room: Workspace, tmp_path: Path
) -> None:
    sheet = opened(
        tmp_path / "open.csv",
        {("A", "C001"): "75", ("A", "C002"): "101", ("B", "C001"): "80", ("B", "C009"): "60"},
    )

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [sheet])

    missing = {p.where for p in refused.value.problems if p.code == "E7303"}
    assert missing == {f"B / C002 / {name}" for name in CRITERIA}
    assert set(codes(refused.value)) == {"E7303", "E7403", "E7405"}


def test_cells_with_faults_are_not_said_to_be_missing_too(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")
    wrong = filled(tmp_path / "out" / "J01.csv", lambda *_: "75")
    rows = table(wrong)
    rows[0]["innovation"] = ""
    rows[1]["benefit"] = "101"
    written(wrong, [*rows, rows[2]])

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [wrong, wrong])

    assert codes(refused.value) == ["E7405", "E7413", "E7416", "E7438"]


def test_an_open_sheet_of_a_judge_on_the_roster_has_every_candidate_that_was_asked(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")
    sheet = opened(tmp_path / "open.csv", {("J02", "C002"): "75"})

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [sheet])

    assert {p.where for p in refused.value.problems} == {f"J02 / C003 / {n}" for n in CRITERIA}


def test_an_open_sheet_is_held_to_the_roster_with_every_fault_at_once(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")
    sheet = opened(
        tmp_path / "open.csv",
        {
            ("J01", "C001"): "75.3",
            ("J01", "C002"): "",
            ("J01", "C003"): "75.5",
            ("J02", "C001"): "90",
            ("J02", "C002"): "101",
            ("J02", "C003"): "回避",
            ("J99", "C001"): "60",
            ("J03", "C001"): "70",
        },
    )

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [sheet])

    found = codes(refused.value)
    assert {code: found.count(code) // len(CRITERIA) for code in found} == {
        "E7412": 1,  # off the step
        "E7413": 1,  # an empty cell, which is no recusal
        "E7411": 1,  # a recused candidate
        "E7405": 1,  # out of range
        "E7417": 1,  # a judge who is not on the roster
        "E7303": 1,  # what J03 was asked for and has not given
    }
    assert {p.where for p in refused.value.problems if p.code == "E7303"} == {
        f"J03 / C003 / {name}" for name in CRITERIA
    }
    assert sheets(room) is None


def test_an_open_sheet_may_repeat_the_recusals_of_the_roster_and_keeps_the_others(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")
    sheet = opened(
        tmp_path / "open.csv",
        {
            ("J02", "C001"): "",
            ("J02", "C002"): "回避",
            ("J02", "C003"): "75.5",
            ("J03", "C001"): "70",
            ("J03", "C003"): "80",
        },
    )

    found = import_sheets(room, [sheet])

    by_cell = {mark.cell: mark.score for mark in found.marks}
    assert {(judge, candidate): score for (judge, candidate, _), score in by_cell.items()} == {
        ("J02", "C001"): None,
        ("J02", "C002"): None,
        ("J02", "C003"): 75.5,
        ("J03", "C001"): 70,
        ("J03", "C002"): None,
        ("J03", "C003"): 80,
    }
    assert found.waiting == ("J01",)


def test_an_open_sheet_scores_only_what_the_item_asks_of_judges(
    small: Any, taken_in: Ready, roster: Path, tmp_path: Path
) -> None:
    declared = small.board / "board.yaml"
    text = declared.read_text(encoding="utf-8")
    head, card = re.search(r"( *scorecard: )(\{.*\})", text).groups()  # type: ignore[union-attr]
    weights = {**yaml.safe_load(card), "compliance": 0}
    weights["measured"] = 100 - sum(weights[name] for name in CRITERIA)
    declared.write_text(text.replace(head + card, head + json.dumps(weights)), encoding="utf-8")
    room = taken_in(small.package("good"), small.package("fair"), small.package("rubbish"))
    export_sheets(room, roster, tmp_path / "out")
    sheet = opened(tmp_path / "open.csv", {("J03", "C001"): "70", ("J03", "C003"): "80"})

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [sheet])

    assert [(p.code, p.found) for p in refused.value.problems] == [("E7418", "compliance")] * 2


def test_without_a_roster_an_empty_score_in_an_open_sheet_is_a_recusal(
    room: Workspace, tmp_path: Path
) -> None:
    scores = {("A", "C001"): "75.3", ("A", "C002"): "", ("B", "C001"): "8", ("B", "C002"): "９.5"}

    found = import_sheets(room, [opened(tmp_path / "open.csv", scores)])

    assert {mark.score for mark in found.marks} == {75.3, None, 8, 9.5}


WRITTEN = ["8_5", "8e1", "0x55", "nan", "inf", "85.", ".5", "8 5", "８_５", "8²", "-1", "true"]


@pytest.mark.parametrize("score", WRITTEN)
def test_only_a_plain_decimal_number_is_a_score(
    room: Workspace, roster: Path, tmp_path: Path, score: str
) -> None:
    plain = opened(tmp_path / "open.csv", {("A", "C001"): score})
    with pytest.raises(Refusal) as without_roster:
        import_sheets(room, [plain])
    export_sheets(room, roster, tmp_path / "out")
    blind = filled(tmp_path / "out" / "J01.csv", lambda *_: score)
    with pytest.raises(Refusal) as with_roster:
        import_sheets(room, [blind])

    assert set(codes(without_roster.value)) == set(codes(with_roster.value)) == {"E7405"}


@pytest.mark.parametrize("written_as", ["85.5", "８５．５", "+85.5", " 85.5 ", "085.50"])
def test_a_number_in_full_width_is_the_same_score(
    room: Workspace, tmp_path: Path, written_as: str
) -> None:
    found = import_sheets(room, [opened(tmp_path / "open.csv", {("A", "C001"): written_as})])

    assert {mark.score for mark in found.marks} == {85.5}


def test_a_first_sheet_does_not_count_again_as_a_hearing(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    everyone = {(judge, name): "75" for judge in "AB" for name in ("C001", "C002", "C003")}
    plain = opened(tmp_path / "open.csv", everyone)
    import_sheets(room, [plain])

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [plain], hearing=True)

    (problem,) = refused.value.problems
    assert (problem.code, problem.found) == ("E7406", "open.csv (sheets-001)")
    assert sheets(room, hearing=True) is None


def test_a_blind_sheet_of_the_first_round_is_none_of_a_hearing_of_the_same_candidates(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "first")
    export_sheets(room, roster, tmp_path / "hearing", only=["C001", "C002", "C003"])
    first = filled(tmp_path / "first" / "J01.csv", lambda *_: "75")
    second = filled(tmp_path / "hearing" / "J01.csv", lambda *_: "75")

    for file, hearing in ((first, True), (second, False)):
        with pytest.raises(Refusal) as refused:
            import_sheets(room, [file], hearing=hearing)
        assert codes(refused.value) == ["E7408"]
    import_sheets(room, [first])
    assert import_sheets(room, [second], hearing=True).judges == 1


@pytest.mark.parametrize(
    ("unit", "party", "same"),
    [
        ("示例大学计算机学院", "示例大学", True),
        ("示例大学", "示例大学 计算机学院", True),
        ("ＡＢ示例 大学", "ab示例大学", True),
        ("某大学计算机学院", "某大学", False),
        ("山东示例大学", "示例大学", False),
        ("示例大学", "示例理工大学", False),
    ],
)
@pytest.mark.parametrize("consortium", [False, True])
def test_a_judge_of_a_part_of_the_applicants_unit_is_recused(
    unit: str, party: str, same: bool, consortium: bool
) -> None:
    judge = Judge(id="J01", name="甲", unit=unit)
    first, others = ("另一公司", (party,)) if consortium else (party, ())
    applicant = Applicant(name=first, credit_code="", city="", consortium=others)

    found = judge.recused_from("C001", applicant)

    assert (found is not None) == same
    if found is not None:
        assert (found.ground, found.applicant) == ("unit", party)


def test_the_record_of_a_roster_lists_every_recusal_that_follows_from_it(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    text = roster.read_text(encoding="utf-8").replace("示例 good公司", "示例 good公司研究院")
    roster.write_text(text, encoding="utf-8")

    export_sheets(room, roster, tmp_path / "out")

    recused = json.loads((room.panel / "roster-001.json").read_bytes())["recused"]
    assert [(one["judge"], one["candidate"], one["ground"]) for one in recused] == [
        ("J02", "C001", "unit"),
        ("J03", "C002", "adviser"),
    ]
    assert recused[0]["applicant"] == "示例good公司"
    assert "示例 good公司研究院" in recused[0]["note"]


def test_a_correction_needs_a_reason_and_keeps_the_earlier_version(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    export_sheets(room, roster, tmp_path / "out")
    files = [
        filled(tmp_path / "out" / f"{judge}.csv", lambda *_: "75")
        for judge in ("J01", "J02", "J03")
    ]
    before = import_sheets(room, files)
    first = (room.panel / "sheets-001.json").read_bytes()
    filled(files[0], lambda *_: "85")

    with pytest.raises(Refusal) as refused:
        import_sheets(room, files[:1])
    after = import_sheets(room, files[:1], reason="评委笔误", actor="李经办")

    assert codes(refused.value) == ["E7414"]
    assert (room.panel / "sheets-001.json").read_bytes() == first
    assert {mark.score for mark in after.marks if mark.judge == "J01"} == {85.0}
    assert len(after.marks) == len(before.marks)
    replaced = versions_kept(room)[1]["replaced"]
    assert replaced == {"judges": ["J01"], "reason": "评委笔误"}
    assert [entry.event for entry in read_ledger(room.ledger)][-4:] == [
        "panel_export",
        "exported",
        "panel",
        "panel",
    ]


def test_a_sheet_of_another_call_is_refused(room: Workspace, roster: Path, tmp_path: Path) -> None:
    export_sheets(room, roster, tmp_path / "out")
    path = filled(tmp_path / "out" / "J01.csv", lambda *_: "75")
    written(path, [row | {"sheet": "J01-000000000000"} for row in table(path)])

    with pytest.raises(Refusal) as refused:
        import_sheets(room, [path])

    assert codes(refused.value) == ["E7408"]


def test_a_roster_with_faults_is_refused_with_all_of_them(room: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "roster.yaml"
    path.write_text(
        "schema: jiebang/roster/1\n"
        "judges:\n"
        "  - {id: J01, name: 甲, unit: 大学, items: [NO-01]}\n"
        "  - {id: J01, name: 乙, unit: 大学, recusals: [{ground: kin, candidate: C099}]}\n"
        "  - {id: J02, name: 丙, unit: 大学, recusals: [{ground: kin}]}\n",
        encoding="utf-8",
    )

    with pytest.raises(Refusal) as refused:
        export_sheets(room, path, tmp_path / "out")

    assert codes(refused.value) == ["E7421", "E7422", "E7423", "E7424"]


def test_a_second_hearing_stands_beside_an_earlier_one_and_waits_for_its_own_sheets(
    room: Workspace, roster: Path, tmp_path: Path
) -> None:
    judges = ("J01", "J02", "J03")
    export_sheets(room, roster, tmp_path / "first", only=["C001", "C003"])
    first = [filled(tmp_path / "first" / f"{judge}.csv", lambda *_: "75") for judge in judges]
    before = import_sheets(room, first, hearing=True)
    export_sheets(room, roster, tmp_path / "second", only=["C002"])
    second = [filled(tmp_path / "second" / f"{judge}.csv", lambda *_: "80") for judge in judges[:2]]

    partly = import_sheets(room, second[:1], hearing=True)
    wholly = import_sheets(room, second[1:], hearing=True)

    assert before.waiting == wholly.waiting == ()
    assert partly.waiting == ("J02",)
    assert set(before.marks) < set(wholly.marks)
