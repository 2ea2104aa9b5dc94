"""Fields of documents are equal where a person who reads the document would say so."""

from __future__ import annotations

import time
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.metrics.fields import comparable
from scoring.structured_answers import FieldValue


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        ("date", "二〇二五年三月一日", "2025-03-01"),
        ("date", "二○二五年十二月三十一日", "2025-12-31"),
        ("date", "二零二五年三月一日", "2025年3月1日"),
        ("date", "贰零贰伍年叁月零壹日", "2025/3/1"),
        ("date", "二 〇 二 五 年 三 月 一 日", "2025.3.1"),
        ("date", "2025年3月1号", "20250301"),
        ("number", "12000元（大写壹万贰仟元整）", "12000元"),
        ("number", "人民币壹万贰仟元整（¥12,000.00）", 12000),
        ("number", "（大写）壹万贰仟元整（小写）12000", "1.2万元"),
        ("text", "山东省 济南市", "山东省济南市"),
        ("text", "张　三", "张三"),
        ("set", ("山东省 济南市", "青岛"), ("青岛", "山东省济南市")),
        ("set", ("青岛", " "), ("青岛",)),
    ],
)
def test_writings_of_one_value_are_equal(kind: str, ours: FieldValue, theirs: FieldValue) -> None:
    assert comparable(ours, kind) == comparable(theirs, kind)


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        ("date", "二〇二五年三月一日", "2025-03-11"),
        ("date", "二〇二五年十三月一日", "2026-01-01"),
        ("date", "二〇二五年二月三十日", "2025-03-02"),
        ("date", "年年年年年月月月日", "2025-03-02"),
        ("number", "12000元（大写壹万叁仟元整）", "12000元"),
        ("number", "12000元（13000元）", "12000元"),
        ("number", "12000吨（壹万贰仟元整）", "12000吨"),
        ("number", "12海里", "12"),
        ("number", "12海里", "12公里"),
        ("number", "至少12元", "12元"),
        ("number", "3×3", "3"),
        ("number", 0, None),
        ("text", "Zhang San", "ZhangSan"),
        ("text", "1 2", "12"),
    ],
)
def test_values_that_differ_are_not_equal(kind: str, ours: FieldValue, theirs: FieldValue) -> None:
    assert comparable(ours, kind) != comparable(theirs, kind)


@pytest.mark.parametrize("kind", ["text", "number", "date", "set"])
@pytest.mark.parametrize("blank", ["", " ", "　", "\n", "\u200b", ()])
def test_a_blank_is_no_value(kind: str, blank: FieldValue) -> None:
    assert comparable(blank, kind) is None


def test_a_set_of_blanks_is_no_value() -> None:
    assert comparable((" ", ""), "set") is None


@pytest.mark.parametrize("part", ["1 ", "一百 ", "1元（一元）", "甲 ", "年", "〇"])
def test_the_longest_field_takes_no_time(part: str) -> None:
    text = (part * 50_000)[:100_000]
    started = time.process_time()

    for kind, value in product(("text", "number", "date"), (text, text[:30_000])):
        comparable(value, kind)

    assert time.process_time() - started < 3


@given(day=st.dates())
def test_a_day_in_chinese_numerals_is_that_day(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{day.year:04d}")
    written = f"{year}年{_numeral(day.month)}月{_numeral(day.day)}日"

    assert comparable(written, "date") == day


def _numeral(value: int) -> str:
    tens, ones = divmod(value, 10)
    ten = ("" if tens < 2 else "二三"[tens - 2]) + ("十" if tens else "")
    return ten + ("" if not ones else "一二三四五六七八九"[ones - 1])
