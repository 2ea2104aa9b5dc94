"""Objections are raised in a real name and answered by a working day that is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.board import Objections
from harness.pipeline.objections import (
    Decision,
    Raised,
    add,
    decide,
    in_words,
    listed,
    working_days_after,
)
from harness.problems import Refusal
from harness.workspace import Workspace


@pytest.fixture
def room(small: Any, taken_in: Callable[..., Workspace]) -> Workspace:
    return taken_in(small.package("good"))


def raised(**changed: Any) -> Raised:
    return Raised(**{"candidate": "C001", "name": "张三", "ground": "指标口径有误", **changed})


@pytest.mark.parametrize(
    ("day", "count", "wanted"),
    [
        ("2026-05-06", 10, "2026-05-20"),
        ("2026-05-08", 1, "2026-05-11"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-10-09", 1, "2026-10-10"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays_and_count_extra_workdays(
    day: str, count: int, wanted: str
) -> None:
    week = tuple(f"2026-10-{number:02d}" for number in (1, 2, 5, 6, 7))
    rules = Objections(holidays=week, workdays=("2026-10-10",))

    assert working_days_after(day, count, rules) == wanted


def test_an_objection_keeps_its_evidence_as_digests_and_says_when_to_answer(
    room: Workspace, tmp_path: Path
) -> None:
    evidence = tmp_path / "截图.png"
    evidence.write_bytes(b"picture")

    record = add(room, raised(evidence=(evidence,), received="2026-05-06"))

    assert record["evidence"] == [
        {"file": "截图.png", "sha256": "sha256:" + hashlib.sha256(b"picture").hexdigest()}
    ]
    assert (record["id"], record["deadline"], record["item"]) == ("O001", "2026-05-20", "ONE-01")
    assert "2026-05-20" in in_words(record, "2026-05-07")
    assert "已逾期" in in_words(record, "2026-05-21")


def test_an_objection_after_the_period_is_kept_and_marked_late(room: Workspace) -> None:
    published = "2026-04-27"

    early = add(room, raised(received="2026-04-30", published=published))
    late = add(room, raised(received="2026-05-12", published=published))

    assert (early["late"], late["late"]) == (False, True)


def test_every_fault_of_an_objection_is_said_at_once(room: Workspace) -> None:
    wrong = raised(
        candidate="C099", name="匿名", ground=" ", received="5月6日", evidence=(Path("no"),)
    )

    with pytest.raises(Refusal) as refused:
        add(room, wrong)

    found = sorted(problem.code for problem in refused.value.problems)
    assert found == ["E7504", "E7520", "E7521", "E7527", "E7529"]


@pytest.mark.parametrize(
    ("admitted", "outcome", "code"),
    [(True, None, "E7524"), (False, "maintained", "E7524"), (True, "won", "E7525")],
)
def test_an_outcome_goes_with_an_objection_that_is_taken_up(
    room: Workspace, admitted: bool, outcome: str | None, code: str
) -> None:
    add(room, raised())

    with pytest.raises(Refusal) as refused:
        decide(room, "O001", Decision(admitted=admitted, outcome=outcome, reason="理由", by="李"))

    assert refused.value.problems[0].code == code


def test_a_decision_stands(room: Workspace) -> None:
    add(room, raised())
    decision = Decision(admitted=False, outcome=None, reason="超出范围", by="李经办")
    decide(room, "O001", decision)

    with pytest.raises(Refusal) as refused:
        decide(room, "O001", decision)

    assert refused.value.problems[0].code == "E7523"
    assert [event["event"] for event in listed(room)[0]["events"]] == ["added", "decided"]
    assert "不予受理" in in_words(listed(room)[0], "2026-05-07")


def test_an_objection_before_eight_in_the_morning_is_of_that_day_in_beijing(
    room: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.pipeline.days.now", lambda: "2026-05-05T23:30:00Z")

    record = add(room, raised())

    assert (record["received"], record["deadline"]) == ("2026-05-06", "2026-05-20")


@pytest.mark.parametrize(
    "name",
    ["", " ", "匿名", "匿 名", "匿名者", "「匿名」", "某人", "Anonymous", "ＡＮＯＮＹＭＯＵＳ", "N/A", "无", "——", "13800000000"],
)  # fmt: skip
def test_what_is_no_name_is_no_real_name(room: Workspace, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        add(room, raised(name=name))

    assert [problem.code for problem in refused.value.problems] == ["E7520"]


@pytest.mark.parametrize("name", ["吴名", "某某市示例公司", "Na Li", "无锡示例公司"])
def test_a_name_that_holds_such_a_word_is_a_name(room: Workspace, name: str) -> None:
    assert add(room, raised(name=name))["name"] == name


def test_an_objection_is_not_received_tomorrow(room: Workspace) -> None:
    with pytest.raises(Refusal) as refused:
        add(room, raised(received="2026-08-04"))

    assert [problem.code for problem in refused.value.problems] == ["E7530"]
    assert add(room, raised(received="2026-08-03"))["received"] == "2026-08-03"


@pytest.mark.parametrize(
    ("received", "published"),
    [("2026-07-10", "2026-07-11"), (None, "2026-12-31")],
)
def test_what_is_objected_to_was_made_public_by_the_day_of_receipt(
    room: Workspace, received: str | None, published: str
) -> None:
    with pytest.raises(Refusal) as refused:
        add(room, raised(received=received, published=published))

    assert [problem.code for problem in refused.value.problems] == ["E7533"]
    assert add(room, raised(received="2026-07-10", published="2026-07-10"))["late"] is False


@pytest.mark.parametrize(
    ("decided", "code"),
    [("2026-08-04", "E7530"), ("2026-07-09", "E7531"), ("2026-W30-4", "E7527")],
)
def test_an_objection_is_decided_between_its_receipt_and_today(
    room: Workspace, decided: str, code: str
) -> None:
    add(room, raised(received="2026-07-10"))
    decision = {"admitted": True, "outcome": "maintained", "reason": "属实", "by": "李经办"}

    with pytest.raises(Refusal) as refused:
        decide(room, "O001", Decision(**decision, decided=decided))

    assert [problem.code for problem in refused.value.problems] == [code]
    assert (
        decide(room, "O001", Decision(**decision, decided="2026-07-10"))["decided"] == "2026-07-10"
    )
