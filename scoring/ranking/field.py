"""The candidates of an item side by side, on the parts that all of them have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.anchors import FULL
from scoring.freedom import joint_freedom
from scoring.ranking.rank_sets import RankSets, rank_sets
from scoring.ranking.totals import (
    PartPoints,
    Scorecard,
    Standing,
    replicate_count,
    total,
    total_replicates,
)
from scoring.resampling import Floats

MANY = 200
"""Degrees of freedom from which on a standard error counts as known."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Field:
    """Ranked candidates: names (K), totals (K,), replicates (B, K) and rank sets.

    ``freedom``, shape (K, K), has the degrees of freedom of each difference and, on its diagonal,
    of each total: infinite where its error counts as known, 0 where nothing shows it. ``least``,
    of the same shape, has the least error of each. Totals are out of ``maximum``.
    """

    names: tuple[str, ...]
    totals: Floats
    replicates: Floats
    freedom: Floats
    least: Floats
    maximum: int
    sets: RankSets


def line_up(ranked: Sequence[Standing], card: Scorecard, *, confidence: float) -> Field:
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
    freedom = _freedom(ranked, card, count, confidence)
    own = np.array([one.least for one in ranked])
    least = np.maximum.outer(own, own)
    return Field(
        names=tuple(one.candidate for one in ranked),
        totals=estimates,
        replicates=replicates,
        freedom=freedom,
        least=least,
        maximum=card.maximum,
        sets=rank_sets(
            estimates,
            replicates,
            confidence=confidence,
            floor_error=least,
            freedom=None if np.isinf(freedom).all() else freedom,
        ),
    )


def _freedom(ranked: Sequence[Standing], card: Scorecard, count: int, confidence: float) -> Floats:
    """Degrees of freedom of each difference and total.

    Errors of one source are added up over parts, as are a panel's criteria, and parts without
    sources of their own by their freedom. A source of two hundred degrees or more counts as known;
    one of none leaves every difference unknown.
    """
    size = len(ranked)
    drawn: dict[tuple[str, int | None], Floats] = {}
    for name in card.parts:
        for key, draws in _by_source([one.parts[name] for one in ranked], count):
            drawn[key] = drawn.get(key, 0.0) + draws
    freedoms = [np.inf if freedom is None or freedom >= MANY else freedom for _, freedom in drawn]
    if not count or not size or np.isinf(freedoms).all():
        return np.full((size, size), np.inf)
    return joint_freedom([_variances(draws) for draws in drawn.values()], freedoms, confidence)


def _by_source(
    parts: Sequence[PartPoints], count: int
) -> Iterator[tuple[tuple[str, int | None], Floats]]:
    """What each source adds to the errors of the candidates' totals, shape (K, B)."""
    maximum = parts[0].maximum if parts else 0
    if parts and all(part.sources for part in parts):
        for together in zip(*(part.sources for part in parts), strict=True):
            freedom = min(source.freedom for source in together)
            draws = np.stack([source.draws for source in together])
            yield (together[0].name, freedom), draws * maximum / FULL
        return
    known = [part.freedom for part in parts if part.freedom is not None]
    still = np.zeros(count)
    rows = [still if part.replicates is None else part.replicates for part in parts]
    yield ("", min(known, default=None)), np.array(rows) * maximum / FULL


def _variances(draws: Floats) -> Floats:
    """Variance of each difference, shape (K, K), and of each candidate's own on the diagonal."""
    centred = draws - draws.mean(axis=1, keepdims=True)
    products = centred @ centred.T / max(draws.shape[1] - 1, 1)
    own = np.diag(products)
    variances: Floats = np.maximum(own[:, None] + own - 2 * products, 0.0)
    np.fill_diagonal(variances, own)
    return variances
