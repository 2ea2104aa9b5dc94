"""Numbers that nobody means: thousands of digits, in every place that reads a number from an answer."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.metrics.fields import comparable
from scoring.text.numerals import chinese_number, quantities

MANY = 5_000
HUGE = [
    "9" * MANY,
    "-" + "9" * MANY,
    "0." + "1" * MANY,
    "1," + "000," * MANY + "000",
    "1/" + "3" * MANY,
    "1e" + "9" * MANY,
    "1×10^" + "9" * MANY,
    "九" * MANY,
    "一点" + "二" * MANY,
    "百分之" + "五" * MANY,
    "三分之" + "二" * MANY,
    "千分之" * MANY + "一",
    "一" + "万" * MANY,
]


@pytest.mark.parametrize("text", HUGE, ids=lambda text: text[:6])
def test_thousands_of_digits_are_no_number(text: str) -> None:
    assert all(abs(found.value) < 10**60 for found in quantities(text))
    assert quantities(text + "，12元")[-1].value == 12


@pytest.mark.parametrize("text", HUGE, ids=lambda text: text[:6])
def test_a_chinese_numeral_of_thousands_of_letters_has_no_value(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize("kind", ["number", "date", "text", "set"])
@pytest.mark.parametrize("value", [*HUGE, 10**MANY, -(10**MANY), 1e308], ids=lambda _: "")
def test_a_field_of_thousands_of_digits_equals_no_other(value: Any, kind: str) -> None:
    found = comparable(value, kind)

    assert found != comparable(12000, kind)
    assert hash(found) is not None


def test_forty_digits_still_count() -> None:
    assert quantities("1" * 40)[0].value == int("1" * 40)
    assert quantities("1" * 41) == ()
    assert comparable(10**30, "number") == comparable("1" + "0" * 30, "number")
