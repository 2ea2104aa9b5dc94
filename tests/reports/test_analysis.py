from __future__ import annotations

import copy
import hashlib
import html
from dataclasses import asdict
from typing import Any, get_args

import pytest

from reports.build import report_files
from reports.catalogue import words
from reports.comparing import comparison_of
from reports.evaluation import evaluation_of
from reports.judging import judging_of
from reports.settling import settling_of
from reports.side_by_side import side_by_side
from reports.stability import robustness_of
from scoring.panel.agreement import Verdict
from scoring.ranking.lots import draw

ZH, EN = words("zh-CN"), words("en")


@pytest.fixture
def weighed(evaluation: dict[str, Any]) -> dict[str, Any]:
    """An item whose records name criteria by letter, as records do."""
    record = copy.deepcopy(evaluation)
    ranking = record["rankings"][0]
    metrics = [entry["metric"] for entry in record["board"]["items"][0]["metrics"]]
    names = sorted(["benefit", "innovation", *metrics])
    sensitivity = ranking["sensitivity"]
    sensitivity["weights"]["criteria"] = [{"name": name, "weight": 25.0} for name in names]
    sensitivity["flips"][0]["weights"] = dict.fromkeys(names, 25.0)
    sensitivity["without_criterion"] = [
        {"criterion": name, "moved": [], "entering": [], "leaving": []} for name in names
    ]
    agreement = ranking["panel"]["agreement"]
    agreement["benefit"] = agreement["innovation"]
    return record


def test_criteria_are_listed_as_the_scorecard_lists_them(weighed: dict[str, Any]) -> None:
    indexed = evaluation_of(weighed)
    found = robustness_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert found.weights is not None
    order = "宏平均 F1、召回率（紧急）、创新性、效益"
    assert found.weights.criteria.replace(" 25", "") == order
    assert found.flips[0].replace(" 25.0", "").endswith(f"此时 {order}。")
    assert f"名额内外不变：{order}。" in found.leaving[0]


def told_of_leaving(record: dict[str, Any], sheets: list[dict[str, Any]] | None) -> list[str]:
    ranking = record["rankings"][0]
    ranking["panel"]["method"] = "severity_adjusted"
    ranking["sensitivity"]["without_sheets"] = sheets
    indexed = evaluation_of(record)
    found = robustness_of(indexed, indexed.items["SM-01"], ZH)
    assert found is not None
    at = next(n for n, text in enumerate(found.leaving) if text.startswith("去掉任何一个参评对象"))
    return list(found.leaving[at:])


def moving(name: str, other: str, *, across: bool = False) -> dict[str, Any]:
    return {
        "candidate": name,
        "moved": [{"candidate": other, "from": 3, "to": 2}],
        "entering": [other] if across else [],
        "leaving": [],
    }


def test_whose_sheets_move_others_is_told_those_across_the_line_first(
    weighed: dict[str, Any],
) -> None:
    still = {"candidate": "C004", "moved": [], "entering": [], "leaving": []}
    sheets = [moving("C001", "C002"), moving("C002", "C003", across=True), still]

    told = told_of_leaving(weighed, sheets)

    assert "其打分表仍计入" in told[0]
    assert told[1:] == [
        "连同 C002 的打分表一并去掉，重新估计评委宽严：进入名额 C003，退出名额 —；名次变动 C003（3 → 2）。",
        "连同 C001 的打分表一并去掉，重新估计评委宽严：名额内外不变；名次变动 C002（3 → 2）。",
        "连同打分表一并去掉以下任一参评对象，其余的名次不变：C004。",
    ]


def test_many_whose_sheets_move_others_are_counted(weighed: dict[str, Any]) -> None:
    told = told_of_leaving(weighed, [moving(f"C{n:03d}", "C999") for n in range(20)])

    assert len(told) == 8
    assert "另有 14 个参评对象" in told[-1]


def test_a_field_too_large_for_leaving_sheets_out_says_so(weighed: dict[str, Any]) -> None:
    assert "未逐个计算" in told_of_leaving(weighed, None)[-1]


def test_judges_agreement_is_listed_as_their_points_are(weighed: dict[str, Any]) -> None:
    indexed = evaluation_of(weighed)
    found = judging_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert [entry.criterion for entry in found.agreement] == ["创新性", "效益"]


