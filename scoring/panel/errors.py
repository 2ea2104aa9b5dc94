"""How far the judges' points may lie from what the candidates deserve, for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.panel.marks import Panel
from scoring.panel.severity import connected, severity
from scoring.resampling import Floats
from scoring.stream import Stream

COARSE = 2.0**-12
"""What deviates and their factors are multiples of: products are then exact in any order, and the
last bits of a linear solver decide nothing."""

FINE = 2.0**-16


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class JudgingErrors:
    """Errors of all points of a panel, drawn from what its scores say of them.

    ``draws``, shape (B, K, C), are added to the points. ``freedom`` counts the scores beyond
    those that fix merits and severities, by which the size of the error is known: 0 where
    nothing shows it, as with a single judge, and the draws are then all alike.
    """

    draws: Floats
    freedom: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Fit:
    """What one criterion's scores leave unexplained.

    ``residuals``, shape (J, K), 0 where there is no score; ``severities``, shape (J,), None where
    they cannot be told from merit; ``factor``, shape (K, K), of the covariance of merits over the
    variance of one score.
    """

    residuals: Floats
    severities: Floats | None
    factor: Floats
    freedom: int


def judging_errors(panel: Panel, seed: bytes, count: int) -> JudgingErrors:
    """Draw errors of a panel's points, B = ``count`` times.

    A score is the candidate's merit less the judge's severity and an error of its own, whose size
    is pooled over all scores of a criterion; errors of one sheet's criteria go together as they
    are seen to. Few judges then leave many degrees of freedom, where resampling the judges
    themselves would leave their number less one. To this comes an error that all candidates
    share, of having asked these judges and not others; it cancels in every difference.

    References
    ----------
    Scheffé (1959), The Analysis of Variance, chapter 4: two-way layouts.
    """
    together = all(connected(panel.table(name)) for name in panel.criteria)
    fits = [_fit(panel.table(name), together) for name in panel.criteria]
    freedom = min(fit.freedom for fit in fits)
    judges, candidates, criteria = panel.scores.shape
    stream = Stream(seed)
    draws = np.zeros((count, candidates, criteria))
    if freedom > 0:
        apart = [fit.residuals.ravel() / np.sqrt(fit.freedom) for fit in fits]
        mixing = _root(np.array([[one @ other for other in apart] for one in apart]))
        deviates = stream.normals(count * candidates * criteria).reshape(draws.shape)
        mixed = deviates @ mixing.T
        for at, fit in enumerate(fits):
            draws[:, :, at] = mixed[:, :, at] @ fit.factor.T
    if judges > 1:
        strict = [np.zeros(judges) if fit.severities is None else fit.severities for fit in fits]
        scale = judges * (judges - 1)
        common = _root(np.array([[one @ other for other in strict] for one in strict]) / scale)
        shared = stream.normals(count * criteria).reshape(count, 1, criteria)
        draws += shared @ common.T
    return JudgingErrors(draws=draws, freedom=max(freedom, 0))


def _fit(table: Floats, additive: bool) -> _Fit:
    """Fit merits, and severities where scores hang together, to scores of shape (J, K)."""
    given = ~np.isnan(table)
    judged, scored = given.any(axis=1), given.any(axis=0)
    filled = np.where(given, table, 0.0)
    counts = np.maximum(given.sum(axis=0), 1)
    severities = None
    merits = filled.sum(axis=0) / counts
    freedom = int(given.sum()) - int(scored.sum())
    if additive:
        found = severity(table)
        severities = np.nan_to_num(found.severities)
        merits = np.nan_to_num(found.merits)
        freedom -= int(judged.sum()) - 1
    strict = np.zeros(len(table)) if severities is None else severities
    residuals = np.where(given, filled - merits + strict[:, None], 0.0)
    return _Fit(
        residuals=np.rint(residuals / FINE) * FINE,
        severities=severities,
        factor=_factor(given, additive),
        freedom=freedom,
    )


def _factor(given: Floats, additive: bool) -> Floats:
    """Root of the covariance of merits by least squares, for errors of variance 1."""
    weights = given.astype(np.float64)
    counts = np.maximum(weights.sum(axis=0), 1)
    covariance = np.diag(1 / counts)
    some = given.any(axis=1)
    if additive:
        # Severities are fixed up to a shift; the inverse on what adds up to 0 is found by filling
        # the gap and taking it out again.
        shares = weights[some] / counts
        system = np.diag(weights[some].sum(axis=1)) - shares @ weights[some].T
        size = int(some.sum())
        inverse = np.linalg.inv(system + 1.0) - 1.0 / size**2
        covariance = covariance + shares.T @ inverse @ shares
    return _root(covariance, FINE)


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
