"""A point that a text denies is not a point that it tells."""

from __future__ import annotations

import time

import pytest

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


@pytest.mark.parametrize("filler", ["1", "断电", "不", "严禁不", "在下", "1万"])
def test_the_longest_text_takes_no_time(filler: str) -> None:
    text = (filler * 100_000)[:100_000]

    started = time.process_time()
    tells(text, "1")
    tells(text, "断电")

    assert time.process_time() - started < 2
