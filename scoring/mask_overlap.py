"""Pixels that objects share, counted on their runs without drawing an image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.statistic import Floats, divide
from scoring.structured_answers import Mask

Runs = NDArray[np.int64]


def runs_of(mask: Mask) -> Runs:
    """Where each run of the object's pixels begins and ends, shape (k, 2), in order.

    Examples
    --------
    >>> runs_of(Mask((2, 3), (1, 2, 3), "裂纹")).tolist()
    [[1, 3]]
    """
    ends = np.cumsum(np.array(mask.counts, dtype=np.int64))
    runs = np.column_stack([ends[0::2][: len(ends) // 2], ends[1::2]])
    return runs[runs[:, 1] > runs[:, 0]]


def joined(masks: Sequence[Mask]) -> Runs:
    """Runs of the pixels that belong to any of some masks of one image."""
    every = [runs_of(mask) for mask in masks]
    if not every:
        return np.empty((0, 2), dtype=np.int64)
    runs = np.concatenate(every)
    runs = runs[np.argsort(runs[:, 0], kind="stable")]
    if not len(runs):
        return runs
    reach = np.maximum.accumulate(runs[:, 1])
    opens = np.append(True, runs[1:, 0] > reach[:-1])
    lasts = np.append(np.flatnonzero(opens)[1:] - 1, len(runs) - 1)
    return np.column_stack([runs[opens, 0], reach[lasts]])


def area(runs: Runs) -> int:
    """How many pixels some runs hold."""
    return int((runs[:, 1] - runs[:, 0]).sum())


def shared(ours: Runs, theirs: Runs) -> int:
    """How many pixels are in both of two sets of runs."""
    if not (len(ours) and len(theirs)):
        return 0
    lengths = theirs[:, 1] - theirs[:, 0]
    before = np.append(0, np.cumsum(lengths))

    def upto(places: NDArray[np.int64]) -> NDArray[np.int64]:
        at = np.searchsorted(theirs[:, 0], places, side="right") - 1
        inside = np.clip(places - theirs[at, 0], 0, lengths[at])
        return np.where(at < 0, 0, before[at] + inside)

    return int((upto(ours[:, 1]) - upto(ours[:, 0])).sum())


def mask_overlaps(ours: Sequence[Mask], theirs: Sequence[Mask]) -> Floats:
    """Pixels shared over pixels covered of each pair of masks, shape (a, b); 0 for other sizes."""
    left, right = [runs_of(mask) for mask in ours], [runs_of(mask) for mask in theirs]
    both = np.array(
        [
            [
                shared(a, b) if one.size == other.size else 0
                for b, other in zip(right, theirs, strict=True)
            ]
            for a, one in zip(left, ours, strict=True)
        ],
        dtype=np.float64,
    ).reshape(len(ours), len(theirs))
    sizes = [np.array([area(runs) for runs in side], dtype=np.float64) for side in (left, right)]
    return divide(both, sizes[0][:, None] + sizes[1][None, :] - both, empty=0.0)
