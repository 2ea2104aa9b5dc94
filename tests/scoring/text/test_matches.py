"""Writings of one text are equal, and marks that carry meaning are not dropped on the way."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.answers import Texts
from scoring.metrics.short_answers import key_points, loose_match
from scoring.metrics.text import exact_match
from scoring.text.numerals import quantities
from scoring.text.plain import ORDINARY, all_composed, composed, holds, plain, seen

some = settings(max_examples=200, deadline=None)


def loose(wanted: str, answer: str) -> bool:
    """Whether two texts are the same but for width, case, spaces and punctuation."""
    return bool(loose_match(Texts(truth=(wanted,), predicted=(answer,)), {}).value() == 1)


def exact(wanted: str, answer: str) -> bool:
    """Whether two texts are the same but for width and runs of spaces."""
    return bool(exact_match(Texts(truth=(wanted,), predicted=(answer,)), {}).value() == 1)


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("≤3.5MPa", "≥3.5MPa"),
        ("≤3.5MPa", "3.5MPa"),
        ("≠5", "=5"),
        ("<5", ">5"),
        ("3×5", "35"),
        ("6÷3", "63"),
        ("5–10", "510"),
        ("5—10", "510"),
        ("5~10", "510"),
        ("12:30", "1230"),
        ("5±1", "51"),
        ("1，2", "12"),
        ("1、2", "12"),
        ("1；2", "12"),
        ("1,2345", "12345"),
        ("10³", "103"),
        ("①3", "13"),
        ("5‰", "5"),
        ("5‰", "5%"),
        ("€5", "¥5"),
        ("3½", "312"),
        ("√9", "9"),
        ("(3)(5)", "35"),
    ],
)
def test_a_mark_between_or_before_numbers_is_part_of_the_answer(wanted: str, answer: str) -> None:
    assert not loose(wanted, answer)
    assert not loose(answer, wanted)


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("≤3.5MPa", "≤ ３．５ mpa。"),
        ("压力：3.5MPa", "压力3.5MPa"),
        ("3×5", "3*5"),
        ("5–10", "5-10"),
        ("5—10", "5－10"),
        ("12:30", "12：30。"),
        ("1，2", "1、2"),
        ("12,000元", "12000元"),
        ("１２，０００元", "12000 元"),
        ("12 000", "12000"),
        ("10³", "10^3"),
        ("10⁻³", "10^-3"),
        ("5m³", "5 m3"),
        ("先停泵；再关阀：完毕", "先停泵，再关阀。完毕"),
        ("停泵（2号）", "停泵2号"),
        ("“开盖”", "开盖"),
    ],
)
def test_marks_that_carry_no_meaning_are_dropped(wanted: str, answer: str) -> None:
    assert loose(wanted, answer)


@pytest.mark.parametrize(
    ("wanted", "answer", "same"),
    [
        ("10³", "103", False),
        ("10³", "10^3", True),
        ("10⁻³", "10-3", False),
        ("１０³", "10^3", True),
        ("5m³", "5m3", True),
        ("5㎡", "5m2", True),
        ("１２．５％", "12.5%", True),
        ("①3", "13", False),
    ],
)
def test_a_power_is_not_a_digit_of_its_number(wanted: str, answer: str, same: bool) -> None:
    assert exact(wanted, answer) is same


numbers = st.integers(0, 999).map(str)


@given(first=numbers, second=numbers, mark=st.sampled_from("≤≥<>≠×÷±:–-./，、；~（"))
@some
def test_two_numbers_never_run_into_one(first: str, second: str, mark: str) -> None:
    apart = f"{first}{mark}{second}"
    thousands = mark == "，" and len(second) == 3

    assert thousands or not loose(first + second, apart)
    assert loose(apart, f" {apart}。")


@given(st.text("3５m³²①½≤，。 ^-", max_size=12))
@some
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    assert plain(plain(text)) == plain(text)


UNSEEN = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"]
# Marks of Arabic, Syriac, Kaithi and hieroglyphs that are written and seen.
WRITTEN = re.compile(
    "[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]"
)


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\ufe0f", "\u2060", "\ufeff", "\U000e0101"])
def test_characters_that_nobody_sees_change_no_comparison(sign: str) -> None:
    hidden = f"直接{sign}开盖{sign}"

    assert exact("直接开盖", hidden) and loose("直接开盖", hidden)
    assert holds(f"请{hidden}", "直接开盖")
    assert composed(hidden) == "直接开盖"
    assert quantities(f"压力12{sign}.5MPa")[0].value == Fraction(25, 2)


def test_every_format_character_that_is_not_written_is_left_out() -> None:
    kept = [sign for sign in UNSEEN if seen(sign)]

    assert all(WRITTEN.fullmatch(sign) for sign in kept)


def test_a_forbidden_point_is_told_through_characters_that_nobody_sees() -> None:
    answers = Texts(truth=("断电;!直接开盖",), predicted=("先断电，再直\u200b接开盖",))

    assert key_points(answers, {"limit": 300}).value() == 0


COMMON = "".join(filter(ORDINARY.fullmatch, map(chr, range(0x20000))))


@given(
    texts=st.lists(st.text(st.sampled_from("压 a\n\u00a0é\u0301\u200b。"), max_size=6), max_size=4)
)
def test_many_texts_are_composed_as_each_is(texts: list[str]) -> None:
    assert all_composed(texts) == [composed(text) for text in texts]


@some
@given(st.text(st.sampled_from(COMMON)))
def test_common_characters_are_composed_as_they_stand(text: str) -> None:
    for letters in (text, COMMON):
        assert composed(letters) == letters.strip()
        assert unicodedata.normalize("NFC", seen(letters)) == letters
