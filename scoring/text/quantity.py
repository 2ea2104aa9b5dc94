"""A number with its unit, as it stands in a text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scoring.text.units import Unit, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit, ``""`` for none, and where it stands in the text.

    ``magnitude`` is what its last word multiplies by: 10000 in 3万, 1 without such a word;
    ``per`` is what it is said to be for each of: 小时 in 每小时10立方米; ``relation`` how something
    else is related to it, as in 大于12, ``""`` where it is written for itself.
    """

    value: Fraction
    unit: str = ""
    start: int = 0
    end: int = 0
    magnitude: int = 1
    per: str = ""
    relation: str = ""

    @property
    def measures(self) -> str:
        """What the unit measures; ``""`` for a bare number."""
        return units_of(self.unit)[0].quantity if self.unit else ""

    @property
    def base(self) -> Fraction:
        """The number in the coherent unit of what it measures."""
        return self.value * units_of(self.unit)[0].size if self.unit else self.value

    @property
    def units(self) -> tuple[Unit, ...]:
        """What the unit may stand for: 每小时10立方米 is a volume or a flow."""
        if not self.unit:
            return ()
        return units_of(self.unit) + (units_of(f"{self.unit}/{self.per}") if self.per else ())

    def converted(self, wanted: Quantity) -> Fraction | None:
        """The number in the unit of another quantity; ``None`` where it measures something else."""
        for theirs in wanted.units:
            for ours in self.units:
                if ours.quantity == theirs.quantity:
                    return self.value * ours.size / theirs.size
        return None
