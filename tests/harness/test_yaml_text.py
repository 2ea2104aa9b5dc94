from __future__ import annotations

import time
from typing import Any

import pytest

from harness.problems import Problem, Refusal
from harness.yaml_text import DEEPEST, LARGEST, MOST_NODES, PROBLEMS, parse_document

BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
READ_AS: tuple[tuple[str, Any], ...] = (
    ("no", "no"),
    ("yes", "yes"),
    ("on", "on"),
    ("012", "012"),
    ("0x1F", "0x1F"),
    ("1_000", "1_000"),
    ("+1", "+1"),
    ("-0", "-0"),
    ("12:30:45", "12:30:45"),
    ("2026-11-23", "2026-11-23"),
    ("1e3", 1000.0),
    ("1.5e-3", 0.0015),
    ("-7", -7),
    ("0", 0),
    ("0.50", 0.5),
    (".5", ".5"),
    ("91370000000000001X", "91370000000000001X"),
    ("123456789012345678901", "123456789012345678901"),
    ("true", True),
    ("True", "True"),
    ("null", None),
    ("~", None),
    ("", None),
    ("'12'", "12"),
    ('"true"', "true"),
    ("𠮷", "𠮷"),
)
REFUSED: tuple[tuple[str, str, bytes, int], ...] = (
    ("a repeated key", "E1002", b"a: 1\nb: 2\na: 3\n", 3),
    ("a repeated key further inside", "E1002", b"a:\n  b: 1\n  b: 2\n", 3),
    ("an anchor", "E1003", b"b: 1\na: &x 1\n", 2),
    ("an alias", "E1003", b"b: 1\na: *x\n", 2),
    ("an alias bomb", "E1003", BOMB.encode(), 1),
    ("a merged mapping", "E1003", b"a: {<<: *x}\n", 1),
    ("a tag", "E1003", b"a: !!python/object/apply:os.system [id]\n", 1),
    ("a tag that only names a type", "E1003", b"a: !!str 012\n", 1),
    ("deep nesting", "E1004", b"a: " + b"[" * 5000 + b"]" * 5000, 1),
    ("a file that is too large", "E1004", b"a: " + b"x" * LARGEST, 0),
    ("too many entries", "E1019", b"a: [" + b"1," * MOST_NODES + b"]", 1),
    ("too many empty entries", "E1019", b"a:\n" + b"-\n" * MOST_NODES, MOST_NODES - 1),
    (".nan", "E1005", b"a: 1\nb: .nan\n", 2),
    ("-.inf", "E1005", b"a: -.inf\n", 1),
    ("a number that overflows", "E1005", b"a: 1.0e999\n", 1),
    ("GBK bytes", "E1006", "a: 1\nb: 揭榜\n".encode("gbk"), 2),
    ("UTF-16", "E1006", "a: 1\n".encode("utf-16"), 1),
    ("a control character", "E1008", b"a: 1\nb: \x07\n", 2),
    ("an escaped NUL", "E1008", b'a: "x\\0y"\n', 1),
    ("an escaped terminal command", "E1008", b'a: "\\e[2J"\n', 1),
    ("half of a surrogate pair", "E1008", b'a: "\\ud800"\n', 1),
    ("a control character in a key", "E1008", b'"\\0": 1\n', 1),
    ("a missing bracket", "E1001", b"a: [1, 2\nb: 3\n", 1),
    ("a tab for indentation", "E1001", b"a:\n\tb: 1\n", 2),
    ("a key that is a list", "E1001", b"? [a, b]\n: 1\n", 1),
    ("a second document", "E1001", b"a: 1\n---\na: 2\n", 2),
)


