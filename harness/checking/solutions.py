"""Checks of a declared solution: what would keep it from being started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.checking.entries import bound_names
from harness.package import Solution, is_plain_address
from harness.problems import Explanation, Problem
from harness.structure import nearest

HOME = "solution"
MOUNTED = "/pkg/"


def solution_problems(folder: Path, solution: Solution) -> Iterator[Problem]:
    """Report what keeps a declared solution from being started."""
    where = f"package.yaml: {HOME}"
    home = folder / HOME
    if not home.is_dir() and solution.adapter != "endpoint":
        yield Problem("E4010", where, f"{HOME}/")
    elif solution.adapter == "python":
        yield from _entry(home, solution.entry, where)
    elif solution.adapter == "command":
        yield from _argv(home, solution.argv, f"{where}.argv")
    elif solution.adapter == "endpoint":
        yield from _endpoint(solution, where)
    elif not solution.file:
        yield Problem("E4011", where, "file", {"expected": "predictions.csv"})
    elif not (home / solution.file).is_file():
        yield Problem("E4012", f"{where}.file", f"{HOME}/{solution.file}")


def _entry(home: Path, entry: str | None, where: str) -> Iterator[Problem]:
    """Report an entry that is no function of a module of the package."""
    if not entry:
        yield Problem("E4011", where, "entry", {"expected": "main:predict"})
        return
    name, _, function = entry.partition(":")
    module = name.replace(".", "/")
    path = home / f"{module}.py"
    if not path.is_file() and not (home / module).is_dir():
        yield Problem("E4012", f"{where}.entry", f"{HOME}/{module}.py")
        return
    path = path if path.is_file() else home / module / "__init__.py"
    known = bound_names(path)
    if known is not None and function not in known:
        found = f"{path.relative_to(home.parent).as_posix()}: {function}"
        near = {"nearest": nearest(function, sorted(known))}
        yield Problem("E4016", f"{where}.entry", found, near)


def _endpoint(solution: Solution, where: str) -> Iterator[Problem]:
    """Report an endpoint's address that leads nowhere, elsewhere, or carries a secret."""
    for name, value in (("base_url", solution.base_url), ("model", solution.model)):
        if not value:
            expected = {"base_url": "https://api.example.com/v1", "model": "my-model-7b"}
            yield Problem("E4011", where, name, {"expected": expected[name]})
    if solution.base_url and not is_plain_address(solution.base_url):
        yield Problem("E4014", f"{where}.base_url", solution.base_url)


def _argv(home: Path, argv: tuple[str, ...], where: str) -> Iterator[Problem]:
    """Report words of a command that name a file which the package does not have."""
    expected = '["bin/solve"], ["/bin/sh", "/pkg/run.sh", "{request}", "{answer}"]'
    words = " ".join(argv)
    if not argv:
        yield Problem("E4011", where, "argv", {"expected": expected})
        return
    if ("{request}" in words) != ("{answer}" in words):
        yield Problem("E4013", where, words, {"expected": expected})
    first = argv[0]
    own = [first] if "/" in first and not first.startswith("/") else []
    own += [word.removeprefix(MOUNTED) for word in argv if word.startswith(MOUNTED)]
    for path in own:
        if "{" not in path and not (home / path).exists():
            yield Problem("E4012", where, f"{HOME}/{path}")


EXPLAINED = (
    Explanation(
        "E4010",
        "{where}：缺少目录“{found}”。请把可运行的文件放进去。",
        "{where}: the folder '{found}' is missing. Put what runs into it.",
    ),
    Explanation(
        "E4011",
        "{where}：缺少“{found}”。请写，例如：{expected}。",
        "{where}: '{found}' is missing. Write it, for example: {expected}.",
    ),
    Explanation(
        "E4012",
        "{where}：找不到文件“{found}”。请补上，或改正路径。",
        "{where}: there is no file '{found}'. Add it or correct the path.",
    ),
    Explanation(
        "E4013",
        "{where}：“{found}”只写了 {{request}}、{{answer}} 之一。请两个都写，或都不写；例如：{expected}。",
        "{where}: '{found}' has only one of {{request}} and {{answer}}. Write both or neither, for example: {expected}.",
    ),
    Explanation(
        "E4014",
        "{where}：地址“{found}”不可用。请写 https://主机名/路径；本机（127.0.0.1）可用 http；不含用户名、参数和 IP 地址。",
        "{where}: the address '{found}' will not do. Write https://host/path, or http:// on "
        "127.0.0.1; no user name, no parameters, no IP address.",
    ),
    Explanation(
        "E4016",
        "{where}：没有“{found}”这个函数，文件中最接近的是“{nearest}”。请改正名称，或补上这个函数。",
        "{where}: there is no function '{found}'; the nearest in that file is '{nearest}'. Correct the name or add the function.",
    ),
)
