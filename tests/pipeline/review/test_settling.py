"""What the board declares happens in its order, each step leaves its record, people decide."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.canonical import canonical_json, digest, readable_json
from harness.pipeline import stages
from harness.pipeline.deciding import decide
from harness.pipeline.editions import Wanted, write_edition
from harness.pipeline.fresh_evidence import by_hearing
from harness.pipeline.noting import note
from harness.pipeline.panel import import_sheets
from harness.pipeline.pending import overview, to_hear
from harness.pipeline.revising import Reason, withdraw
from harness.pipeline.roster import CRITERIA
from harness.pipeline.settling import by_lots, by_secondary
from harness.pipeline.traces import RANKING
from harness.problems import Refusal
from harness.workspace import Workspace, read_json

Scored = Callable[..., Workspace]
Ranking = Callable[..., dict[str, Any]]
DRAW = (
    "quota: {at_most: 2}\n"
    "    contested: [draw, committee]\n"
    '    draw: {source: {zh: 双色球第2026080期, en: lottery}, form: "[0-9]{2}( [0-9]{2}){2}", on: 2026-07-16}\n'
)
SECONDARY = (
    "quota: {at_most: 2}\n"
    "    contested: [reserve_samples, secondary_criteria, panel, committee]\n"
    "    secondary: [innovation]\n"
)


def proposals(ranking: dict[str, Any]) -> dict[str, str]:
    return {row["candidate"]: row["proposal"] for row in ranking["rows"]}


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_what_is_clear_needs_no_settling(scored: Scored, ranking: Ranking) -> None:
    settling = ranking(scored(0.95, 0.4))["settling"]

    assert settling["band"] == []
    assert settling["open"] is None
    assert {step["state"] for step in settling["steps"]} == {"not_needed"}


def test_a_band_waits_for_the_step_that_the_board_declares(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3)

    settling = ranking(room)["settling"]

    assert settling["band"] == ["C001", "C002"]
    assert settling["open"] == "committee"
    assert to_hear(room) == ()


def test_lots_are_drawn_from_public_randomness_and_anybody_can_repeat_them(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3, board=DRAW)

    record = by_lots(room, "ONE-01", "03 09 + 12", "2026-07-16", "公证处")
    stages.rank(room)

    lines = {
        name: hashlib.sha256(f"03 09 12|SMALL-1 ONE-01|{name}".encode()).hexdigest()
        for name in ("C001", "C002")
    }
    winner = min(lines, key=lambda name: lines[name])
    assert {one["candidate"]: one["sha256"] for one in record["tickets"]} == lines
    assert [name for name, what in proposals(ranking(room)).items() if what == "selected"] == [
        winner
    ]
    assert {row["certainty"] for row in ranking(room)["rows"][:2]} == {"not_separable"}
    step, decision = ranking(room)["settling"]["steps"]
    assert [step["state"], decision["state"]] == ["done", "due"]
    assert step["lots"] == {
        "source": {"zh": "双色球第2026080期", "en": "lottery"},
        "announced": "2026-07-16",
        "form": "[0-9]{2}( [0-9]{2}){2}",
        "on": "2026-07-16",
        "written": "03 09 + 12",
        "randomness": "03 09 12",
        "among": [["C001", "C002"]],
        "replaces": None,
    }
    assert decision["lots"] is None


@pytest.mark.parametrize(
    ("announced", "randomness", "wanted"),
    [
        ("2026-07-14", "03 09 12", ["E7544"]),
        ("20260716", "03 09 12", ["E7527"]),
        ("2026-07-32", "03 09 12", ["E7527"]),
        ("2026-W30-4", "03 09 12", ["E7527"]),
        ("2026-07-17", "03 09 12", ["E7544"]),
        ("2026-08-04", "03 09 12", ["E7544", "E7557"]),
        ("2026-07-16", "030912", ["E7563"]),
        ("2026-07-16", "双色球第2026080期 03 09 12", ["E7563"]),
        ("2026-07-16", "03 09 12 21", ["E7563"]),
        ("2026-07-17", "3 9 12", ["E7563", "E7544"]),
        ("2026-07-16", " —|— ", ["E7558"]),
        ("2026-07-14", "", ["E7558", "E7544"]),
    ],
)
def test_randomness_of_another_day_or_form_than_the_board_declares_is_refused(
    scored: Scored, announced: str, randomness: str, wanted: list[str]
) -> None:
    room = scored(0.8, 0.79, board=DRAW)

    with pytest.raises(Refusal) as refused:
        by_lots(room, "ONE-01", randomness, announced, "公证处")

    assert codes(refused) == wanted


@pytest.mark.parametrize("written", ["０３ 09 12", "03-09-12", "  03,09，12。"])
def test_lots_do_not_hang_on_how_the_announcement_is_spelt(scored: Scored, written: str) -> None:
    room = scored(0.8, 0.79, board=DRAW)

    record = by_lots(room, "ONE-01", written, "2026-07-16", "公证处")

    assert {one["candidate"]: one["sha256"] for one in record["tickets"]} == {
        name: hashlib.sha256(f"03 09 12|SMALL-1 ONE-01|{name}".encode()).hexdigest()
        for name in ("C001", "C002")
    }
    assert (record["randomness"], record["written"]) == ("03 09 12", written)


@pytest.mark.parametrize("by", ["", "  "])
def test_a_step_that_nobody_took_is_refused(scored: Scored, by: str) -> None:
    room = scored(0.8, 0.79, board=DRAW)

    with pytest.raises(Refusal) as refused:
        by_lots(room, "ONE-01", "03 09 12", "2026-07-16", by)

    assert codes(refused) == ["E7566"]


def test_randomness_announced_today_in_beijing_is_not_of_the_future(
    scored: Scored, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = scored(0.8, 0.79, board=DRAW.replace("on: 2026-07-16", "on: 2026-07-17"))
    monkeypatch.setattr("harness.pipeline.days.now", lambda: "2026-07-16T16:30:00Z")

    record = by_lots(room, "ONE-01", "03 09 12", "2026-07-17", "公证处")

    assert record["announced"] == "2026-07-17"


def test_randomness_that_was_known_before_the_last_package_came_in_is_refused(
    scored: Scored,
) -> None:
    room = scored(0.8, 0.79, board=DRAW.replace("2026-07-16", "2026-05-01"))

    with pytest.raises(Refusal) as refused:
        by_lots(room, "ONE-01", "03 09 12", "2026-05-01", "公证处")

    assert codes(refused) == ["E7552"]


def test_lots_are_drawn_only_where_the_board_declares_it(scored: Scored) -> None:
    room = scored(0.8, 0.79)

    with pytest.raises(Refusal) as refused:
        by_lots(room, "ONE-01", "03 09 12", "2026-07-16", "公证处")

    assert codes(refused) == ["E7542"]


def test_steps_follow_each_other_until_nothing_at_the_line_is_level(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, 0.3, board=SECONDARY)
    states = [(step["step"], step["state"]) for step in ranking(room)["settling"]["steps"]]

    by_secondary(room, "ONE-01", "李经办")
    stages.rank(room)
    level = ranking(room)["settling"]
    heard = to_hear(room)
    sheet = room.root.parent / "hearing.csv"
    rows = ["judge,candidate,criterion,score"]
    for judge in ("J1", "J2"):
        rows += [f"{judge},C001,{name},60" for name in CRITERIA]
        rows += [f"{judge},C002,{name},90" for name in CRITERIA]
    sheet.write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_sheets(room, [sheet], hearing=True)
    by_hearing(room, "ONE-01", "李经办")
    stages.rank(room)

    assert states == [
        ("reserve_samples", "not_available"),
        ("secondary_criteria", "due"),
        ("panel", "waiting"),
        ("committee", "waiting"),
    ]
    assert level["order"] == [["C001", "C002"]]
    assert level["open"] == "panel"
    assert heard == ("C001", "C002")
    assert ranking(room)["settling"]["order"] == [["C002"], ["C001"]]
    assert proposals(ranking(room)) == {
        "C001": "reserve",
        "C002": "selected",
        "C003": "not_selected",
    }
    assert ranking(room)["settling"]["open"] == "committee"


def heard(room: Workspace, scores: dict[str, str]) -> None:
    """A hearing of two judges, who give 80 where nothing else is said."""
    sheet = room.root.parent / "hearing.csv"
    rows = ["judge,candidate,criterion,score"]
    for judge in ("J1", "J2"):
        for candidate in ("C001", "C002"):
            rows += [
                f"{judge},{candidate},{name},{scores.get(f'{candidate} / {name}', '80')}"
                for name in CRITERIA
            ]
    sheet.write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_sheets(room, [sheet], hearing=True)


@pytest.mark.parametrize(
    "gaps",
    [
        [f"{candidate} / {name}" for candidate in recused for name in CRITERIA]
        for recused in (["C001"], ["C002"], ["C001", "C002"])
    ],
    ids=["one", "the other", "both"],
)
def test_a_hearing_that_leaves_somebody_without_a_valid_score_decides_nothing(
    scored: Scored, ranking: Ranking, gaps: list[str]
) -> None:
    board = "quota: {at_most: 2}\n    contested: [panel, committee]\n"
    room = scored(0.8, 0.79, board=board)
    heard(room, dict.fromkeys(gaps, ""))
    before = ranking(room)

    with pytest.raises(Refusal) as refused:
        by_hearing(room, "ONE-01", "李经办")

    assert [(one.code, one.found) for one in refused.value.problems] == [
        ("E7559", gap) for gap in gaps
    ]
    stages.rank(room)
    assert ranking(room) == before
    assert not (room.current() / "settling").exists()


def test_the_committee_departs_from_a_proposal_only_with_a_reason_for_each(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79)

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C002"], {"C002": "产业带动更强"}, "专家组")
    decide(room, "ONE-01", ["C002"], {"C002": "产业带动更强", "C001": "与上年立项重复"}, "专家组")
    stages.rank(room)

    found = ranking(room)
    assert codes(refused) == ["E7547"]
    assert proposals(found) == {"C001": "selected", "C002": "reserve"}
    decided = {row["candidate"]: row["decision"] for row in found["rows"]}
    assert decided == {"C001": "not_selected", "C002": "selected"}
    assert len(found["settling"]["departures"]) == 2
    assert found["settling"]["open"] is None


def level_on_innovation(scored: Scored) -> Workspace:
    """Four for two places, the first told apart from the last alone, whom a step leaves level."""
    board = (
        "quota: {at_most: 2}\n    contested: [secondary_criteria, committee]\n"
        "    secondary: [innovation]\n"
    )
    room = scored(0.85, 0.78, 0.72, 0.67, board=board, places=2)
    by_secondary(room, "ONE-01", "李经办")
    stages.rank(room)
    return room


def test_whoever_is_put_before_a_candidate_separably_ahead_needs_a_reason(
    scored: Scored, ranking: Ranking
) -> None:
    room = level_on_innovation(scored)
    apart = {
        (pair["first"], pair["second"])
        for pair in ranking(room)["pair_table"]["entries"]
        if pair["separable"]
    }
    assert apart == {("C001", "C004")}
    assert set(proposals(ranking(room)).values()) == {"committee"}

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C003", "C004"], {}, "专家组", ["C002"])
    decide(room, "ONE-01", ["C003", "C004"], {"C004": "已有三地应用"}, "专家组", ["C002"])
    stages.rank(room)

    assert [(one.code, one.found, one.values["expected"]) for one in refused.value.problems] == [
        ("E7562", "C004", "C001")
    ]
    (departure,) = ranking(room)["settling"]["departures"]
    assert departure["over"] == ["C001"]
    assert (departure["from"], departure["to"]) == ("committee", "selected")
    assert departure["reason"] == "已有三地应用"


def test_a_choice_in_the_order_of_pairs_told_apart_needs_no_reason(
    scored: Scored, ranking: Ranking
) -> None:
    room = level_on_innovation(scored)

    decide(room, "ONE-01", ["C001", "C003"], {}, "专家组", ["C004"])
    stages.rank(room)

    assert ranking(room)["settling"]["departures"] == []


def test_the_committee_names_the_reserves_in_their_order(scored: Scored, ranking: Ranking) -> None:
    room = scored(0.8, 0.8, 0.8, 0.8, board="quota: {at_most: 2}\n    reserves: 2\n")

    with pytest.raises(Refusal) as many:
        decide(room, "ONE-01", ["C002"], {}, "专家组")
    with pytest.raises(Refusal) as wrong:
        decide(room, "ONE-01", ["C002"], {}, "专家组", ["C002", "C009", "C003", "C003"])
    decide(room, "ONE-01", ["C002"], {}, "专家组", ["C003", "C001"])
    stages.rank(room)

    rows = {row["candidate"]: row for row in ranking(room)["rows"]}
    assert set(proposals(ranking(room)).values()) == {"committee"}
    assert codes(many) == ["E7555"]
    assert codes(wrong) == ["E7545", "E7556", "E7556"]
    assert {name: row["decision"] for name, row in rows.items()} == {
        "C001": "reserve",
        "C002": "selected",
        "C003": "reserve",
        "C004": "not_selected",
    }
    assert [rows[name]["reserve_order"] for name in ("C003", "C001")] == [1, 2]
    assert rows["C002"]["reserve_order"] is rows["C004"]["reserve_order"] is None
    assert ranking(room)["settling"]["departures"] == []


def test_another_reserve_than_the_proposed_one_needs_a_reason(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.95, 0.6, 0.2)
    reasons = {"C002": "放弃递补", "C003": "补位"}

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C001"], {}, "专家组", ["C003"])
    decide(room, "ONE-01", ["C001"], reasons, "专家组", ["C003"])
    stages.rank(room)

    assert codes(refused) == ["E7547", "E7547"]
    decided = {row["candidate"]: row["decision"] for row in ranking(room)["rows"]}
    assert decided == {"C001": "selected", "C002": "not_selected", "C003": "reserve"}


def test_the_committee_cannot_give_more_places_than_there_are(scored: Scored) -> None:
    room = scored(0.8, 0.79)

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C001", "C002", "C009"], {"C002": "好"}, "专家组")

    assert codes(refused) == ["E7545", "E7546"]
    assert refused.value.problems[1].found == "2"


def test_a_decision_that_nobody_took_and_reasons_that_say_nothing_are_refused_at_once(
    scored: Scored,
) -> None:
    room = scored(0.8, 0.79)
    reasons = {"C001": " ", "C999": "更契合"}

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C001"], reasons, "  ")

    assert [(one.code, one.found) for one in refused.value.problems] == [
        ("E7566", ""),
        ("E7567", "C999"),
        ("E7568", "C001"),
    ]
    assert not (room.current() / "settling").exists()


def test_without_a_panel_there_is_no_band(scored: Scored, ranking: Ranking) -> None:
    found = ranking(scored(0.8, 0.79, panel=False))

    assert found["settling"]["band"] == []
    assert found["rows"][0]["proposal"] is None


def test_nothing_at_the_line_is_settled_or_decided_while_the_panel_is_awaited(
    scored: Scored,
) -> None:
    room = scored(0.8, 0.79, panel=False, board=DRAW)

    with pytest.raises(Refusal) as decided:
        decide(room, "ONE-01", [], {}, "专家组")
    with pytest.raises(Refusal) as selected:
        decide(room, "ONE-01", ["C001"], {"C001": "更契合"}, "专家组")
    with pytest.raises(Refusal) as drawn:
        by_lots(room, "ONE-01", "03 09 12", "2026-07-16", "公证处")

    assert codes(decided) == codes(selected) == codes(drawn) == ["E7565"]
    assert not (room.current() / "settling").exists()


def test_a_decision_on_another_field_settles_nothing(scored: Scored, ranking: Ranking) -> None:
    room = scored(0.95, 0.6, 0.2)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    before = ranking(room)["rows"][0]["decision"]

    withdraw(room, "C001", Reason(reason="撤回", by="李经办"))

    after = ranking(room)["rows"][0]
    assert before == "selected"
    assert (after["candidate"], after["proposal"], after["decision"]) == ("C002", "selected", None)


def test_a_city_that_has_its_places_is_passed_over_and_said_to_be(
    scored: Scored, ranking: Ranking
) -> None:
    caps = "quota: {at_most: 2, caps: {city: 1}}\n    reserves: 2\n"
    room = scored(0.95, 0.6, board=caps, places=2)

    found = ranking(room)

    assert proposals(found) == {"C001": "selected", "C002": "reserve"}
    assert found["rows"][1]["cap"] == {"kind": "city", "value": "济南市", "at_most": 1}
    assert {row["certainty"] for row in found["rows"]} == {"clear"}
    track = read_json(room.current() / "ranking" / "vertical_model.json")
    assert track["caps"] == {"city": 1}
    assert [one["candidate"] for one in track["capped"]] == ["C002"]


def test_a_tracks_places_are_filled_open_or_vacant_and_add_up_to_its_quota(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.8, 0.8, board="quota: {at_most: 2}\n")

    track = read_json(room.current() / "ranking" / "vertical_model.json")

    assert set(proposals(ranking(room)).values()) == {"committee"}
    assert (track["filled"], track["open"], track["unfilled"], track["quota"]) == (0, 1, 1, 2)


def test_lots_give_a_city_no_more_than_its_places(scored: Scored, ranking: Ranking) -> None:
    caps = DRAW.replace("{at_most: 2}", "{at_most: 2, caps: {city: 1}}") + "    reserves: 2\n"
    room = scored(0.8, 0.79, 0.78, board=caps, places=2)

    by_lots(room, "ONE-01", "03 09 12", "2026-07-16", "公证处")
    stages.rank(room)

    found = ranking(room)
    winner, *others = [name for group in found["settling"]["order"] for name in group]
    rows = {row["candidate"]: row for row in found["rows"]}
    assert proposals(found) == {winner: "selected"} | dict.fromkeys(others, "reserve")
    assert [rows[name]["reserve_order"] for name in others] == [1, 2]
    assert {rows[name]["cap"]["value"] for name in others} == {"济南市"}


@pytest.fixture
def of_two_cities(scored: Scored, small: Any, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Two of 济南, whose one place the better has, and one of 青岛 separably behind them."""
    made = small.package

    def package(name: str) -> Path:
        folder: Path = made(name)
        if name == "rubbish":
            declared = folder / "package.yaml"
            text = declared.read_text(encoding="utf-8")
            declared.write_text(text.replace("济南市", "青岛市"), encoding="utf-8")
        return folder

    monkeypatch.setattr(small, "package", package)
    caps = "quota: {at_most: 2, caps: {city: 1}}\n"
    return scored(0.95, 0.8, 0.3, board=caps, places=2)


