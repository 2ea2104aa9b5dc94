"""The candidates of an item side by side, on the parts that all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.ranking.rank_sets import RankSets, rank_sets
from scoring.ranking.totals import Scorecard, Standing, replicate_count, total, total_replicates
from scoring.resampling import Floats

MANY = 200
"""Degrees of freedom from which on a standard error counts as known."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Field:
    """Ranked candidates: names (K), totals (K,), replicates (B, K) and rank sets.

    ``freedom``, shape (K, K), has the degrees of freedom of each difference and, on its diagonal,
    of each total: infinite where its error counts as known, 0 where nothing shows it.
    """

    names: tuple[str, ...]
    totals: Floats
    replicates: Floats
    freedom: Floats
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
        freedom=freedom,
        sets=rank_sets(
            estimates,
            replicates,
            confidence=confidence,
            floor_error=floor_error,
            freedom=None if np.isinf(freedom).all() else freedom,
        ),
    )


def _freedom(ranked: Sequence[Standing], card: Scorecard, count: int) -> Floats:
    """Degrees of freedom of each difference and total, after Welch and Satterthwaite.

    Parts of equal freedom are one source of error, as are a panel's criteria. A source of two
    hundred degrees or more counts as known; one of none leaves every difference unknown.
    """
    sources: dict[int | None, list[str]] = {}
    for name in card.parts:
        known = [one.parts[name].freedom for one in ranked]
        freedom = min((one for one in known if one is not None), default=None)
        sources.setdefault(freedom, []).append(name)
    size = len(ranked)
    if not count or all(one is None or one >= MANY for one in sources):
        return np.full((size, size), np.inf)
    if any(one is not None and one < 1 for one in sources):
        return np.zeros((size, size))
    whole, doubt = np.zeros((size, size)), np.zeros((size, size))
    for freedom, names in sources.items():
        drawn = np.stack([total_replicates(one, names, count) for one in ranked])
        centred = drawn - drawn.mean(axis=1, keepdims=True)
        products = centred @ centred.T / max(count - 1, 1)
        own = np.diag(products)
        variances = np.maximum(own[:, None] + own - 2 * products, 0.0)
        np.fill_diagonal(variances, own)
        whole += variances
        if freedom is not None and freedom < MANY:
            doubt += variances**2 / freedom
    found: Floats = np.full((size, size), np.inf)
    np.divide(whole**2, doubt, out=found, where=doubt > 0)
    return found
