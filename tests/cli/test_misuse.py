"""A command line that is not understood is answered in Chinese and in English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from harness.cli.main import main

COLUMNS = 80


def typed(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="jiebang")


def verbs(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    for name, verb in group.commands.items():
        yield (*before, name)
        if isinstance(verb, click.Group):
            yield from verbs(verb, *before, name)


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


MISTAKES = (
    (("chekc", "x"), "没有“chekc”这个命令，最接近的是“check”", "jiebang check 目录"),
    (("help",), "最接近的是“--help”", "jiebang --help"),
    (("panel", "exprt"), "最接近的是“export”", "jiebang panel export 工作区 --roster roster.yaml"),
    (("try", "x", "--bord", "y"), "最接近的是“--board”", "jiebang try 申报包 --board 榜单"),
    (("try",), "缺少 PACKAGE", "jiebang try 申报包 --board 榜单"),
    (("try", "x"), "缺少 --board", "jiebang try PACKAGE --board BOARD"),
    (("try", "x", "--board"), "选项 --board 后面缺少内容", "jiebang try 申报包 --board 榜单"),
    (("new", "bord", "x"), "最接近的是“board”", "board | package | scenario"),
    (("run", "w", "--jobs", "99"), "“99”不在范围内", "--jobs 1 … 64"),
    (("check", "a", "b"), "多出了“b”", "jiebang check FOLDER"),
    (("--tyop",), "没有选项“--tyop”", "jiebang --help"),
)


@pytest.mark.parametrize(
    ("words", "told", "example"), MISTAKES, ids=[" ".join(case[0]) for case in MISTAKES]
)
def test_a_mistake_is_told_in_two_languages_with_the_nearest_word_and_an_example(
    words: tuple[str, ...], told: str, example: str
) -> None:
    said = typed(*words)

    assert said.exit_code == 2
    assert told in said.output
    assert example in said.output
    assert "Example: jiebang" in said.output
    assert "Usage:" not in said.output


def test_two_sandboxes_at_once_are_refused_in_two_languages() -> None:
    said = typed("try", "x", "--board", "y", "--engine", "docker", "--unsafe-no-sandbox")

    assert said.exit_code == 2
    assert "只能选一个" in said.output
    assert "only one of these" in said.output


@pytest.mark.parametrize("words", list(verbs(main)), ids=" ".join)
def test_a_verb_without_what_it_demands_shows_an_example_that_is_accepted(
    words: tuple[str, ...],
) -> None:
    said = typed(*words, "--no-such-option")

    example = said.output.partition("例：")[2].partition("；")[0].split()
    group: click.Command = main
    for name in words:
        assert isinstance(group, click.Group)
        group = group.commands[name]
    given = example[1 + len(words) :]
    assert example[: 1 + len(words)] == ["jiebang", *words]
    if not isinstance(group, click.Group):
        assert group.make_context("verb", list(given)).params


@pytest.mark.parametrize("group", [(), ("panel",), ("settle",), ("objection",)], ids=" ".join)
def test_the_help_shows_every_verb_whole_within_eighty_columns(group: tuple[str, ...]) -> None:
    said = typed(*group, "--help")

    listed = said.output.partition("Commands:")[2].splitlines()
    assert said.exit_code == 0
    assert listed
    assert [line for line in listed if columns(line) > COLUMNS or "..." in line] == []


def test_a_group_alone_shows_its_help() -> None:
    said = typed("panel")

    assert "命令 / Commands" in said.output
