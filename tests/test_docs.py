from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from harness.cli.main import main
from harness.dataset import TASKS
from harness.execution.answers import shape_of

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
WORD = r"[a-z][a-z-]*"
CODE = re.compile(r"```(?:sh)?\n(.*?)```|`([^`\n]+)`", re.S)


def commands(text: str) -> Iterator[list[str]]:
    """Every command of ours that a page shows, as its words without the program."""
    for fenced, inline in CODE.findall(text):
        for line in (fenced or inline).splitlines():
            for part in re.split(r"&&|[;|，]", line.partition(" #")[0]):
                words = part.strip().split()
                if words and words[0] in ("jiebang", "./jiebang") and len(words) > 1:
                    yield words[1:]


def verbs() -> dict[str, click.Command]:
    """Every verb by its words, those of groups as ``panel import``."""
    found: dict[str, click.Command] = {}
    for name, command in main.commands.items():
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": part for inner, part in command.commands.items()}
    return found


def options(command: click.Command) -> set[str]:
    written = {
        text
        for parameter in command.params
        for text in (*parameter.opts, *parameter.secondary_opts)
    }
    return written | {"-h", "--help"}


VERBS = verbs()
SHOWN = [
    pytest.param(words, id=f"{page.name}: {' '.join(words)}")
    for page in PAGES
    for words in commands(page.read_text("utf-8"))
]


def meant(words: list[str]) -> str:
    """The verb of a command line, with the inner one where it has one."""
    two = " ".join(words[:2])
    return two if two in VERBS else words[0]


@pytest.mark.parametrize("words", SHOWN)
def test_every_command_of_the_documentation_exists(words: list[str]) -> None:
    if words[0].startswith("-"):
        assert set(words) <= options(main) | {"--version"}
        return
    verb = meant(words)
    assert verb in VERBS

    unknown = {word for word in words if word.startswith("-")} - options(VERBS[verb])

    assert unknown == set()


@pytest.mark.parametrize("words", SHOWN)
def test_every_command_of_the_documentation_has_the_right_number_of_words(words: list[str]) -> None:
    verb = meant(words)
    given = words[len(verb.split()) :]
    command = VERBS.get(verb)
    if not given or not isinstance(command, click.Command) or isinstance(command, click.Group):
        return

    with command.make_context(verb, list(given), resilient_parsing=True) as context:
        left = context.args

    assert left == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_documented(verb: str) -> None:
    told = {meant(words) for page in PAGES for words in commands(page.read_text("utf-8"))}
    named = {
        word
        for page in PAGES
        for _, inline in CODE.findall(page.read_text("utf-8"))
        for word in [inline.strip()]
    }

    assert verb in told | named or isinstance(VERBS[verb], click.Group)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_what_it_does_in_chinese_and_english(verb: str) -> None:
    says = (VERBS[verb].help or "").split("\n")[0]
    chinese, _, english = says.partition("/ ")

    assert re.search("[\u4e00-\u9fff]", chinese)
    assert re.search("[a-zA-Z]", english)


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_says_what_it_does(verb: str) -> None:
    silent = [
        parameter.opts
        for parameter in VERBS[verb].params
        if isinstance(parameter, click.Option) and not parameter.help
    ]

    assert silent == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))

    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_the_repository_that_is_named_exists(page: Path) -> None:
    form = r"`((?:harness|scoring|reports|scenarios|tests|docs)/[\w/.-]*)`"
    named = set(re.findall(form, page.read_text("utf-8")))

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_two_commands_that_the_readmes_open_with_are_programs(page: Path) -> None:
    opening = page.read_text("utf-8").split("\n## ")[0]

    programs = re.findall(r"^\./(\w+)", opening, re.M)

    assert programs == ["jiebang", "check"]
    assert all((ROOT / name).stat().st_mode & 0o111 for name in programs)


def test_both_readmes_show_the_same_verbs() -> None:
    english, chinese = (
        [meant(words) for words in commands(page.read_text("utf-8"))] for page in READMES
    )

    assert english == chinese


def test_the_changelog_knows_the_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)

    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_protocol_says_what_an_answer_to_every_task_looks_like() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text("utf-8")

    rows = [line.split("|")[1:3] for line in page.splitlines() if re.match(r"\| [a-z]", line)]
    answers = {task.strip(): shape for names, shape in rows for task in names.split(",")}

    for task in TASKS:
        keys = {field.name for field in msgspec.structs.fields(shape_of(task))}
        assert set(re.findall(r'"(\w+)"\??:', answers[task])) >= keys, task
