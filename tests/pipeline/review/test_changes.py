"""Results change by new versions: who moved and why is said, and the old version stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.ledger import read as read_ledger
from harness.pipeline import deciding, settling, stages
from harness.pipeline.differences import readable
from harness.pipeline.evaluation import assemble
from harness.pipeline.objections import Decision, Raised, add, decide, in_words
from harness.pipeline.objections import read as read_objection
from harness.pipeline.panel import export_sheets, import_sheets
from harness.pipeline.revising import Reason, fail_gate, lift_gate, withdraw
from harness.pipeline.roster import CRITERIA
from harness.problems import Refusal
from harness.workspace import Workspace

Scored = Callable[..., Workspace]
Ranking = Callable[..., dict[str, Any]]
Revised = Callable[..., dict[str, Any]]
WHY = Reason(reason="申请撤回", by="李经办")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_withdrawal_lets_the_reserve_move_up_and_moves_nobodys_total(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.9, 0.7, 0.5)
    before = {row["candidate"]: row["total"] for row in ranking(room)["rows"]}

    difference = withdraw(room, "C001", WHY)

    after = ranking(room)
    assert [(row["candidate"], row["proposal"]) for row in after["rows"]] == [
        ("C002", "selected"),
        ("C003", "reserve"),
    ]
    assert {row["candidate"]: row["total"] for row in after["rows"]}.items() <= before.items()
    assert after["withdrawn"][0]["candidate"] == "C001"
    assert after["change"]["kind"] == "withdrawal"
    assert [one["candidate"] for one in difference["moved"]] == ["C001", "C002", "C003"]
    assert "C001" in difference["moved"][1]["why"]["zh"]
    assert "递补 → 建议入选" in readable(difference)


def test_a_decision_that_a_withdrawal_undoes_is_said_to_be_due_again(scored: Scored) -> None:
    room = scored(0.8, 0.79, 0.3)
    deciding.decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)

    difference = withdraw(room, "C003", WHY)

    assert difference["reopened"] == ["ONE-01"]
    assert "ONE-01  名额线须重新处理" in readable(difference)


def test_a_change_that_voids_a_decision_tells_whose_selection_fell_and_why(
    scored: Scored, revised: Revised
) -> None:
    room = scored(0.8, 0.79, 0.3, 0.2)
    reasons = {"C001": "综合考虑", "C002": "综合考虑"}
    deciding.decide(room, "ONE-01", ["C002"], reasons, "专家组")
    stages.rank(room)
    sheet = room.root.parent / "level.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("J0,C003,benefit,70", "J0,C003,benefit,71"))
    import_sheets(room, [sheet], reason="笔误")

    difference = revised(room, "更正笔误")

    moved = {one["candidate"]: one for one in difference["moved"]}
    assert moved["C002"]["decision"] == ["selected", None]
    assert moved["C001"]["decision"] == ["not_selected", None]
    assert moved["C002"]["why"]["zh"].startswith("评审委员会的决定（专家组，")
    assert moved["C002"]["why"]["zh"].endswith("不再适用，因 C003 总分更正")
    assert moved["C002"]["why"]["en"].endswith("since the total of C003 was corrected")
    assert "决定入选 → 递补" in readable(difference)
    assert "selected by decision → reserve" in readable(difference)
    assert difference["reopened"] == ["ONE-01"]


def corrected_sheet(room: Workspace) -> None:
    sheet = room.root.parent / "level.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("J0,C002,benefit,70", "J0,C002,benefit,90"))
    import_sheets(room, [sheet], reason="笔误")


def another_judge(room: Workspace) -> None:
    """Send out sheets to the judges who have scored and to one who has not."""
    judges = [f"  - {{id: J{at}, name: 评委, unit: 某某单位{at}}}\n" for at in range(6)]
    roster = room.root.parent / "roster.yaml"
    roster.write_text(f"schema: jiebang/roster/1\njudges:\n{''.join(judges)}", encoding="utf-8")
    export_sheets(room, roster, room.root.parent / "six")


def decided(room: Workspace) -> None:
    deciding.decide(room, "ONE-01", ["C001"], {}, "专家组")


@pytest.mark.parametrize("done", [corrected_sheet, another_judge, decided])
def test_a_withdrawal_or_a_gate_does_not_take_along_what_is_not_ranked_yet(
    scored: Scored, done: Callable[[Workspace], None]
) -> None:
    room = scored(0.8, 0.79, 0.3)
    before = files(room.results)
    done(room)

    for change in (
        lambda: withdraw(room, "C003", WHY),
        lambda: fail_gate(room, "C003", "备案", WHY),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert [(p.code, p.where) for p in refused.value.problems][:1] == [("E7510", "ONE-01")]
    assert before.items() <= files(room.results).items()
    assert room.current_version() == 1

    stages.rank(room)
    difference = withdraw(room, "C003", WHY)

    assert {one["candidate"] for one in difference["moved"] if one["total"][1] is None} == {"C003"}
    assert all(one["total"][0] == one["total"][1] for one in difference["moved"][:-1])


def test_totals_that_fall_while_the_panel_is_awaited_are_said_to_fall_for_that(
    scored: Scored, revised: Revised
) -> None:
    room = scored(0.8, 0.79, 0.3)
    decided(room)
    stages.rank(room)
    another_judge(room)

    difference = revised(room, "增加一名评委")

    assert difference["reopened"] == ["ONE-01"]
    told = readable(difference)
    assert "变为 40.00：专家评分待收齐，暂不计入；评审委员会的决定（" in told
    assert "now 40.00: the panel is awaited and does not count yet" in told
    assert "ONE-01  名额线须重新处理：专家评分待收齐，暂不计入，原来的处理和决定不再适用" in told
    assert "更正" not in told
    sheet = room.root.parent / "sixth.csv"
    rows = [f"J5,{name},{part},72" for name in room.candidates() for part in CRITERIA]
    sheet.write_text("\n".join(["judge,candidate,criterion,score", *rows, ""]), encoding="utf-8")
    import_sheets(room, [sheet])
    again = readable(revised(room, "第六名评委交回"))
    assert "总分由 40.00 变为 76.00：专家评分收齐，计入总分" in again
    assert "the panel is complete and counts now" in again


def test_who_is_scored_for_the_first_time_has_moved_and_never_took_part_before(
    scored: Scored, one_more: Callable[[Workspace, float], None], revised: Revised
) -> None:
    room = scored(0.8, 0.3, panel=False)
    one_more(room, 0.9)

    difference = revised(room, "补测一件")

    moved = {one["candidate"]: one for one in difference["moved"]}
    assert (moved["C003"]["rank"], moved["C003"]["item"]) == ([None, 1], "ONE-01")
    assert moved["C003"]["why"] == {"zh": "新计分：补测一件", "en": "newly scored: 补测一件"}
    assert moved["C001"]["why"]["zh"] == "自身总分未变，因 C003 新计分而变动"
    assert moved["C001"]["why"]["en"].endswith("C003 was newly scored")
    assert "恢复参评" not in readable(difference)
    assert difference["unchanged"] == 3 - len(difference["moved"])


def test_a_difference_is_told_in_both_languages(scored: Scored) -> None:
    told = readable(withdraw(scored(0.9, 0.7, 0.5), "C001", WHY))

    assert "ONE-01 C002  名次 2 → 1  总分 " in told
    assert "reserve → proposed: its own total stands; C001 left the ranking" in told
    assert "proposed → withdrawn" in told


def test_the_old_version_stays_byte_for_byte(scored: Scored) -> None:
    room = scored(0.9, 0.7)
    old = room.current()
    before = files(old)

    withdraw(room, "C001", WHY)

    assert room.current_version() == 2
    assert files(old) == before
    assert [entry.event for entry in read_ledger(room.ledger)][-1] == "change"


def test_a_second_ranking_of_the_new_version_gives_the_same_bytes(scored: Scored) -> None:
    room = scored(0.9, 0.7, 0.5)
    withdraw(room, "C001", WHY)
    before = files(room.current())

    stages.rank(room)

    assert files(room.current()) == before


def test_a_gate_failed_late_leaves_the_candidate_listed_with_the_reason(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.9, 0.7)

    fail_gate(room, "C001", "备案", Reason(reason="备案号无效", by="李经办"))

    (out,) = ranking(room)["ineligible"]
    assert out["candidate"] == "C001"
    assert out["reasons"] == [{"gate": "备案", "reason": {"zh": "备案号无效", "en": "备案号无效"}}]
    assert [row["candidate"] for row in ranking(room)["rows"]] == ["C002"]


def test_a_gate_that_is_lifted_lets_the_candidate_take_part_again(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.9, 0.7, 0.5)
    before = ranking(room)["rows"]
    fail_gate(room, "C001", "备案", Reason(reason="备案号无效", by="李经办"))
    second = files(room.current())

    difference = lift_gate(room, "C001", " 备案 ", Reason(reason="备案号已核实", by="王经办"))

    assert room.current_version() == 3
    assert files(room.version(2)) == second
    assert ranking(room)["ineligible"] == []
    assert ranking(room)["rows"] == before
    failed, lifted = assemble(room)["changes"]
    assert (failed["reason"], lifted["reason"], lifted["lifts"]) == (
        "备案号无效",
        "备案号已核实",
        1,
    )
    told = readable(difference)
    assert "C001  撤销第 1 次变更：门槛“备案”不再记为未通过" in told
    assert "恢复参评：备案号已核实" in told
    assert "its own total stands; C001 takes part again" in told


def test_only_the_gate_that_is_named_is_lifted(scored: Scored, ranking: Ranking) -> None:
    room = scored(0.9, 0.7)
    for gate in ("备案", "信用"):
        fail_gate(room, "C001", gate, Reason(reason="不符", by="李经办"))

    difference = lift_gate(room, "C001", "备案", Reason(reason="已核实", by="李经办"))

    (out,) = ranking(room)["ineligible"]
    assert [one["gate"] for one in out["reasons"]] == ["信用"]
    assert "lifted" in readable(difference)


def test_a_gate_that_was_lifted_can_be_failed_again(scored: Scored, ranking: Ranking) -> None:
    room = scored(0.9, 0.7)
    because = Reason(reason="不符", by="李经办")
    fail_gate(room, "C001", "备案", because)
    lift_gate(room, "C001", "备案", because)

    fail_gate(room, "C001", "备案", because)

    assert [one["candidate"] for one in ranking(room)["ineligible"]] == ["C001"]
    assert room.current_version() == 4


@pytest.mark.parametrize("change", [fail_gate, lift_gate])
def test_every_fault_of_a_late_gate_is_said_at_once(scored: Scored, change: Any) -> None:
    room = scored(0.9, 0.7, 0.5)
    withdraw(room, "C001", WHY)

    with pytest.raises(Refusal) as gone:
        change(room, "C001", " ", Reason(reason=" ", by=" "))
    with pytest.raises(Refusal) as nobody:
        change(room, "C009", "备案", WHY)

    own = ["E7507"] if change is lift_gate else []
    assert sorted(p.code for p in gone.value.problems) == sorted(
        ["E7503", "E7505", "E7508", "E7509", *own]
    )
    assert [p.code for p in nobody.value.problems] == ["E7504", *own]
    assert room.current_version() == 2


def test_a_gate_is_failed_late_once(scored: Scored) -> None:
    room = scored(0.9, 0.7)
    fail_gate(room, "C001", "备案", WHY)

    with pytest.raises(Refusal) as refused:
        fail_gate(room, "C001", "备案", WHY)

    assert [p.code for p in refused.value.problems] == ["E7506"]
    assert room.current_version() == 2


def test_changes_pile_up_over_versions(scored: Scored, ranking: Ranking) -> None:
    room = scored(0.9, 0.7, 0.5)

    withdraw(room, "C001", WHY)
    fail_gate(room, "C002", "信用", Reason(reason="失信", by="李经办"))

    assert room.current_version() == 3
    assert [row["candidate"] for row in ranking(room)["rows"]] == ["C003"]
    assert [change["number"] for change in assemble(room)["changes"]] == [1, 2]


@pytest.mark.parametrize(
    ("candidate", "reason", "code"),
    [("C009", "撤回", "E7504"), ("C001", " ", "E7503")],
)
def test_a_change_without_reason_or_of_nobody_is_refused(
    scored: Scored, candidate: str, reason: str, code: str
) -> None:
    room = scored(0.9, 0.7)

    with pytest.raises(Refusal) as refused:
        withdraw(room, candidate, Reason(reason=reason, by="李经办"))

    assert [problem.code for problem in refused.value.problems] == [code]
    assert room.current_version() == 1


def test_nobody_withdraws_twice(scored: Scored) -> None:
    room = scored(0.9, 0.7, 0.5)
    withdraw(room, "C001", WHY)

    with pytest.raises(Refusal) as refused:
        withdraw(room, "C001", WHY)

    assert refused.value.problems[0].code == "E7502"


def test_a_change_rests_on_an_objection_only_if_that_was_upheld(scored: Scored) -> None:
    room = scored(0.9, 0.7)
    add(room, Raised(candidate="C001", name="张三", ground="数据有误"))
    because = Reason(reason="更正", by="李经办", objection="O001")

    with pytest.raises(Refusal) as refused:
        withdraw(room, "C001", because)
    decide(room, "O001", Decision(admitted=True, outcome="revoked", reason="属实", by="李经办"))
    withdraw(room, "C001", because)

    assert refused.value.problems[0].code == "E7528"
    assert read_objection(room, "O001")["versions"] == [2]


def test_an_objection_is_the_ground_for_changes_of_its_own_candidate_alone(
    scored: Scored,
) -> None:
    room = scored(0.9, 0.7, 0.5)
    add(room, Raised(candidate="C001", name="张三", ground="数据有误"))
    decide(room, "O001", Decision(admitted=True, outcome="revoked", reason="属实", by="李经办"))
    because = Reason(reason="更正", by="李经办", objection="O001")

    for change in (
        lambda: withdraw(room, "C002", because),
        lambda: fail_gate(room, "C002", "备案", because),
        lambda: lift_gate(room, "C002", "备案", because),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert "E7532" in [problem.code for problem in refused.value.problems]

    assert room.current_version() == 1
    assert read_objection(room, "O001")["versions"] == []


def test_an_objection_names_every_version_that_it_led_to(scored: Scored) -> None:
    room = scored(0.9, 0.7, 0.5)
    add(room, Raised(candidate="C001", name="张三", ground="数据有误"))
    decide(room, "O001", Decision(admitted=True, outcome="revoked", reason="属实", by="李经办"))
    because = Reason(reason="更正", by="李经办", objection="O001")

    fail_gate(room, "C001", "备案", because)
    lift_gate(room, "C001", "备案", because)

    record = read_objection(room, "O001")
    assert record["versions"] == [2, 3]
    assert "结果第 2、3 版 / version 2, 3" in in_words(record, "2026-12-01")


def test_results_on_which_a_step_was_taken_are_not_written_over(
    scored: Scored, ranking: Ranking, revised: Revised
) -> None:
    room = scored(0.8, 0.79, 0.3)
    deciding.decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    before = files(room.current())
    sheet = room.root.parent / "level.csv"
    sheet.write_text(sheet.read_text("utf-8").replace("J0,C002,benefit,70", "J0,C002,benefit,90"))
    import_sheets(room, [sheet], reason="笔误")

    with pytest.raises(Refusal) as refused:
        stages.rank(room)
    after_refusal = files(room.current())
    difference = revised(room, "更正笔误")
    stages.rank(room)

    assert [(p.code, p.where) for p in refused.value.problems] == [("E7553", "ONE-01")]
    assert after_refusal == before
    assert (room.current_version(), difference["reopened"]) == (2, ["ONE-01"])
    assert ranking(room)["settling"]["open"] == "committee"


def test_scores_on_which_a_step_was_taken_are_not_made_again(scored: Scored) -> None:
    room = scored(0.8, 0.79, 0.3)
    deciding.decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)

    problems = list(settling.built_upon(room))

    assert [(problem.code, problem.where) for problem in problems] == [("E7553", "ONE-01")]
    withdraw(room, "C003", WHY)
    assert list(settling.built_upon(room)) == []
