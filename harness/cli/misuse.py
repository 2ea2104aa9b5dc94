"""What was typed wrongly, as a problem with the nearest right word and an example."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import click

from harness.problems import Explanation, Problem, Words
from harness.structure import nearest

PROGRAM = "jiebang"
HELP = "--help"
MEANT: Mapping[str, Words] = {
    "announced": Words("2026-11-23", "2026-11-23"),
    "board": Words("榜单", "BOARD"),
    "by": Words("经办人", "NAME"),
    "candidate": Words("C001", "C001"),
    "checker": Words("核验人", "NAME"),
    "codes": Words("E1010", "E1010"),
    "date": Words("2026-11-23", "2026-11-23"),
    "files": Words("文件", "FILE"),
    "first": Words("工作区一", "FIRST"),
    "folder": Words("目录", "FOLDER"),
    "gate": Words("effect_data", "effect_data"),
    "ground": Words("理由", "GROUND"),
    "identity": Words("编号", "ID"),
    "into": Words("新工作区", "NEW"),
    "item": Words("任务编号", "ITEM"),
    "name": Words("姓名", "NAME"),
    "out": Words("输出目录", "FOLDER"),
    "package": Words("申报包", "PACKAGE"),
    "path": Words("目录", "FOLDER"),
    "randomness": Words("随机数", "NUMBERS"),
    "reason": Words("理由", "REASON"),
    "roster": Words("roster.yaml", "roster.yaml"),
    "second": Words("工作区二", "SECOND"),
    "source": Words("归档.zip", "ARCHIVE.zip"),
    "subject": Words("effect_data", "effect_data"),
    "workspace": Words("工作区", "WORKSPACE"),
}
"""What stands in an example for each word that a verb demands."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong, the nearest right word, and what else its sentence names."""

    code: str
    found: str
    nearest: str = ""
    expected: str = ""


def misuse(error: click.UsageError) -> Problem:
    """What Click says of a command line, as a problem."""
    context = error.ctx or click.Context(click.Command(PROGRAM), info_name=PROGRAM)
    fault = _fault(error, context.command)
    path, command = _path(context), context.command
    if isinstance(command, click.Group) and fault.nearest in command.commands:
        path, command = f"{path} {fault.nearest}", command.commands[fault.nearest]
    values: dict[str, str | Words] = {
        "nearest": fault.nearest,
        "expected": fault.expected,
        "example": _example(path, command),
        "help": f"{_path(context)} {HELP}",
    }
    return Problem(fault.code, _path(context), fault.found, values)


def _fault(error: click.UsageError, command: click.Command) -> _Fault:
    if isinstance(error, click.exceptions.NoSuchCommand):
        known = [*command.commands] if isinstance(command, click.Group) else []
        near = HELP if error.command_name == "help" else nearest(error.command_name, known)
        return _Fault("E9050", error.command_name, near)
    if isinstance(error, click.NoSuchOption):
        known = [word for one in command.params for word in _spellings(one)]
        return _Fault("E9051", error.option_name, nearest(error.option_name, known))
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return _Fault("E9052", _spellings(error.param)[-1])
    if isinstance(error, click.BadOptionUsage):
        return _Fault("E9053", error.option_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _refused(error.message, error.param)
    if extra := re.search(r"extra arguments? \((.*)\)", error.message):
        return _Fault("E9055", extra[1])
    return _Fault("E9059", error.message)


def _path(context: click.Context) -> str:
    """The verb that a context is of, as it is typed."""
    names: list[str] = []
    step: click.Context | None = context
    while step is not None and step.parent is not None:
        names.insert(0, str(step.info_name))
        step = step.parent
    return " ".join([PROGRAM, *names])


def _spellings(parameter: click.Parameter) -> list[str]:
    """How a parameter is written, the longest last; an argument by its name in capitals."""
    if isinstance(parameter, click.Argument):
        return [str(parameter.name).upper()]
    return sorted((*parameter.opts, *parameter.secondary_opts), key=len)


def _refused(said: str, parameter: click.Parameter) -> _Fault:
    """A value that Click would not take, and what it takes."""
    quoted = re.match(r"'(.*?)' is not|(\S+) is not", said)
    found = (quoted[1] or quoted[2]) if quoted else said
    name, kind = _spellings(parameter)[-1], parameter.type
    if isinstance(kind, click.Choice):
        options = [str(choice) for choice in kind.choices]
        return _Fault("E9054", found, nearest(found, options), f"{name} {' | '.join(options)}")
    if isinstance(kind, click.IntRange):
        return _Fault("E9057", found, "", f"{name} {kind.min} … {kind.max}")
    return _Fault("E9059", f"{name}: {said}")


def _example(path: str, command: click.Command) -> Words:
    """A command line that holds all that a verb demands."""
    if isinstance(command, click.Group):
        return Words(f"{path} {HELP}", f"{path} {HELP}")
    words = [*_demanded(command)]
    return Words(
        " ".join([path, *(word.zh for word in words)]),
        " ".join([path, *(word.en for word in words)]),
    )


def _demanded(command: click.Command) -> Iterator[Words]:
    for one in sorted(command.params, key=lambda one: isinstance(one, click.Option)):
        if not one.required:
            continue
        if isinstance(one, click.Option):
            yield Words(one.opts[0], one.opts[0])
            if one.is_flag:
                continue
        if isinstance(one.type, click.Choice):
            yield Words(str(one.type.choices[0]), str(one.type.choices[0]))
        else:
            yield MEANT[str(one.name)]


PROBLEMS = (
    Explanation(
        "E9050",
        "{where}：没有“{found}”这个命令，最接近的是“{nearest}”。例：{example}；全部命令见 {help}。",
        "{where}: there is no command '{found}'; the nearest is '{nearest}'. Example: {example}; {help} lists all.",
    ),
    Explanation(
        "E9051",
        "{where}：没有选项“{found}”，最接近的是“{nearest}”。例：{example}；全部选项见 {help}。",
        "{where}: there is no option '{found}'; the nearest is '{nearest}'. Example: {example}; {help} lists all.",
    ),
    Explanation(
        "E9052",
        "{where}：缺少 {found}。例：{example}；说明见 {help}。",
        "{where}: {found} is missing. Example: {example}; see {help}.",
    ),
    Explanation(
        "E9053",
        "{where}：选项 {found} 后面缺少内容，或不该有内容。例：{example}；说明见 {help}。",
        "{where}: the option {found} lacks its value, or takes none. Example: {example}; see {help}.",
    ),
    Explanation(
        "E9054",
        "{where}：不能写“{found}”，最接近的是“{nearest}”。可写：{expected}。例：{example}；说明见 {help}。",
        "{where}: '{found}' will not do; the nearest is '{nearest}'. Write: {expected}. Example: {example}; see {help}.",
    ),
    Explanation(
        "E9057",
        "{where}：“{found}”不在范围内。可写：{expected}。例：{example}；说明见 {help}。",
        "{where}: '{found}' is out of range. Write: {expected}. Example: {example}; see {help}.",
    ),
    Explanation(
        "E9055",
        "{where}：多出了“{found}”；含空格的路径请加引号。例：{example}；说明见 {help}。",
        "{where}: '{found}' is too much; put quotes around a path with spaces. Example: {example}; see {help}.",
    ),
    Explanation(
        "E9059",
        "{where}：写法不对（{found}）。例：{example}；说明见 {help}。",
        "{where}: not understood ({found}). Example: {example}; see {help}.",
    ),
)
