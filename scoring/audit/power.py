"""How small a difference between two candidates a dataset can show."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

POWER, LEVEL, TOGETHER = 0.8, 0.95, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Detectable:
    """Least true difference that is found in four of five cases: per sample, and by clusters."""

    difference: float
    by_clusters: float | None


def detectable(spread: float, samples: int, clusters: int | None) -> Detectable:
    """Work out the least difference from the spread of one sample's score.

    Two candidates on the same samples whose scores correlate by one half, a two-sided test at
    5 %, a power of 80 %. By clusters all samples of a cluster are taken to be alike, which is the
    worst case; the truth lies between.

    Parameters
    ----------
    spread
        Standard deviation of one sample's score, such as ``sqrt(p * (1 - p))``.

    Examples
    --------
    >>> round(detectable(0.4, 1000, None).difference, 4)
    0.0354
    """
    reach = float(special.ndtri(0.5 + LEVEL / 2) + special.ndtri(POWER))
    paired = spread * math.sqrt(2 * (1 - TOGETHER))
    return Detectable(
        difference=reach * paired / math.sqrt(samples),
        by_clusters=None if clusters is None else reach * paired / math.sqrt(clusters),
    )