def test_an_interval_that_counts_no_other_judges_says_so(weighed: dict[str, Any]) -> None:
    indexed = evaluation_of(weighed)
    found = judging_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    alpha, one, _, concordance = found.agreement[0].values
    assert alpha == ("0.71 [0.40, 0.90]", "仅就这批评委而言")
    assert one == ("0.71 [0.40, 0.90]", "")
    assert concordance == ("—", "")


def test_the_pair_shown_first_stands_on_either_side_of_the_line(
    evaluation: dict[str, Any],
) -> None:
    record = copy.deepcopy(evaluation)
    table = record["rankings"][0]["pair_table"]
    table["entries"].sort(key=lambda entry: (entry["first"], entry["second"]))
    for entry in table["entries"]:
        entry["at_line"] = entry["first"] in ("C001", "C002") and entry["second"] in (
            "C003",
            "C004",
        )
    indexed = evaluation_of(record)

    found = comparison_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert found.two is not None
    assert found.two.pair == ("C002", "C003")


def test_two_stand_side_by_side_with_the_paired_difference_of_every_criterion(
    evaluation: dict[str, Any],
) -> None:
    indexed = evaluation_of(evaluation)
    two = side_by_side(indexed, indexed.items["SM-01"], ("C002", "C003"), ZH)
    turned = side_by_side(indexed, indexed.items["SM-01"], ("C003", "C002"), ZH)

    lines = {side.label: side for side in two.sides}
    assert [lines[name].interval for name in ("实测", "宏平均 F1", "召回率（紧急）", "创新性")] == [
        "[-2.00, 4.00]", "[0.50, 6.50]", "[-2.00, -0.50]", "[0.15, 1.05]",
    ]  # fmt: skip
    words_of = [side.verdict.word for side in two.sides if side.verdict]
    assert words_of[1:5] == ["差异不显著", "C002 较高", "C003 较高", "C002 较高"]
    assert two.told[0].startswith("逐项计：C002 较高 2 项，差异不显著 0 项，C003 较高 1 项")
    assert "C002 总分较高的占 88%" in two.told[1]
    assert "C002 更好的有 31 个，C003 更好的有 12 个，p 值 <0.001，校正后 0.031" in two.told[2]
    assert "权重至少移动 12.3" in two.told[3]
    assert {side.label: side.interval for side in turned.sides}["宏平均 F1"] == "[-6.50, -0.50]"
    assert "C003 总分较高的占 13%" in turned.told[1]


def test_a_record_without_paired_criteria_still_compares(evaluation: dict[str, Any]) -> None:
    record = copy.deepcopy(evaluation)
    for entry in record["rankings"][0]["pair_table"]["entries"]:
        del entry["criteria"], entry["first_ahead"]
    indexed = evaluation_of(record)

    two = side_by_side(indexed, indexed.items["SM-01"], ("C002", "C003"), ZH)

    assert [side.interval for side in two.sides if side.label != "总分"] == [""] * (
        len(two.sides) - 1
    )


def test_a_decision_that_replaces_another_says_so(evaluation: dict[str, Any]) -> None:
    record = copy.deepcopy(evaluation)
    record["rankings"][0]["settling"]["replaces"] = {
        "by": "专家组",
        "time": "2026-07-20T02:00:00Z",
        "reason": "复核发现重复立项",
        "digest": "sha256:" + "a" * 64,
    }
    indexed = evaluation_of(record)

    found = settling_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert found.departures[0].startswith("本决定替代 专家组 于 ")
    assert "复核发现重复立项" in found.departures[0]


def test_a_decision_that_was_overtaken_says_so(evaluation: dict[str, Any]) -> None:
    record = copy.deepcopy(evaluation)
    record["rankings"][0]["settling"]["overtaken"] = True
    indexed = evaluation_of(record)

    found = settling_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert "须重新确定" in found.departures[0]


def test_reasons_that_no_rule_asked_for_and_places_that_give_way_are_told(
    evaluation: dict[str, Any],
) -> None:
    record = copy.deepcopy(evaluation)
    record["rankings"][0]["settling"] |= {
        "remarks": [
            {
                "candidate": "C002",
                "from": "committee",
                "to": "selected",
                "reason": "已有三地应用",
                "by": "专家组",
                "time": "2026-07-20T02:00:00Z",
            }
        ],
        "displaced": [{"item": "SM-02", "candidate": "C005", "decision": None}],
    }
    indexed = evaluation_of(record)

    found = settling_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert found.departures[0].startswith(
        "评审委员会对 C002（决定入选）说明：已有三地应用（专家组，"
    )
    assert "SM-02 C005" in found.departures[1]


