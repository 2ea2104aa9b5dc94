"""What an organizer or the owner of a scenario would want to know of data that pass all checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from harness.board import Board
from harness.checking.asked import Asked
from harness.checking.places import inside
from harness.checking.rote import uncounted_targets
from harness.dataset import Dataset, read_dataset
from harness.package import Package
from harness.problems import Explanation, Problem
from scoring.text.plain import plain

TELLING = 3
"""Characters of the shortest phrase of refusal that hardly opens an answer."""
_APOLOGY = re.compile(
    "(很|非常|十分|实在|深感)?(抱歉|对不起|不好意思|遗憾)(了|地)?|((i'm|i am) )?(very |so )?sorry|unfortunately|apologies"
)


def board_advice(folder: Path, board: Board) -> Iterator[Problem]:
    """Advise on the data and metrics of a board's items."""
    told = set()
    for place, item in enumerate(board.items):
        if not item.dataset:
            continue
        dataset = read_dataset(folder / item.dataset)
        if item.dataset not in told:
            yield from (inside(item.dataset, one) for one in dataset_advice(dataset))
        told.add(item.dataset)
        asked = Asked.read(folder / item.dataset, dataset)
        for at, entry in enumerate(item.metrics):
            where = f"board.yaml: items[{place}] {item.id}.metrics[{at}]"
            yield from uncounted_targets(entry.metric, asked, where)


def package_advice(folder: Path, package: Package) -> Iterator[Problem]:
    """Advise on the data and metrics that a scenario brings along."""
    if not package.dataset:
        return
    home = folder / package.dataset
    asked = Asked.read(home, read_dataset(home))
    yield from (inside(package.dataset, one) for one in dataset_advice(asked.dataset))
    for at, entry in enumerate(package.metrics):
        yield from uncounted_targets(entry.metric, asked, f"package.yaml: metrics[{at}]")


def dataset_advice(dataset: Dataset) -> Iterator[Problem]:
    """Advise on phrases of refusal with which sympathetic answers open, too."""
    for phrase in dataset.refusals:
        said = plain(phrase).casefold().strip(",.!。 ")
        if len(said) < TELLING or _APOLOGY.fullmatch(said):
            yield Problem("E3038", "dataset.yaml: refusals", phrase)


PROBLEMS = (
    Explanation(
        "E3038",
        "{where}：“{found}”太短或只是致歉，正常作答也会这样开头（如“抱歉给您带来不便，请先关闭阀门”），会被判为拒答。"
        "请写完整的用语，如“不能提供”“无法协助”。",
        "{where}: '{found}' is short or an apology only, with which answers open too ('Sorry for the "
        "trouble; first close the valve'), so that they count as refusals. Write a whole phrase, such "
        "as 'cannot provide' or 'unable to assist'.",
    ),
)
