from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numerals

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.floats(0, 1))
def test_a_frequency_never_reads_as_never_or_always(share: float) -> None:
    assert numerals.frequency(share) not in ("0%", "100%")


@given(NUMBERS, st.integers(0, 6))
def test_rounding_moves_a_number_by_half_a_step_at_most(value: float, digits: int) -> None:
    moved = abs(Decimal(numerals.rounded(value, digits)) - Decimal(repr(value)))

    assert moved <= Decimal(1).scaleb(-digits) / 2


@pytest.mark.parametrize(("value", "text"), [(0.125, "0.13"), (2.675, "2.68"), (-0.125, "-0.13")])
def test_halves_go_up_as_printed_tables_expect(value: float, text: str) -> None:
    assert numerals.rounded(value, 2) == text


@given(st.floats(0.5, 0.99), st.floats(-1e-5, 1e-5))
def test_a_value_beside_a_threshold_never_reads_as_the_threshold(
    threshold: float, shift: float
) -> None:
    threshold = float(numerals.rounded(threshold, 4))
    value = threshold + shift

    text = numerals.against(value, threshold, 4)

    assert (Decimal(text) == Decimal(repr(threshold))) == (value == threshold) or abs(shift) < 1e-11


@given(NUMBERS)
def test_a_declared_number_is_written_in_full(value: float) -> None:
    assert float(numerals.plain(value)) == value


def test_pages_print_a_true_minus_sign() -> None:
    assert numerals.shown("-1.5") == "\u22121.5"
