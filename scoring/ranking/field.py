"""The candidates of an item side by side, on the parts that all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.ranking.rank_sets import RankSets, rank_sets
from scoring.ranking.totals import Scorecard, Standing, replicate_count, total, total_replicates
from scoring.resampling import Floats

MANY = 200
"""Independent units from which on a standard error counts as known."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Field:
    """Ranked candidates: names (K), totals (K,), replicates (B, K) and rank sets."""

    names: tuple[str, ...]
    totals: Floats
    replicates: Floats
    sets: RankSets


def line_up(
    ranked: Sequence[Standing], card: Scorecard, *, confidence: float, floor_error: float
) -> Field:
    """Totals, replicates and rank sets of the candidates in the order given.

    Raises
    ------
    ValueError
        Replicates of unequal number, or not finite.
    """
    totals = [value for one in ranked if (value := total(one, card.parts)) is not None]
    count = replicate_count(ranked, card.parts)
    replicates = np.empty((count, len(ranked)))
    for column, one in enumerate(ranked):
        replicates[:, column] = total_replicates(one, card.parts, count)
    estimates = np.array(totals, np.float64)
    freedom = _freedom(ranked, card, count)
    return Field(
        names=tuple(one.candidate for one in ranked),
        totals=estimates,
        replicates=replicates,
        sets=rank_sets(
            estimates,
            replicates,
            confidence=confidence,
            floor_error=floor_error,
            freedom=freedom,
        ),
    )


def fewest_units(ranked: Sequence[Standing], parts: Sequence[str]) -> int | None:
    """Fewest independent units behind any part of any candidate; None where all have many."""
    units = [one.parts[name].units for one in ranked for name in parts]
    return min((count for count in units if count is not None), default=None)


def _freedom(ranked: Sequence[Standing], card: Scorecard, count: int) -> Floats | None:
    """Degrees of freedom of each difference, shape (K, K), after Welch and Satterthwaite.

    Parts that hang on equally many units are one source of error, as are a panel's criteria. A
    source of two hundred units or more counts as known.
    """
    fewest = fewest_units(ranked, card.parts)
    if fewest is None or fewest >= MANY or not count:
        return None
    sources: dict[int | None, list[str]] = {}
    for name in card.parts:
        units = min((u for one in ranked if (u := one.parts[name].units) is not None), default=None)
        sources.setdefault(units, []).append(name)
    size = len(ranked)
    whole, doubt = np.zeros((size, size)), np.zeros((size, size))
    for units, names in sources.items():
        drawn = np.stack([total_replicates(one, names, count) for one in ranked])
        centred = drawn - drawn.mean(axis=1, keepdims=True)
        products = centred @ centred.T / max(count - 1, 1)
        own = np.diag(products)
        variances = np.maximum(own[:, None] + own - 2 * products, 0.0)
        whole += variances
        if units is not None and units < MANY:
            doubt += variances**2 / max(units - 1, 1)
    found: Floats = np.full((size, size), np.inf)
    np.divide(whole**2, doubt, out=found, where=doubt > 0)
    return found
