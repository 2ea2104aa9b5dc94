"""Traps of scoring Chinese answers that other tools fall into (field notes, 2.5)."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.text.numerals import answered_number, chinese_number, quantities
from scoring.text.options import option_of
from scoring.text.plain import bare, holds, plain, readable
from scoring.text.refusals import judgement_of

LETTERS = ("A", "B", "C", "D")
METALS = {"A": "铁", "B": "铜", "C": "铝", "D": "铁合金"}


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("B", "B"),
        ("b", "B"),
        ("Ｂ", "B"),
        ("（Ｂ）", "B"),
        ("选b", "B"),
        ("选项B", "B"),
        ("答案是B。A项错误", "B"),
        ("答案：B", "B"),
        ("A项错误，答案为（B）。", "B"),
        ("B（见DCS报警）", "B"),
        ("见DCS报警，应选B", "B"),
        ("DCS报警", None),
        ("B. 关闭进料阀，通知A岗位", "B"),
        ("故选：D", "D"),
        ("不选A，选B", "B"),
        ("选A不对，应选B", "B"),
        ("The answer is C.", "C"),
        ("A和B都对", None),
        ("A、B、C、D", None),
        ("答案是A或B", None),
        ("我不确定", None),
        ("", None),
        ("**C**", "C"),
        ("经分析，C 正确", "C"),
    ],
)
def test_the_chosen_option_is_read_as_a_person_reads_it(text: str, letter: str | None) -> None:
    assert option_of(text, LETTERS) == letter


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("铁", "A"),
        ("铜", "B"),
        ("材料是铝", "C"),
        ("铁合金", "D"),
        ("铁和铜", None),
        ("不是铜，是铝", "C"),
        ("锌", None),
    ],
)
def test_options_of_one_character_can_be_chosen_by_their_content(
    text: str, letter: str | None
) -> None:
    assert option_of(text, LETTERS, METALS) == letter


@pytest.mark.parametrize(
    "text",
    [
        "12000元",
        "12,000元",
        "１２，０００元",
        "1.2万元",
        "壹万贰仟元整",
        "一万二千元",
        "一万二元",
        "人民币1.2万元",
        "¥12000",
        "共计12000",
        "十二千元".replace("十二千", "一万两千"),
        "1.2×10⁴元",
        "1.2e4元",
        "答案是12000元。另有3项费用。",
        "在80℃下处理费为12000元",
        "①12000元",
        "12 000元",
        "1万2千元",
        "1.2万元（壹万贰仟元整）",
    ],
)
def test_twelve_thousand_yuan_is_read_however_it_is_written(text: str) -> None:
    wanted = quantities("12000元")[0]

    assert answered_number(text, wanted) == 12000


@pytest.mark.parametrize(
    "text",
    [
        "11000、11500、12000、12500",
        "11000元或12000元",
        "11500-12000元",
        "没有",
        "12000美元",
        "1万、2千元",
    ],
)
def test_listing_several_numbers_or_another_currency_is_no_answer(text: str) -> None:
    wanted = quantities("12000元")[0]

    assert answered_number(text, wanted) is None


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3.5MPa", "MPa", Fraction(7, 2)),
        ("3500 kPa", "MPa", Fraction(7, 2)),
        ("35bar", "MPa", Fraction(7, 2)),
        ("3.9MPa", "MPa", Fraction(39, 10)),
        ("-5℃", "°C", Fraction(-5)),
        ("零下5度，即-5℃", "°C", Fraction(-5)),
        ("负三点五摄氏度", "°C", Fraction(-7, 2)),
        ("１２．５％", "%", Fraction(25, 2)),
        ("百分之十二点五", "", Fraction(1, 8)),
        ("百分之十二点五", "%", Fraction(25, 2)),
        ("千分之五", "%", Fraction(1, 2)),
        ("3亿5千万", "", Fraction(350_000_000)),
        ("6万一千元", "元", Fraction(61_000)),
        ("五万3千元", "元", Fraction(53_000)),
        ("3万2000元", "元", Fraction(32_000)),
        ("1万零五百", "", Fraction(10_500)),
        ("共有三个，分别是甲、乙、丙", "", Fraction(3)),
        ("一般有两台", "", Fraction(2)),
        ("这是一种方法，共需5步", "", Fraction(5)),
        ("12.5%", "", Fraction(1, 8)),
        ("三分之二", "", Fraction(2, 3)),
        ("2/3", "", Fraction(2, 3)),
        ("六万一千五百元", "元", Fraction(61_500)),
        ("三百五十万一千元", "元", Fraction(3_501_000)),
        ("万一压力升到3.5MPa", "MPa", Fraction(7, 2)),
        ("一一核对后为5台", "", Fraction(5)),
        ("得三十分，十分满意", "", Fraction(30)),
        ("3千克", "kg", Fraction(3)),
        ("3000克", "kg", Fraction(3)),
        ("3千米", "m", Fraction(3000)),
        ("90分钟", "h", Fraction(3, 2)),
        ("2.5亿千瓦时", "kWh", Fraction(250_000_000)),
        ("型号A12，功率15kW", "kW", Fraction(15)),
        ("一般为3.5MPa，十分安全", "MPa", Fraction(7, 2)),
    ],
)
def test_a_number_is_read_in_the_wanted_unit(text: str, unit: str, value: Fraction) -> None:
    wanted = quantities("1" + unit)[0]

    assert answered_number(text, wanted) == value


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("一百五", 150),
        ("三千零二十", 3020),
        ("二〇二五", 2025),
        ("一亿二千万", 120_000_000),
        ("叁佰贰拾壹", 321),
        ("万", None),
        ("百", None),
    ],
)
def test_chinese_numerals_have_their_value(numeral: str, value: int | None) -> None:
    assert chinese_number(numeral) == value


def test_nfkc_joins_widths_for_comparison_only() -> None:
    assert plain("１２．５％（Ａ）㎡ ℃ ①") == "12.5%(A)m2 °C 1"
    assert readable("①3") == " 3"


def test_a_part_is_found_only_as_a_thing_of_its_own() -> None:
    assert holds("设计压力为3.5MPa。", "3.5MPa")
    assert not holds("设计压力为13.5MPa。", "3.5MPa")
    assert not holds("设计压力为3.55MPa。", "3.5")
    assert not holds("-3.5", "3.5")
    assert holds("温度（１８０℃）", "180℃")


def test_dropping_punctuation_keeps_the_points_of_numbers() -> None:
    assert bare("3.5MPa。") != bare("35MPa")
    assert bare("反应釜，压力3.5 MPa") == bare("反应釜压力3.5MPa。")
    assert bare("-3") != bare("3")


HOSTILE = [
    unit * 5_000
    for unit in (
        "9", "一", "万", "1,", "1,000", "-", "1/", "点", "百分之", "A", "A、", "A ", "选", "答案是",
        "答案是1", "1e9", "10^", "①", "不", "((", "3.5MPa、", "第一", "负", "\u0301", "1 000 ", "元",
        "1m/", "1h", "1小时", "每", "每小时", "1m·", "m^", "A-", "不A", "A和", "排除A、", "半", "³", "1:", "5（",
    )
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:6])
def test_no_answer_stalls_or_breaks_the_reading(text: str) -> None:
    wanted = quantities("12000元")[0]
    start = time.process_time()

    answered_number(text, wanted)
    option_of(text, LETTERS, METALS)
    judgement_of(text, ("不能",))
    holds(text, "3.5MPa")
    bare(text)

    assert time.process_time() - start < 3


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    wanted = quantities("12000元")[0]

    assert answered_number(text, wanted) is None or quantities(text)
    assert option_of(text, LETTERS, METALS) in (None, *LETTERS)
    assert judgement_of(text, ("不能",)) in (None, "refuse", "answer")
    assert holds(text, "") is False
