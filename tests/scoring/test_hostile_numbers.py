"""Numbers that nobody means: thousands of digits, in every place that reads a number from an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from harness.metric_text import MetricText
from scoring.answers import Values
from scoring.catalog import resolve
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


@pytest.mark.parametrize("end", [20.0, 1e4, 1e9, 1e15])
@pytest.mark.parametrize("name", ["r2", "pearson"])
def test_a_wide_declared_range_makes_no_metric_of_spread_undefined(name: str, end: float) -> None:
    truth = np.array([1.0, 2.0, 3.0, 4.5])
    answers = Values(truth=truth, predicted=truth + 0.25, low=-end, high=end)

    value = resolve(MetricText.parse(name)).statistic(answers).value()

    expected = 1 - 4 * 0.25**2 / np.sum((truth - truth.mean()) ** 2) if name == "r2" else 1.0
    assert value == pytest.approx(expected)
