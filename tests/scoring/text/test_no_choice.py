"""No option is read from an answer that hedges, supposes, denies or names several."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.text.options import option_of

some = settings(max_examples=400, deadline=None)
LETTERS = ("A", "B", "C", "D")
JUDGEMENTS = {"A": "正确", "B": "错误"}
METALS = {"A": "铁", "B": "铜", "C": "铝", "D": "金"}


@pytest.mark.parametrize(
    "text",
    [
        "我不认为答案是B",
        "很多人认为答案是B，其实不对",
        "不确定",
        "答案：BC。A错误，D错误，B最重要",
        "A或B，倾向不明",
        "不是A就是B",
        "答案不是A就是B",
        "非A即B",
        "我不认为应该选B",
        "不能选B",
        "不应选B",
        "不建议选B",
        "并非B",
        "答案绝不是B",
        "答案并不是B",
        "B不对",
        "B是错的",
        "B选项不对",
        "B，不对",
        "答案是B，这是错误的",
        "答案是B，但其实不对",
        "答案是B。不对。",
        "有人认为答案是B，但这不对",
        "很多人会选B",
        "容易误选B",
        "误选B",
        "不少同学错选B",
        "如果选B会超温",
        "若选B，则超温",
        "假如答案是B，就会超温",
        "要是选B就错了",
        "选B的话会超温",
        "选B意味着超温",
        "是否选B",
        "是否应选B？",
        "答案是B吗？",
        "答案是B？",
        "难道答案是B？",
        "答案难以断定是B",
        "无法确定答案是B还是C",
        "不能说明答案是B",
        "并不意味着答案是B",
        "都不对",
        "无法判断",
        "以上都不是",
        "如果温度高选A，否则选B",
        "I don't think the answer is B",
        "The answer is not B.",
        "It is not option B",
        "The answer cannot be B",
        "The answer isn't B",
        "Is the answer B?",
        "Some may choose B",
        "If you choose B, it overheats.",
        "Choosing B would overheat.",
        "Initially I thought B",
        "谁选A谁就错",
        "选A的都错了",
        "neither A nor B",
        "没有选A的理由",
        "不排除A",
        "答案：不选A",
        "Answer: A? B? C?",
        "答案是B。以上答案有误。",
        "答案未必是A",
        "答案不一定是A",
        "很难说选A",
        "谈不上A正确",
        "说A正确是错误的",
        "A正确的前提不成立",
        "没有理由认为A正确",
        "若A正确，则B错误",
        "如果A正确，那么B也正确",
        "答案为B的选项是错误的",
        "小明选A，小红选B，小红对",
        "A并B",
        "A且B",
        "选A加B",
    ],
)
def test_a_letter_that_is_denied_supposed_or_asked_about_is_not_taken(text: str) -> None:
    assert option_of(text, LETTERS) is None


@pytest.mark.parametrize(
    "text",
    [
        "A、B都有可能",
        "答案：A\n答案：B",
        "选A会导致超温",
        "答案:BC",
        "答案：BC",
        "答案：ABD",
        "答案：AB",
        "选BC",
        "应选ABC",
        "答案是B、C",
        "答案是B和C",
        "答案：B，C",
        "答案：B C",
        "答案：\nB\nC",
        "答案：B/C",
        "答案是B，也可能是C",
        "答案是B，C也正确",
        "B也可以，C也可以",
        "选B或C都可以",
        "B或C",
        "可能是B，也可能是C",
        "可能是B或C",
        "要么选A，要么选B",
        "选B会导致超温",
        "选项B会导致超温",
        "答案是A。答案是B。",
        "正确答案是A。正确答案是C。",
        "故选A。故选B。",
        "选A。选B。",
        "A\nB",
        "A. 铁\nB. 铜\nC. 铝\nD. 金",
        "A. 铁 B. 铜 C. 铝 D. 金",
        "(A)(B)(C)(D)",
        "A、B、C、D都有可能",
        "A、B都行",
        "A/B/C/D",
        "都对",
        "温度高时选A，温度低时选B",
        "高温时选A；低温时选B",
        "选A类灭火器",
        "采用B型设备",
        "答案是A类火灾",
        "B相接地",
        "维修B泵",
        "The answer is A or B.",
        "The answer could be A or B.",
        "Either A or B",
        "Both A and B are correct.",
        "A and B",
        "A pump",
        "答案是A、B、C、D",
        "选A、B、C、D",
        "【答案】ABCD",
        "【答案】A、B、C、D",
        r"\boxed{BC}",
        r"\boxed{A}\boxed{B}",
        "答案：A；答案：B；答案：C；答案：D",
        "第1题选A，第2题选B",
        "答案是(A)或(B)",
        "答案是A项或B项",
        "答案是“A”和“B”",
        "答案是(A),(B)",
        "答案是A（或B）",
        "答案：A. 铁 B. 铜 C. 铝 D. 金",
        "答案是：\nA. 铁\nB. 铜\nC. 铝\nD. 金",
        "答案：B\n注：选C也可",
        "答案是A的概率为60%，B的概率为40%",
        "The answer is A or maybe B",
        "The answer is A; B is also acceptable",
        "我选A类",
        "答案是A泵",
    ],
)
def test_two_conclusions_or_none_are_no_choice(text: str) -> None:
    assert option_of(text, LETTERS) is None


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("B. 错误", "B"),
        ("答案：B. 错误", "B"),
        ("答案：B（错误）", "B"),
        ("A正确", "A"),
        ("答案：A（正确）", "A"),
        ("该说法错误", "B"),
        ("题目说法有误，答案为B", "B"),
        ("答案：A\n答案：B", None),
    ],
)
def test_a_letter_with_its_own_content_is_not_judged_by_it(text: str, letter: str | None) -> None:
    assert option_of(text, ("A", "B"), JUDGEMENTS) == letter


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("答案：铜\n解析：铁会生锈，铝较贵", "B"),
        ("正确答案是铜。铁易锈。", "B"),
        ("如果选铁会生锈，所以选铜", "B"),
        ("很多人认为是铜，其实不对", None),
        ("答案：铁、铜、铝、金", None),
        ("答案：铁\n答案：铜", None),
        ("A. 铁\nB. 铜\nC. 铝\nD. 金\n答案：B", "B"),
        ("答案：A. 铁 B. 铜 C. 铝 D. 金", None),
    ],
)
def test_a_concluded_content_is_chosen_but_a_list_is_not(text: str, letter: str | None) -> None:
    assert option_of(text, LETTERS, METALS) == letter


def test_an_option_whose_content_names_letters_can_be_chosen() -> None:
    options = {"A": "铁", "B": "铜", "C": "铝", "D": "A和B都对"}

    assert option_of("答案：D. A和B都对", LETTERS, options) == "D"
    assert option_of("A和B都对", LETTERS, options) == "D"


def test_a_content_with_a_formula_is_read_as_the_answer_is() -> None:
    options = {"A": "$3.5$ MPa", "B": "$3.9$ MPa"}

    assert option_of("压力为$3.9$ MPa", ("A", "B"), options) == "B"
    assert option_of("压力为3.9 MPa", ("A", "B"), options) == "B"


@given(
    letters=st.permutations(LETTERS),
    size=st.integers(2, 4),
    separator=st.sampled_from(
        ["、", "，", " ", "或", "和", "\n", "；", "\n答案：", "。答案是", "，也可能是", ""]
    ),
    opening=st.sampled_from(
        ["答案：", "【答案】", "**答案：**\n", "故选", "The answer is ", "最终答案："]
    ),
    closing=st.sampled_from(["", "。", "\n\n解析：略", "）"]),
)
@some
def test_concluding_with_several_letters_gains_nothing(
    letters: list[str], size: int, separator: str, opening: str, closing: str
) -> None:
    assert option_of(opening + separator.join(letters[:size]) + closing, LETTERS, METALS) is None


HOSTILE = [
    unit * 5_000
    for unit in (
        "$", "$1$", "\\frac{", "\\text{", "$\\text{a}", "\\boxed{A}", "**", "*a*", "答案：\n", "如果选A", "有人选",
        "更正为A", "不,A", "不,A在", "等等，", "因此A", "答案是A，", "A\n", "AB ", "不是A就是B", "A. B. C. D. ",
        "the answer is A ", "起初，", "A？", "与A相比", "</think>", "铁、", "A也正确",
    )
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_no_answer_stalls_the_reading(text: str) -> None:
    start = time.process_time()

    option_of(text, LETTERS, METALS)

    assert time.process_time() - start < 3
