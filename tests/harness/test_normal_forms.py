"""Normal forms cost no more than their text is long, and no module makes them another way."""

from __future__ import annotations

import sys
import unicodedata
from itertools import groupby
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from harness.normal_forms import MOST_MARKS, normalized

ROOT = Path(__file__).parents[2]
MARKS = st.text(
    st.sampled_from("\u0300\u0315\u0327\uff9e\uff9f\u3099\u0344\u05b0\u0f73"), max_size=90
)


@given(letters=st.lists(st.tuples(st.sampled_from("aé가ガ汉"), MARKS), min_size=5))
def test_no_letter_keeps_more_marks_than_scripts_need(letters: list[tuple[str, str]]) -> None:
    text = 500 * "汉" + "".join(letter + marks for letter, marks in letters)

    whole = unicodedata.normalize("NFKD", normalized("NFKC", text))

    runs = groupby(whole, lambda character: unicodedata.combining(character) > 0)
    # A mark may be two in one, and a letter holds some of its own.
    assert max((len([*run]) for marked, run in runs if marked), default=0) <= 2 * MOST_MARKS + 1


@given(text=st.text(max_size=MOST_MARKS))
def test_a_text_without_piles_is_made_as_unicode_says(text: str) -> None:
    longer = 500 * "汉" + "。" + text

    for form in ("NFC", "NFKC"):
        assert normalized(form, longer) == unicodedata.normalize(form, longer)


def test_whatever_becomes_a_mark_counts_as_one() -> None:
    unseen = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.combining(unicodedata.normalize("NFKD", character)[0])
        and normalized("NFKC", 500 * "a" + 40 * character)
        == unicodedata.normalize("NFKC", 500 * "a" + 40 * character)
    ]

    assert unseen == []


def test_no_module_makes_normal_forms_by_itself() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for room in ("harness", "scoring", "reports")
        for path in (ROOT / room).rglob("*.py")
        if "unicodedata.normalize(" in path.read_text("utf-8")
    }

    assert makers == {"harness/normal_forms.py"}
