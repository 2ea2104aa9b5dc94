"""A free answer chooses an option only where it names one alone and does not deny it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.text.options import option_of

LETTERS = ("A", "B", "C", "D")
METALS = {"A": "铁", "B": "铜", "C": "铝", "D": "金"}
some = settings(max_examples=200, deadline=None)


@pytest.mark.parametrize(
    "text",
    [
        "A;B;C;D",
        "A B C D",
        "A|B|C|D",
        "A\nB",
        "A\nB\nC\nD",
        "A-D",
        "A－D",
        "A~D",
        "A至D",
        "A到D都对",
        "A以及B",
        "A还是B",
        "A或者B",
        "A, B, C",
        "A。B。",
        "要么A要么B",
        "ＡＢ",
        "A. 铁\nB. 铜\nC. 铝\nD. 金",
        "(A) 铁 (B) 铜 (C) 铝 (D) 金",
        "答案是A还是B？",
        "答案是A B",
        "答案是A；B",
        "答案是A-D",
        "答案是A吗？",
        "选A或选B",
        "B，A方案也行，A也正确",
        "A is correct and B is correct",
    ],
)
@pytest.mark.parametrize("options", [None, METALS])
def test_several_letters_are_no_choice(text: str, options: dict[str, str] | None) -> None:
    assert option_of(text, LETTERS, options) is None


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("排除A和C", None),
        ("排除A、C", None),
        ("排除A，C", None),
        ("排除A,B,C", None),
        ("排除了A", None),
        ("A可以排除", None),
        ("A应予以排除", None),
        ("B不是正确答案", None),
        ("B并不正确", None),
        ("B并非正确", None),
        ("B的说法是错误的", None),
        ("答案不可能是B", None),
        ("答案不是B", None),
        ("不可能选B", None),
        ("A和C都错", None),
        ("B有问题", None),
        ("B is not correct", None),
        ("It is not B", None),
        ("B有问题，C才对", "C"),
        ("排除A和C，选B", "B"),
        ("排除A、C、D，故B", "B"),
        ("排除A，C正确", "C"),
        ("排除A\nC", "C"),
        ("除了A，选B", "B"),
        ("A、B、C都不对，选D", "D"),
        ("A、B、C都不对，D正确", "D"),
        ("A正确，B、C、D错误", "A"),
        ("A是错误的，B是正确的", "B"),
        ("正确答案不是A，而是C", "C"),
        ("选B，A错误", "B"),
        ("选项A：错误。选项B：正确。", "B"),
        ("not A, but C", "C"),
    ],
)
def test_a_denied_letter_is_not_chosen(text: str, letter: str | None) -> None:
    assert option_of(text, LETTERS) == letter


@pytest.mark.parametrize(
    "text",
    [
        "B超显示正常",
        "A类火灾",
        "A 类火灾",
        "A pump is broken",
        "A级防护",
        "B型血",
        "C++程序",
        "A-3号泵",
        "选择A类灭火器",
        "the answer is a pump",
        "维修A相接地",
    ],
)
def test_the_opening_of_prose_is_no_choice(text: str) -> None:
    assert option_of(text, LETTERS) is None


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("B。A项成本高，D项工期长", "B"),
        ("B. 关闭进料阀A，再开B阀", "B"),
        ("B、关闭进料阀", "B"),
        ("B项正确", "B"),
        ("B是正确答案", "B"),
        ("B才对", "B"),
        ("B吧", "B"),
        ("因此B", "B"),
        ("我认为B对", "B"),
        ("答案是B，A成本高", "B"),
        ("答案：B\nA. 铁不耐腐蚀", "B"),
        ("B because A is too costly", "B"),
        ("The answer is A because it is cheap", "A"),
        ("A is correct", "A"),
        ("B pump failure", "B"),
        ("optionC", "C"),
        ("选B即可", "B"),
        ("特别是A", "A"),
        ("B\n解析：略", "B"),
        ("B (not A)", "B"),
        ("B因为温度过高", "B"),
        ("A ✗ B ✓ C ✗ D ✗", "B"),
        ("B正确。A、C为干扰项", "B"),
        ("B没有错误", "B"),
        ("B不会错", "B"),
        ("综上，选项B最符合题意", "B"),
        ("B（排除A、C、D）", "B"),
        ("首先排除A，其次C不对，D也不对，因此选B", "B"),
    ],
)
def test_one_letter_that_stands_alone_is_chosen(text: str, letter: str) -> None:
    assert option_of(text, LETTERS) == letter


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("应清除积水", "A"),
        ("积水需排除", "A"),
        ("不是积水，是油污", "B"),
        ("积水不是原因，油污才是", "B"),
        ("B超显示油污", "B"),
    ],
)
def test_a_content_is_denied_only_by_words_about_it(text: str, letter: str) -> None:
    assert option_of(text, LETTERS, {"A": "积水", "B": "油污"}) == letter


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("对", "对"),
        ("不对", "错"),
        ("没错", "对"),
        ("对，符合规范", "对"),
        ("答案是错", "错"),
        ("该说法不完全正确", "错"),
        ("对吗", None),
    ],
)
def test_words_may_stand_for_options(text: str, letter: str | None) -> None:
    assert option_of(text, ("对", "错")) == letter


separators = st.sampled_from(
    [";", " ", "|", "\n", "、", ", ", "/", "和", "以及", "还是", "或", "；"]
)


@given(
    letters=st.lists(st.sampled_from(LETTERS), min_size=2, unique=True),
    separator=separators,
    opening=st.sampled_from(["", "答案是", "选", "应选", "我认为"]),
)
@some
def test_a_list_of_letters_gains_nothing(letters: list[str], separator: str, opening: str) -> None:
    if separator == "\n" and opening:
        separator = "、"

    assert option_of(opening + separator.join(letters), LETTERS, METALS) is None


@given(
    letters=st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3, unique=True),
    separator=st.sampled_from(["、", "和", "以及", "或", "/"]),
    denial=st.sampled_from(
        ["排除{}", "不选{}", "{}不对", "{}可以排除", "{}都是错误的", "不可能是{}"]
    ),
)
@some
def test_denying_letters_never_chooses_one_of_them(
    letters: list[str], separator: str, denial: str
) -> None:
    assert option_of(denial.format(separator.join(letters)), LETTERS) is None
