"""A quick look at the ranking of a very large field, by a normal approximation: never a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import studentized_range

from harness.pipeline.ordering import entries
from harness.pipeline.standings import Entry, jury, standings
from harness.problems import Problem, Refusal
from harness.workspace import Workspace
from scoring.anchors import round_half_up
from scoring.freedom import freedoms
from scoring.ranking.field import least_errors
from scoring.ranking.order import competition_ranks
from scoring.ranking.rank_sets import RankSets, as_normal
from scoring.ranking.totals import (
    common_scorecard,
    replicate_count,
    total,
    total_replicates,
    total_sources,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Glance:
    """One candidate as a preview shows it: published total, rank, and about which ranks it may have."""

    candidate: str
    total: str
    rank: int
    lower: int
    upper: int


def preview(workspace: Workspace) -> Iterator[tuple[str, tuple[Glance, ...]]]:
    """Each item that has scores, with its candidates as they stand; nothing is written.

    Raises
    ------
    Refusal
        The rules are not locked, or nothing is scored.
    """
    found = entries(workspace)
    if not found:
        raise Refusal([Problem("E9007", str(workspace.root), "scores/")])
    for entry in found:
        yield entry.item.id, _glances(entry)


def _glances(entry: Entry) -> tuple[Glance, ...]:
    everyone = standings(entry, jury(entry))
    card, rules = common_scorecard(everyone), entry.rules()
    ranked = [one for one in everyone if one.eligible]
    totals = [value for one in ranked if (value := total(one, card.parts)) is not None]
    count = replicate_count(ranked, card.parts)
    drawn = np.array([total_replicates(one, card.parts, count) for one in ranked])
    sets = approximate(
        np.array(totals),
        drawn.reshape(len(ranked), count).T,
        confidence=rules.confidence,
        floor_error=least_errors(ranked, rules.confidence),
        freedom=freedoms([total_sources(one, card.parts) for one in ranked], rules.confidence),
    )
    published = [round_half_up(value, rules.digits) for value in totals]
    ranks = competition_ranks(published)
    shown = [
        Glance(
            candidate=one.candidate,
            total=f"{published[at]:.{rules.digits}f}",
            rank=ranks[at].rank,
            lower=int(sets.lower[at]),
            upper=int(sets.upper[at]),
        )
        for at, one in enumerate(ranked)
    ]
    return tuple(sorted(shown, key=lambda one: (one.rank, one.candidate)))


def approximate(
    estimates: Floats,
    replicates: Floats,
    *,
    confidence: float,
    floor_error: float | Floats = 0.0,
    freedom: Floats | None = None,
) -> RankSets:
    """Rank sets in one step, as if totals were normal and equally spread, after Tukey and Kramer.

    A difference counts where it exceeds the studentized range of as many candidates. It costs
    one product of matrices instead of every pair under every draw; unequal spreads, skewness
    and steps after the first are left to :func:`scoring.ranking.rank_sets.rank_sets`.

    Parameters
    ----------
    estimates : shape (K,)
        Totals, more is better.
    replicates : shape (B, K)
        Bootstrap totals from draws common to all candidates.
    confidence
        Between 0 and 1.
    floor_error
        Least standard error of a difference, or of each pair, shape (K, K); a pair whose error is
        0 cannot be separated.
    freedom : shape (K, K)
        Degrees of freedom of each pair's error: its difference must then be as unlikely under
        Student's t as is asked under the normal. A pair without any is not separated.

    References
    ----------
    Kramer (1956), Extension of multiple range tests to group means with unequal numbers of
    replications.

    Examples
    --------
    >>> drawn = np.array([[9.0, 1.0], [11.0, -1.0], [10.0, 0.0]])
    >>> approximate(np.array([10.0, 0.0]), drawn, confidence=0.95).upper.tolist()
    [1, 2]
    """
    size = estimates.size
    if size < 2 or not replicates.size:
        beats = np.zeros((size, size), dtype=np.bool_)
    else:
        centred = replicates - replicates.mean(axis=0)
        products = centred.T @ centred / max(len(replicates) - 1, 1)
        own = np.diag(products)
        spread = np.maximum(own[:, None] + own - 2 * products, 0.0)
        # What is left of equal replicates is rounding, not sampling.
        spread[spread < 1e-12 * np.abs(replicates).max() ** 2] = 0.0
        errors = np.maximum(np.sqrt(spread), floor_error)
        needed = studentized_range.ppf(confidence, size, np.inf) / np.sqrt(2)
        parted = errors > 0
        ahead = np.divide(
            estimates[:, None] - estimates, errors, out=np.zeros(errors.shape), where=parted
        )
        if freedom is not None:
            parted &= freedom > 0
            ahead = as_normal(ahead, freedom)
        beats = parted & (ahead > needed)
    return RankSets(lower=1 + beats.sum(axis=0), upper=size - beats.sum(axis=1), beats=beats)
