from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from reports.catalogue import LOCALES, words
from reports.evaluation import OUTCOMES
from reports.marks import SHAPES
from reports.method import TERMS, TOPICS
from scoring.interval import Method

FOLDER = Path(__file__).parents[2] / "reports"
HANZI = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
USED = re.compile(r"""words(?:\.rich)?\(\s*["']([a-z_.]+)["']""")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_locales_have_the_same_keys_and_fields() -> None:
    first, second = (words(locale).sentences for locale in LOCALES)

    assert set(first) == set(second)
    assert {key: fields(first[key]) for key in first} == {key: fields(second[key]) for key in first}


def test_no_sentence_is_empty_but_separators() -> None:
    for locale in LOCALES:
        assert all(isinstance(text, str) and text for text in words(locale).sentences.values())


def test_every_word_that_templates_ask_for_exists() -> None:
    sources = [*FOLDER.glob("templates/*.j2"), *FOLDER.glob("**/*.py")]
    used = {key for path in sources for key in USED.findall(path.read_text(encoding="utf-8"))}

    assert used - set(words("zh-CN").sentences) == set()


def test_every_outcome_topic_and_term_has_its_word() -> None:
    keys = {f"outcome.{name}" for name in OUTCOMES}
    keys |= {f"method.{topic}.{part}" for topic in TOPICS for part in ("title", "text")}
    keys |= {f"term.{term}" for term in TERMS} | {f"term.{term}.text" for term in TERMS}

    assert keys <= set(words("en").sentences)


def test_every_way_to_make_an_interval_has_its_word() -> None:
    assert {f"method.{name}" for name in get_args(Method)} <= set(words("en").sentences)


def test_every_shape_stands_for_a_word() -> None:
    families = ("proposal", "certainty", "gate", "claim")
    known = set(words("en").sentences)

    assert all(any(f"{family}.{code}" in known for family in families) for code in SHAPES)


@pytest.mark.parametrize("pattern", ["templates/*.j2", "static/*"])
def test_templates_and_script_hold_no_words_of_either_language(pattern: str) -> None:
    for path in FOLDER.glob(pattern):
        assert not HANZI.search(path.read_text(encoding="utf-8")), path.name


def test_chinese_sentences_use_full_width_punctuation() -> None:
    wrong = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")

    faults = [key for key, text in words("zh-CN").sentences.items() if wrong.search(text)]

    assert faults == []


def test_no_page_says_the_word_that_the_rules_forbid() -> None:
    assert not any("争议" in text for text in words("zh-CN").sentences.values())


def test_every_term_that_a_template_explains_is_in_the_glossary() -> None:
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("templates/*.j2")]
    asked = {key for text in texts for key in re.findall(r'fig\.term\("(\w+)"', text)}
    asked |= {
        key
        for text in texts
        for row in re.findall(r"for key in \(([^)]*)\)", text)
        for key in re.findall(r'"(\w+)"', row)
    }

    assert len(asked) >= 9
    assert asked <= set(TERMS)
