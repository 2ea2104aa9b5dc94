"""Checks of a package: at home and at intake, alone and against a board."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from harness.board import SCENARIO, Board, Item
from harness.checking import scenarios, solutions
from harness.checking.datasets import check_dataset
from harness.checking.locks import lock_problems
from harness.checking.places import inside
from harness.checking.scenarios import scenario_checks, unfit_metric
from harness.checking.solutions import solution_problems
from harness.dataset import Dataset
from harness.package import (
    Package,
    Solution,
    credit_code_is_valid,
    draft_package,
    is_loopback,
)
from harness.problems import Explanation, Problem, Refusal
from harness.structure import as_far_as_read, given, nearest

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
    found = [*draft.problems, *draft.located(_found(folder, draft.record))]
    brought = [*as_far_as_read(_brought(folder, draft.record))]
    found += [problem for entry in brought for problem in entry.problems]
    dataset = next((entry.dataset for entry in brought), None)
    for part in as_far_as_read(_scenario(folder, draft.record, dataset)):
        found += draft.located(as_far_as_read(part))
    if board is not None:
        found += draft.located(as_far_as_read(_fits(draft.record, board)))
    return ExaminedPackage(
        checked=CheckedPackage(package=draft.record, dataset=dataset),
        problems=tuple(sorted(found, key=_elsewhere)),
    )


def _found(folder: Path, package: Package) -> Iterator[Problem]:
    """Problems of a package alone, of whatever kind it is."""
    for check in (_credit_code, _city, _truth, _consortium, _answers_by_file, _answers_by_endpoint):
        yield from as_far_as_read(check(package))
    yield from as_far_as_read(_solution(folder, package))
    yield from lock_problems(folder)


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


def solution_of_baseline(folder: Path, package: Package) -> Iterator[Problem]:
    """Report what keeps a scenario's baseline from being started."""
    if not package.baseline:
        return
    where, home = "package.yaml: baseline", folder / package.baseline
    if not home.is_dir():
        yield Problem("E4017", where, package.baseline)
        return
    for entry in solution_problems(home, BASELINE_SOLUTION):
        yield replace(entry, where=where, found=f"{package.baseline}/{entry.found}")


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
    *solutions.EXPLAINED,
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
        "E4017",
        "{where}：没有基线目录“{found}”。请改正路径，或把基线放进去（其中的 solution/main.py 写 predict）。",
        "{where}: there is no baseline folder '{found}'. Correct the path, or put the baseline there, with predict in solution/main.py.",
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
