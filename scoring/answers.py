"""A candidate's answers beside the targets, as typed columns in one order of samples."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.order import SortedScores
from scoring.structured_answers import Boxes, Fields, LabelSets, Masks, Spans

SUM_SLACK = 1e-5
"""How far a row of probabilities may be from 1: wider than what answers are held to when they are
read, so that the rounding of a sum cannot refuse here what was taken in there."""
IN_CACHE = 1 << 15
HALF_BYTE = 16
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


def _same_length(**columns: object) -> None:
    lengths = {name: len(column) for name, column in columns.items()}  # type: ignore[arg-type]
    if len(set(lengths.values())) != 1:
        raise ValueError(f"columns of different length: {lengths}")


def _within(codes: Codes, size: int) -> bool:
    """Whether all codes are from 0 up to a size, in one pass: read unsigned, a negative is huge."""
    return bool(codes.view(f"u{codes.dtype.itemsize}").max() < size)


def _whole(wanted: Codes, given: Codes, size: int) -> bool:
    """Whether every sample has a code; raises ``ValueError`` for one outside the labels."""
    whole = _within(given, size)
    if not _within(wanted, size) or not (whole or -1 <= given.min() <= given.max() < size):
        raise ValueError("a code is outside the declared labels")
    return whole


def _tally(truth: Codes, predicted: Codes, size: int) -> Codes:
    """Count the cells of a confusion matrix, shape (size, size + 1), the last column for none.

    Goes over the samples once, in blocks that stay in the processor's cache.

    Raises
    ------
    ValueError
        A code outside the declared labels; -1 is allowed for what is predicted only.
    """
    if size < HALF_BYTE and len(truth) >= IN_CACHE:
        return _tally_in_bytes(truth, predicted, size)
    width = size + 1
    counts = np.zeros(size * width, dtype=np.int64)
    block = max(IN_CACHE, len(counts))
    for start in range(0, len(truth), block):
        wanted, given = truth[start : start + block], predicted[start : start + block]
        whole = _whole(wanted, given, size)
        counts += np.bincount(_cells(wanted, given, width, not whole), minlength=len(counts))
    return counts.reshape(size, width)


def _tally_in_bytes(truth: Codes, predicted: Codes, size: int) -> Codes:
    """Count as `_tally` does, of few labels: both codes in one byte, two samples at once."""
    length = -(-len(truth) // 8) * 8
    wanted, given = np.zeros((2, length), dtype=np.uint8)
    for start in range(0, len(truth), IN_CACHE):
        some = slice(start, start + IN_CACHE)
        _whole(truth[some], predicted[some], size)
        wanted[: len(truth)][some] = truth[some]
        given[: len(truth)][some] = predicted[some]
    # Eight bytes are shifted together: no code reaches its byte's upper half. No answer, 255 in a
    # byte, becomes 15.
    cells = wanted.view(np.uint64) << 4 | given.view(np.uint64) & 0x0F0F0F0F0F0F0F0F
    pairs = np.bincount(cells.view(np.uint16), minlength=1 << 16).reshape(1 << 8, 1 << 8)
    counts: Codes = (pairs.sum(axis=0) + pairs.sum(axis=1)).reshape(HALF_BYTE, HALF_BYTE)
    counts[0, 0] -= length - len(truth)
    return np.column_stack([counts[:size, :size], counts[:size, -1]])


def _cells(truth: Codes, predicted: Codes, width: int, some_missing: bool) -> Codes:
    cells = truth.astype(np.promote_types(truth.dtype, np.int32))
    cells *= width
    cells += predicted
    if some_missing:
        cells[predicted < 0] += width
    return cells


@dataclass(frozen=True, kw_only=True, eq=False)
class Labels:
    """Labels given and labels wanted, coded by their place in the declared list.

    ``predicted`` is -1 where there is no valid answer; ``belief`` in the ``positive`` label is NaN
    where none was given, ``None`` where nowhere, and so is a row of ``probabilities``, shape
    (n, labels), which sums to about 1. ``groups`` are codes of the questions that are asked in
    several forms, where declared.
    """

    truth: Codes
    predicted: Codes
    labels: tuple[str, ...]
    positive: str | None
    belief: Floats | None
    probabilities: Floats | None = None
    groups: Codes | None = None

    def __post_init__(self) -> None:
        _same_length(truth=self.truth, predicted=self.predicted)
        self.confusion  # noqa: B018  raises where a code is outside the declared labels
        if self.belief is not None:
            _same_length(truth=self.truth, belief=self.belief)
            if np.isinf(self.belief).any():
                raise ValueError("a belief is infinite")
        if self.probabilities is not None:
            _same_length(truth=self.truth, probabilities=self.probabilities)
            given = self.probabilities[~self.unsure]
            if given.size and not (
                (given >= 0).all() and np.abs(given.sum(axis=1) - 1).max() <= SUM_SLACK
            ):
                raise ValueError("probabilities are below 0 or do not sum to 1")
        if self.groups is not None:
            _same_length(truth=self.truth, groups=self.groups)

    @cached_property
    def cells(self) -> Codes:
        """Cell of the confusion matrix that each sample falls in, shape (n,).

        Cells count up by the label wanted, then by the label given; the last is no valid answer.
        """
        some_missing = bool(self.confusion[:, -1].any())
        cells = _cells(self.truth, self.predicted, len(self.labels) + 1, some_missing)
        # Kept for all candidates of an item at once, so in as few bytes as will do.
        return cells.astype(np.min_scalar_type(self.confusion.size))

    @cached_property
    def confusion(self) -> Codes:
        """Counts by label wanted and label given, shape (labels, labels + 1)."""
        return _tally(self.truth, self.predicted, len(self.labels))

    @cached_property
    def missing(self) -> Flags:
        """Samples without a valid label."""
        missing: Flags = self.predicted < 0
        return missing

    @property
    def beliefless(self) -> Flags:
        """Samples without a valid belief in the positive label."""
        return np.isnan(self.beliefs)

    @property
    def beliefs(self) -> Floats:
        """Belief in the positive label, shape (n,), NaN where none was given."""
        return np.full(len(self.truth), math.nan) if self.belief is None else self.belief

    @property
    def positives(self) -> Flags:
        """Samples of the positive label."""
        if self.positive is None:
            raise ValueError("no positive label is declared")
        positives: Flags = self.truth == self.labels.index(self.positive)
        return positives

    @cached_property
    def sorted_beliefs(self) -> SortedScores:
        """Beliefs in samples of the positive label and in the others in their order."""
        return SortedScores.of(self.positives, self.beliefs)

    @property
    def unsure(self) -> Flags:
        """Samples without valid probabilities of the labels."""
        if self.probabilities is None:
            return np.ones(len(self.truth), dtype=np.bool_)
        unsure: Flags = np.asarray(np.isnan(self.probabilities).any(axis=1))
        return unsure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Values:
    """Numbers given and numbers wanted; NaN where there is no valid answer.

    ``low`` and ``high`` are the range that the target declares: a missing answer costs the worst
    that lies within it. ``lower`` and ``upper``, shape (n,), are the ends of the interval that was
    given beside the number; NaN where none was.
    """

    truth: Floats
    predicted: Floats
    low: float
    high: float
    lower: Floats | None = None
    upper: Floats | None = None

    def __post_init__(self) -> None:
        _same_length(truth=self.truth, predicted=self.predicted)
        if self.lower is not None and self.upper is not None:
            _same_length(truth=self.truth, lower=self.lower, upper=self.upper)
            if (self.lower > self.upper).any():
                raise ValueError("an interval ends before it starts")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError("the declared range is not finite and increasing")
        given = self.predicted[~np.isnan(self.predicted)]
        for column in (self.truth, given):
            if not ((column >= self.low) & (column <= self.high)).all():
                raise ValueError("a number is outside the declared range")

    @property
    def missing(self) -> Flags:
        """Samples without a valid number."""
        return np.isnan(self.predicted)

    @property
    def unbounded(self) -> Flags:
        """Samples without a valid interval."""
        if self.lower is None or self.upper is None:
            return np.ones(len(self.truth), dtype=np.bool_)
        return np.isnan(self.lower) | np.isnan(self.upper)


@dataclass(frozen=True, kw_only=True, eq=False)
class Anomalies:
    """How anomalous each sample was said to be, and whether it is; NaN where nothing was said.

    Where a dataset declares them, ``series`` are codes of the machines or channels that samples
    come from and ``time`` is when, in seconds.
    """

    truth: Flags
    score: Floats
    series: Codes | None = None
    time: Floats | None = None

    def __post_init__(self) -> None:
        _same_length(truth=self.truth, score=self.score)
        for column in (self.series, self.time):
            if column is not None:
                _same_length(truth=self.truth, column=column)
        if np.isinf(self.score).any():
            raise ValueError("a score is infinite")

    @property
    def missing(self) -> Flags:
        """Samples without a valid score."""
        return np.isnan(self.score)

    @cached_property
    def sorted_scores(self) -> SortedScores:
        """Scores of anomalous and of normal samples in their order."""
        return SortedScores.of(self.truth, self.score)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rankings:
    """Documents ranked for each query, best first, and the gain of each relevant one.

    ``ranked`` holds ``None`` where there is no valid answer; gains are above 0.
    """

    relevant: tuple[Mapping[str, float], ...]
    ranked: tuple[tuple[str, ...] | None, ...]

    def __post_init__(self) -> None:
        _same_length(relevant=self.relevant, ranked=self.ranked)
        if any(not 0 < gain < math.inf for gains in self.relevant for gain in gains.values()):
            raise ValueError("a gain is not above 0")
        if any(len(set(ranked)) != len(ranked) for ranked in self.ranked if ranked):
            raise ValueError("a document is ranked twice")

    @property
    def missing(self) -> Flags:
        """Queries without a valid ranking."""
        return np.array([ranked is None for ranked in self.ranked], dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Texts:
    """Texts given and texts wanted; ``None`` where there is no valid answer."""

    truth: tuple[str, ...]
    predicted: tuple[str | None, ...]

    def __post_init__(self) -> None:
        _same_length(truth=self.truth, predicted=self.predicted)

    @property
    def missing(self) -> Flags:
        """Samples without a valid text."""
        return np.array([text is None for text in self.predicted], dtype=np.bool_)


Answers = (
    Labels | LabelSets | Values | Anomalies | Rankings | Texts | Spans | Fields | Boxes | Masks
)
