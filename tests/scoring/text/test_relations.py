"""A number that something is compared with is not a number that is given."""

from __future__ import annotations

import pytest

from scoring.metrics.fields import comparable
from scoring.text.numerals import answered_number, quantities


def answers(wanted: str, text: str) -> bool:
    (quantity,) = quantities(wanted)
    return answered_number(text, quantity) == quantity.value


@pytest.mark.parametrize(
    "text",
    [
        "答案大于12",
        "答案是大于12的数",
        "大于 12",
        "大于12台",
        "高于12",
        "超过12",
        "超过了12台",
        "小于12",
        "低于12",
        "不足12",
        "不到12台",
        "少于12",
        ">12",
        "x>12",
        "<12",
        "12多",
        "12多台",
        "12余台",
        "more than 12",
        "greater than 12 units",
        "Less than 12",
        "至少大于12",
    ],
)
def test_a_number_that_something_is_compared_with_is_no_answer(text: str) -> None:
    assert not answers("12", text)


LEAST = [
    "大于等于12",
    "大于或等于12",
    "不小于12",
    "不低于12",
    "不少于12",
    "不得低于12",
    "不应小于12",
    "不应少于12",
    "≥12",
    ">= 12",
    "12以上",
    "12及以上",
    "12台以上",
    "12 or more",
    "at least 12",
    "no less than 12",
    "minimum of 12",
    "至少12台",
    "至少需要12台",
    "最少12",
    "最小值为12",
    "最低12",
    "下限为12",
    "下限：12",
    "起码12台",
]
MOST = [
    "小于或等于12",
    "不大于12",
    "不高于12",
    "不多于12",
    "不应高于12",
    "≤ 12",
    "12以下",
    "12个以内",
    "12 or less",
    "at most 12",
    "no more than 12",
    "maximum 12",
    "最多12台",
    "至多为12",
    "不超过12",
    "不得超过12台",
    "未超过12",
    "严禁超过12",
    "最大12",
    "最高可达12",
    "上限12",
]


@pytest.mark.parametrize("text", LEAST + MOST)
def test_a_limit_in_any_wording_is_the_number_of_a_reference_without_one(text: str) -> None:
    assert answers("12", text)
    assert comparable(text, "number") != comparable(12, "number")


@pytest.mark.parametrize("ours", LEAST[::3] + MOST[::3])
@pytest.mark.parametrize("theirs", LEAST + MOST)
def test_a_limit_is_met_by_limits_of_its_direction_alone(ours: str, theirs: str) -> None:
    assert answers(ours, theirs) is ((ours in LEAST) is (theirs in LEAST))


@pytest.mark.parametrize("wanted", ["不小于15m", "不大于15m", "15m", "至少15m"])
@pytest.mark.parametrize(
    "text",
    [
        "不小于15m，也不大于15m",
        "至少15m，至多15m",
        "≥15，≤15m",
        "15m以上，15m以下",
        "不小于15m，不大于20m",
    ],
)
def test_limits_in_both_directions_are_no_answer(wanted: str, text: str) -> None:
    assert not answers(wanted, text)


def test_limits_that_an_answer_sets_out_from_do_not_hide_what_it_concludes() -> None:
    assert answers("15m", "要求不小于10m，不大于20m，所以取15m")
    assert answers("15m", "间距不应小于15m（小于15m时不合格）")
    assert answers("15m", "设计值15m（规范要求≥10m）")
    assert answers("15m", "第3条规定不应小于15m")
    assert not answers("20m", "需要15m，最多20m")
    assert not answers("≥15m", "15m，但不大于15m")


@pytest.mark.parametrize(
    "text",
    [
        "约12",
        "12左右",
        "=12",
        "=>12",
        "-> 12",
        "→12",
        "<12>",
        "<b>12</b>",
        "> 12",
        "答案：\n> 12",
        "25÷2=12余1，所以是12",
        "超过10台时按12台计",
        "大于10小于13，答案是12",
        "由于x>10，取12",
        "综合以上，共12台",
        "12。以上为计算过程",
        "12以上述方法算得",
    ],
)
def test_words_that_compare_nothing_with_a_number_leave_it_the_answer(text: str) -> None:
    assert answers("12", text)


@pytest.mark.parametrize(
    ("wanted", "text", "expected"),
    [
        ("不小于12mm", "≥12mm", True),
        ("≥12mm", "不低于12mm", True),
        ("≥12mm", "12mm", True),
        ("不得低于12mm", "≥12mm", True),
        ("不得超过12mm", "不超过12mm", True),
        ("不得超过12mm", "12mm", True),
        ("不得超过12mm", "大于12mm", False),
        ("≥12mm", ">12mm", False),
        ("≥12mm", "≤12mm", False),
        ("12mm以上", "大于等于12mm", True),
    ],
)
def test_a_reference_that_compares_is_met_by_the_same_comparison(
    wanted: str, text: str, expected: bool
) -> None:
    assert answers(wanted, text) == expected


@pytest.mark.parametrize(
    ("wanted", "given", "alike"),
    [
        (12, "12", True),
        ("12", "不是12", False),
        ("12", "并非12", False),
        ("12", "大于12", False),
        ("12万元", ">120000", False),
        (">120000", "大于12万元", True),
        ("≥5MPa", "5MPa", False),
        ("至少5MPa", "5MPa", False),
        ("至少5MPa", "≥5MPa", True),
        ("至少5MPa", "≤5MPa", False),
        ("≥5MPa", "不小于5000kPa", True),
    ],
)
def test_a_field_holds_a_number_as_it_is_related(
    wanted: str | int, given: str, alike: bool
) -> None:
    assert (comparable(wanted, "number") == comparable(given, "number")) == alike


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("100000", "10^5"),
        ("100000", "10⁵"),
        ("0.001mol/L", "10^-3 mol/L"),
        ("100000Pa", "10^{5}Pa"),
        ("0.5", "½"),
        ("1.5", "1½"),
        ("1.5", "1 ½"),
        ("1.5", "1又1/2"),
        ("100000000", "1个亿"),
        ("3500000元", "350个万元"),
    ],
)
def test_powers_fractions_and_counted_myriads_are_numbers(wanted: str, text: str) -> None:
    assert answers(wanted, text)


@pytest.mark.parametrize("text", ["2^10", "110^5", "0.10^5"])
def test_a_power_of_another_number_is_none_of_ten(text: str) -> None:
    assert not answers("100000", text)