def test_the_page_of_a_draw_is_enough_to_repeat_it_by_hand(evaluation: dict[str, Any]) -> None:
    record = copy.deepcopy(evaluation)
    tickets = draw("双色球 03 09 12", "SAMPLE-2026 SM-01", ["C002", "C003"])
    record["rankings"][0]["settling"]["steps"][0] |= {
        "step": "draw",
        "state": "done",
        "groups": [[one.candidate] for one in tickets],
        "tickets": [asdict(one) for one in tickets],
        "lots": {
            "source": {"zh": "双色球第 2026080 期", "en": "lottery 2026080"},
            "form": "双色球( [0-9]{2}){3}",
            "on": "2026-07-16",
            "announced": "2026-07-16",
            "written": "双色球：０３-09-12",
            "randomness": "双色球 03 09 12",
            "among": [["C001"], ["C002", "C003"]],
            "replaces": {
                "item": "SM-02",
                "randomness": "双色球 03 09 21",
                "by": "公证处",
                "time": "2026-07-20T02:00:00Z",
                "digest": "sha256:" + "a" * 64,
                "reason": "抄写颠倒",
            },
        },
    }

    files = dict(report_files(evaluation_of(record)))

    for locale, source in (("zh-CN", "双色球第 2026080 期"), ("en", "lottery 2026080")):
        page = html.unescape(files[f"items/SM-01.{locale}.html"].decode())
        told = (source, "2026-07-16", "双色球( [0-9]{2}){3}", "双色球：０３-09-12", "C001 ＞ C002")
        told += ("双色球 03 09 21", "抄写颠倒")
        assert [one for one in told if one not in page] == []
        for place, name in enumerate((one.candidate for one in tickets), start=1):
            line = f"双色球 03 09 12|SAMPLE-2026 SM-01|{name}"
            cells = f"<td>{place}<", name, line, hashlib.sha256(line.encode()).hexdigest()
            (row,) = [one for one in page.split("<tr>") if f"<code>{line}<" in one]
            assert [cell for cell in cells if cell not in row] == []
        assert f"printf '%s' '{tickets[0].text}' | sha256sum" in page


def test_the_first_page_says_which_step_gave_a_place_across_the_line(
    evaluation: dict[str, Any],
) -> None:
    record = copy.deepcopy(evaluation)
    settling = record["rankings"][0]["settling"]
    settling["steps"][0] |= {"state": "done", "groups": [[name] for name in settling["band"]]}

    page = dict(report_files(evaluation_of(record)))["index.zh-CN.html"].decode()

    assert page.count("<small>先后依备用样本加测</small>") == len(settling["band"])


@pytest.fixture
def scene(evaluation: dict[str, Any]) -> dict[str, Any]:
    """A scenario of which two candidates' claims hold, in most of the draws."""
    record = copy.deepcopy(evaluation)
    ranking = next(entry for entry in record["rankings"] if entry["item"] == "SC-01")
    pair = {"first": "C011", "second": "C012"}
    criteria = {
        name: {"difference": 0.0, "interval": [-100.0, 100.0]}
        for name in ("measured", "skill", "claims")
    }
    ranking["pair_table"] = {
        "entries": [
            pair | {"difference": 9.8, "interval": [5.3, 14.3], "separable": False, "at_line": True,
                    "criteria": criteria},
        ]
    }  # fmt: skip
    for row in ranking["rows"]:
        row["rank"] = row["rank"] or 9
    for score in record["scores"]:
        if score["item"] == "SC-01":
            drawn = {"interval": [0.0, 100.0], "less": 0.07, "more": 0.0}
            score |= {"self_attested": False, "claims_share": 1.0, "claims_drawn": drawn}
    return record


def lines_of(record: dict[str, Any], *pair: str) -> dict[str, Any]:
    indexed = evaluation_of(record)
    two = side_by_side(indexed, indexed.items["SC-01"], (pair[0], pair[1]), ZH)
    return {side.label: side for side in two.sides} | {"told": two.told}


def test_claims_that_both_hold_say_so_in_the_place_of_an_interval(scene: dict[str, Any]) -> None:
    straight, turned = lines_of(scene, "C011", "C012"), lines_of(scene, "C012", "C011")

    held = "均已复现；重抽中未复现 C011\u00a07%、C012\u00a07%"
    assert straight["申报复现"].interval == turned["申报复现"].interval == held
    assert straight["相对基线的提升"].interval == "[-100.00, 100.00]"


