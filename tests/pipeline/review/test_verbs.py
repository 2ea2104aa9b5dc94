"""The verbs of a review, typed as an organizer types them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from harness.cli.main import main
from harness.workspace import Workspace

Scored = Callable[..., Workspace]
Ranking = Callable[..., dict[str, Any]]
ROSTER = """schema: jiebang/roster/1
judges:
  - {id: J01, name: 甲, unit: 某某大学}
"""


def type_(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_an_objection_goes_from_its_receipt_to_a_new_version(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.9, 0.7)
    added = type_(
        "objection", "add", room.root, "--candidate", "C001", "--name", "张三", "--ground",
        "业绩不实", "--received", "2026-05-06",
    )  # fmt: skip
    decided = type_(
        "objection", "decide", room.root, "O001", "--admitted", "--outcome", "revoked", "--reason",
        "属实", "--by", "李经办",
    )  # fmt: skip
    changed = type_(
        "gate", room.root, "C001", "--gate", "业绩真实", "--reason", "不实", "--objection", "O001"
    )
    listed = type_("objection", "list", room.root)

    assert [one.exit_code for one in (added, decided, changed, listed)] == [0, 0, 0, 0]
    assert "2026-05-20" in added.output
    assert "C002  名次 2 → 1" in changed.output
    assert "受理，撤销" in listed.output
    assert "结果第 2 版" in listed.output
    assert [row["candidate"] for row in ranking(room)["rows"]] == ["C002"]


def test_sheets_are_exported_and_what_is_due_is_listed(scored: Scored) -> None:
    room = scored(0.8, 0.79)
    roster = room.root.parent / "roster.yaml"
    roster.write_text(ROSTER, encoding="utf-8")

    out = type_("panel", "export", room.root, "--roster", roster, "-o", room.root.parent / "out")
    due = type_("settle", "list", room.root)

    assert out.exit_code == due.exit_code == 0, out.output
    assert "名额线待定：C001、C002；待办：评审委员会确定" in due.output
    assert "ONE-01: open at the line: C001, C002; due: Committee decides" in due.output
    assert len(list((room.root.parent / "out").iterdir())) == 2


@pytest.mark.parametrize(("panel", "said"), [(True, "无须处理"), (False, "专家评分未齐")])
def test_the_list_says_why_nothing_is_due(scored: Scored, panel: bool, said: str) -> None:
    room = scored(0.95, 0.3, panel=panel)

    assert said in type_("settle", "list", room.root).output


def test_a_step_that_nothing_waits_for_is_refused_in_words(scored: Scored) -> None:
    room = scored(0.95, 0.3)

    refused = type_("settle", "secondary", room.root, "ONE-01")

    assert refused.exit_code == 2
    assert "E7549" in refused.output
    assert "次要评分项" in refused.output


def test_a_decision_against_the_proposal_without_a_reason_ends_in_sentences(
    scored: Scored,
) -> None:
    room = scored(0.8, 0.79)

    refused = type_("settle", "decide", room.root, "ONE-01", "--select", "C002", "--by", "专家组")
    kept = type_(
        "settle", "decide", room.root, "ONE-01", "--select", "C002", "--by", "专家组",
        "--reason", "C002=带动更强", "--reason", "C001=重复",
    )  # fmt: skip

    assert refused.exit_code == 2
    assert "E7547" in refused.output
    assert kept.exit_code == 0, kept.output


def test_a_decision_is_amended_and_a_gate_lifted_as_it_is_typed(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79)
    decision = ("settle", "decide", room.root, "ONE-01", "--by", "专家组")
    gate = ("gate", room.root, "C001", "--gate", "备案", "--reason")

    said = [
        type_(*decision, "--select", "C001"),
        type_(*decision),
        type_(*decision, "--reason", "C001=重复", "--amend", "复核"),
        type_(*gate, "备案号无效"),
        type_("rank", room.root),
        type_(*gate, "备案号无效"),
        type_(*gate, "已核实", "--lift"),
    ]

    assert [one.exit_code for one in said] == [0, 2, 0, 2, 0, 0, 0], [one.output for one in said]
    assert "--amend" in said[1].output
    assert "E7510" in said[3].output
    assert "恢复参评：已核实" in said[6].output
    assert [row["decision"] for row in ranking(room)["rows"]] == ["not_selected", "reserve"]


def test_a_draw_shows_the_spelling_that_is_hashed(scored: Scored) -> None:
    board = (
        "quota: {at_most: 2}\n    contested: [draw, committee]\n"
        '    draw: {source: {zh: 双色球, en: lottery}, form: "[0-9]{2}( [0-9]{2}){2}", on: 2026-07-16}\n'
    )
    room = scored(0.8, 0.79, board=board)

    drawn = type_(
        "settle", "draw", room.root, "ONE-01", "--randomness", "０３-09-12", "--announced",
        "2026-07-16",
    )  # fmt: skip

    assert drawn.exit_code == 0, drawn.output
    assert "随机数（统一写法）：03 09 12\n" in drawn.output
    assert "  03 09 12|SMALL-1 ONE-01|C001\n" in drawn.output


@pytest.mark.parametrize("verb", ["panel", "settle", "objection"])
def test_every_group_says_what_it_does(verb: str) -> None:
    assert type_(verb, "--help").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("withdraw", "C009", "--reason", "撤回"),
        ("revise", "--reason", " "),
        ("settle", "draw", "ONE-01", "--randomness", "1", "--announced", "2026-01-01"),
        (
            "settle",
            "draw",
            "ONE-01",
            "--randomness",
            "1",
            "--announced",
            "2026-01-01",
            "--amend",
            "x",
        ),
        ("settle", "secondary", "NO-01"),
        ("settle", "hearing", "ONE-01"),
        ("objection", "decide", "O009", "--not-admitted", "--reason", "x", "--by", "y"),
    ],
)
def test_wrong_words_end_in_sentences(scored: Scored, words: tuple[str, ...]) -> None:
    room = scored(0.8, 0.79)
    at = 2 if words[0] in ("settle", "objection") else 1

    found = type_(*words[:at], room.root, *words[at:])

    assert found.exit_code == 2, found.output
    assert "jiebang explain" in found.output


def test_a_decision_says_how_many_reasons_it_keeps(scored: Scored) -> None:
    room = scored(0.8, 0.8, 0.3)
    reasons = ("--reason", "C002=已有三地应用", "--reason", "C001=上年已立项")

    decided = type_(
        "settle", "decide", room.root, "ONE-01", "--by", "专家组", "--select", "C002", *reasons
    )

    assert "与建议或先后不同 0 项，其他理由 2 项" in decided.output


def test_the_list_says_what_the_notice_waits_for(scored: Scored) -> None:
    room = scored(0.95, 0.3)
    decision = ("settle", "decide", room.root, "ONE-01", "--by", "专家组", "--select", "C001")

    said = [type_("settle", "list", room.root).output]
    for words in (decision, ("rank", room.root), (*decision, "--amend", "补充说明")):
        assert type_(*words).exit_code == 0
        said.append(type_("settle", "list", room.root).output)

    told = ("公示前由评审委员会确定", "待重新排名", "已由评审委员会确定", "待重新排名")
    assert [one for one, output in zip(told, said, strict=True) if one not in output] == []


def test_a_decision_says_how_many_stand_in_reserve_and_keeps_every_reason(
    scored: Scored,
) -> None:
    room = scored(0.8, 0.79)
    decision = ("settle", "decide", room.root, "ONE-01", "--by", "专家组")

    kept = type_(
        *decision, "--select", "C002", "--reserve", "C001", "--reason", "C002=带动更强",
        "--reason", "C002=已落地", "--reason", "C001=重复",
    )  # fmt: skip
    vacant = type_(*decision, "--reason", "C001=重复", "--reason", "C002", "--amend", "复核")
    alone = type_(
        *decision, "--select", "C002", "--reason", "C002=更强", "--reason", "C001=重复", "--amend",
        "复核",
    )  # fmt: skip

    assert kept.exit_code == alone.exit_code == 0, (kept.output, alone.output)
    assert "递补 1 个（公布名额 1 个）：C001" in kept.output
    records = sorted((room.current() / "settling" / "ONE-01").iterdir())
    assert "带动更强；已落地" in records[0].read_text(encoding="utf-8")
    assert vacant.exit_code == 2
    assert "E7568" in vacant.output
    assert "0 in reserve of 1: nobody; --reserve ID names who is" in alone.output
