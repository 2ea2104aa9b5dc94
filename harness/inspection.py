"""What kind of thing lies at a path, checked as what it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import scenarios.sample
from harness.board import Board, draft_board
from harness.checking import check_board, check_dataset, check_package
from harness.checking.advice import board_advice, dataset_advice, package_advice
from harness.checking.submitted import file_advice
from harness.intake.survey import survey
from harness.intake.unpacking import unpack
from harness.problems import Explanation, Problem, Refusal
from harness.structure import Draft

SAMPLE = Path(scenarios.sample.__file__).resolve().parent
KINDS = ("package.yaml", "board.yaml", "dataset.yaml")


@dataclass(frozen=True, slots=True)
class Passed:
    """What was checked and found right, in words; advice does not stand in the way."""

    zh: str
    en: str
    advice: tuple[Problem, ...] = ()


def inspect(path: Path, board: Path | None = None) -> Passed:
    """Check a board, dataset, package or zip; raises ``Refusal`` with every problem."""
    try:
        return _inspect(path, board)
    except Refusal as refusal:
        absent = any(problem.code == "E3001" for problem in refusal.problems)
        if not absent or not path.resolve().is_relative_to(SAMPLE):
            raise
        raise Refusal(_unbuilt(path, refusal.problems)) from refusal


def _unbuilt(path: Path, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Problems of the sample as it is shipped, whose data nothing but ``demo`` builds, told once."""
    yield Problem("E9043", str(path))
    yield from (problem for problem in problems if problem.code != "E3001")


def _inspect(path: Path, board: Path | None) -> Passed:
    against = draft_board(board) if board else None
    if path.is_file() and path.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory(prefix="jiebang-") as room:
            into = Path(room) / "package"
            unpack(path, into)
            return _package(into, against, board)
    if path.name in KINDS:
        folder, kind = path.parent, path.name
    else:
        folder = path
        kind = next((name for name in KINDS if (folder / name).is_file()), "")
    if kind == "package.yaml":
        return _package(folder, against, board)
    if kind == "board.yaml":
        checked = check_board(folder)
        return Passed(
            f"榜单 {checked.id}，{len(checked.items)} 个任务",
            f"board {checked.id} with {len(checked.items)} items",
            tuple(board_advice(folder, checked)),
        )
    if kind == "dataset.yaml":
        dataset = check_dataset(folder)
        return Passed(
            f"数据集 {dataset.id} {dataset.version}",
            f"dataset {dataset.id} {dataset.version}",
            tuple(dataset_advice(dataset)),
        )
    raise Refusal([Problem("E9010", str(path))])


def _package(folder: Path, board: Draft[Board] | None, home: Path | None) -> Passed:
    """Check a package's declaration and what would stand in the way of packing it."""
    in_the_way = [*(board.problems if board else ()), *survey(folder).problems]
    try:
        package = check_package(folder, board.record if board else None).package
    except Refusal as refusal:
        raise Refusal([*refusal.problems, *in_the_way]) from refusal
    if in_the_way:
        raise Refusal(in_the_way)
    advice = list(package_advice(folder, package))
    if board and home:
        advice += file_advice(folder, package, board.record, home)
    return Passed(
        f"申报包“{package.title.zh}”（{package.item}，{package.solution.adapter}）",
        f"package '{package.title.en}' ({package.item}, {package.solution.adapter})",
        tuple(advice),
    )


PROBLEMS = (
    Explanation(
        "E9043",
        "{where}：随附的示例只有声明，数据由 demo 构建。请运行 jiebang demo，然后检查 jiebang-demo/source 中构建好的。",
        "{where}: the sample is shipped without its data, which `demo` builds. Run jiebang demo, then check what it built in jiebang-demo/source.",
    ),
    Explanation(
        "E9010",
        "{where}：没有 board.yaml、dataset.yaml、package.yaml，也不是 zip。请给出其中之一所在的目录。",
        "{where}: no board.yaml, dataset.yaml or package.yaml there, and not a zip. Give the folder of one of them.",
    ),
)
