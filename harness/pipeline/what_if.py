"""What the order would be under rules that are not the board's: for discussion, never a result.

TOPSIS and entropy weights hang on who else takes part, so that one withdrawal may reorder the
others; weights from paired comparisons are an opinion. Nothing here enters a ranking.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.pipeline.ordering import entries
from harness.pipeline.standings import Entry, criteria_of, jury, standings
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace
from scoring.ranking.order import competition_ranks
from scoring.ranking.totals import common_scorecard
from scoring.sensitivity.leaving import Criteria

Floats = NDArray[np.float64]

# Mean consistency index of random matrices by size, after Saaty (1980).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
CONSISTENT = 0.1
DIGITS = 9


def topsis(points: Floats, weights: Floats) -> Floats:
    """Closeness of each candidate to the best of the field, shape (K,), columns scaled by length.

    Parameters
    ----------
    points : shape (K, C)
        More is better on every criterion.
    weights : shape (C,)
        In any unit.

    References
    ----------
    Hwang and Yoon (1981), Multiple attribute decision making.

    Examples
    --------
    >>> topsis(np.array([[3.0, 4.0], [4.0, 3.0]]), np.array([3.0, 1.0])).round(9).tolist()
    [0.25, 0.75]
    """
    lengths = np.sqrt((points**2).sum(axis=0))
    scaled = np.divide(points, lengths, out=np.zeros_like(points), where=lengths > 0)
    weighted = scaled * weights / weights.sum()
    to_best = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    found: Floats = np.full(len(points), 0.5)
    np.divide(to_worst, to_best + to_worst, out=found, where=to_best + to_worst > 0)
    return found


def entropy_weights(points: Floats) -> Floats:
    """Weights that rise with how unequally a field's points are spread, shape (C,), sum 1.

    A criterion of pure noise may take nearly all of the weight.

    References
    ----------
    Shannon (1948), A mathematical theory of communication.
    """
    size, count = points.shape
    sums = points.sum(axis=0)
    shares = np.divide(points, sums, out=np.full(points.shape, 1 / size), where=sums > 0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    spread = 1 + (shares * logs).sum(axis=0) / np.log(size) if size > 1 else np.zeros(count)
    spread = np.where(spread > 1e-12, spread, 0.0)
    if not spread.any():
        return np.full(count, 1 / count)
    found: Floats = spread / spread.sum()
    return found


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Weighing:
    """Weights from paired comparisons, sum 1, and how far the comparisons contradict each other."""

    weights: Floats
    inconsistency: float


def weighed(comparisons: Floats) -> Weighing:
    """Weights from how many times more one criterion counts than another (AHP).

    ``comparisons``, shape (C, C), are above zero and reciprocal. An inconsistency above 0.1
    means that the comparisons want another look.

    References
    ----------
    Saaty (1980), The analytic hierarchy process.

    Examples
    --------
    >>> found = weighed(np.array([[1.0, 3.0], [1 / 3, 1.0]]))
    >>> found.weights.round(3).tolist(), found.inconsistency
    ([0.75, 0.25], 0.0)
    """
    values, vectors = np.linalg.eig(comparisons)
    at = int(np.argmax(values.real))
    first = np.abs(vectors[:, at].real)
    size = len(comparisons)
    random = RANDOM_INDEX[min(size, len(RANDOM_INDEX)) - 1]
    index = (float(values[at].real) - size) / max(size - 1, 1)
    return Weighing(
        weights=first / first.sum(),
        inconsistency=max(0.0, index / random) if random else 0.0,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatIf:
    """An item's ranks under each rule by its name, and the weights that each rule uses."""

    item: str
    criteria: tuple[str, ...]
    ranks: Mapping[str, Mapping[str, int]]
    weights: Mapping[str, tuple[float, ...]]
    inconsistency: float | None = None


DECLARED, TOPSIS, ENTROPY, AHP = "declared", "topsis", "entropy", "ahp"


