"""Checks of a package: at home and at intake, alone and against a board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.board import SCENARIO, Board, Item
from harness.checking import scenarios
from harness.checking.datasets import check_dataset
from harness.checking.entries import bound_names
from harness.checking.locks import lock_problems
from harness.checking.places import inside
from harness.checking.scenarios import scenario_checks, unfit_metric
from harness.dataset import Dataset
from harness.package import (
    Package,
    Solution,
    credit_code_is_valid,
    draft_package,
    is_loopback,
    is_plain_address,
)
from harness.problems import Explanation, Problem, Refusal
from harness.structure import as_far_as_read, given, nearest

HOME = "solution"
MOUNTED = "/pkg/"
MEMBERS = 4
CHINESE = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff ]*")
BASELINE_SOLUTION = Solution(adapter="python", entry="main:predict")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedPackage:
    """A package that passed, with the dataset that it brings, if it brings one."""

    package: Package
    dataset: Dataset | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ExaminedPackage:
    """A package as far as it could be read, and every problem found in it."""

    checked: CheckedPackage
    problems: tuple[Problem, ...]


def check_package(folder: Path, board: Board | None = None) -> CheckedPackage:
    """Check a package folder, against a board where one is given.

    The check at home is the check at intake: both call this function.

    Raises
    ------
    Refusal
        Every problem of the package, its dataset and its fit to the board.
    """
    examined = examine_package(folder, board)
    if examined.problems:
        raise Refusal(examined.problems)
    return examined.checked


def examine_package(folder: Path, board: Board | None = None) -> ExaminedPackage:
    """Find every problem of a package folder; its declaration's come first."""
    draft = draft_package(folder)
    package = draft.record
    problems = [*draft.problems]
    for check in (_credit_code, _city, _truth, _consortium, _answers_by_file, _answers_by_endpoint):
        problems += as_far_as_read(check(package))
    problems += as_far_as_read(_solution(folder, package))
    problems += lock_problems(folder)
    brought = [*as_far_as_read(_brought(folder, package))]
    problems += [problem for entry in brought for problem in entry.problems]
    dataset = next((entry.dataset for entry in brought), None)
    for part in as_far_as_read(_scenario(folder, package, dataset)):
        problems += as_far_as_read(part)
    if board is not None:
        problems += as_far_as_read(_fits(package, board))
    return ExaminedPackage(
        checked=CheckedPackage(package=package, dataset=dataset),
        problems=tuple(sorted(problems, key=_elsewhere)),
    )