FULL_WIDTH: tuple[tuple[str, str, str, int], ...] = (
    ("a colon", "：", "applicant:\n  name: x\n  city：济南\n  consortium: [a]\n", 3),
    ("a colon on the first line", "：", "city：济南\nb: 2\n", 1),
    ("a colon on the last line", "：", "a: 1\ncity：济南\n", 2),
    ("a colon between braces", "：", "a: 1\nb: {c：1, d: 2\ne: 3\n", 2),
    ("a comma between braces", "，", "a: {b: 1，c: 2}\nd: 1\n", 1),
    ("quotes", "“", "a: “x: y”\nb: 1\n", 1),
    ("a space after a colon", "　", "a: 1\ncity:　济南\nb: 1\n", 2),
)
REASONS: tuple[tuple[str, str, str, int], ...] = (
    ("a missing colon", "缺少冒号", "a: 1\nb 2\nc: 3\n", 2),
    ("a colon without a space", "冒号后没有空格", "a: 1\nb:2\nc: 3\n", 2),
    ("a tab", "制表符", "a:\n\tb: 1\n", 2),
    ("an indent", "缩进", "a:\n    b: 1\n  c: 1\n", 3),
    ("a quote", "引号没有闭合", 'a: 1\nb: "x\nc: 1\n', 2),
    ("a bracket", "括号没有闭合", "a: 1\nb: [1, 2\nc: 3\n", 2),
    ("a bracket, with Chinese in quotes before", "括号", 'a: "甲，b: 乙"\nb: [1\nc: 3\n', 2),
    ("a path in quotes", "反斜杠", 'a: "C:\\dir"\n', 1),
)


@pytest.mark.parametrize(("text", "value"), READ_AS, ids=[text for text, _ in READ_AS])
def test_every_scalar_has_one_meaning(text: str, value: Any) -> None:
    document = parse_document(f"a: {text}\n".encode(), "x.yaml")

    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)


@pytest.mark.parametrize(
    ("code", "content", "line"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_has_no_single_meaning_is_refused_with_its_line(
    code: str, content: bytes, line: int
) -> None:
    with pytest.raises(Refusal) as caught:
        parse_document(content, "x.yaml")

    assert [problem.code for problem in caught.value.problems] == [code]
    assert caught.value.problems[0].where == ("x.yaml" if line == 0 else f"x.yaml:{line}")


def only_problem(text: str) -> Problem:
    with pytest.raises(Refusal) as caught:
        parse_document(text.encode(), "x.yaml")
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("sign", "text", "line"),
    [case[1:] for case in FULL_WIDTH],
    ids=[case[0] for case in FULL_WIDTH],
)
def test_a_full_width_sign_in_place_of_a_plain_one_is_named_with_its_line(
    sign: str, text: str, line: int
) -> None:
    problem = only_problem(text)

    assert (problem.code, problem.where, problem.found) == ("E1009", f"x.yaml:{line}", sign)


@pytest.mark.parametrize(
    ("words", "text", "line"), [case[1:] for case in REASONS], ids=[case[0] for case in REASONS]
)
def test_what_the_parser_says_is_said_in_chinese_on_the_line_to_mend(
    words: str, text: str, line: int
) -> None:
    problem = only_problem(text)

    table = {entry.code: entry for entry in PROBLEMS}
    zh, en = (table["E1001"].render(problem, one) for one in ("zh", "en"))
    assert problem.where == f"x.yaml:{line}"
    assert words in zh
    assert problem.found not in zh
    assert problem.found in en


def test_all_traps_of_a_file_are_told_at_once() -> None:
    content = b'a: 1\na: 2\nb: .nan\nc: "\\0"\n'

    with pytest.raises(Refusal) as caught:
        parse_document(content, "x.yaml")

    assert [problem.code for problem in caught.value.problems] == ["E1002", "E1005", "E1008"]


def test_nesting_is_read_up_to_the_limit() -> None:
    depth = DEEPEST - 1
    content = b"[" * depth + b"]" * depth

    document = parse_document(content, "x.yaml")

    assert str(document.value) == content.decode()


@pytest.mark.parametrize(
    "content",
    [BOMB.encode(), b"[" * 250_000, b"? " * 120_000, b"a: " + b"'" * 249_999, b"a: 1\n" * 50_000],
    ids=["alias bomb", "brackets", "keys", "quotes", "repeated keys"],
)
def test_hostile_files_cost_little(content: bytes) -> None:
    start = time.process_time()

    with pytest.raises(Refusal):
        parse_document(content, "x.yaml")

    assert time.process_time() - start < 2


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    document = parse_document("\ufeffschema: x\n".encode(), "x.yaml")

    assert document.value == {"schema": "x"}


def test_an_empty_file_is_nothing() -> None:
    assert parse_document(b"# only a comment\n", "x.yaml").value is None


def test_a_place_is_told_by_line_and_path() -> None:
    document = parse_document(b"items:\n  - id: A\n  - id: B\n    task: x\n", "board.yaml")

    assert document.where(("items", 1, "task")) == "board.yaml:4 items[1].task"
    assert document.where(("items", 1, "limits", "cpus")) == "board.yaml:3 items[1].limits.cpus"
