"""Where things stand in a figure: positions in per cent of its width, computed before drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MARGIN = 5.0
STEPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A labelled position of an axis."""

    x: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One row of a dot figure: the dot, its interval, and marks beside it.

    Marks are ``(position, kind)``; lines that all rows share belong to the figure. ``band`` is a
    stretch behind the rest, by start and width.
    """

    dot: str | None
    low: str | None
    high: str | None
    marks: tuple[tuple[str, str], ...] = ()
    band: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A linear scale from numbers to per cent of a figure's width."""

    low: float
    high: float

    def at(self, value: float) -> str:
        """Position of a value, kept inside the figure, such as ``37.2%``."""
        share = (value - self.low) / (self.high - self.low)
        place = MARGIN + min(1.0, max(0.0, share)) * (100 - 2 * MARGIN)
        return f"{place:.1f}".rstrip("0").rstrip(".") + "%"

    def stretch(self, low: float, high: float) -> tuple[str, str]:
        """Start and width of a stretch between two values.

        >>> Scale(low=0.0, high=10.0).stretch(0.0, 5.0)
        ('5%', '45%')
        """
        start, end = (float(self.at(value).rstrip("%")) for value in (low, high))
        return self.at(low), f"{end - start:.1f}".rstrip("0").rstrip(".") + "%"

    def ticks(self) -> tuple[Tick, ...]:
        """Two to five round numbers between the ends."""
        step = _round_step(self.high - self.low, 4)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        values = [index * step for index in range(first, last + 1)]
        return tuple(Tick(x=self.at(value), text=f"{value:.{digits}f}") for value in values)

    def plot(
        self,
        value: float | None,
        interval: Sequence[float] | None,
        marks: tuple[tuple[str, str], ...] = (),
    ) -> Plot:
        """One row: a dot at a value, a bar over its interval."""
        return Plot(
            dot=None if value is None else self.at(value),
            low=None if interval is None else self.at(interval[0]),
            high=None if interval is None else self.at(interval[1]),
            marks=marks,
        )


def scale_over(
    values: Iterable[float | None], within: Sequence[float | None] = (None, None)
) -> Scale:
    """A scale that holds every value with a little air, widened to round ends.

    ``within`` caps the ends, for quantities that have bounds.

    >>> scale_over([12.0, 48.0], (0.0, 100.0))
    Scale(low=10.0, high=50.0)
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    step = _round_step(high - low, 5)
    low, high = (
        _bounded(math.floor(low / step + 1e-9) * step, within),
        _bounded(math.ceil(high / step - 1e-9) * step, within),
    )
    return Scale(low=round(low, 12), high=round(high if high > low else low + 1.0, 12))


def heat_step(value: float) -> int:
    """Shade of a number of points, 0 (below 20) to 4 (80 and above).

    >>> heat_step(0.0), heat_step(79.9), heat_step(100.0)
    (0, 3, 4)
    """
    return max(0, min(STEPS - 1, int(value * STEPS // 100)))


def share_step(value: int, largest: int) -> int:
    """Shade of a count within its row of a confusion matrix; 0 only for none."""
    return 0 if value == 0 or largest == 0 else 1 + min(3, int(4 * value / largest - 1e-9))


def _round_step(width: float, about: int) -> float:
    raw = width / about
    power = 10.0 ** math.floor(math.log10(raw))
    return float(next(power * lead for lead in (1, 2, 5, 10) if raw <= power * lead * (1 + 1e-9)))


def _bounded(value: float, within: Sequence[float | None]) -> float:
    low, high = within
    value = value if low is None else max(low, value)
    return value if high is None else min(high, value)
