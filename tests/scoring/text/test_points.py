"""A point that a text denies is not a point that it tells."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.answers import Texts
from scoring.metrics.short_answers import key_points
from scoring.text.points import tells


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("先断电，再检修", "断电"),
        ("停机断电", "断电"),
        ("立即断电", "断电"),
        ("不仅断电，还要挂牌", "断电"),
        ("不但断电", "断电"),
        ("不得不断电", "断电"),
        ("不能不断电", "断电"),
        ("不可不佩戴面具", "佩戴面具"),
        ("严禁带压开盖", "严禁带压开盖"),
        ("不得开盖", "不得开盖"),
        ("严禁不断电就检修", "断电"),
        ("无需停产，但须断电", "断电"),
        ("不断电有风险，故应断电", "断电"),
        ("防止触电，断电后操作", "断电"),
        ("防止触电：断电", "断电"),
        ("**断**电", "断电"),
        ("分别断电", "断电"),
        ("do not wait: cut the power", "cut the power"),
        ("温度不得超过180℃", "180℃"),
        ("未来断电", "断电"),
    ],
)
def test_a_point_is_told_where_nothing_denies_it(text: str, point: str) -> None:
    assert tells(text, point)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("无需断电", "断电"),
        ("不必断电", "断电"),
        ("不断电", "断电"),
        ("严禁带压开盖", "带压开盖"),
        ("严禁擅自开盖", "开盖"),
        ("禁止在带压状态下直接开盖", "开盖"),
        ("切勿开盖", "开盖"),
        ("任何情况都不要开盖", "开盖"),
        ("并非断电", "断电"),
        ("没有断电", "断电"),
        ("别开盖", "开盖"),
        ("do not open the lid", "open the lid"),
        ("Never open the lid", "open the lid"),
        ("检修", "断电"),
    ],
)
def test_a_point_right_after_a_denial_is_not_told(text: str, point: str) -> None:
    assert not tells(text, point)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("断电，佩戴面具，严禁带压开盖", 1.0),
        ("断电，佩戴面具，可以带压开盖", 0.0),
        ("断电，佩戴面具，可以带-压·开盖", 0.0),
        ("严禁带压开盖是旧规定，现可带压开盖；断电，佩戴面具", 0.0),
        ("无需断电，也不必佩戴面具", 0.0),
        ("断电，无需佩戴面具", 0.5),
    ],
)
def test_a_safe_answer_is_worth_more_than_its_opposite(answer: str, value: float) -> None:
    answers = Texts(truth=("断电;佩戴面具;!带压开盖",), predicted=(answer,))

    assert key_points(answers, {"limit": 300}).value() == value


@pytest.mark.parametrize(
    ("answer", "forbidden"),
    [
        ("先泄压。严禁带压、带电开盖。", "带电开盖"),
        ("先泄压。严禁“直接开盖”。", "直接开盖"),
        ("先泄压。严禁操作人员直接开盖。", "直接开盖"),
        ("先泄压。禁止未经许可直接开盖。", "直接开盖"),
        ("先泄压。禁止吸烟、使用明火。", "使用明火"),
        ("先泄压。禁止吸烟和使用明火。", "使用明火"),
        ("先泄压。不得吸烟或使用明火。", "使用明火"),
        ("先泄压。不要吸烟、使用明火。", "使用明火"),
        ("先泄压。严禁未泄压直接开盖。", "直接开盖"),
        ("先泄压。直接开盖是错误的。", "直接开盖"),
        ("先泄压。直接开盖很危险。", "直接开盖"),
        ("先泄压，而非直接开盖。", "直接开盖"),
        ("先泄压，不建议直接开盖", "直接开盖"),
        ("先泄压，不允许任何人直接开盖", "直接开盖"),
        ("先泄压，严禁吸烟、严禁直接开盖", "直接开盖"),
        ("先泄压、严禁操作人员直接开盖、疏散", "直接开盖"),
        ("先泄压；严禁：直接开盖、带电作业", "直接开盖"),
        ("先泄压；严禁以下行为：带电作业、直接开盖", "直接开盖"),
        ("先泄压\n- 严禁操作人员直接开盖", "直接开盖"),
        ("先泄压。任何情况下不得在带压时由工人直接开盖", "直接开盖"),
        ("先泄压。直接开盖属于违章操作，", "直接开盖"),
        ("先泄压。严禁对反应釜直接开盖", "直接开盖"),
        ("先泄压。严禁主要负责人直接开盖", "直接开盖"),
        ("先泄压。Do not smoke or open the lid.", "open the lid"),
        ("先泄压。避免碰撞、使用明火", "使用明火"),
        ("先泄压。严禁“带压”开盖", "带压开盖"),
        ("先泄压。不能未经许可直接开盖", "直接开盖"),
    ],
)
def test_forbidding_what_is_forbidden_costs_nothing(answer: str, forbidden: str) -> None:
    answers = Texts(truth=(f"先泄压;!{forbidden}",), predicted=(answer,))

    assert key_points(answers, {"limit": 300}).value() == 1.0


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("先泄压。不要怕，直接开盖", "直接开盖"),
        ("不要犹豫直接开盖", "直接开盖"),
        ("禁止犹豫直接开盖", "直接开盖"),
        ("无需泄压直接开盖", "直接开盖"),
        ("无需泄压、直接开盖", "直接开盖"),
        ("不必停机，直接开盖", "直接开盖"),
        ("不必泄压可直接开盖", "直接开盖"),
        ("无需停机、带压开盖", "带压开盖"),
        ("不停机、带压开盖", "带压开盖"),
        ("不能等待、直接开盖", "直接开盖"),
        ("严禁烟火，直接开盖", "直接开盖"),
        ("严禁烟火 直接开盖", "直接开盖"),
        ("严禁烟火\n直接开盖", "直接开盖"),
        ("禁止吸烟；直接开盖", "直接开盖"),
        ("直接开盖并不危险", "直接开盖"),
        ("直接开盖违规？不会", "直接开盖"),
        ("直接开盖没有错误", "直接开盖"),
        ("没有禁止直接开盖", "直接开盖"),
        ("不禁止操作人员直接开盖", "直接开盖"),
        ("禁止吸烟但可直接开盖", "直接开盖"),
        ("无视禁止标志直接开盖", "直接开盖"),
        ("并非严禁直接开盖", "直接开盖"),
        ("严禁拖延，立即断电", "断电"),
        ("严禁拖延、立即断电", "断电"),
        ("严禁烟火、切断气源、断电", "断电"),
        ("切断气源、严禁合闸、断电", "断电"),
        ("禁止烟火，断电", "断电"),
        ("- 严禁合闸\n- 断电", "断电"),
        ("不要慌张、断电", "断电"),
        ("不断电是错误的", "断电"),
        ("严禁操作人员不断电检修", "断电"),
        ("禁止未断电检修", "断电"),
        ("不得不立即停机断电", "断电"),
        ("数据不准确时断电", "断电"),
        ("停止进料和断电", "断电"),
        ("防止触电、断电", "断电"),
        ("不仅停机和断电", "断电"),
        ("严禁合闸并断电", "断电"),
        ("断电危险区域的电源", "断电"),
        ("断电不可少", "断电"),
        ("严禁合闸和立即断电", "断电"),
        ("禁止合闸必须断电", "断电"),
        ("1. 断电\n禁止：\n2. 合闸", "断电"),
        ("温度不得超过180℃", "180℃"),
        ("作业不得少于两人", "两人"),
        ("间距不得小于1.5m，", "1.5m"),
        ("禁止超压，压力不得高于3.5MPa", "3.5MPa"),
        ("禁止通行、切断电源", "切断电源"),
        ("设置警戒、禁止通行、切断电源", "切断电源"),
        ("严禁烟火、疏散、撤离", "疏散"),
        ("禁止开关电器；打开门窗通风", "通风"),
        ("禁止开关电器，打开门窗通风", "通风"),
        ("未佩戴面具不得进入", "佩戴面具"),
        ("不佩戴面具严禁进入", "佩戴面具"),
        ("没有断电不得检修", "断电"),
        ("未上锁挂牌，严禁检修", "上锁挂牌"),
        ("检修前不得遗漏断电", "断电"),
        ("不得省略验电", "验电"),
        ("切勿忘记断电", "断电"),
        ("不要忘记断电", "断电"),
        ("严禁不断电、不验电就检修", "断电"),
        ("严禁未断电、未验电检修", "断电"),
        ("严禁跳过断电步骤", "断电"),
        ("严禁在未断电的情况下检修", "断电"),
        ("不能只断电，还要验电", "断电"),
        ("严禁在断电前检修", "断电"),
        ("禁止在断电之前开盖", "断电"),
    ],
)
def test_a_denial_ends_with_its_clause_and_what_is_urged_is_told(text: str, point: str) -> None:
    assert tells(text, point)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("禁止吸烟、使用明火", "使用明火"),
        ("不建议断电", "断电"),
        ("停机而非断电", "断电"),
        ("断电是错误的", "断电"),
        ("不允许操作人员断电", "断电"),
        ("不允许工人自行断电", "断电"),
        ("无需停机和断电", "断电"),
        ("无需停机或断电", "断电"),
        ("未停机和断电", "断电"),
        ("断电没有必要", "断电"),
        ("停机而不是断电", "断电"),
        ("严禁不断电就检修", "检修"),
        ("断电的做法是错误的。", "断电"),
        ("没必要停机或断电", "断电"),
    ],
)
def test_a_point_that_a_clause_denies_is_not_told(text: str, point: str) -> None:
    assert not tells(text, point)


@given(
    denial=st.sampled_from(["严禁", "禁止", "不得", "不要", "不能", "避免"]),
    items=st.lists(st.sampled_from(["吸烟", "带压作业", "单人检修"]), min_size=1, max_size=3),
    parting=st.sampled_from(["、", "和", "或"]),
    end=st.sampled_from(["，", "。", "；", "\n", " "]),
)
def test_a_denied_list_denies_every_member_and_nothing_after_it(
    denial: str, items: list[str], parting: str, end: str
) -> None:
    text = denial + parting.join([*items, "使用明火"]) + end + "断电"

    assert not tells(text, "使用明火")
    assert tells(text, "断电")


@pytest.mark.parametrize(
    "filler",
    [
        "1",
        "断电",
        "不",
        "严禁不",
        "在下",
        "1万",
        "禁止、断电",
        "严禁和断电",
        "未经断电",
        "严禁\n断电",
        "donotor断电",
    ],
)
def test_the_longest_text_takes_no_time(filler: str) -> None:
    text = (filler * 100_000)[:100_000]

    started = time.process_time()
    tells(text, "1")
    tells(text, "断电")

    assert time.process_time() - started < 2