def test_whom_only_a_cap_passed_over_is_not_left_out_without_a_reason_once_it_has_room(
    of_two_cities: Workspace, ranking: Ranking
) -> None:
    room = of_two_cities
    reasons = {"C001": "重复立项"}
    before = proposals(ranking(room))

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C003"], reasons, "专家组")
    decide(room, "ONE-01", ["C003"], {**reasons, "C003": "唯一有产线数据"}, "专家组")
    stages.rank(room)

    assert before == {"C001": "selected", "C002": "reserve", "C003": "selected"}
    assert [(one.code, one.found, one.values["expected"]) for one in refused.value.problems] == [
        ("E7562", "C003", "C002")
    ]
    assert [row["stopped"] for row in ranking(room)["rows"]] == [None] * 3
    write_edition(room, Wanted(kind="notice"))
    page = (room.current() / "report-notice" / "notice.zh-CN.html").read_text(encoding="utf-8")
    assert "名额上限" not in page


def test_who_is_told_stopped_is_stopped_by_those_whom_the_committee_selected(
    of_two_cities: Workspace, ranking: Ranking
) -> None:
    room = of_two_cities

    decide(room, "ONE-01", ["C001", "C003"], {}, "专家组")
    stages.rank(room)

    city = {"kind": "city", "value": "济南市", "at_most": 1}
    assert [row["stopped"] for row in ranking(room)["rows"]] == [None, city, None]


