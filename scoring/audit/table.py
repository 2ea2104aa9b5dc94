"""A dataset as an audit reads it: inputs and targets in one order, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from harness.canonical import canonical_json
from scoring.answers import Codes
from scoring.text.plain import bare, plain

LONG = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Samples with their targets; ``clusters`` are codes from 0, ``None`` for independent ones.

    ``public`` holds the inputs of samples that applicants have seen, and their targets.
    """

    task: str
    inputs: Sequence[Mapping[str, Any]]
    targets: Sequence[Any]
    clusters: Codes | None = None
    public: Sequence[Mapping[str, Any]] = field(default=())

    def __len__(self) -> int:
        return len(self.inputs)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the inputs, in the order of the first sample."""
        return tuple(self.inputs[0]) if self.inputs else ()

    def column(self, name: str) -> list[Any]:
        """One input of every sample."""
        return [row.get(name) for row in self.inputs]

    def is_text(self, name: str) -> bool:
        """Whether an input's characters may be learned from: longer than a code, or of many kinds."""
        words = [value for value in self.column(name) if isinstance(value, str)]
        if len(words) < len(self) / 2 or not words:
            return False
        return float(np.mean([len(word) for word in words])) > LONG or len(set(words)) > 50

    @property
    def texts(self) -> tuple[str, ...]:
        """The inputs whose characters may be learned from."""
        return tuple(name for name in self.columns if self.is_text(name))


def fingerprint(row: Mapping[str, Any], names: Sequence[str]) -> bytes:
    """Form of some inputs of a sample in which equal ones are equal, whatever width or spaces.

    Short texts, which have too few characters to be compared by likeness, are equal but for case
    and punctuation too.
    """
    return canonical_json(
        {
            name: _form(row[name]) if isinstance(row[name], str) else row[name]
            for name in names
            if name in row
        }
    )


def _form(text: str) -> str:
    short = bare(text)
    return short if 0 < len(short) < LONG else plain(text)


def words_of(row: Mapping[str, Any], names: Sequence[str]) -> str:
    """The text of some inputs of a sample, for likeness; codes and numbers are no text."""
    return "\n".join(plain(row[name]) for name in names if isinstance(row.get(name), str))
