"""A true-or-false question is answered in whatever words say that its statement is right or wrong."""

from __future__ import annotations

import time

import pytest

from scoring.text.options import option_of

LETTERS = ("A", "B")
PAIRS = [
    {"A": "正确", "B": "错误"},
    {"A": "对", "B": "错"},
    {"A": "√", "B": "×"},
]


@pytest.mark.parametrize(
    "text",
    [
        "对",
        "√",
        "正确",
        "正确。",
        "对的",
        "✓",
        "✅",
        "没错",
        "该说法正确。",
        "说法正确",
        "这句话是对的。",
        "题目说法无误。",
        "判断：正确",
        "我认为该说法正确",
        "对，因为必须断电",
        "答案：对",
        "正确，理由是规程第5条",
        "是正确的",
        "此说法没有错误。",
        "该命题成立",
    ],
)
@pytest.mark.parametrize("options", PAIRS, ids=lambda options: options["A"])
def test_words_of_rightness_choose_the_right_option(text: str, options: dict[str, str]) -> None:
    assert option_of(text, LETTERS, options) == "A"
    assert option_of(text, LETTERS, {"A": options["B"], "B": options["A"]}) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "错",
        "×",
        "错误",
        "不正确",
        "不对",
        "该说法不正确。",
        "❌",
        "有误",
        "该说法有误",
        "错误的",
        "判断：错误",
        "这种说法是错误的",
        "说法不对，应先断电",
        "题干表述错误。正确做法是先断电",
        "答案：错",
        "不完全正确",
        "该说法是不正确的。",
        "该观点不准确",
    ],
)
@pytest.mark.parametrize("options", PAIRS, ids=lambda options: options["A"])
def test_words_of_wrongness_choose_the_wrong_option(text: str, options: dict[str, str]) -> None:
    assert option_of(text, LETTERS, options) == "B"
    assert option_of(text, LETTERS, {"A": options["B"], "B": options["A"]}) == "A"


@pytest.mark.parametrize(
    "text",
    [
        "可能对，可能错",
        "对错难辨",
        "不确定",
        "该说法正确吗？",
        "无法判断该说法是否正确",
        "我不认为该说法正确",
        "正确与错误之间",
        "该说法正确。该说法错误。",
        "如果该说法正确，则……",
        "正确做法是先断电",
    ],
)
@pytest.mark.parametrize("options", PAIRS, ids=lambda options: options["A"])
def test_an_open_or_a_double_verdict_is_no_choice(text: str, options: dict[str, str]) -> None:
    assert option_of(text, LETTERS, options) is None


@pytest.mark.parametrize("options", PAIRS, ids=lambda options: options["A"])
def test_a_letter_outweighs_the_words_of_its_verdict(options: dict[str, str]) -> None:
    assert option_of("B. 错误", LETTERS, options) == "B"
    assert option_of("选A", LETTERS, options) == "A"


@pytest.mark.parametrize(
    "part",
    ["对", "对，", "应", "该说法", "答案:", "答案:\n", "正确√", "没有", "不", "这种", "判断"],
)
def test_no_answer_stalls_the_reading(part: str) -> None:
    text = (part * 30_000)[:30_000]
    started = time.process_time()

    option_of(text, LETTERS, PAIRS[0])

    assert time.process_time() - started < 2
