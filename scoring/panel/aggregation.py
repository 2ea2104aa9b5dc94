"""From the judges' scores to points, with the uncertainty of having asked these judges."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from scoring.freedom import Source, freedom_of, interval_around
from scoring.panel.errors import JudgingErrors
from scoring.panel.marks import HIGHEST, Panel
from scoring.panel.severity import Method, connected, crossed, severity
from scoring.resampling import Floats

TRIMMED_FROM = 5


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PanelPoints:
    """What the judges gave one candidate on one criterion, 0 to 100.

    ``points`` counts: the mean of the valid scores, or ``adjusted`` where the method says so.
    ``trimmed`` is the mean without the highest and the lowest, None below five scores, for
    comparison only; ``adjusted`` takes out how strict each judge is, None where the scores do
    not hang together. ``low`` and ``high`` are the interval by the errors of the judging, which
    ``sources`` part by cause; the whole scale where nothing shows how large these are, as with a
    single judge.
    """

    candidate: str
    criterion: str
    points: float
    mean: float
    trimmed: float | None
    adjusted: float | None
    valid: int
    recused: int
    low: float
    high: float
    sources: tuple[Source, ...]

    @property
    def replicates(self) -> Floats:
        """The points with the errors of every draw, shape (B,)."""
        errors: Floats = np.sum([source.draws for source in self.sources], axis=0)
        return self.points + errors


def crossed_throughout(panel: Panel) -> bool:
    """Whether every judge scored every candidate on every criterion."""
    return all(crossed(panel.table(name)) for name in panel.criteria)


def method_for(panel: Panel) -> Method:
    """Severity is adjusted where not every judge scored every candidate, and where it can be."""
    if crossed_throughout(panel):
        return "mean"
    hangs_together = all(connected(panel.table(name)) for name in panel.criteria)
    return "severity_adjusted" if hangs_together else "mean"


def panel_points(
    panel: Panel, errors: JudgingErrors, *, confidence: float, method: Method = "mean"
) -> tuple[PanelPoints, ...]:
    """Points of every candidate on every criterion that at least one judge scored.

    Raises
    ------
    ValueError
        An adjustment that the scores do not allow.
    """
    adjustments = {name: _adjustment(panel.table(name)) for name in panel.criteria}

    def points(row: int, column: int) -> PanelPoints | None:
        criterion = panel.criteria[column]
        valid = ~np.isnan(panel.scores[:, row, column])
        scores = panel.scores[valid, row, column]
        if not scores.size:
            return None
        official, severities = _mean(scores), adjustments[criterion]
        adjusted = None if severities is None else _within(_mean(scores + severities[valid]))
        mean = official
        if method == "severity_adjusted":
            if adjusted is None:
                raise ValueError(f"{criterion}: severity cannot be told from merit")
            official = adjusted
        sources = _sources(errors, row, column)
        drawn: Floats = np.sum([source.draws for source in sources], axis=0)
        # What nothing shows the error of may be off by any number of points.
        ends = interval_around(
            official,
            official + drawn,
            confidence,
            freedom=freedom_of(sources, confidence),
            bounds=(0.0, HIGHEST),
        )
        return PanelPoints(
            candidate=panel.candidates[row],
            criterion=criterion,
            points=official,
            mean=mean,
            trimmed=_mean(np.sort(scores)[1:-1]) if scores.size >= TRIMMED_FROM else None,
            adjusted=adjusted,
            valid=int(valid.sum()),
            recused=int(panel.recused[:, row, column].sum()),
            low=0.0 if ends is None else ends.low,
            high=HIGHEST if ends is None else ends.high,
            sources=sources,
        )

    cells = product(range(len(panel.candidates)), range(len(panel.criteria)))
    return tuple(one for cell in cells if (one := points(*cell)) is not None)


def _sources(errors: JudgingErrors, row: int, column: int) -> tuple[Source, ...]:
    found = [Source("strictness", errors.strictness[:, row, column], errors.strict_freedom)]
    if errors.own_freedom is not None:
        found.append(Source("judging", errors.own[:, row, column], errors.own_freedom))
    return tuple(found)


def panel_means(panel: Panel) -> dict[tuple[str, str], float]:
    """Points by candidate and criterion without their uncertainty, by the method that suits."""
    adjusted = method_for(panel) == "severity_adjusted"
    found = {}
    for column, criterion in enumerate(panel.criteria):
        table = panel.table(criterion)
        severities = _adjustment(table) if adjusted else None
        for row, candidate in enumerate(panel.candidates):
            scores = panel.scores[:, row, column]
            lenient = scores if severities is None else scores + severities
            valid = lenient[~np.isnan(scores)]
            if valid.size:
                found[candidate, criterion] = _within(_mean(valid))
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class StandsOut:
    """One score far from what this judge and this candidate let expect.

    ``scaled`` is the difference over the usual size of differences on that criterion.
    """

    judge: str
    candidate: str
    criterion: str
    score: float
    expected: float
    difference: float
    scaled: float


FAR = 3.5
NEAR = 3.0
_NORMAL = 1.4826


def stand_out(panel: Panel) -> tuple[StandsOut, ...]:
    """Scores more than 3.5 robust deviations from merit minus severity, the furthest first.

    The usual size is the median absolute residual times 1.4826, at least three points, so that
    nobody stands out by ten points or less and a panel that agrees is not searched for faults.

    References
    ----------
    Iglewicz and Hoaglin (1993), How to detect and handle outliers.
    """
    found: list[StandsOut] = []
    for criterion in panel.criteria:
        table = panel.table(criterion)
        expected = _expected(table)
        if expected is None:
            continue
        apart = table - expected
        usual = max(NEAR, _NORMAL * float(np.nanmedian(np.abs(apart))))
        for judge, candidate in np.argwhere(np.abs(apart) > FAR * usual):
            found.append(
                StandsOut(
                    judge=panel.judges[judge],
                    candidate=panel.candidates[candidate],
                    criterion=criterion,
                    score=float(table[judge, candidate]),
                    expected=round(float(expected[judge, candidate]), 2),
                    difference=round(float(apart[judge, candidate]), 2),
                    scaled=round(float(apart[judge, candidate]) / usual, 2),
                )
            )
    return tuple(sorted(found, key=lambda one: (-abs(one.scaled), one.judge, one.candidate)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Strictness:
    """How many points a judge stays below the others on the same candidates, over all criteria."""

    judge: str
    severity: float
    stands_out: bool


STRICT = 10.0


def strictness(panel: Panel) -> tuple[Strictness, ...]:
    """Mean severity of each judge; one of ten points or more, either way, stands out."""
    tables = (_adjustment(panel.table(name)) for name in panel.criteria)
    found = [table for table in tables if table is not None]
    if not found:
        return ()
    counts = np.sum([~np.isnan(table) for table in found], axis=0)
    sums = np.nansum(found, axis=0)
    return tuple(
        Strictness(
            judge=judge, severity=round(value, 2) + 0.0, stands_out=abs(round(value, 2)) >= STRICT
        )
        for judge, value, count in zip(
            panel.judges, (sums / np.maximum(counts, 1)).tolist(), counts.tolist(), strict=True
        )
        if count
    )


def by_cell(points: tuple[PanelPoints, ...]) -> Mapping[tuple[str, str], PanelPoints]:
    """Points by candidate and criterion."""
    return {(one.candidate, one.criterion): one for one in points}


def _adjustment(table: Floats) -> Floats | None:
    """Severity of each judge, NaN for one without scores; None where it cannot be told."""
    return severity(table).severities if connected(table) else None


def _expected(table: Floats) -> Floats | None:
    """Scores as merit minus severity by medians, which one wild score does not move."""
    if not connected(table) or table.shape[0] < 3 or table.shape[1] < 2:
        return None
    rows = np.where(np.isnan(table).all(axis=1), 0.0, _quiet(np.nanmedian, table, 1))
    columns = np.zeros(table.shape[1])
    apart = table - rows[:, None]
    for _ in range(10):
        step = _quiet(np.nanmedian, apart, 0)
        columns, apart = columns + step, apart - step
        step = _quiet(np.nanmedian, apart, 1)
        rows, apart = rows + step, apart - step[:, None]
    expected: Floats = rows[:, None] + columns
    return expected


def _quiet(median: Callable[..., Floats], table: Floats, axis: int) -> Floats:
    """Medians along an axis, 0 where nothing is there."""
    empty = np.isnan(table).all(axis=axis, keepdims=True)
    found: Floats = median(np.where(empty, 0.0, table), axis=axis)
    return found


def _within(points: float) -> float:
    return min(max(points, 0.0), HIGHEST)


def _mean(scores: NDArray[np.float64]) -> float:
    return math.fsum(scores.tolist()) / scores.size