def what_if(workspace: Workspace, item: str, comparisons: Path | None = None) -> WhatIf:
    """Ranks of an item's candidates under other rules; nothing is written.

    ``comparisons`` names a CSV whose first row and column are the criteria: the weights that
    follow from it are one rule more.

    Raises
    ------
    Refusal
        No scores of that item, or a table of comparisons with faults, all of them.
    """
    entry = next((one for one in entries(workspace) if one.item.id == item), None)
    criteria = _criteria(entry) if entry else None
    if criteria is None or not criteria.candidates:
        raise Refusal([Problem("E7571", item)])
    declared = criteria.weights / criteria.weights.sum()
    entropy = entropy_weights(criteria.points)
    weights = {DECLARED: declared, TOPSIS: declared, ENTROPY: entropy}
    merits = {
        DECLARED: criteria.points @ declared,
        TOPSIS: topsis(criteria.points, declared),
        ENTROPY: criteria.points @ entropy,
    }
    inconsistency = None
    if comparisons is not None:
        found = weighed(read_comparisons(comparisons, criteria.names))
        weights[AHP], merits[AHP] = found.weights, criteria.points @ found.weights
        inconsistency = found.inconsistency
    return WhatIf(
        item=item,
        criteria=criteria.names,
        ranks={name: _ranks(criteria.candidates, merit) for name, merit in merits.items()},
        weights={name: tuple(one.tolist()) for name, one in weights.items()},
        inconsistency=inconsistency,
    )


def read_comparisons(path: Path, names: Sequence[str]) -> Floats:
    """A table of paired comparisons in the order of the names; fractions such as 1/3 are read.

    Raises
    ------
    Refusal
        Every fault of the table.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal([Problem("E7572", str(path), type(error).__name__)]) from error
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
    across = [cell.strip() for cell in rows[0][1:]] if rows else []
    down = [row[0].strip() for row in rows[1:]]
    if sorted(across) != sorted(names) or sorted(down) != sorted(names):
        expected = {"expected": ", ".join(names)}
        raise Refusal([Problem("E7573", path.name, ", ".join(across), expected)])
    cells = {
        (one, other): cell.strip()
        for one, row in zip(down, rows[1:], strict=True)
        for other, cell in zip(across, row[1:], strict=False)
    }
    if problems := list(_faults(path.name, cells, names)):
        raise Refusal(problems)
    return np.array([[_ratio(cells[one, other]) for other in names] for one in names])


def _faults(
    where: str, cells: Mapping[tuple[str, str], str], names: Sequence[str]
) -> Iterator[Problem]:
    """Report cells that are no ratio, and pairs that are not each other's reciprocal."""
    for at, one in enumerate(names):
        for other in names[at:]:
            first, second = (cells.get(key, "") for key in ((one, other), (other, one)))
            ratios = (_ratio(first), _ratio(second))
            if not all(ratios):
                yield Problem("E7574", f"{where}: {one} / {other}", f"{first} : {second}")
            elif abs(ratios[0] * ratios[1] - 1) > 0.02:
                yield Problem("E7575", f"{where}: {one} / {other}", f"{first} : {second}")


def _ratio(text: str) -> float:
    """A number or a fraction above zero, else 0."""
    try:
        found = float(Fraction(text))
    except (ValueError, ZeroDivisionError, OverflowError):
        return 0.0
    return found if 0 < found < float("inf") else 0.0


def _criteria(entry: Entry) -> Criteria:
    everyone = standings(entry, jury(entry))
    ranked = [one for one in everyone if one.eligible]
    parts = common_scorecard(everyone).parts
    return criteria_of(entry, ranked, tuple(one for one in entry.track.scorecard if one in parts))


def _ranks(candidates: Sequence[str], merits: Floats) -> dict[str, int]:
    ranks = competition_ranks(np.round(merits, DIGITS).tolist())
    named = zip(candidates, ranks, strict=True)
    return {name: one.rank for name, one in sorted(named, key=lambda pair: pair[1].rank)}


PROBLEMS = (
    Explanation(
        "E7571",
        "{where}：这个任务没有可排名的得分。请写已计分的任务编号，或先运行 jiebang score。",
        "{where}: the item has no scores to rank. Write the id of an item that is scored, or run `jiebang score` first.",
    ),
    Explanation(
        "E7572",
        "{where}：比较表打不开或不是 UTF-8（{found}）。请检查路径，并另存为 UTF-8 的 CSV。",
        "{where}: the comparisons cannot be read as UTF-8 ({found}). Check the path and save them as CSV in UTF-8.",
    ),
    Explanation(
        "E7573",
        "{where}：比较表的行和列须各为该任务的全部指标，表头现为“{found}”。请写：{expected}。",
        "{where}: rows and columns have to be the criteria of the item, each once; the head is '{found}'. Write: {expected}.",
    ),
    Explanation(
        "E7574",
        "{where}：“{found}”不是两个大于 0 的数。请写倍数，如 3 与 1/3。",
        "{where}: '{found}' are not two numbers above 0. Write how many times more, such as 3 and 1/3.",
    ),
    Explanation(
        "E7575",
        "{where}：“{found}”不互为倒数。请写成一对倒数，如 3 与 1/3；与自身比较写 1。",
        "{where}: '{found}' are not each other's reciprocal. Write a pair such as 3 and 1/3, and 1 against itself.",
    ),
)
