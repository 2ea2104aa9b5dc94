from __future__ import annotations

import copy
import html
import re
from typing import Any

import pytest

from reports.banner import banner
from reports.catalogue import words
from reports.evaluation import evaluation_of
from reports.marks import claim_mark
from reports.model import cards_of
from reports.settling import history_of
from reports.standing import standing_of
from reports.verdict import board_marks, days_in_short, finding, verdicts

ZH = words("zh-CN")


def plain(markup: object) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", str(markup)))


@pytest.fixture
def changed(evaluation: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(evaluation)


def test_the_verdict_of_a_track_is_one_sentence_of_counts(evaluation: dict[str, Any]) -> None:
    first, second = verdicts(evaluation_of(evaluation), ZH)

    assert plain(first.sentence) == (
        "名额 8：建议入选 4，其中区分明确 3、差异不显著 1；递补 3；未达门槛 1；空缺 4。"
    )
    assert plain(second.sentence).startswith("名额 2：建议入选 1，")


def test_without_a_complete_panel_nothing_is_proposed(changed: dict[str, Any]) -> None:
    changed["panel"]["complete"] = False
    for ranking in changed["rankings"]:
        ranking["complete_panel"] = False

    evaluation = evaluation_of(changed)

    assert "客观分排名" in plain(verdicts(evaluation, ZH)[0].sentence)
    assert any("专家评分未齐" in note for note in banner(evaluation, ZH))


def test_places_that_the_committee_has_to_fill_are_not_called_vacant(
    changed: dict[str, Any],
) -> None:
    changed["tracks"][0] |= {"open": 1, "unfilled": 3}

    first = plain(verdicts(evaluation_of(changed), ZH)[0].sentence)

    assert first.endswith("；空缺 3；待评审委员会确定的名额 1。")


def test_what_the_committee_decides_is_counted_apart(changed: dict[str, Any]) -> None:
    changed["rankings"][0]["rows"][1]["proposal"] = "committee"

    sentence = plain(verdicts(evaluation_of(changed), ZH)[0].sentence)

    assert sentence.endswith("提请评审委员会确定 1。")


@pytest.mark.parametrize(
    "part",
    [
        "C014（SM-03）已受理，但未完成测评", "演示用样例数据（评委 5 名）", "门槛未检验，不视为达到：C003",
        "低于 A 级", "自证，不计分：C013", "申报值优于实测区间：C012", "落在实测区间之内", "群组过少",
        "没有有效答案", "无法证明由哪个模型作答", "替代数据",
    ],
)  # fmt: skip
def test_the_banner_tells_what_a_reader_must_know(evaluation: dict[str, Any], part: str) -> None:
    assert any(part in note for note in banner(evaluation_of(evaluation), ZH))


def test_a_clean_evaluation_has_no_banner(changed: dict[str, Any]) -> None:
    changed |= {"unfinished": [], "panel": {**changed["panel"], "sample": False}}
    kept = [c for c in changed["candidates"] if c["id"] == "C001"]
    changed |= {"candidates": kept, "runs": changed["runs"][:1], "scores": changed["scores"][:1]}
    changed["board"]["items"][0]["dataset"]["stand_in"] = None
    for entry in changed["rankings"]:
        entry |= {"rows": [r for r in entry["rows"] if r["candidate"] == "C001"], "ineligible": []}

    assert banner(evaluation_of(changed), ZH) == ()


def test_a_sandbox_that_did_not_hold_is_told(changed: dict[str, Any]) -> None:
    changed["runs"][0]["canaries"][0]["stopped"] = False

    assert any("隔离自检" in note and "C001" in note for note in banner(evaluation_of(changed), ZH))


def test_an_item_says_its_result_in_words(evaluation: dict[str, Any]) -> None:
    indexed = evaluation_of(evaluation)

    assert finding(indexed, indexed.items["SM-02"], ZH) == (
        "建议入选 C007；名额线附近 C007、C006 差异不显著。"
    )


def test_every_candidate_has_a_card_even_when_it_was_not_run(evaluation: dict[str, Any]) -> None:
    cards = cards_of(evaluation_of(evaluation), ZH)

    assert [card.name.id for card in cards] == [f"C{n:03d}" for n in range(1, 15)]
    assert cards[-1].proposal.word == "未完成测评"
    assert cards[-1].reasons == ("依赖包在离线环境中无法安装，待补正",)


def test_a_card_doubts_what_deserves_doubt(evaluation: dict[str, Any]) -> None:
    doubts = {
        card.name.id: " ".join(card.doubts) for card in cards_of(evaluation_of(evaluation), ZH)
    }

    assert "门槛未检验：生成式人工智能服务备案" in doubts["C003"]
    assert "37 个样本没有有效答案（缺答 4、无效 20、超时 8、崩溃 3、内存超限 2）" in doubts["C004"]
    assert "无法证明由哪个模型作答" in doubts["C007"]
    assert "群组过少" in doubts["C009"]
    assert "申报优于实测区间" in doubts["C012"]
    assert "样本只有 86 个" in doubts["C013"]


def test_a_gate_that_was_not_run_is_never_drawn_as_passed(evaluation: dict[str, Any]) -> None:
    card = next(c for c in cards_of(evaluation_of(evaluation), ZH) if c.name.id == "C003")

    assert [gate.state.code for gate in card.gates] == ["passed", "not_run"]


def test_self_attested_results_show_values_and_no_points(evaluation: dict[str, Any]) -> None:
    card = next(c for c in cards_of(evaluation_of(evaluation), ZH) if c.name.id == "C013")

    assert (card.metrics[0].value, card.metrics[0].points) == ("0.9420", "—")
    assert card.claims[0].verdict.word == "自证，未独立测得"


def test_tied_candidates_share_a_rank_and_say_so(changed: dict[str, Any]) -> None:
    for row in changed["rankings"][0]["rows"][:2]:
        row |= {"rank": 1, "tied": True, "total": "81.28"}

    lines = verdicts(evaluation_of(changed), ZH)[0].items[0].lines

    assert [(line.rank, line.tied) for line in lines[:3]] == [
        ("1", True),
        ("1", True),
        ("3", False),
    ]


def test_hidden_worst_samples_leave_no_trace(changed: dict[str, Any]) -> None:
    for score in changed["scores"]:
        score["worst"] = []

    assert all(card.worst == () for card in cards_of(evaluation_of(changed), ZH))


def test_those_proposed_are_named_under_the_conclusion(changed: dict[str, Any]) -> None:
    verdict = verdicts(evaluation_of(changed), ZH)[0]
    proposed = [
        row["candidate"]
        for ranking in changed["rankings"]
        if ranking["track"] == verdict.id
        for row in ranking["rows"]
        if row["proposal"] == "selected"
    ]

    assert [one.line.name.id for one in verdict.chosen] == proposed != []


def test_the_first_screen_holds_those_on_either_side_of_the_line(changed: dict[str, Any]) -> None:
    first = next(one for one in verdicts(evaluation_of(changed), ZH)[0].chosen if one.next)
    rows = next(r for r in changed["rankings"] if r["item"] == first.item.id)["rows"]
    outside = [row["candidate"] for row in rows if row["proposal"] != "selected"]

    assert first.next is not None
    assert first.next.name.id == outside[0]
    assert first.line.frequency.endswith("%")


def test_of_many_proposed_the_first_screen_names_those_not_separable(
    many_items: dict[str, Any],
) -> None:
    verdict = verdicts(evaluation_of(many_items), ZH)[0]

    assert verdict.some
    assert {one.line.certainty.code for one in verdict.chosen if one.line.certainty} == {
        "not_separable"
    }


def test_the_first_screen_says_on_which_days_rules_and_packages_came_in(
    changed: dict[str, Any],
) -> None:
    assert days_in_short(evaluation_of(changed), ZH) == (
        ("规则封存于", "2026年3月2日"),
        ("末次修订于", "2026年3月20日"),
        ("末件受理于", "2026年5月29日"),
    )

    del changed["days"]
    assert days_in_short(evaluation_of(changed), ZH) == ()


def test_an_official_evaluation_is_marked_so_and_a_trial_of_it_too(
    changed: dict[str, Any],
) -> None:
    changed["board"]["official"] = True
    assert board_marks(evaluation_of(changed), ZH) == ("试运行",)

    changed["board"]["mode"] = "official"
    assert board_marks(evaluation_of(changed), ZH) == ("正式测评",)


def test_what_is_none_is_not_counted_out_loud(changed: dict[str, Any]) -> None:
    for verdict in verdicts(evaluation_of(changed), ZH):
        assert " 0" not in plain(verdict.sentence)


def test_a_pair_whose_error_nothing_shows_is_drawn_without_an_interval(
    changed: dict[str, Any],
) -> None:
    for pair in changed["rankings"][0]["pairs"]:
        pair["interval"] = None

    evaluation = evaluation_of(changed)
    item = evaluation.items[changed["rankings"][0]["item"]]
    figure = standing_of(evaluation, item, ZH).pairs

    assert {row.interval for row in figure.rows} <= {"—", "–"}


def test_everyone_who_is_not_separable_stands_in_the_headline(changed: dict[str, Any]) -> None:
    rows = changed["rankings"][1]["rows"]
    for row in rows:
        row["certainty"] = "not_separable"
    rows[-1]["proposal"] = "not_selected"
    indexed = evaluation_of(changed)

    told = finding(indexed, indexed.items["SM-02"], ZH)

    assert all(row["candidate"] in told for row in rows)


def test_the_first_screen_names_who_outside_is_selected_most_often(changed: dict[str, Any]) -> None:
    rows = changed["rankings"][1]["rows"]
    for row, often in zip(rows, (0.33, 0.3, 0.37), strict=True):
        row["selection_frequency"] = often

    chosen = [
        one
        for one in verdicts(evaluation_of(changed), ZH)[0].chosen
        if one.item.id == "SM-02" and one.next
    ]

    assert [(one.next.name.id, one.next.frequency) for one in chosen if one.next] == [
        (rows[-1]["candidate"], "37%")
    ]


def test_a_card_says_how_easily_its_claims_would_fail(changed: dict[str, Any]) -> None:
    score = next(score for score in changed["scores"] if score["candidate"] == "C011")
    score["claims_share"] = 1.0
    score["claims_drawn"] = {"interval": [0.0, 100.0], "less": 0.07, "more": 0.0}
    score["claims"][0]["holds"] = 0.93

    card = next(c for c in cards_of(evaluation_of(changed), ZH) if c.name.id == "C011")

    maximum = next(r for r in changed["rankings"] if r["item"] == "SC-01")["maximum"]["measured"]
    assert any(
        doubt.startswith("换一批样本，现已复现的申报约有 7% 的可能不再复现；")
        and f"占总分 {0.4 * maximum:g} 分" in doubt
        for doubt in card.doubts
    )
    assert card.earned is not None
    assert (card.earned.points, card.earned.interval) == ("100.00", "[0.00, 100.00]")


@pytest.mark.parametrize(
    ("verdict", "holds", "word"),
    [
        ("reproduced", 0.96, "已复现"),
        ("reproduced", 0.93, "已复现，尚不能确认"),
        ("above_measured", 0.03, "申报优于实测区间"),
        ("above_measured", 0.2, "申报优于实测区间，尚不能确认"),
        ("not_checkable", None, "无法核对"),
    ],
)
def test_a_claim_is_not_called_sure_where_its_draws_do_not_bear_it_out(
    verdict: str, holds: float | None, word: str
) -> None:
    found = claim_mark(ZH, {"verdict": verdict, "holds": holds}, 0.95)

    assert found.word == word
    assert (found.shade == "s1") == (word == "已复现")


def test_whose_selection_fell_with_its_decision_stands_among_those_that_moved(
    changed: dict[str, Any],
) -> None:
    changed["difference"] = {
        "moved": [
            {
                "candidate": "C002", "item": "SM-01", "rank": [2, 2], "total": ["70.00", "70.00"],
                "proposal": ["reserve", "reserve"], "decision": ["selected", None],
                "why": {"zh": "评审委员会的决定不再适用", "en": "no longer applies"},
            }
        ],
        "unchanged": 13,
    }  # fmt: skip

    history = history_of(evaluation_of(changed), ZH)

    assert history is not None
    assert history.moved[0][2:] == ("2", "70.00", "决定入选 → 递补", "评审委员会的决定不再适用")


@pytest.mark.parametrize(
    ("sides", "told"),
    [(["selected", None], "建议入选 → —"), ([None, "reserve"], "— → 递补")],
)
def test_who_is_not_proposed_yet_or_was_not_scored_before_has_a_dash_there(
    changed: dict[str, Any], sides: list[str | None], told: str
) -> None:
    entry = {
        "candidate": "C002", "item": "SM-01", "rank": [1, 1], "total": ["70.00", "40.00"],
        "proposal": sides, "decision": [None, None], "why": {"zh": "", "en": ""},
    }  # fmt: skip
    changed["difference"] = {"moved": [entry], "unchanged": 0}

    history = history_of(evaluation_of(changed), ZH)

    assert history is not None
    assert history.moved[0][4] == told
