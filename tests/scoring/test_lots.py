"""A declared form leaves one spelling of every announcement."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking.lots import normalised, of_form

FORMS = (
    "[0-9]{2}( [0-9]{2}){6}",
    "第[0-9]{7}期( [0-9]{2}){7}",
    "[0-9A-F]{128}",
    "([A-Z] ){2}[0-9]",
)


@pytest.mark.parametrize("form", FORMS)
def test_an_example_of_a_form_fits_and_is_spelt_as_it_is_hashed(form: str) -> None:
    example = of_form(form)

    assert example is not None
    assert re.fullmatch(form, example)
    assert normalised(example) == example


@given(data=st.data())
def test_what_fits_a_form_has_its_spaces_where_the_example_has_them(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(FORMS))
    found = data.draw(st.from_regex(form, fullmatch=True))
    example = of_form(form) or ""

    assert [at for at, one in enumerate(found) if one == " "] == [
        at for at, one in enumerate(example) if one == " "
    ]
    assert len(found) == len(example)


@pytest.mark.parametrize(
    "form",
    [
        "", "03 09 12", "[0-9]+", "[0-9 ]{4}", "[0-9]{1,2}", "[0-9]?", ".{8}", "[^A]", "(?i)[A-Z]",
        "[0-9]|[A-Z]", "([0-9] ){7}", "[0-9]  [0-9]", "a[0-9]", "第[0-9]期：[0-9]", "[9-0]", "[0-9",
        "(([0-9]){2}){2}", "[0-9]{0}", "[0-9]{9}{9}",
    ],
)  # fmt: skip
def test_a_form_that_several_spellings_or_none_would_fit_is_none(form: str) -> None:
    assert of_form(form) is None
