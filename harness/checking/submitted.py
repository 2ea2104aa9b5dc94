"""A predictions file held against the samples that a board asks, before anybody scores it."""

from __future__ import annotations

from pathlib import Path

from harness.board import Board
from harness.dataset import read_dataset
from harness.package import Package
from harness.problems import Problem


def file_advice(
    folder: Path, package: Package, board: Board, board_folder: Path
) -> tuple[Problem, ...]:
    """What an applicant would want to know of the answers submitted: ids and answers not right.

    These cost samples, not admission: a file with them is still taken in.
    """
    item = board.item(package.item)
    if package.solution.adapter != "predictions" or item is None or not item.dataset:
        return ()
    from harness.execution.adapters.predictions import read_predictions
    from harness.execution.answers import task_of
    from harness.samples import read_samples

    home = board_folder / item.dataset
    dataset = read_dataset(home)
    ids = [sample.id for sample in read_samples(home, dataset).samples]
    path = folder / "solution" / str(package.solution.file)
    return read_predictions(path, task_of(dataset), ids).problems
