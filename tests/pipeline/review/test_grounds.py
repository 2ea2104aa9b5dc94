"""A step and a decision count for what they were taken on, and for nothing that came after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.main import main
from harness.lock import lock_digest, locked
from harness.pipeline import objections, settling, stages
from harness.pipeline.band import COMMITTEE, in_force, told_steps
from harness.pipeline.deciding import decide
from harness.pipeline.differences import readable
from harness.pipeline.editions import Wanted, write_edition
from harness.pipeline.fresh_evidence import by_hearing
from harness.pipeline.panel import export_sheets, import_sheets
from harness.pipeline.pending import overview
from harness.pipeline.revising import Reason, fail_gate, lift_gate, withdraw
from harness.pipeline.settling import by_lots, by_secondary
from harness.problems import Refusal
from harness.workspace import Workspace

Scored = Callable[..., Workspace]
Ranking = Callable[..., dict[str, Any]]
Sheet = Callable[..., Path]
Revised = Callable[[Workspace], dict[str, Any]]
Amended = Callable[[Workspace, str, str], None]

LAW = Reason(reason="依规定", by="李经办")
SECONDARY = "    contested: [secondary_criteria, draw, committee]\n    secondary: [innovation]\n"
LOTS = '    draw: {source: {zh: 双色球, en: lottery}, form: "[0-9]{2}( [0-9]{2}){2}", on: 2026-07-16}\n'
HEARING = "    contested: [panel, committee]\n"


def board(*declared: str) -> str:
    return "quota: {at_most: 2}\n" + "".join(declared)


def better_on(part: str, *names: str) -> dict[tuple[str, str], int]:
    """Marks by which some are better on one of two parts of equal weight, the others on the other.

    The totals of all are equal.
    """
    other = {"innovation": "benefit", "benefit": "innovation"}[part]
    return {
        (name, one): 90 if (one == part) == (name in names) else 60
        for name in ("C001", "C002", "C003")
        for one in (part, other)
    }


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def states(ranking: Mapping[str, Any]) -> dict[str, str]:
    return {one["step"]: one["state"] for one in ranking["settling"]["steps"]}


def standing(ranking: Mapping[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {row["candidate"]: (row["proposal"], row["decision"]) for row in ranking["rows"]}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def settled_by_innovation(scored: Scored, sheet: Sheet, *better: str, **more: Any) -> Workspace:
    """Level totals that the secondary criteria have put in an order."""
    room = scored(0.8, 0.8, 0.8, panel=False, board=board(SECONDARY, LOTS), **more)
    import_sheets(room, [sheet(room, better_on("innovation", *better), "first.csv")])
    stages.rank(room)
    by_secondary(room, "ONE-01", "李经办")
    stages.rank(room)
    return room


def test_secondary_criteria_are_due_again_once_the_marks_behind_them_are_corrected(
    scored: Scored, ranking: Ranking, sheet: Sheet, revised: Revised
) -> None:
    room = settled_by_innovation(scored, sheet, "C001")
    first = standing(ranking(room))
    before = files(room.current())
    import_sheets(
        room, [sheet(room, better_on("innovation", "C002"), "right.csv")], reason="两栏填反"
    )

    with pytest.raises(Refusal) as again:
        by_secondary(room, "ONE-01", "李经办")
    with pytest.raises(Refusal) as over:
        stages.rank(room)
    after_refusal = files(room.current())
    difference = revised(room)
    due = states(ranking(room))
    by_secondary(room, "ONE-01", "李经办")
    stages.rank(room)

    assert first["C001"] == ("selected", None)
    assert (codes(again), codes(over)) == (["E7577"], ["E7553"])
    assert after_refusal == before
    assert due == {"secondary_criteria": "due", "draw": "waiting", "committee": "waiting"}
    assert difference["reopened"] == ["ONE-01"]
    assert "所依据的打分有更正" in readable(difference)
    assert standing(ranking(room))["C002"] == ("selected", None)


def test_a_step_counts_again_once_the_marks_behind_it_do(
    scored: Scored, ranking: Ranking, sheet: Sheet, revised: Revised
) -> None:
    room = settled_by_innovation(scored, sheet, "C001")
    before = states(ranking(room))
    for better, reason in (("C002", "两栏填反"), ("C001", "原表无误")):
        marks = better_on("innovation", better)
        import_sheets(room, [sheet(room, marks, f"{better}.csv")], reason=reason)
        revised(room)

    assert states(ranking(room)) == before


def test_a_correction_that_moves_no_value_of_a_step_leaves_it_in_force(
    scored: Scored, ranking: Ranking, sheet: Sheet
) -> None:
    room = settled_by_innovation(scored, sheet, "C001")
    before = standing(ranking(room))
    path = sheet(room, better_on("innovation", "C001"), "right.csv")
    exchanged = {
        "J0,C001,benefit,60": "J0,C001,benefit,61",
        "J1,C001,benefit,61": "J1,C001,benefit,60",
    }
    text = path.read_text("utf-8")
    for was, becomes in exchanged.items():
        text = text.replace(was, becomes)
    path.write_text(text, "utf-8")
    import_sheets(room, [path], reason="两位评委的分数填反")

    outdated = overview(room)[0].outdated
    stages.rank(room)

    assert outdated
    assert standing(ranking(room)) == before
    assert states(ranking(room))["secondary_criteria"] == "done"


def test_what_rests_on_a_step_falls_with_it(
    scored: Scored, ranking: Ranking, sheet: Sheet, revised: Revised
) -> None:
    room = settled_by_innovation(scored, sheet, "C001", places=2)
    lots = ("ONE-01", "03 09 12", "2026-07-16", "公证处")
    first = by_lots(room, *lots)
    stages.rank(room)
    chosen = [name for name, (what, _) in standing(ranking(room)).items() if what == "selected"]
    decide(room, "ONE-01", chosen, {}, "专家组")
    stages.rank(room)
    decided = states(ranking(room))
    import_sheets(
        room, [sheet(room, better_on("innovation", "C002"), "right.csv")], reason="两栏填反"
    )

    revised(room)
    fallen = states(ranking(room))
    by_secondary(room, "ONE-01", "李经办")
    stages.rank(room)
    redone = states(ranking(room))
    again = by_lots(room, *lots)

    assert decided == {"secondary_criteria": "done", "draw": "done", "committee": "done"}
    assert fallen == {"secondary_criteria": "due", "draw": "waiting", "committee": "waiting"}
    assert {outcome for _, outcome in standing(ranking(room)).values()} == {None}
    assert redone == {"secondary_criteria": "done", "draw": "due", "committee": "waiting"}
    assert first["among"] == [["C001"], ["C002", "C003"]]
    assert again["among"] == [["C002"], ["C001", "C003"]]


def heard(room: Workspace, sheet: Sheet, better: str, reason: str | None = None) -> None:
    scores = {(better, part): 90 for part in ("innovation", "benefit")}
    path = sheet(room, scores, f"hearing-{better}.csv", ["C001", "C002"])
    import_sheets(room, [path], hearing=True, reason=reason)


def test_a_hearing_is_due_again_once_its_sheets_are_corrected(
    scored: Scored, ranking: Ranking, sheet: Sheet, revised: Revised
) -> None:
    room = scored(0.8, 0.79, 0.3, board=board(HEARING))
    heard(room, sheet, "C001")
    by_hearing(room, "ONE-01", "李经办")
    stages.rank(room)
    heard(room, sheet, "C002", "两名对象填反")

    with pytest.raises(Refusal) as again:
        by_hearing(room, "ONE-01", "李经办")
    with pytest.raises(Refusal) as over:
        stages.rank(room)
    revised(room)
    due = states(ranking(room))
    record = by_hearing(room, "ONE-01", "李经办")

    assert (codes(again), codes(over)) == (["E7577"], ["E7553"])
    assert due == {"panel": "due", "committee": "waiting"}
    assert record["groups"] == [["C002"], ["C001"]]


def test_a_hearing_that_was_not_ranked_with_yet_is_kept_anew_in_its_place(
    scored: Scored, ranking: Ranking, sheet: Sheet
) -> None:
    room = scored(0.8, 0.79, 0.3, board=board(HEARING))
    heard(room, sheet, "C001")
    by_hearing(room, "ONE-01", "李经办")
    heard(room, sheet, "C002", "两名对象填反")

    with pytest.raises(Refusal) as over:
        stages.rank(room)
    by_hearing(room, "ONE-01", "李经办")
    stages.rank(room)

    assert codes(over) == ["E7553"]
    assert standing(ranking(room))["C002"] == ("selected", None)


def test_a_hearing_stands_whatever_judges_give_whoever_is_not_in_its_band(
    scored: Scored, ranking: Ranking, sheet: Sheet
) -> None:
    room = scored(0.8, 0.79, 0.3, board=board(HEARING))
    heard(room, sheet, "C002")
    by_hearing(room, "ONE-01", "李经办")
    stages.rank(room)

    import_sheets(room, [sheet(room, {}, "others.csv", ["C003"])], hearing=True)
    stages.rank(room)

    assert states(ranking(room)) == {"panel": "done", "committee": "due"}
    assert not overview(room)[0].outdated


def test_a_corrected_hearing_leads_to_the_verb_that_is_next(scored: Scored, sheet: Sheet) -> None:
    room = scored(0.8, 0.79, 0.3, board=board(HEARING))

    def typed(better: str, *more: str) -> str:
        scores = {(better, "innovation"): 90}
        path = sheet(room, scores, f"{better}.csv", ["C001", "C002"])
        words = ["panel", "import", str(room.root), str(path), "--hearing", *more]
        return CliRunner().invoke(main, words).output

    first = typed("C001")
    before = typed("C002", "--replace", "填反")
    by_hearing(room, "ONE-01", "李经办")
    stages.rank(room)
    after = typed("C001", "--replace", "原表无误")

    assert all("jiebang settle hearing" in output for output in (first, before))
    assert "jiebang revise" in after
    assert "jiebang settle hearing" not in after


STEPS: dict[str, tuple[str, Callable[[Workspace], Any]]] = {
    "secondary": (
        board(SECONDARY, LOTS),
        lambda room: by_secondary(room, "ONE-01", "李经办"),
    ),
    "draw": (
        board("    contested: [draw]\n", LOTS),
        lambda room: by_lots(room, "ONE-01", "03 09 12", "2026-07-16", "公证处"),
    ),
    "hearing": (board(HEARING), lambda room: by_hearing(room, "ONE-01", "李经办")),
    "decision": (board(), lambda room: decide(room, "ONE-01", ["C001"], {}, "专家组")),
    "objection": (
        board(),
        lambda room: objections.add(
            room, objections.Raised(candidate="C001", name="张三", ground="数据有误")
        ),
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_done_under_a_board_that_is_not_the_locked_one(
    scored: Scored, sheet: Sheet, step: str
) -> None:
    declared, take = STEPS[step]
    room = scored(0.8, 0.79, 0.3, board=declared)
    heard(room, sheet, "C001")
    path = room.board / "board.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("at_most: 2", "at_most: 3", 1), "utf-8")

    with pytest.raises(Refusal) as edited:
        take(room)
    path.write_text(text, "utf-8")
    record = take(room)

    assert codes(edited) == ["E9005"]
    assert step == "objection" or record["lock"] == lock_digest(locked(room))


def test_an_earlier_decision_does_not_come_back_over_a_later_one(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    fail_gate(room, "C001", "业绩真实", LAW)
    decide(room, "ONE-01", ["C002"], {}, "专家组")
    stages.rank(room)

    difference = lift_gate(room, "C001", "业绩真实", LAW)

    assert {outcome for _, outcome in standing(ranking(room)).values()} == {None}
    assert ranking(room)["settling"]["open"] == "committee"
    assert [one["item"] for one in difference["lapsed"]] == difference["reopened"] == ["ONE-01"]
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    assert standing(ranking(room))["C001"] == ("selected", "selected")


def test_the_last_decision_counts_again_once_its_field_does(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    fail_gate(room, "C003", "业绩真实", LAW)

    difference = lift_gate(room, "C003", "业绩真实", LAW)

    assert standing(ranking(room))["C001"] == ("selected", "selected")
    assert difference["lapsed"] == []


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["draw", COMMITTEE]), st.sampled_from(["1", "2"])), max_size=8
    ),
    total=st.sampled_from(["1", "2"]),
)
def test_of_the_decisions_on_an_item_only_the_last_is_ever_in_force(
    steps: list[tuple[str, str]], total: str
) -> None:
    kept = [
        {"step": step, "item": "ONE-01", "band": ["C001"], "field": [["C001", one]], "time": at}
        for at, (step, one) in enumerate(steps)
    ]
    row = {"candidate": "C001", "total": total, "certainty": "not_separable"}

    found = in_force({"complete_panel": True, "rows": [row]}, "ONE-01", kept, {})

    decisions = [record for record in kept if record["step"] == COMMITTEE]
    fitting = [one for one in decisions[-1:] if one["field"] == [["C001", total]]]
    assert [record for record in found.values() if record["step"] == COMMITTEE] == fitting
    assert all(record["field"] == [["C001", total]] for record in found.values())


@pytest.mark.parametrize("carried", [False, True], ids=["of this version", "of the one before"])
def test_rules_that_put_a_decision_out_of_force_want_a_new_version(
    scored: Scored, ranking: Ranking, revised: Revised, amended: Amended, carried: bool
) -> None:
    room = scored(0.8, 0.79, 0.3, board="quota: {at_most: 3}\n")
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    if carried:
        revised(room)
    before = files(room.current() / "ranking")
    amended(room, "places: 1\n", "places: 2\n")

    with pytest.raises(Refusal) as over:
        stages.rank(room)
    kept = files(room.current() / "ranking")
    built = list(settling.built_upon(room))
    difference = revised(room)

    assert codes(over) == [problem.code for problem in built] == ["E7553"]
    assert kept == before
    assert [one["item"] for one in difference["lapsed"]] == ["ONE-01"]
    assert {outcome for _, outcome in standing(ranking(room)).values()} == {None}


def test_a_ranking_is_written_over_where_every_step_stays_in_force(
    scored: Scored, ranking: Ranking, amended: Amended
) -> None:
    room = scored(0.8, 0.79, 0.3)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    before = standing(ranking(room))
    amended(room, "at_most: 2", "at_most: 3")

    stages.rank(room)

    assert standing(ranking(room)) == before


def test_a_decision_is_ranked_with_before_it_lapses_and_its_lapse_is_told(scored: Scored) -> None:
    room = scored(0.8, 0.79, 0.3)
    decide(room, "ONE-01", ["C001"], {}, "专家组")

    with pytest.raises(Refusal, match="E7510"):
        withdraw(room, "C003", LAW)
    stages.rank(room)
    difference = withdraw(room, "C003", LAW)

    assert difference["reopened"] == ["ONE-01"]
    assert "C003 退出排名，原来的处理和决定不再适用" in readable(difference)


def test_a_step_that_lapsed_in_an_earlier_version_keeps_nothing_from_being_written_over(
    scored: Scored, ranking: Ranking, sheet: Sheet
) -> None:
    room = settled_by_innovation(scored, sheet, "C001")
    withdraw(room, "C003", LAW)
    lapsed = ranking(room)
    assert not told_steps(lapsed)

    higher = dict.fromkeys([("C002", "innovation"), ("C002", "benefit")], 90)
    import_sheets(room, [sheet(room, higher, "right.csv")], reason="抄写有误")
    stages.rank(room)

    assert [row["candidate"] for row in ranking(room)["rows"]] == ["C002", "C001"]


def test_a_step_that_lapsed_in_one_version_is_not_told_again_in_the_next(
    scored: Scored, sheet: Sheet, revised: Revised
) -> None:
    room = settled_by_innovation(scored, sheet, "C001")
    import_sheets(
        room, [sheet(room, better_on("innovation", "C002"), "right.csv")], reason="两栏填反"
    )
    told = revised(room)["lapsed"]

    again = revised(room)["lapsed"]

    assert [one["item"] for one in told] == ["ONE-01"]
    assert again == []


def corrected(room: Workspace, sheet: Sheet, _: Amended) -> None:
    better = {("C002", part): 90 for part in ("innovation", "benefit")}
    import_sheets(room, [sheet(room, better, "right.csv")], reason="录入有误")


def one_more_judge(room: Workspace, _: Sheet, __: Amended) -> None:
    roster = room.root.parent / "roster.yaml"
    judges = [f"  - {{id: J{one}, name: 甲{one}, unit: 第{one}大学}}\n" for one in range(6)]
    roster.write_text("schema: jiebang/roster/1\njudges:\n" + "".join(judges), "utf-8")
    export_sheets(room, roster, room.root.parent / "out")


def other_rules(room: Workspace, _: Sheet, amended: Amended) -> None:
    amended(room, "at_most: 2", "at_most: 3")


@pytest.mark.parametrize("since", [corrected, one_more_judge, other_rules])
def test_a_ranking_older_than_what_is_in_force_is_neither_decided_on_nor_made_public(
    scored: Scored, sheet: Sheet, amended: Amended, since: Callable[..., None]
) -> None:
    room = scored(0.8, 0.79, 0.3)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    fresh = overview(room)
    write_edition(room, Wanted(kind="notice"))

    since(room, sheet, amended)

    with pytest.raises(Refusal) as decided:
        decide(room, "ONE-01", ["C001"], {}, "专家组", amend="复核")
    with pytest.raises(Refusal) as public:
        write_edition(room, Wanted(kind="notice"))
    listed = CliRunner().invoke(main, ["settle", "list", str(room.root)]).output
    assert codes(decided) == codes(public) == ["E7577"]
    assert "jiebang rank" in listed
    assert "jiebang revise" in listed
    assert [one.outdated for one in fresh + overview(room)] == [False, True]


@pytest.mark.parametrize("since", [corrected, other_rules])
def test_a_ranking_anew_is_decided_on(
    scored: Scored, sheet: Sheet, amended: Amended, since: Callable[..., None]
) -> None:
    room = scored(0.8, 0.79, 0.3)
    since(room, sheet, amended)

    stages.rank(room)

    assert [one.outdated for one in overview(room)] == [False]
    assert decide(room, "ONE-01", [], {"C001": "不立项", "C002": "不立项"}, "专家组")