def test_every_reason_that_the_committee_gives_is_kept(scored: Scored, ranking: Ranking) -> None:
    room = scored(0.8, 0.8, 0.3)
    given = {"C002": "已有三地应用", "C001": "同一单位上年已立项"}

    record = decide(room, "ONE-01", ["C002"], given, "专家组")
    stages.rank(room)
    with pytest.raises(Refusal) as other:
        decide(room, "ONE-01", ["C002"], {**given, "C001": "其他"}, "专家组")

    assert record["departures"] == []
    told = {one["candidate"]: (one["to"], one["reason"]) for one in record["remarks"]}
    assert told == {"C001": ("reserve", given["C001"]), "C002": ("selected", given["C002"])}
    assert ranking(room)["settling"]["remarks"] == record["remarks"]
    assert codes(other) == ["E7560"]


def test_the_committee_cannot_give_a_city_more_than_its_places(scored: Scored) -> None:
    room = scored(0.8, 0.79, board="quota: {at_most: 2, caps: {city: 1}}\n", places=2)

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C001", "C002"], {"C002": "好"}, "专家组")

    (problem,) = refused.value.problems
    assert (problem.code, problem.where, problem.found) == ("E7548", "ONE-01 济南市", "2")


def test_what_the_committee_decided_on_stays_the_proposal_that_it_had(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    first = proposals(ranking(room))

    stages.rank(room)

    assert proposals(ranking(room)) == first == {"C001": "selected", "C002": "reserve"}


def test_lots_are_not_drawn_a_second_time(scored: Scored) -> None:
    room = scored(0.8, 0.79, board=DRAW)
    by_lots(room, "ONE-01", "03 09 12", "2026-07-16", "公证处")

    with pytest.raises(Refusal) as refused:
        by_lots(room, "ONE-01", "01 02 03", "2026-07-17", "公证处")

    assert codes(refused) == ["E7550"]


def test_nothing_is_made_public_while_a_line_is_open(scored: Scored) -> None:
    room = scored(0.8, 0.79)

    with pytest.raises(Refusal) as early:
        write_edition(room, Wanted(kind="notice"))
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    files = write_edition(room, Wanted(kind="notice"))

    assert [(one.code, one.where) for one in early.value.problems] == [("E7713", "ONE-01")]
    assert files


def test_the_committee_decides_after_the_steps_before_it(scored: Scored) -> None:
    room = scored(0.8, 0.79, board=DRAW)

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C001"], {}, "专家组")

    assert codes(refused) == ["E7542"]


def test_under_caps_an_item_whose_panel_is_awaited_is_decided_on_first(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.95, 0.4, panel=False, board="quota: {at_most: 2, caps: {city: 1}}\n")
    later = room.current() / "ranking" / "vertical_model" / "TWO-01.json"
    scored_by_all = {**ranking(room), "item": "TWO-01", "complete_panel": True}
    later.write_bytes(readable_json(scored_by_all))

    with pytest.raises(Refusal) as early:
        decide(room, "TWO-01", [], {}, "专家组")

    assert [(one.code, one.found) for one in early.value.problems] == [("E7554", "ONE-01")]


def test_places_of_an_item_whose_panel_is_awaited_are_open(scored: Scored) -> None:
    room = scored(0.95, 0.4, panel=False, board="quota: {at_most: 2}\n")

    track = read_json(room.current() / "ranking" / "vertical_model.json")

    assert (track["filled"], track["open"], track["unfilled"]) == (0, 1, 1)


def test_under_caps_the_committee_decides_on_items_in_the_boards_order(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79, board="quota: {at_most: 2, caps: {city: 1}}\n")
    later = room.current() / "ranking" / "vertical_model" / "TWO-01.json"
    later.write_bytes(readable_json({**ranking(room), "item": "TWO-01"}))
    note(room, RANKING)

    with pytest.raises(Refusal) as early:
        decide(room, "TWO-01", [], {"C001": "不予入选"}, "专家组")
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    with pytest.raises(Refusal) as full:
        decide(room, "TWO-01", ["C001"], {}, "专家组")
    decide(room, "TWO-01", [], {"C001": "不予入选"}, "专家组")

    assert codes(early) == ["E7554"]
    assert early.value.problems[0].found == "ONE-01"
    assert [(one.code, one.values["holders"]) for one in full.value.problems] == [
        ("E7548", "ONE-01 C001")
    ]


@pytest.mark.parametrize("steps", ["[draw]", "[committee, draw, draw]"])
def test_the_committee_decides_last_however_an_old_board_names_the_steps(
    scored: Scored, ranking: Ranking, monkeypatch: pytest.MonkeyPatch, steps: str
) -> None:
    monkeypatch.setattr("harness.pipeline.preparing.check_board", lambda folder: folder)
    room = scored(0.8, 0.79, 0.3, board=DRAW.replace("[draw, committee]", steps))

    by_lots(room, "ONE-01", "03 09 12", "2026-07-16", "公证处")
    stages.rank(room)
    chosen = next(n for n, what in proposals(ranking(room)).items() if what == "selected")
    decide(room, "ONE-01", [chosen], {}, "专家组")
    stages.rank(room)
    told = ranking(room)["settling"]
    difference = withdraw(room, chosen, Reason(reason="撤回", by="李经办"))

    assert told["declared"] == ["draw", "committee"]
    assert [(one["step"], one["by"]) for one in told["steps"]] == [
        ("draw", "公证处"),
        ("committee", "专家组"),
    ]
    assert [one["item"] for one in difference["lapsed"]] == ["ONE-01"]


def records(room: Workspace) -> list[dict[str, Any]]:
    return [read_json(path) for path in sorted((room.current() / "settling/ONE-01").iterdir())]


TURNED = {"C002": "产业带动更强", "C001": "与上年立项重复"}


@pytest.mark.parametrize("ranked", [False, True])
def test_another_decision_needs_a_reason_and_says_what_it_replaces(
    scored: Scored, ranking: Ranking, ranked: bool
) -> None:
    room = scored(0.8, 0.79)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    if ranked:
        stages.rank(room)
    (first,) = records(room)

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C002"], TURNED, "专家组")
    with pytest.raises(Refusal) as blank:
        decide(room, "ONE-01", ["C002"], TURNED, "专家组", amend=" ")
    kept = records(room)
    decide(room, "ONE-01", ["C002"], TURNED, "专家组", amend="复核发现重复立项")
    stages.rank(room)

    assert codes(refused) == codes(blank) == ["E7560"]
    assert kept == [first]
    before, after = records(room)
    assert before == first
    assert after["replaces"] == {
        "digest": digest(canonical_json(first)),
        "by": "专家组",
        "time": first["time"],
        "reason": "复核发现重复立项",
    }
    assert ranking(room)["settling"]["replaces"] == after["replaces"]
    decided = {row["candidate"]: row["decision"] for row in ranking(room)["rows"]}
    assert decided == {"C001": "not_selected", "C002": "selected"}


def test_the_same_decision_again_changes_nothing(scored: Scored) -> None:
    room = scored(0.8, 0.79)
    first = decide(room, "ONE-01", ["C002"], TURNED, "专家组")

    again = decide(room, "ONE-01", ["C002"], TURNED, "专家组")
    with pytest.raises(Refusal) as other_reason:
        decide(room, "ONE-01", ["C002"], {**TURNED, "C001": "其他"}, "专家组")
    with pytest.raises(Refusal) as other_people:
        decide(room, "ONE-01", ["C002"], TURNED, "另一专家组")

    assert again == first
    assert records(room) == [first]
    assert codes(other_reason) == ["E7560"]
    assert set(codes(other_people)) == {"E7560"}


def test_a_first_decision_has_nothing_to_amend(scored: Scored) -> None:
    room = scored(0.8, 0.79)

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C001"], {}, "专家组", amend="更正")

    assert codes(refused) == ["E7561"]


def test_a_decision_of_a_field_that_has_changed_since_needs_no_amendment(scored: Scored) -> None:
    room = scored(0.8, 0.79, 0.3)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    withdraw(room, "C001", Reason(reason="撤回", by="李经办"))

    record = decide(room, "ONE-01", ["C002"], {}, "专家组")

    assert record["replaces"] is None


def test_a_decision_that_was_overtaken_is_confirmed_with_a_reason(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.79)
    decide(room, "ONE-01", ["C001"], {}, "专家组")
    stages.rank(room)
    found = ranking(room)
    path = room.current() / "ranking" / "vertical_model" / "ONE-01.json"
    found["settling"] |= {"overtaken": True, "open": "committee"}
    path.write_bytes(readable_json(found))
    note(room, RANKING)
    (before,) = overview(room)

    with pytest.raises(Refusal) as refused:
        decide(room, "ONE-01", ["C001"], {}, "专家组")
    record = decide(room, "ONE-01", ["C001"], {}, "专家组", amend="名额变动后重新审议")
    (after,) = overview(room)

    assert codes(refused) == ["E7560"]
    assert record["replaces"]["reason"] == "名额变动后重新审议"
    assert (before.overtaken, before.undecided) == (True, "committee")
    assert (after.overtaken, after.taken) == (False, "committee")
