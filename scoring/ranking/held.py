"""How much of a track's caps is taken, as far as that is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

QUOTA = "quota"
"""The cap that every candidate falls under: the track's own number of places."""

Cell = tuple[str, str]
"""A cap and one of its values, such as ``("city", "济南市")``."""


def cell(kind: str, under: Mapping[str, str]) -> Cell:
    """The value of a cap that a candidate falls under."""
    return kind, under.get(kind, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """How many places each value of each cap holds, at least and at most.

    The two differ where the committee has still to choose, by whom it may choose.
    """

    least: Counter[Cell] = field(default_factory=Counter)
    most: Counter[Cell] = field(default_factory=Counter)

    @classmethod
    def by(cls, holders: Iterable[Mapping[str, str]], caps: Mapping[str, int]) -> Held:
        """What candidates hold, given under which value of each cap every one of them falls."""
        found = Counter(cell(kind, under) for under in holders for kind in caps)
        return cls(least=found, most=found.copy())

    def __add__(self, other: Held) -> Held:
        return Held(least=self.least + other.least, most=self.most + other.most)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """The cap that was full when a candidate's turn came."""

    kind: str
    value: str
    at_most: int
