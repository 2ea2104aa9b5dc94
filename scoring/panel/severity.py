"""How strict each judge is, told apart from how good the candidates are that they judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.resampling import Floats

Places = NDArray[np.intp]

Method = Literal["mean", "severity_adjusted"]
"""平均分, 宽严校正分"""

RESOLUTION = 2.0**-20
"""What severities are multiples of: sums over judges are exact, and the last bits of a linear
solver decide nothing."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Severity:
    """Additive model of scores: merit of the candidate minus severity of the judge.

    ``merits``, shape (K,), in points; NaN for a candidate without a score. ``severities``,
    shape (J,), add up to 0; NaN for a judge without a score.
    """

    merits: Floats
    severities: Floats


def crossed(scores: Floats) -> bool:
    """Whether every judge scored every candidate; ``scores`` has shape (J, K)."""
    return not bool(np.isnan(scores).any())


def connected(scores: Floats) -> bool:
    """Whether judges and candidates hang together through the scores, directly or by others.

    Between two groups that share no judge nobody can tell strict judges from weak candidates.

    Examples
    --------
    >>> connected(np.array([[80.0, 70.0, np.nan], [np.nan, 75.0, 90.0]]))
    True
    >>> connected(np.array([[80.0, np.nan], [np.nan, 90.0]]))
    False
    """
    return len(list(components(scores))) == 1


def components(scores: Floats) -> Iterator[tuple[Places, Places]]:
    """Judges and candidates that hang together through the scores, the places of each group.

    Who has no score is in none.
    """
    given = ~np.isnan(scores)
    left = given.any(axis=1)
    while left.any():
        judges = np.arange(len(given)) == int(np.argmax(left))
        while True:
            candidates = given[judges].any(axis=0)
            reached = given[:, candidates].any(axis=1)
            if (reached == judges).all():
                break
            judges = reached
        yield np.flatnonzero(judges), np.flatnonzero(candidates)
        left &= ~judges


def severity(scores: Floats) -> Severity:
    """Least squares over the scores that are there, shape (J, K).

    Raises
    ------
    ValueError
        Scores that do not hang together.
    """
    if not connected(scores):
        raise ValueError("scores do not hang together: severity cannot be told from merit")
    given = ~np.isnan(scores)
    some = given.any(axis=1)
    weights = given[some].astype(np.float64)
    filled = np.where(given[some], scores[some], 0.0)
    columns = weights.sum(axis=0)
    held = columns > 0
    means = np.divide(filled.sum(axis=0), columns, out=np.zeros(len(columns)), where=held)
    shares = np.divide(weights, columns, out=np.zeros_like(weights), where=held)
    # Merits eliminated; what is left is singular along "all judges alike", which is set to 0.
    system = np.diag(weights.sum(axis=1)) - weights @ shares.T
    wanted = (weights * means).sum(axis=1) - filled.sum(axis=1)
    found = np.linalg.solve(system + 1.0, wanted)
    judged = np.full(len(scores), np.nan)
    judged[some] = np.rint((found - found.mean()) / RESOLUTION) * RESOLUTION + 0.0
    lenient = np.where(given, scores + judged[:, None], 0.0)
    merits = np.full(scores.shape[1], np.nan)
    np.divide(np.nansum(lenient, axis=0), columns, out=merits, where=held)
    return Severity(merits=merits, severities=judged)