def test_a_total_whose_own_interval_excludes_0_says_why_it_is_not_separable(
    scene: dict[str, Any],
) -> None:
    total = lines_of(scene, "C011", "C012")["总分"]

    assert total.verdict.word == "差异不显著"
    assert total.finding == "单看这一对可区分，与其余各对一并判断尚不能确认"


def test_what_is_self_attested_is_neither_compared_nor_counted(scene: dict[str, Any]) -> None:
    attested = next(score for score in scene["scores"] if score["candidate"] == "C012")
    attested["self_attested"] = True
    ranking = next(entry for entry in scene["rankings"] if entry["item"] == "SC-01")
    ranking["pair_table"]["entries"][0]["criteria"]["claims"]["interval"] = None

    lines = lines_of(scene, "C011", "C012")

    for label in ("实测", "相对基线的提升", "申报复现"):
        assert (lines[label].verdict, lines[label].finding) == (None, "自证，不比较")
    assert not any(told.startswith("逐项计") for told in lines["told"])


def test_a_gain_that_was_withheld_is_not_compared(scene: dict[str, Any]) -> None:
    next(score for score in scene["scores"] if score["candidate"] == "C012")["skill"]["note"] = {
        "zh": "无从比较", "en": "nothing to compare",
    }  # fmt: skip

    lines = lines_of(scene, "C011", "C012")

    assert lines["相对基线的提升"].finding == "未计分，不比较"
    assert lines["申报复现"].verdict is not None


def test_a_pair_that_differs_from_the_joint_verdict_is_marked(scene: dict[str, Any]) -> None:
    indexed = evaluation_of(scene)

    found = comparison_of(indexed, indexed.items["SC-01"], ZH)

    assert found is not None
    assert [pair.alone for pair in found.pairs] == [
        "单看这一对可区分，与其余各对一并判断尚不能确认"
    ]


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_agreement_is_told_by_its_verdict_and_its_interval_down_to_minus_one(
    evaluation: dict[str, Any], verdict: str
) -> None:
    record = copy.deepcopy(evaluation)
    record["rankings"][0]["panel"]["agreement"]["innovation"] |= {
        "verdict": verdict, "alpha": {"value": 0.2, "interval": [-5.61, 0.75], "method": None},
    }  # fmt: skip
    indexed = evaluation_of(record)

    found = judging_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert found.agreement[0].verdict == ZH(f"judging.{verdict}")
    assert found.agreement[0].values[0] == ("0.20 [-1.00, 0.75]", "")


def test_the_rule_for_scores_that_stand_out_is_told_with_their_number(
    evaluation: dict[str, Any],
) -> None:
    indexed = evaluation_of(evaluation)
    found = judging_of(indexed, indexed.items["SM-01"], ZH)
    panel = indexed.rankings["SM-01"]["panel"]

    assert found is not None
    assert found.searched.startswith(
        f"与推算相差较大的打分：{5 * len(panel['points'])} 个中有 1 个"
    )


def test_a_choice_against_a_clear_order_names_who_was_passed_over(
    evaluation: dict[str, Any],
) -> None:
    record = copy.deepcopy(evaluation)
    record["rankings"][0]["settling"]["departures"] = [
        {
            "candidate": "C003",
            "from": "committee",
            "to": "selected",
            "over": ["C001"],
            "reason": "已有三地应用",
            "by": "专家组",
            "time": "2026-07-20T02:00:00Z",
        }
    ]
    indexed = evaluation_of(record)

    found = settling_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert "置于明确优于它的 C001 之前。理由：已有三地应用" in found.departures[0]


def test_scores_that_count_otherwise_by_the_roster_in_force_are_told_on_the_item_page(
    evaluation: dict[str, Any],
) -> None:
    record = copy.deepcopy(evaluation)
    record["rankings"][0]["panel"] |= {
        "recused_since": [{"judge": "J1", "candidate": "C002", "ground": "equity"}],
        "left_out": ["J3"],
    }
    indexed = evaluation_of(record)

    found = judging_of(indexed, indexed.items["SM-01"], ZH)
    page = dict(report_files(indexed))["items/SM-01.en.html"].decode()

    assert found is not None
    assert "评委 J1 对 C002 的打分按回避处理" in found.remarks[0]
    assert "股权等利益关系" in found.remarks[0]
    assert found.remarks[1].startswith("评委 J3 已不在现行名册的打分范围")
    assert "The scores of judge J1 on C002 count as a recusal" in page
    assert "Judge J3 is no longer asked by the roster in force" in page
