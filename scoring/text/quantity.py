"""A number with its unit, as it stands in a text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scoring.text.unit_names import PARTS
from scoring.text.units import Unit, units_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit, ``""`` for none, and where it stands in the text.

    ``word`` is what is counted where that is no unit: 台 in 12台, 级 in 3级, ``""`` for a bare
    number. ``magnitude`` is what its last word multiplies by: 10000 in 3万, 1 without such a word;
    ``scale`` the same where 万 or 亿 is written once and what is counted after it, as in 12万元;
    ``per`` is what it is said to be for each of: 小时 in 每小时10立方米; ``relation`` how something
    else is related to it, as in 大于12, ``""`` where it is written for itself.
    """

    value: Fraction
    unit: str = ""
    word: str = ""
    start: int = 0
    end: int = 0
    magnitude: int = 1
    scale: int = 1
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
        """What the unit may stand for: 每小时10立方米 is a volume or a flow, 每班3人 a rate."""
        name = self.unit or self.word
        alone = units_of(name) if self.unit or name in PARTS else ()
        return alone + (units_of(f"{name}/{self.per}") if name and self.per else ())

    def converted(self, wanted: Quantity) -> Fraction | None:
        """The number in the unit of another quantity; ``None`` where it measures something else.

        Of several meanings of the unit that which comes nearer is taken: 2.5平方 of a wire are
        square millimetres, 100平方 of a room square metres.
        """
        readings = [
            self.value * ours.size / theirs.size
            for theirs in wanted.units
            for ours in self.units
            if ours.quantity == theirs.quantity
        ]
        return min(readings, key=lambda value: abs(value - wanted.value), default=None)

    def read_as(self, wanted: Quantity) -> Fraction:
        """A bare number in the unit of another quantity, as the likelier of two readings.

        Beside 12万元 it may count 万元 or 元, beside 85% hundredths or ones; a share beside a bare
        number likewise. The reading that is nearer to the other number is taken.
        """
        readings = [self.base]
        if self.unit:
            readings.append(self.value)
        elif self.magnitude == 1:
            readings.append(self.value * wanted.scale)
            if wanted.measures == "share":
                readings.append(self.value / units_of(wanted.unit)[0].size)
        return min(readings, key=lambda value: abs(value - wanted.value))
