"""One announcement is one randomness, wrong copies are corrected in the open, rules come before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.canonical import canonical_json, digest, readable_json
from harness.ledger import read
from harness.lock import lock_digest, locked
from harness.pipeline import stages
from harness.pipeline.announcements import RULES, named_on, ruled_too_late
from harness.pipeline.deciding import decide
from harness.pipeline.editions import Wanted, write_edition
from harness.pipeline.noting import held as ledger_of
from harness.pipeline.noting import note, put
from harness.pipeline.pending import overview, to_correct
from harness.pipeline.preparing import lock_rules
from harness.pipeline.revising import Reason, withdraw
from harness.pipeline.settling import by_lots
from harness.pipeline.traces import RANKING
from harness.problems import Refusal
from harness.workspace import Workspace, read_json

Scored = Callable[..., Workspace]
Ranking = Callable[..., dict[str, Any]]
DAY = "2026-07-16"
DRAW = (
    "quota: {at_most: 2}\n"
    "    contested: [draw, committee]\n"
    '    draw: {source: {zh: 双色球, en: lottery}, form: "[0-9]{2}( [0-9]{2}){2}", on: 2026-07-16}\n'
)
TRACK = "vertical_model"


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def drawn(room: Workspace, randomness: str, item: str = "ONE-01", **more: Any) -> dict[str, Any]:
    return by_lots(room, item, randomness, DAY, "公证处", **more)


def records(room: Workspace, item: str = "ONE-01") -> list[dict[str, Any]]:
    return [read_json(path) for path in sorted((room.current() / "settling" / item).iterdir())]


def with_second_item(room: Workspace, ranking: Ranking) -> None:
    """TWO-01 stands as ONE-01 does before anything is settled."""
    path = room.current() / "ranking" / TRACK / "TWO-01.json"
    one = ranking(room)
    undecided = {
        "rows": [{**row, "decision": None} for row in one["rows"]],
        "settling": {
            **one["settling"],
            "steps": [step for step in one["settling"]["steps"] if step["step"] != "committee"],
        },
    }
    path.write_bytes(readable_json({**one, **undecided, "item": "TWO-01"}))
    note(room, RANKING)


def winner(room: Workspace, ranking: Ranking) -> str:
    found = (row for row in ranking(room)["rows"] if row["proposal"] == "selected")
    return str(next(found)["candidate"])


def test_another_item_is_not_drawn_with_other_randomness_of_the_same_announcement(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3, board=DRAW)
    with_second_item(room, ranking)
    drawn(room, "03 09 12")

    with pytest.raises(Refusal) as refused:
        drawn(room, "03 09 21", "TWO-01")
    same = drawn(room, "０３-09-12", "TWO-01")

    (problem,) = refused.value.problems
    assert (problem.code, problem.values) == ("E7583", {"expected": "03 09 12", "item": "ONE-01"})
    assert same["randomness"] == "03 09 12"


def test_a_draw_that_is_due_again_is_not_drawn_with_other_randomness(scored: Scored) -> None:
    room = scored(0.8, 0.79, 0.3, board=DRAW)
    drawn(room, "03 09 12")
    stages.rank(room)
    withdraw(room, "C003", Reason(reason="撤回", by="李经办"))

    with pytest.raises(Refusal) as refused:
        drawn(room, "03 09 13")
    again = drawn(room, "03 09 12")

    assert codes(refused) == ["E7583"]
    assert again["replaces"] is None


@pytest.mark.parametrize("ranked", [False, True])
def test_a_wrong_copy_is_corrected_with_a_reason_and_both_records_stay(
    scored: Scored, ranking: Ranking, ranked: bool
) -> None:
    room = scored(0.8, 0.79, 0.3, board=DRAW)
    first = drawn(room, "03 09 12")
    if ranked:
        stages.rank(room)

    with pytest.raises(Refusal) as refused:
        drawn(room, "03 09 21")
    with pytest.raises(Refusal) as blank:
        drawn(room, "03 09 21", amend=" ")
    with pytest.raises(Refusal) as same:
        drawn(room, "03 09 12", amend="更正")
    second = drawn(room, "03 09 21", amend="抄写颠倒")
    (unranked,) = overview(room)
    with pytest.raises(Refusal) as early:
        decide(room, "ONE-01", [], {"C001": "暂缓", "C002": "暂缓"}, "专家组")
    stages.rank(room)

    assert codes(refused) == ["E7550"]
    assert codes(blank) == ["E7581"]
    assert codes(same) == ["E7582"]
    assert codes(early) == ["E7550"]
    assert unranked.taken == "draw"
    assert records(room) == [first, second]
    assert second["among"] == first["among"] == [["C001", "C002"]]
    assert second["replaces"] == {
        "item": "ONE-01",
        "randomness": "03 09 12",
        "by": "公证处",
        "time": first["time"],
        "digest": digest(canonical_json(first)),
        "reason": "抄写颠倒",
    }
    (step, _) = ranking(room)["settling"]["steps"]
    assert step["lots"]["replaces"] == second["replaces"]
    assert step["groups"] == second["groups"]


def test_a_decision_on_a_draw_that_is_corrected_is_taken_again_where_the_order_changed(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3, board=DRAW)
    first = drawn(room, "03 09 12")
    stages.rank(room)
    decide(room, "ONE-01", [winner(room, ranking)], {}, "专家组")
    stages.rank(room)
    second = first
    for number in range(20):
        if second["groups"] != first["groups"]:
            break
        second = drawn(room, f"04 10 {number:02d}", amend="抄写有误")
    stages.rank(room)

    assert second["groups"] != first["groups"]
    assert ranking(room)["settling"]["overtaken"]


@pytest.mark.parametrize("amend", ["抄写有误", ""])
def test_a_first_draw_corrects_nothing(scored: Scored, amend: str) -> None:
    room = scored(0.8, 0.79, board=DRAW)

    with pytest.raises(Refusal) as refused:
        drawn(room, "03 09 12", amend=amend)

    assert codes(refused) == ["E7582" if amend else "E7581"]


def test_other_draws_from_a_corrected_announcement_are_corrected_before_anything_is_decided(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3, board=DRAW)
    with_second_item(room, ranking)
    for item in ("ONE-01", "TWO-01"):
        drawn(room, "03 09 12", item)
    stages.rank(room)
    decide(room, "ONE-01", [winner(room, ranking)], {}, "专家组")
    stages.rank(room)
    with_second_item(room, ranking)

    drawn(room, "03 09 21", "TWO-01", amend="抄写颠倒")
    waiting = to_correct(room)
    with pytest.raises(Refusal) as decided:
        decide(room, "ONE-01", [winner(room, ranking)], {}, "专家组", amend="确认")
    with pytest.raises(Refusal) as public:
        write_edition(room, Wanted(kind="notice"))
    followed = drawn(room, "03 09 21", amend="随 TWO-01 更正")

    assert waiting == ("ONE-01",)
    assert codes(decided) == ["E7585"]
    assert ("E7713", "ONE-01") in [(one.code, one.where) for one in public.value.problems]
    assert followed["replaces"]["randomness"] == "03 09 12"
    assert to_correct(room) == ()


def test_where_the_first_draw_no_longer_counts_the_next_one_corrects_it(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3, board=DRAW)
    drawn(room, "03 09 12")
    stages.rank(room)
    withdraw(room, "C003", Reason(reason="撤回", by="李经办"))

    record = drawn(room, "03 09 21", amend="上次抄写颠倒")

    assert record["replaces"]["randomness"] == "03 09 12"
    assert record["replaces"]["reason"] == "上次抄写颠倒"


def amended(
    room: Workspace, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str], day: str
) -> None:
    """Change the board and lock it again on a day; what was measured is measured so again."""
    board = room.board / "board.yaml"
    text = board.read_text(encoding="utf-8")
    assert change[0] in text
    board.write_text(text.replace(*change), encoding="utf-8")
    with monkeypatch.context() as then:
        then.setattr("harness.pipeline.noting.now", lambda: f"{day}T02:00:00Z")
        lock_rules(room, reason="更改")
    baselines = {**read_json(room.baselines), "lock": lock_digest(locked(room))}
    with ledger_of(room) as ledger:
        put(room, ledger, "baselines", "", baselines, actor="organizer")


LATER = ("on: 2026-07-16", "on: 2026-07-30")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ([], "2026-04-01"),
        ([(("at_most: 2}", "at_most: 3}"), "2026-07-18")], "2026-04-01"),
        ([(LATER, "2026-07-18")], "2026-07-18"),
        ([(("en: lottery", "en: raffle"), "2026-07-18")], "2026-07-18"),
        ([(("[draw, committee]", "[panel, draw, committee]"), "2026-07-18")], "2026-07-18"),
        ([(("id: SMALL-1", "id: SMALL-2"), "2026-07-18")], "2026-07-18"),
        ([(LATER, "2026-07-18"), (LATER[::-1], "2026-07-20")], "2026-07-20"),
        ([(LATER, "2026-07-18"), (("at_most: 2}", "at_most: 3}"), "2026-07-20")], "2026-07-18"),
    ],
)
@pytest.mark.parametrize("told", [True, False])
def test_a_rule_of_draws_counts_from_the_lock_that_first_has_it(
    scored: Scored,
    monkeypatch: pytest.MonkeyPatch,
    changes: list[tuple[tuple[str, str], str]],
    named: str,
    told: bool,
) -> None:
    if not told:
        monkeypatch.setattr("harness.pipeline.preparing.note_rules", lambda *_, **__: None)
    room = scored(0.8, 0.79, board=DRAW)

    for change, day in changes:
        amended(room, monkeypatch, change, day)

    assert (RULES in {line.event for line in read(room.ledger)}) == told
    if told:
        assert named_on(room, TRACK) == named
    else:
        # Without the rules of the time, any change of the board may have been one of them.
        assert named_on(room, TRACK) == (changes[-1][1] if changes else named)


@pytest.mark.parametrize(
    ("on", "changed", "allowed"),
    [
        ("2026-07-16", "2026-07-18", False),
        ("2026-07-16", "2026-07-16", False),
        ("2026-07-16", "2026-07-15", True),
    ],
)
def test_lots_are_drawn_only_from_an_announcement_after_the_rules_named_it(
    scored: Scored, monkeypatch: pytest.MonkeyPatch, on: str, changed: str, allowed: bool
) -> None:
    room = scored(0.8, 0.79, board=DRAW.replace("on: 2026-07-16", "on: 2026-12-30"))
    amended(room, monkeypatch, ("on: 2026-12-30", f"on: {on}"), changed)

    stages.rank(room)

    assert ruled_too_late(room) == ({} if allowed else {TRACK: on})
    if allowed:
        assert drawn(room, "03 09 12")["on"] == on
        return
    with pytest.raises(Refusal) as refused:
        drawn(room, "03 09 12")

    (problem,) = refused.value.problems
    assert (problem.code, problem.values["expected"]) == ("E7584", changed)


def test_a_wrong_copy_is_corrected_under_the_rule_that_it_was_drawn_by(
    scored: Scored, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = scored(0.8, 0.79, board=DRAW)
    drawn(room, "03 09 12")
    stages.rank(room)
    amended(room, monkeypatch, LATER, "2026-07-18")
    stages.rank(room)

    record = drawn(room, "03 09 21", amend="抄写颠倒")

    assert record["on"] == "2026-07-16"
    assert record["replaces"]["randomness"] == "03 09 12"


def test_rules_that_turn_an_outcome_on_which_a_step_was_taken_want_a_new_version(
    scored: Scored, ranking: Ranking, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = scored(0.8, 0.79, board=DRAW)
    for number in range(20):
        drawn(room, f"04 10 {number:02d}", amend="抄写有误" if number else None)
        stages.rank(room)
        if winner(room, ranking) == "C002":
            break
    before = ranking(room)
    amended(room, monkeypatch, ("[draw, committee]", "[committee]"), "2026-07-18")

    with pytest.raises(Refusal) as refused:
        stages.rank(room)

    assert codes(refused) == ["E7553"]
    assert ranking(room) == before
