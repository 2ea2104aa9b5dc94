"""How much of an order survives when the samples are drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.resampling import Floats, order_position

_CELLS = 1 << 22


@dataclass(frozen=True, kw_only=True, slots=True)
class Stability:
    """Kendall's tau-b between the order as found and the orders under resampling.

    ``low`` is exceeded by 95 per cent of the resamples; ``undefined`` counts resamples in which
    all are level, which are instability and not agreement.
    """

    median: float
    low: float
    undefined: int


def stability(totals: Floats, replicates: Floats) -> Stability | None:
    """Stability of an order, totals (K,) and replicates (B, K); None where all are level."""
    found = kendall(totals, replicates)
    if not len(found) or np.isnan(kendall(totals, totals[None, :])).all():
        return None
    known = np.sort(np.where(np.isnan(found), -1.0, found))
    position = max(1, len(known) + 1 - order_position(0.95, len(known)))
    return Stability(
        median=round(float(np.median(known)), 6) + 0.0,
        low=round(float(known[min(position, len(known)) - 1]), 6) + 0.0,
        undefined=int(np.isnan(found).sum()),
    )


def kendall(totals: Floats, replicates: Floats) -> Floats:
    """Kendall's tau-b of one order with each row of others, shape (B,); NaN where all are level.

    References
    ----------
    Kendall (1945), The treatment of ties in ranking problems.
    """
    one, other = np.triu_indices(len(totals), 1)
    found: Floats = np.full(len(replicates), np.nan)
    if not one.size:
        return found
    signs = np.sign(totals[one] - totals[other])
    untied = float(np.abs(signs).sum())
    rows = max(1, _CELLS // one.size)
    for first in range(0, len(replicates), rows):
        some = replicates[first : first + rows]
        theirs = np.sign(some[:, one] - some[:, other])
        scale = np.sqrt(untied * np.abs(theirs).sum(axis=1))
        np.divide(theirs @ signs, scale, out=found[first : first + rows], where=scale > 0)
    return found
