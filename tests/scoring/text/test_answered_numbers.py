"""The number that an answer gives is read through its reasons, corrections and formulas."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.text.numerals import answered_number, quantities

some = settings(max_examples=200, deadline=None)


def answers(wanted: str, text: str) -> bool:
    """Whether a text gives the wanted number."""
    (quantity,) = quantities(wanted)
    return answered_number(text, quantity) == quantity.value


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("12", "答案是：\n12"),
        ("12", "**答案：**\n\n12"),
        ("12", "答案：\n\n**12**"),
        ("12", "答案是12个，因为3×4=12"),
        ("12", "答案是12，由于3×4=12"),
        ("12", "The answer is 12 because 3*4=12."),
        ("12", "答案不是15，而是12"),
        ("12", "答案是15？不，应该是12"),
        ("12", "答案是15。不对，应该是12。"),
        ("12", "答案是15。更正：12"),
        ("12", "答案：15，更正为12"),
        ("12", "3×4=12"),
        ("12", "3 × 4 = 12"),
        ("12", "步骤1：每班3台。步骤2：共4班。综上，答案为 12 台"),
        ("12", "综上，答案为 12 台。"),
        ("12", "综上所述，共需12台。"),
        ("12", "每班3台，4班，所以共需12台"),
        ("12", "因此，一共需要12台设备。"),
        ("12", "结果约为12"),
        ("12", "结果 ≈ 12"),
        ("12", "约12台"),
        ("12", "12（台）"),
        ("12", "12 台（含备用）"),
        ("12", "Answer: 12 units"),
        ("12", "Answer: 12"),
        ("12", "**Answer:** 12"),
        ("12", "The answer is **12**."),
        ("12", "Final answer: 12"),
        ("12", "最终答案：12"),
        ("12", "中间结果为3，最终结果为12"),
        ("12", "第一步的结果是3，最终答案是12"),
        ("12", "结果是3。答案是12。"),
        ("12", "<think>3+4=7，不对，是12</think>答案是12"),
        ("12", "<think>先算15</think>\n\n12"),
        ("12", "答案：12台（其中3台备用）"),
        ("12", "答案是12台，其中3台备用"),
        ("12", "答案：12。解析：每班3台，共4班。"),
        ("12", "答案：12\n解析：每班3台，共4班。"),
        ("12", "【答案】12\n【解析】3×4=12"),
        ("12", '{"answer": 12}'),
        ("12", '{"answer": "12台"}'),
        ("12", '答案为"12"'),
        ("12", "答案是：**12**台"),
        ("12", "答案：`12`"),
        ("12", "共计12台"),
        ("12", "总数为12"),
        ("12", "合计：12"),
        ("12", "x=12"),
        ("12", "N = 12"),
        ("12", "十二"),
        ("12", "答案是十二台"),
        ("12", "答案应为12"),
        ("12", "答案应该是12"),
        ("12", "答案=12"),
        ("12", "答案即为12"),
        ("12", "正确答案是12，不是15"),
        ("12", "不是15，是12"),
        ("12", "15不对，应为12"),
        ("12", "15台不够，需要12台"),
        ("12", "计算结果：3×4=12"),
        ("12", "So the answer is 12."),
        ("12", "Therefore, 12 units are needed since 3*4=12."),
        ("12", "3台/班×4班=12台"),
        ("12", "(3+1)×3=12"),
        ("12", "24/2=12"),
        ("12", "15-3=12"),
        ("12", "15 - 3 = 12"),
        ("12", "6+6=12"),
        ("12000元", "1.2万元"),
        ("12000元", "12000（元）"),
        ("12000元", "1.2（万元）"),
        ("12000元", "答案：¥12,000"),
        ("12000元", "年费：1000元/月 × 12个月 = 12000元"),
        ("12000元", "1000×12=12000元，答案是12000元"),
        ("12000元", "费用为12000元，所以每月1000元/月"),
        ("3.5MPa", "3.5(MPa)"),
        ("3.5MPa", "3500 kPa"),
        ("3.5MPa", "设计压力≈3.5MPa"),
        ("25%", "占比为 25 %"),
        ("25%", "百分之二十五"),
        ("25%", "5/20=25%"),
        ("90分钟", "1.5 h"),
        ("90分钟", "1小时30分"),
        ("90分钟", "答案：90（分钟）"),
        ("1/2", "0.5"),
        ("1/2", "1/2"),
        ("1/2", "二分之一"),
        ("12元/吨", "答案是12元/吨"),
        ("12元/吨", "每吨12元"),
        ("12元/吨", "12（元/吨）"),
        ("180℃", "180°C"),
        ("12美元", "12美元"),
    ],
)
def test_reasons_and_steps_do_not_hide_the_answer(wanted: str, text: str) -> None:
    assert answers(wanted, text)


@pytest.mark.parametrize(
    "words",
    [
        "合计", "共计", "总计", "一共", "总共", "共", "那么共有", "可得共", "即", "即共", "∴", "得", "得到",
        "可得", "总数为", "合计为", "两班一共有", "结论：", "最后是", "答：", "\n答：共需", "。综合可得", "，增加7台后达到",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["甲班5台，乙班7台，", "甲班5台（其中2台备用），乙班7台，"])
def test_what_parts_come_to_is_the_answer(words: str, before: str) -> None:
    text = before + words + "12台"

    assert answers("12台", text)
    assert not answers("5台", text)
    assert not answers("7台", text)


@pytest.mark.parametrize(
    "text",
    [
        "12台。\n\n解析：甲班5台，乙班7台。",
        "12台\n\n计算过程：甲班5台，乙班7台",
        "**12台**\n\n**解析**：甲班5台，乙班7台，甲班少2台",
        "12台。依据：甲班5台，乙班7台。",
        "结论：12台。依据：每班4台，3个班。",
        "结论：需要12台；依据：GB 50160-2008",
        "【结论】12台",
        "第一步：3+4=7\n第二步：7+5=12\n答：12",
        "解：5+7=12（台）\n答：一共有12台。",
        "问：5台还是7台？答：12台",
        "最终需要12台，其中甲班5台，乙班7台",
        "12台（其中甲班5台，乙班7台）",
        "所以共需12台，其中备用2台",
        "5加7等于12",
        "5加7得12",
        "5台和7台相加等于12台",
        "12台（5台+7台）",
        "12台（参见GB 50160-2008第5.2条）",
        "答案：12台（参见GB 50160-2008第5.2条）",
        "根据GB 50160-2008第5.2条，应为12台",
        "12台，参见第3章",
        "答案：12台；每班4台，共3个班。",
        "答案：12台。5台来自甲班",
        "可能是5台，也可能是7台。答案是12台",
    ],
)
def test_explanations_and_what_they_refer_to_do_not_hide_the_answer(text: str) -> None:
    assert answers("12台", text)


@pytest.mark.parametrize("wanted", ["3", "3台"])
def test_a_total_counts_what_was_counted_before(wanted: str) -> None:
    assert not answers(wanted, "需要12台，共3个班")
    assert answers(wanted, "甲班1台，乙班2台，共3台")
    assert answers(wanted, "甲班1，乙班2，共3台")


@pytest.mark.parametrize(
    "text",
    [
        "原价1500元，打八折后为1200元。",
        "原价1500元，优惠300元后为1200元",
        "共3件，每件400元，即1200元",
    ],
)
def test_what_a_price_comes_to_is_the_answer(text: str) -> None:
    assert answers("1200元", text)


@pytest.mark.parametrize(
    "text",
    [
        "答案：12元；13元；14元",
        "答案：12元\n13元\n14元",
        "答案：12元。13元。14元。",
        "答案：12元；或13元",
        "Answer: 12元; 13元",
        "最终答案：12元。其他可能：13元、14元",
        "答案：12元。也可能是13元",
        "答案是12元。另一种可能是13元。",
        "答案是12元。也可以是13元",
        "答案是12元。或者13元",
        "The answer is 12 yuan. Alternatively, 13 yuan.",
        "甲13元，乙1元，合计12元或14元",
        "合计12元。其他可能：14元",
        "12元。解析：甲5元。也可能是13元",
        "结论：12元或13元",
        "答：12元。答：13元",
        "甲班5元，其中备用12元，乙班共7元",
        "甲班5元，其中备用12元，乙班13元，合计25元",
    ],
)
def test_several_answers_are_none_however_they_are_set_apart(text: str) -> None:
    assert not answers("12元", text)
    assert not answers("13元", text)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("12", r"\(12\)"),
        ("12", r"\boxed{12}"),
        ("12", r"$\boxed{12}$"),
        ("12", r"$$\boxed{12}$$"),
        ("12", "$12$"),
        ("12", r"$3 \times 4 = 12$"),
        ("12", r"\[ 3 \times 4 = 12 \]"),
        ("12", "最终答案是 $12$。"),
        ("12", r"共需 $3 \times 4 = 12$ 台"),
        ("12000元", "$12000$元"),
        ("12000元", r"$12\,000$元"),
        ("12000元", "$12{,}000$元"),
        ("12000元", r"$1.2 \times 10^4$元"),
        ("12000元", r"$1.2 \times 10^{4}$ 元"),
        ("12000元", r"答案是 $1.2\times10^4$ 元"),
        ("12000元", r"\boxed{12000\text{元}}"),
        ("12000元", r"\boxed{12000}\text{元}"),
        ("12000元", r"$\boxed{1.2\ \text{万元}}$"),
        ("3.5MPa", "答案是$3.5$ MPa"),
        ("3.5MPa", r"3.5\ \text{MPa}"),
        ("3.5MPa", r"$3.5\,\mathrm{MPa}$"),
        ("3.5MPa", r"$3.5\ \mathrm{MPa}$"),
        ("3.5MPa", r"$3.5 \text{ MPa}$"),
        ("3.5MPa", r"$p = 3.5\,\text{MPa}$"),
        ("3.5MPa", r"最大压力为 $3.5$ MPa，温度 $180^\circ\text{C}$"),
        ("3.5MPa", r"答案：$3500\,\mathrm{kPa}$"),
        ("25%", r"$25\%$"),
        ("25%", r"25\%"),
        ("25%", "$25$%"),
        ("25%", r"答案是 $25\%$"),
        ("90分钟", "$90$分钟"),
        ("90分钟", "$1.5$小时"),
        ("90分钟", r"$1.5\,\text{h}$"),
        ("1/2", r"\frac{1}{2}"),
        ("1/2", r"$\frac{1}{2}$"),
        ("1/2", r"$\boxed{\frac{1}{2}}$"),
        ("12元/吨", "$12$元/吨"),
        ("12元/吨", r"$12\,\text{元/吨}$"),
        ("36m3/h", r"$36\,\mathrm{m^3/h}$"),
        ("36m3/h", r"$36\ \text{m}^3/\text{h}$"),
        ("36m3/h", r"$36\,\mathrm{m^{3}/h}$"),
        ("180℃", r"$180^\circ\text{C}$"),
        ("180℃", r"$180^{\circ}C$"),
        ("180℃", r"$180\,^\circ\mathrm{C}$"),
        ("12美元", "$12"),
        ("12美元", "US$12"),
        ("12美元", "$12.00"),
        ("12美元", r"\$12"),
        ("12美元", "答案是$12"),
        ("12美元", "The answer is $12, because 3*4=12"),
    ],
)
def test_a_formula_says_what_its_numbers_say(wanted: str, text: str) -> None:
    assert answers(wanted, text)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("12", "答案不是12"),
        ("12", "答案并非12"),
        ("12", "不是12"),
        ("12", "11、12、13"),
        ("12", "11 12 13"),
        ("12", "11，12，13"),
        ("12", "11或12"),
        ("12", "答案是11或12"),
        ("12", "答案是12或15"),
        ("12", "答案：11\n答案：12"),
        ("12", "答案是11。答案是12。"),
        ("12", "10-12"),
        ("12", "11~12台"),
        ("12", "答案：\n1. 12台\n2. 15台"),
        ("12", "可能是11，也可能是12"),
        ("12", "12万"),
        ("12", "结果是11、12"),
        ("12", "因此11、12、13"),
        ("12", "答案：11；答案：12；答案：13"),
        ("12", "$11$、$12$"),
        ("12", r"\boxed{11}\boxed{12}"),
        ("12", "没有答案"),
        ("12", "1.2"),
        ("12", "-12"),
        ("12", "3×4"),
        ("12", "3+4+5"),
        ("12元", "$12"),
        ("12元", "US$12"),
        ("12元", "12万元"),
        ("12元", "12（万元）"),
        ("12元", "12(万)"),
        ("12元", "12元/吨"),
        ("12元", "$3 and $4"),
        ("12元", "$12 and $15"),
        ("12元", "*12* 万元"),
        ("12元", "**12** 万元"),
        ("12元", "$12$ 万元"),
        ("12元", r"$12\,\text{万元}$"),
        ("12元", r"\boxed{12}万元"),
        ("12元", "$12 USD$"),
        ("12元", "12美元"),
        ("4", "$3 and $4"),
        ("4", "价格为$3和$4"),
        ("4", "US$4 or US$5"),
        ("3", "$3 and $4"),
        ("3", "$3, $4"),
    ],
)
def test_what_is_denied_listed_or_of_another_unit_is_not_the_answer(wanted: str, text: str) -> None:
    assert not answers(wanted, text)


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("$12000", [12000], "$"),
        ("US$12", [12], "US$"),
        ("$3 and $4", [3, 4], "$"),
        ("$1,200.50", [Fraction(2401, 2)], "$"),
        ("价格$12/吨，$15/吨", [12, 15], "$"),
        ("$12000$元", [12000], "元"),
        ("$x=3$元，$y=4$元", [3, 4], "元"),
        (r"\$12", [12], "$"),
    ],
)
def test_dollars_are_money_unless_they_enclose_a_formula(
    text: str, values: list[Fraction], unit: str
) -> None:
    found = quantities(text)

    assert [quantity.value for quantity in found] == values
    assert all(quantity.unit.startswith(unit) or unit == "$" for quantity in found)
    assert (found[-1].measures == "yuan") is (unit == "元")


@given(
    values=st.lists(st.integers(1, 99), min_size=2, max_size=4, unique=True),
    separator=st.sampled_from(["、", "，", "或", "和", "、$", "\n答案：", "。答案是"]),
    opening=st.sampled_from(["答案是", "答案：\n", "**答案：**"]),
)
@some
def test_a_list_of_numbers_gains_nothing(values: list[int], separator: str, opening: str) -> None:
    text = opening + separator.join(map(str, values))

    assert answered_number(text, quantities("5")[0]) is None


HOSTILE = [
    unit * 5_000
    for unit in (
        "$", "$1", "$1$", "\\frac{1}{2}", "\\frac{", "\\text{", "\\boxed{", "^{1}", "1=2×", "1=", "1-", "所以1", "不是1",
        "1不是", "更正：1", "不,1", "1(", "1(万", "答案：\n", "结果为", "1，其中", "1. 2. ", "答案：1. ", "**", "</think>",
        "答案：1；", "1；", "。1", "也可能1", "。或者", "合计1", "等于1", "1得", "(其中", ",其中", "1台(5+", "第1", "GB 1-2008",
    )
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_no_answer_stalls_the_reading(text: str) -> None:
    wanted = quantities("12000元")[0]
    start = time.process_time()

    answered_number(text, wanted)

    assert time.process_time() - start < 3
