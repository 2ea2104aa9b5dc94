"""The inputs of a dataset as simple learners take them: numbers, codes of kinds, and texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.audit.table import Table

Numbers = NDArray[np.float64]
Kinds = NDArray[np.intp]

COLUMNS = 30
TAILS = (1, 2, 3)
ORDER = "(order)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """Inputs of the samples used, with the order of samples in the file as one of them.

    ``numbers`` holds each as numbers, shape (n, k). ``kinds`` holds codes of what stands twice on
    average at least: of whole values, and of the last one to three characters of words and whole
    numbers, where a running number may tell the target. ``texts`` holds the sentences of each
    sample, if there are any.
    """

    numbers: dict[str, Numbers]
    kinds: dict[str, tuple[Kinds, ...]]
    texts: list[str] | None

    @classmethod
    def of(cls, table: Table, places: NDArray[np.intp]) -> Inputs:
        """Encode the samples at some places."""
        numbers, kinds = {ORDER: places[:, None].astype(np.float64)}, {}
        for name in table.columns:
            column = [table.inputs[at].get(name) for at in places]
            numbers[name] = _encoded(column)
            kinds[name] = tuple(_kinds(column))
        texts = None
        if told := table.texts:
            texts = ["\n".join(str(table.inputs[at].get(c)) for c in told) for at in places]
        return cls(numbers=numbers, kinds=kinds, texts=texts)

    @property
    def named(self) -> tuple[str, ...]:
        """The inputs that applicants see, in the order of the first sample."""
        return tuple(name for name in self.numbers if name != ORDER)

    @property
    def whole(self) -> Numbers | None:
        """All of them as numbers beside each other, shape (n, k)."""
        parts = [self.numbers[name] for name in self.named]
        return np.hstack(parts) if parts else None


def _kinds(column: list[Any]) -> Iterator[Kinds]:
    """Codes of an input's values and of their ends, where they stand twice on average at least."""
    words = [str(value) for value in column]
    ends = [[word[-length:] for word in words] for length in TAILS]
    for one in (words, *(ends if any(isinstance(value, str | int) for value in column) else ())):
        codes = np.unique(one, return_inverse=True)[1]
        if 2 * (codes.max() + 1) <= len(column):
            yield codes


def _encoded(column: list[Any]) -> Numbers:
    """An input as numbers: itself, one column for each of a few kinds, or the length of a text."""
    present = [value for value in column if value is not None]
    if present and all(isinstance(value, bool | int | float) for value in present):
        numbers = np.array([np.nan if value is None else float(value) for value in column])
        gone = np.isnan(numbers)
        columns = [np.where(gone, float(np.median(numbers[~gone])), numbers)]
        return np.column_stack([*columns, gone] if gone.any() else columns)
    if present and all(isinstance(value, list) for value in present):
        widths = {len(value) for value in present}
        if len(widths) == 1 and len(present) == len(column):
            return np.array(column, dtype=np.float64).reshape(len(column), -1)
    kinds = sorted({str(value) for value in column})
    if len(kinds) <= COLUMNS:
        return np.array([[str(value) == kind for kind in kinds] for value in column], dtype=float)
    lengths = [[float(len(value))] if isinstance(value, str) else [0.0] for value in column]
    return np.array(lengths)