def _elsewhere(problem: Problem) -> bool:
    """Whether a problem lies outside of the declaration, which is what its author reads first."""
    return not problem.where.startswith("package.yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Brought:
    """The dataset that a scenario brings, if it is right, or what is wrong with it."""

    dataset: Dataset | None
    problems: tuple[Problem, ...]


def _brought(folder: Path, package: Package) -> Iterator[_Brought]:
    if package.kind != "scenario" or not package.dataset:
        return
    try:
        yield _Brought(dataset=check_dataset(folder / package.dataset), problems=())
    except Refusal as refusal:
        problems = tuple(inside(package.dataset, entry) for entry in refusal.problems)
        yield _Brought(dataset=None, problems=problems)


def _scenario(
    folder: Path, package: Package, dataset: Dataset | None
) -> Iterator[Iterator[Problem]]:
    """The checks that only a benchmark scenario has to pass."""
    if package.kind == "scenario":
        yield from scenario_checks(folder, package, dataset)
        yield solution_of_baseline(folder, package)


def _solution(folder: Path, package: Package) -> Iterator[Problem]:
    yield from solution_problems(folder, package.solution)


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
        values = {"nearest": nearest(function, sorted(known)) or "predict"}
        values["module"] = path.relative_to(home.parent).as_posix()
        yield Problem("E4016", f"{where}.entry", function, {**values, "name": name})


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


def solution_of_baseline(folder: Path, package: Package) -> Iterator[Problem]:
    """Report what keeps a scenario's baseline from being started."""
    if package.baseline:
        entries = solution_problems(folder / package.baseline, BASELINE_SOLUTION)
        yield from (inside(package.baseline, entry) for entry in entries)


def _credit_code(package: Package) -> Iterator[Problem]:
    if not credit_code_is_valid(package.applicant.credit_code):
        code = package.applicant.credit_code
        yield Problem("E4001", "package.yaml: applicant.credit_code", code)


def _city(package: Package) -> Iterator[Problem]:
    """Letters of another script would make another city of the same one, beside a cap on cities."""
    written = package.applicant.city
    if given(written) and not CHINESE.fullmatch(written):
        yield Problem("E4036", "package.yaml: applicant.city", written)


def _truth(package: Package) -> Iterator[Problem]:
    if not package.truth_statement:
        yield Problem("E4002", "package.yaml: truth_statement")


def _consortium(package: Package) -> Iterator[Problem]:
    if len(package.applicant.consortium) > MEMBERS:
        count = str(len(package.applicant.consortium))
        yield Problem("E4003", "package.yaml: applicant.consortium", count)


def _answers_by_file(package: Package) -> Iterator[Problem]:
    adapter = package.solution.adapter
    if (adapter == "predictions") != (package.mode == "submitted"):
        yield Problem("E4033", "package.yaml: mode", package.mode, {"adapter": adapter})


def _answers_by_endpoint(package: Package) -> Iterator[Problem]:
    near = is_loopback(package.solution.base_url or "")
    mode = "supervised" if near else "remote"
    if package.solution.adapter == "endpoint" and package.mode != mode:
        yield Problem("E4034", "package.yaml: mode", package.mode, {"expected": mode})


def _fits(package: Package, board: Board) -> Iterator[Problem]:
    item = board.item(package.item)
    if item is None:
        items = [entry.id for entry in board.items]
        values = {"nearest": nearest(package.item, items), "expected": ", ".join(items)}
        yield Problem("E4030", "package.yaml: item", package.item, values)
        return
    for check in (_kind, _accepted, _asked):
        yield from as_far_as_read(check(package, item))
    yield from as_far_as_read(unfit_metric(package, item))


def _kind(package: Package, item: Item) -> Iterator[Problem]:
    kind = "scenario" if item.task == SCENARIO else "model"
    if package.kind != kind:
        yield Problem("E4031", "package.yaml: kind", package.kind, {"expected": kind})


def _accepted(package: Package, item: Item) -> Iterator[Problem]:
    if package.mode not in item.modes:
        expected = ", ".join(item.modes)
        yield Problem("E4032", "package.yaml: mode", package.mode, {"expected": expected})


def _asked(package: Package, item: Item) -> Iterator[Problem]:
    if package.solution.adapter == "endpoint" and item.prompt is None:
        yield Problem("E4035", "package.yaml: solution.adapter", item.id)


PROBLEMS = (
    *scenarios.EXPLAINED,
    Explanation(
        "E4014",
        "{where}：地址“{found}”不可用。请写 https://主机名/路径；本机（127.0.0.1）可用 http；不含用户名、参数和 IP 地址。",
        "{where}: the address '{found}' will not do. Write https://host/path, or http:// on "
        "127.0.0.1; no user name, no parameters, no IP address.",
    ),
    Explanation(
        "E4034",
        "{where}：endpoint 在此地址上的作答方式应为 {expected}，写的是 {found}。请改为 {expected}。",
        "{where}: an endpoint at this address answers as {expected}, not {found}. Write {expected}.",
    ),
    Explanation(
        "E4035",
        "{where}：任务 {found} 没有声明提问方式（prompt），不能用 endpoint。请改用 python、command 或 predictions。",
        "{where}: item {found} declares no prompt, so an endpoint cannot be asked. Use python, "
        "command or predictions.",
    ),
    Explanation(
        "E4001",
        "{where}：统一社会信用代码“{found}”的校验位不对。请核对 18 位代码。",
        "{where}: the check digit of the credit code '{found}' is wrong. Check its 18 characters.",
    ),
    Explanation(
        "E4036",
        "{where}：“{found}”不是中文市名。请只用汉字写，如济南市；名额上限按市计算时以此为准。",
        "{where}: '{found}' is not the Chinese name of a city. Write it in Chinese characters alone, such as 济南市; caps on cities count by it.",
    ),
    Explanation(
        "E4002",
        "{where}：未作真实性承诺。请在确认材料真实后写 truth_statement: true。",
        "{where}: the statement of truth is missing. Write truth_statement: true once it is true.",
    ),
    Explanation(
        "E4003",
        "{where}：联合体参与单位 {found} 家。请不超过 4 家。",
        "{where}: {found} consortium members. Have at most 4.",
    ),
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
        "E4016",
        "{where}：{module} 中没有“{found}”，最接近的是“{nearest}”。请写：entry: {name}:{nearest}，或补上这个函数。",
        "{where}: {module} has no '{found}'; the nearest is '{nearest}'. Write entry: {name}:{nearest}, or add the function.",
    ),
    Explanation(
        "E4013",
        "{where}：“{found}”只写了 {{request}}、{{answer}} 之一。请两个都写，或都不写；例如：{expected}。",
        "{where}: '{found}' has only one of {{request}} and {{answer}}. Write both or neither, for example: {expected}.",
    ),
    Explanation(
        "E4030",
        "{where}：榜单没有任务“{found}”，最接近的是“{nearest}”。请写其中之一：{expected}。",
        "{where}: the board has no item '{found}'; the nearest is '{nearest}'. Write one of: {expected}.",
    ),
    Explanation(
        "E4031",
        "{where}：“{found}”与该任务的申报类别不符。请写：kind: {expected}。",
        "{where}: '{found}' does not fit the item's track. Write: kind: {expected}.",
    ),
    Explanation(
        "E4032",
        "{where}：该任务不接受作答方式“{found}”。请写其中之一：{expected}。",
        "{where}: this item does not accept the mode '{found}'. Write one of: {expected}.",
    ),
    Explanation(
        "E4033",
        "{where}：接入方式 {adapter} 与作答方式“{found}”不符。提交结果文件（predictions）请写 submitted，其他接入方式请写 hosted、supervised 或 remote。",
        "{where}: the adapter {adapter} does not go with the mode '{found}'. With predictions write submitted; with the others hosted, supervised or remote.",
    ),
)
