"""What the command line says: problems in Chinese and English, and how a verb ends."""

from __future__ import annotations

import functools
import json
import shlex
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, ParamSpec, TypeVar

import click

from harness.cli.tables import explanations
from harness.problems import Explanation, Problem, Refusal, Words

OF_A_KIND = 5
"""How many problems of one code and file are shown."""
OF_A_CODE = 20
"""How many problems of one code are shown, in however many files."""
P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """How a verb ends, as its exit code."""

    DONE = 0
    BUG = 1
    PROBLEMS = 2
    INCOMPLETE = 3
    DIFFERS = 4


def say(zh: str, en: str) -> None:
    """Print one fact in Chinese and in English."""
    click.echo(f"{zh}\n  {en}")


def as_json(value: Any) -> None:
    """Print a record for machines."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))


def speaks(verb: Callable[P, R]) -> Callable[P, R]:
    """Let a verb end in problems that people can read instead of a traceback."""

    @functools.wraps(verb)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return verb(*args, **kwargs)
        except Refusal as refusal:
            report(refusal.problems)
            sys.exit(Exit.PROBLEMS)
        except KeyboardInterrupt:
            again = shlex.join(["jiebang", *sys.argv[1:]])
            say(
                f"已停止。已作答的不会重问；继续请再次运行：{again}",
                f"Stopped. Nothing answered is asked twice; go on with: {again}",
            )
            sys.exit(Exit.INCOMPLETE)

    return wrapped


def report(problems: Iterable[Problem], *, machine: bool = False) -> None:
    """Print problems: code, where, what was found, what to write instead; all of them as JSON."""
    problems = list(problems)
    known = explanations(problem.code for problem in problems)
    if machine:
        as_json(
            [
                {
                    "code": p.code,
                    "where": p.where,
                    "found": p.found,
                    "zh": sentence(p, known, "zh"),
                    "en": sentence(p, known, "en"),
                }
                for p in problems
            ]
        )
        return
    for line in _listed(problems, known):
        click.echo(line, err=True)
    codes = " ".join(sorted({problem.code for problem in problems}))
    click.echo(f"共 {len(problems)} 个问题。查看说明：jiebang explain {codes}", err=True)
    click.echo(
        f"{len(problems)} problem(s) in all. Explained by: jiebang explain {codes}", err=True
    )


def _listed(problems: Iterable[Problem], known: Mapping[str, Explanation]) -> Iterator[str]:
    """Problems by code and file, the first of each: one mistake hides no other."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.code, problem.where.partition(":")[0]), []).append(problem)
    shown: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    for (code, _), alike in kinds.items():
        first = alike[: min(OF_A_KIND, OF_A_CODE - shown[code])]
        shown[code] += len(first)
        for problem in first:
            yield f"✕ {code} {sentence(problem, known, 'zh')}"
            yield f"        {sentence(problem, known, 'en')}"
        more = len(alike) - len(first)
        if more and first:
            yield f"  {code} 另有 {more} 处同类问题 / {more} more of this kind"
        elif more:
            hidden[code] += more
    for code, more in hidden.items():
        yield f"  {code} 其他文件中另有 {more} 处同类问题 / {more} more of this kind in other files"


def sentence(problem: Problem, known: Mapping[str, Explanation], language: str) -> str:
    """A problem's sentence with everything that an applicant wrote made harmless."""
    safe = Problem(
        problem.code,
        visible(problem.where),
        visible(problem.found),
        {key: _harmless(value) for key, value in problem.values.items()},
    )
    return known[problem.code].render(safe, language)


def _harmless(value: str | Words) -> str | Words:
    return (
        Words(visible(value.zh), visible(value.en)) if isinstance(value, Words) else visible(value)
    )


def visible(text: str) -> str:
    """Show control, bidirectional and invisible characters instead of obeying them."""
    return "".join(
        f"⟦U+{ord(sign):04X}⟧" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co") else sign
        for sign in text
    )
