"""What each judge gave each candidate on each criterion, as a table without contradictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from harness.problems import Explanation, Problem, Refusal
from scoring.resampling import Floats

HIGHEST = 100.0

Cell = tuple[str, str, str]
"""Judge, candidate and criterion."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One judge's score of one candidate on one criterion, 0 to 100; None is a recusal."""

    judge: str
    candidate: str
    criterion: str
    score: float | None

    @property
    def cell(self) -> Cell:
        """Where the mark stands."""
        return self.judge, self.candidate, self.criterion


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Panel:
    """Score sheets as a table: ``scores``, shape (J, K, C), NaN where a judge gave none.

    ``recused``, of the same shape, says where that is a recusal.
    """

    judges: tuple[str, ...]
    candidates: tuple[str, ...]
    criteria: tuple[str, ...]
    scores: Floats
    recused: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    @classmethod
    def of(cls, marks: Iterable[Mark]) -> Panel:
        """Lay marks out as a table, names sorted, whatever their order.

        Raises
        ------
        Refusal
            Every repeated or impossible mark.
        """
        listed = tuple(marks)
        problems = tuple(contradictions(listed))
        if problems:
            raise Refusal(problems)
        table = {one.cell: one.score for one in listed}
        judges, candidates, criteria = _names(listed)
        cells = list(product(judges, candidates, criteria))
        shape = (len(judges), len(candidates), len(criteria))
        given = [table.get(cell) for cell in cells]
        return cls(
            judges=judges,
            candidates=candidates,
            criteria=criteria,
            scores=np.array([np.nan if one is None else one for one in given]).reshape(shape),
            recused=np.array(
                [cell in table and one is None for cell, one in zip(cells, given, strict=True)]
            ).reshape(shape),
        )

    def table(self, criterion: str) -> Floats:
        """Scores on one criterion, shape (J, K)."""
        found: Floats = self.scores[:, :, self.criteria.index(criterion)]
        return found

    def without_judge(self, at: int) -> Panel:
        """The table without one judge's sheets; ``at`` is the judge's place."""
        return replace(
            self,
            judges=self.judges[:at] + self.judges[at + 1 :],
            scores=np.delete(self.scores, at, axis=0),
            recused=np.delete(self.recused, at, axis=0),
        )

    def without_candidate(self, at: int) -> Panel:
        """The table without the sheets on one candidate; ``at`` is the candidate's place."""
        return replace(
            self,
            candidates=self.candidates[:at] + self.candidates[at + 1 :],
            scores=np.delete(self.scores, at, axis=1),
            recused=np.delete(self.recused, at, axis=1),
        )


def contradictions(marks: Sequence[Mark]) -> Iterator[Problem]:
    """Report marks that are repeated or impossible."""
    for cell, count in Counter(one.cell for one in marks).items():
        if count > 1:
            yield Problem("E7301", where=_place(cell), found=str(count))
    for mark in marks:
        if mark.score is not None and not 0 <= mark.score <= HIGHEST:
            yield Problem("E7302", where=_place(mark.cell), found=repr(mark.score))


def incomplete(marks: Sequence[Mark], asked: Collection[Cell] | None = None) -> Iterator[Problem]:
    """Report marks that are repeated, impossible or not there.

    An empty cell is not a recusal, which is in writing. ``asked`` names the cells that judges
    were asked for: every judge on every candidate and criterion, where nothing else is said.
    """
    yield from contradictions(marks)
    given = {one.cell for one in marks}
    for cell in product(*_names(marks)) if asked is None else asked:
        if cell not in given:
            yield Problem("E7303", where=_place(cell))


def _place(cell: Cell) -> str:
    return " / ".join(cell)


def _names(marks: Sequence[Mark]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return (
        tuple(sorted({one.judge for one in marks})),
        tuple(sorted({one.candidate for one in marks})),
        tuple(sorted({one.criterion for one in marks})),
    )


PROBLEMS = (
    Explanation(
        "E7301",
        zh="打分表 {where}：同一评委对同一参评对象的同一评分项打了 {found} 次分；请只保留一行。",
        en="Score sheet {where}: scored {found} times; keep one line.",
    ),
    Explanation(
        "E7302",
        zh="打分表 {where}：分数 {found} 不在 0 至 100 之间；请填写 0 至 100 的数，回避请填“回避”。",
        en="Score sheet {where}: {found} is not between 0 and 100; write a number from 0 to 100, "
        "or the word of recusal.",
    ),
    Explanation(
        "E7303",
        zh="打分表 {where}：没有打分；请填写 0 至 100 的数，应回避的请填“回避”。",
        en="Score sheet {where}: nothing written; write a number from 0 to 100, or the word of "
        "recusal.",
    ),
)
