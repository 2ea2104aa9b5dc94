from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.text import clean, clean_record, clip, own_id

HIDDEN = [
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\x00",
    "\x1b",
    "\u00ad",
    "\ue000",
    "\ufe0f",
]


@pytest.mark.parametrize("character", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_a_hidden_character_is_spelled_out(character: str) -> None:
    assert clean(f"a{character}b") == f"a⟦U+{ord(character):04X}⟧b"


@given(st.text())
def test_cleaned_text_hides_nothing(text: str) -> None:
    cleaned = clean(text)

    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Cs") for c in cleaned)
    assert "\n" not in cleaned


@given(st.text(max_size=40))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_stacked_marks_are_cut_at_two() -> None:
    assert clean("a" + "\u0335" * 40) == "a\u0335\u0335"


def test_a_rare_ideograph_keeps_its_code_beside_it() -> None:
    assert clean("𪚥") == "𪚥⟦U+2A6A5⟧"
    assert clean(clean("𪚥𪚥")) == "𪚥⟦U+2A6A5⟧𪚥⟦U+2A6A5⟧"


def test_long_text_is_cut_and_says_so() -> None:
    assert clip("长" * 100, 10) == "长" * 9 + "…"


def test_keys_are_cleaned_like_the_texts_that_name_them() -> None:
    assert clean_record({"a\u200b": ["b\u202e", 1, None]}) == {"a⟦U+200B⟧": ["b⟦U+202E⟧", 1, None]}


@pytest.mark.parametrize("text", ["", "../x", "a b", "C001<", "总", "-x", "a" * 65])
def test_an_id_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an id of ours"):
        own_id(text)
