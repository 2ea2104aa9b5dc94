"""How far the judges' points may lie from what the candidates deserve, for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.panel.marks import Panel
from scoring.panel.severity import Method, components, severity
from scoring.resampling import Floats
from scoring.stream import Stream

Flags = NDArray[np.bool_]

COARSE = 2.0**-12
"""What deviates and their factors are multiples of: products are then exact in any order, and the
last bits of a linear solver decide nothing."""

FINE = 2.0**-16


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class JudgingErrors:
    """Errors of all points of a panel, drawn from what its scores say of them, by their source.

    ``own``, shape (B, K, C), are errors of single scores, ``strictness``, of the same shape, those
    of having asked these judges and not others: candidates with the same judges share them. Both
    are added to the points. ``own_freedom`` and ``strict_freedom`` count what their sizes are
    known by, 0 where nothing shows them; ``own_freedom`` is None where a candidate's judges are
    nobody else's, so that strictness holds their errors too.
    """

    own: Floats
    strictness: Floats
    own_freedom: int | None
    strict_freedom: int
    shared: bool

    @property
    def freedom(self) -> int:
        """Degrees of freedom of differences, in which what all candidates share cancels."""
        if self.own_freedom is None:
            return self.strict_freedom
        return self.own_freedom if self.shared else min(self.own_freedom, self.strict_freedom)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Fit:
    """What one criterion's scores leave unexplained, by components that share no judge.

    ``residuals``, shape (J, K), 0 where there is no score; ``severities``, shape (J,), around each
    component's mean; ``factor``, shape (K, K), root of the covariance of points over the pooled
    variance of one score; ``asked``, shape (K, J), each judge's share in a candidate's points.
    """

    residuals: Floats
    severities: Floats
    factor: Floats
    asked: Floats
    own_freedom: int
    strict_freedom: int
    alone: bool


def judging_errors(panel: Panel, method: Method, seed: bytes, count: int) -> JudgingErrors:
    """Draw errors of a panel's points, B = ``count`` times.

    A score is the candidate's merit less the judge's severity and an error of its own, whose size
    is pooled over all scores of a criterion, but larger for a candidate whose own scores lie
    further apart; errors of one sheet's criteria go together as they
    are seen to. Few judges then leave many degrees of freedom, where resampling the judges
    themselves would leave their number less one. Severities are drawn too: in a mean they come
    from the candidate's own judges, adjusted points have the average judge's.

    References
    ----------
    Scheffé (1959), The Analysis of Variance, chapter 4: two-way layouts.
    """
    fits = [_fit(panel.table(name), method) for name in panel.criteria]
    own_freedom = min(fit.own_freedom for fit in fits)
    strict_freedom = min(fit.strict_freedom for fit in fits)
    judges, candidates, criteria = panel.scores.shape
    stream = Stream(seed)
    own, strictness = np.zeros((2, count, candidates, criteria))
    if own_freedom:
        mixing = _mixing([fit.residuals for fit in fits], [fit.own_freedom for fit in fits])
        mixed = stream.normals(own.size).reshape(own.shape) @ mixing.T
        for at, fit in enumerate(fits):
            own[:, :, at] = mixed[:, :, at] @ fit.factor.T
    if strict_freedom:
        mixing = _mixing([fit.severities for fit in fits], [fit.strict_freedom for fit in fits])
        drawn = stream.normals(count * judges * criteria).reshape(count, judges, criteria)
        mixed = drawn @ mixing.T
        for at, fit in enumerate(fits):
            strictness[:, :, at] = mixed[:, :, at] @ fit.asked.T
    return JudgingErrors(
        own=own,
        strictness=strictness,
        own_freedom=None if all(fit.alone for fit in fits) else own_freedom,
        strict_freedom=strict_freedom,
        shared=all((fit.asked == fit.asked[:1]).all() for fit in fits),
    )


def _fit(table: Floats, method: Method) -> _Fit:
    """Fit merits and severities to scores of shape (J, K), each component by itself."""
    given = ~np.isnan(table)
    residuals, severities = np.zeros(table.shape), np.zeros(len(table))
    own_freedom = strict_freedom = 0
    alone = True
    for judges, candidates in components(table):
        part = table[np.ix_(judges, candidates)]
        found, there = severity(part), given[np.ix_(judges, candidates)]
        severities[judges] = found.severities
        left = np.where(there, part - found.merits + found.severities[:, None], 0.0)
        residuals[np.ix_(judges, candidates)] = np.rint(left / FINE) * FINE
        own_freedom += int(there.sum()) - len(judges) - len(candidates) + 1
        strict_freedom += len(judges) - 1
        alone &= len(candidates) == 1
    unlike = _unlike(residuals, given, own_freedom)
    counted = given
    if method == "severity_adjusted":
        counted = np.repeat(given.any(axis=1, keepdims=True), given.shape[1], axis=1)
    asked = counted.T / np.maximum(counted.sum(axis=0), 1)[:, None]
    return _Fit(
        residuals=residuals,
        severities=severities,
        factor=np.rint(_root(_covariance(given, method), FINE) * unlike[:, None] / FINE) * FINE,
        asked=np.rint(asked / FINE) * FINE,
        own_freedom=own_freedom,
        strict_freedom=strict_freedom,
        alone=alone,
    )


def _unlike(residuals: Floats, given: Flags, freedom: int) -> Floats:
    """How much larger than the pooled one each candidate's own error is, shape (K,), 1 at least.

    Judges agree less on some candidates than on others. A candidate's residuals are held against
    its share of the freedom; those that came out small stay at what all together say.
    """
    counts = given.sum(axis=0)
    squares = np.square(residuals).sum(axis=0)
    usual = counts / max(int(counts.sum()), 1) * squares.sum()
    more = np.divide(squares, usual, out=np.ones(len(squares)), where=(usual > 0) & (freedom > 0))
    found: Floats = np.rint(np.sqrt(np.maximum(more, 1.0)) / COARSE) * COARSE
    return found


def _covariance(given: Flags, method: Method) -> Floats:
    """Covariance of points for errors of variance 1: of means, or of merits by least squares."""
    weights = given.astype(np.float64)
    counts = np.maximum(weights.sum(axis=0), 1)
    covariance: Floats = np.diag(1 / counts)
    if method == "severity_adjusted":
        # Severities are fixed up to a shift; the inverse on what adds up to 0 is found by filling
        # the gap and taking it out again.
        some = weights[given.any(axis=1)]
        shares = some / counts
        system = np.diag(some.sum(axis=1)) - shares @ some.T
        inverse = np.linalg.inv(system + 1.0) - 1.0 / len(some) ** 2
        covariance = covariance + shares.T @ inverse @ shares
    return covariance


def _mixing(amounts: Sequence[Floats], freedoms: Sequence[int]) -> Floats:
    """Root of the covariance between criteria of amounts of one shape, with their freedoms."""
    scaled = [
        one.ravel() / np.sqrt(freedom) for one, freedom in zip(amounts, freedoms, strict=True)
    ]
    return _root(np.array([[one @ other for other in scaled] for one in scaled]))


def _root(covariance: Floats, step: float = COARSE) -> Floats:
    """Lower triangular root, in multiples of a step; what has no variance keeps none.

    Examples
    --------
    >>> _root(np.array([[4.0, 2.0], [2.0, 1.0]])).tolist()
    [[2.0, 0.0], [1.0, 0.0]]
    """
    size = len(covariance)
    root = np.zeros((size, size))
    least = 1e-12 * float(np.abs(covariance).max(initial=0.0))
    for at in range(size):
        left = covariance[at:, at] - root[at:, :at] @ root[at, :at]
        if left[0] > least:
            root[at:, at] = left / np.sqrt(left[0])
    rounded: Floats = np.rint(root / step) * step
    return rounded
