from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.metric_text import RESERVED, MetricText

names = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)
words = st.text(
    st.characters(exclude_characters="".join(RESERVED), exclude_categories=["Cs", "Zs", "Cc"]),
    min_size=1,
    max_size=8,
).filter(lambda word: word == word.strip())


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=names, parameters=st.dictionaries(names, words, max_size=4))
def test_a_metric_text_is_its_identity(name: str, parameters: dict[str, str]) -> None:
    written = MetricText(name, tuple(sorted(parameters.items())))

    assert MetricText.parse(str(written)) == written


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" accuracy ", "accuracy"),
        ("recall( label = 紧急 )", "recall(label=紧急)"),
        ("f(b=2,a=1)", "f(a=1,b=2)"),
        ("准确率( label = 紧急 )", "准确率(label=紧急)"),
        ("ROUGE-L", "ROUGE-L"),
        ("mAP@0.5", "mAP@0.5"),
    ],
)
def test_spaces_and_order_do_not_make_another_metric(text: str, canonical: str) -> None:
    assert str(MetricText.parse(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "F 1",
        "-f1",
        "准确 率",
        "f1(准确率)",
        "f1(",
        "f1()",
        "f1(k)",
        "f1(k=)",
        "f1(=3)",
        "f1(k=1,k=2)",
        "f1(k=1)x",
        "f1(k=(1))",
    ],
)
def test_a_text_that_is_no_metric_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        MetricText.parse(text)
