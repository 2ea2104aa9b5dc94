from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from harness import structure
from harness.problems import Problem, Refusal
from harness.structure import Reader
from harness.yaml_text import parse_document

SCHEMA = "jiebang/thing/1"
TAKEN: tuple[tuple[str, Reader[Any], str, Any], ...] = (
    ("text", structure.text(), "紧急", "紧急"),
    ("text that is a number", structure.text(), "2026", "2026"),
    ("text that looks like a truth", structure.text(), "no", "no"),
    ("text with zeros in front", structure.text(), "012", "012"),
    ("text of a form", structure.text(pattern="[A-Z]+"), "AB", "AB"),
    ("an integer", structure.integer(0, 9), "9", 9),
    ("a number", structure.number(), "1e3", 1000.0),
    ("a whole number", structure.number(0, 5), "5", 5.0),
    ("a flag", structure.flag(), "false", False),
    ("a choice", structure.choice("a", "b"), "b", "b"),
    ("the word of two", structure.either("baseline", structure.number()), "baseline", "baseline"),
    ("the number of two", structure.either("baseline", structure.number()), "0.5", 0.5),
    ("false instead", structure.or_false(structure.text()), "false", False),
    ("text instead of false", structure.or_false(structure.text()), "x", "x"),
    ("a day", structure.date(), "2026-02-28", "2026-02-28"),
    ("a size", structure.size(), "1.5GiB", 3 * 1024**3 // 2),
    ("a length of time", structure.duration(), "10min", 600.0),
    ("a digest", structure.digest_text(), "sha256:" + "0" * 64, "sha256:" + "0" * 64),
    ("a path", structure.relative_path(), "a//./b", "a/b"),
    ("a list", structure.listing(structure.integer(0, 9)), "[1, 2]", (1, 2)),
    ("a table", structure.table(structure.flag()), "{a: true}", {"a": True}),
)
REFUSED: tuple[tuple[str, Reader[Any], str, str], ...] = (
    ("a list for text", structure.text(), "[1]", "E1012"),
    ("a truth for text", structure.text(), "true", "E1012"),
    ("a fraction for text", structure.text(), "1.0", "E1012"),
    ("nothing for text", structure.text(), "", "E1012"),
    ("blanks for text", structure.text(), '"  "', "E1015"),
    ("too long a text", structure.text(longest=3), "abcd", "E1014"),
    ("text of another form", structure.text(pattern="[A-Z]+"), "ab", "E1016"),
    ("a truth for an integer", structure.integer(0, 9), "true", "E1012"),
    ("an exponent for an integer", structure.integer(0, 9999), "1e3", "E1012"),
    ("an octal for an integer", structure.integer(0, 99), "012", "E1012"),
    ("a clock time for an integer", structure.integer(0, 99999), "12:30:45", "E1012"),
    ("an integer above its range", structure.integer(0, 9), "10", "E1014"),
    ("a number above its range", structure.number(0, 5), "5.1", "E1014"),
    ("a number in quotes", structure.number(), '"5"', "E1012"),
    ("no for a flag", structure.flag(), "no", "E1012"),
    ("an unknown choice", structure.choice("hosted", "remote"), "hosten", "E1013"),
    ("a list for a choice", structure.choice("a"), "[a]", "E1013"),
    ("a day that never was", structure.date(), "2026-02-30", "E1016"),
    ("a day in another form", structure.date(), "2026/02/03", "E1016"),
    ("a size without a unit", structure.size(), "2048", "E1016"),
    ("a decimal unit", structure.size(), "2GB", "E1016"),
    ("a size of nothing", structure.size(), "0GiB", "E1014"),
    ("a size beyond machines", structure.size(), "9" * 400 + "GiB", "E1014"),
    ("a time beyond calls", structure.duration(), "9999h", "E1014"),
    ("a short digest", structure.digest_text(), "sha256:00", "E1016"),
    ("a path that climbs", structure.relative_path(), "a/../../b", "E1016"),
    ("an absolute path", structure.relative_path(), "/etc/passwd", "E1016"),
    ("a path of Windows", structure.relative_path(), "a\\b", "E1016"),
    ("a drive", structure.relative_path(), "'C:b'", "E1016"),
    ("a metric without a bracket", structure.metric(), "'recall(label=a'", "E1016"),
    ("text for a list", structure.listing(structure.text()), "a", "E1012"),
    ("an empty list", structure.listing(structure.text()), "[]", "E1015"),
    ("an empty table", structure.table(structure.text()), "{}", "E1012"),
    ("an unknown row", structure.table(structure.flag(), keys=("skill",)), "{skil: true}", "E1010"),
    ("text for a mapping", structure.TRANSLATED, "a", "E1012"),
    ("an unknown key", structure.TRANSLATED, "{zh: a, en: b, fr: c}", "E1010"),
    ("a missing key", structure.TRANSLATED, "{zh: a}", "E1011"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    value: Any


def read(reader: Reader[Any], text: str) -> Any:
    """Read one value as the only key of a document."""
    document = parse_document(f"schema: {SCHEMA}\nvalue: {text}\n".encode(), "thing.yaml")
    return (
        structure.read_draft(structure.record(Thing, value=reader), document, SCHEMA).whole().value
    )


def refused(reader: Reader[Any], text: str) -> tuple[Problem, ...]:
    with pytest.raises(Refusal) as caught:
        read(reader, text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("reader", "text", "value"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN]
)
def test_a_right_value_becomes_plain_data(reader: Reader[Any], text: str, value: Any) -> None:
    assert read(reader, text) == value


@pytest.mark.parametrize(
    ("reader", "text", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_wrong_value_is_one_problem_at_its_place(
    reader: Reader[Any], text: str, code: str
) -> None:
    problems = refused(reader, text)

    assert [problem.code for problem in problems] == [code]
    assert problems[0].where.startswith("thing.yaml:2 value")


@pytest.mark.parametrize(
    ("written", "meant"), [("titel", "title"), ("qouta", "quota"), ("tiltes", "title")]
)
def test_an_unknown_key_names_the_nearest_known_one(written: str, meant: str) -> None:
    reader = structure.table(structure.flag(), keys=("title", "quota", "scorecard"))

    (problem,) = refused(reader, f"{{{written}: true}}")

    assert problem.found == written
    assert problem.values["nearest"] == meant


def test_every_wrong_value_of_a_document_is_told_at_once() -> None:
    reader = structure.record(
        dict, a=structure.flag(), b=structure.integer(0, 1), c=structure.TRANSLATED
    )

    problems = refused(reader, "{a: 1, b: 2, c: {zh: ''}, d: 3}")

    assert sorted(problem.code for problem in problems) == [
        "E1010",
        "E1011",
        "E1012",
        "E1014",
        "E1015",
    ]


@pytest.mark.parametrize("schema", ["", "schema: jiebang/thing/2\n", "schema: 1\n"])
def test_a_document_of_another_schema_is_refused(schema: str) -> None:
    document = parse_document(f"{schema}value: true\n".encode(), "thing.yaml")

    with pytest.raises(Refusal) as caught:
        structure.read_draft(
            structure.record(Thing, value=structure.flag()), document, SCHEMA
        ).whole()

    assert [problem.code for problem in caught.value.problems] == ["E1017"]
    assert caught.value.problems[0].values["expected"] == SCHEMA


@pytest.mark.parametrize("content", ["", "[1, 2]", "words", "12"])
def test_a_document_that_is_no_mapping_is_refused(content: str) -> None:
    document = parse_document(content.encode(), "thing.yaml")

    with pytest.raises(Refusal) as caught:
        structure.read_draft(structure.TRANSLATED, document, SCHEMA).whole()

    assert [problem.code for problem in caught.value.problems] == ["E1012"]


def test_an_optional_key_that_is_left_out_or_null_takes_its_default() -> None:
    reader = structure.record(Thing, value=structure.optional(structure.integer(0, 9), default=4))

    values = [read(reader, text).value for text in ("{}", "{value: null}", "{value: 5}")]

    assert values == [4, 4, 5]


def test_a_long_wrong_value_is_shown_shortened() -> None:
    (problem,) = refused(structure.flag(), "x" * 500)

    assert len(problem.found) == 80
