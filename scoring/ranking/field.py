"""The candidates of an item side by side, on the parts that all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from scoring.freedom import freedoms
from scoring.ranking.rank_sets import RankSets, rank_sets
from scoring.ranking.totals import (
    Scorecard,
    Standing,
    replicate_count,
    total,
    total_replicates,
    total_sources,
)
from scoring.resampling import Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Field:
    """Ranked candidates: names (K), totals (K,), replicates (B, K) and rank sets.

    ``seen``, of the shape of the replicates, has them as resampling alone shows them, in which
    what is equal stays equal: how often somebody is ahead there is a description, not evidence.
    ``freedom``, shape (K, K), has the degrees of freedom of each difference and, on its diagonal,
    of each total: infinite where its error counts as known, 0 where nothing shows it. ``least``,
    of the same shape, has the least error of each. Totals are out of ``maximum``.
    """

    names: tuple[str, ...]
    totals: Floats
    replicates: Floats
    seen: Floats
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
    replicates, seen = np.empty((2, count, len(ranked)))
    for column, one in enumerate(ranked):
        replicates[:, column] = total_replicates(one, card.parts, count)
        seen[:, column] = total_replicates(one, card.parts, count, seen=True)
    estimates = np.array(totals, np.float64)
    freedom = freedoms([total_sources(one, card.parts) for one in ranked], confidence)
    least = least_errors(ranked, confidence)
    return Field(
        names=tuple(one.candidate for one in ranked),
        totals=estimates,
        replicates=replicates,
        seen=seen,
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


def least_errors(ranked: Sequence[Standing], confidence: float) -> Floats:
    """Least standard error of each difference and, on the diagonal, of each total, shape (K, K).

    An interval is then as wide as Wilson's of a faultless score: an error that nobody made in so
    many answers may still be made once in a while.
    """
    own = norm.isf((1 - confidence) / 2) * np.array([one.least for one in ranked])
    found: Floats = np.maximum.outer(own, own)
    return found
