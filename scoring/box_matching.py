"""Objects drawn against objects wanted: matching within images, and precision over recall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.mask_overlap import mask_overlaps
from scoring.statistic import Floats, divide, summable
from scoring.structured_answers import Box, Mask, Objects

Places = NDArray[np.intp]
Flags = NDArray[np.bool_]

MOST = 100
RECALLS = np.linspace(0.0, 1.0, 101)
CELLS = 2_000_000
HAIR = 1e-10


def overlaps(ours: Floats, theirs: Floats) -> Floats:
    """Area shared over area covered of each pair of boxes, shape (a, b), from (a, 4) and (b, 4)."""
    near = np.maximum(ours[:, None, :2], theirs[None, :, :2])
    far = np.minimum(ours[:, None, 2:], theirs[None, :, 2:])
    shared = np.prod(np.clip(far - near, 0.0, None), axis=-1)
    sizes = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=-1) for boxes in (ours, theirs)]
    return divide(shared, sizes[0][:, None] + sizes[1][None, :] - shared, empty=0.0)


def edges(boxes: tuple[Box, ...]) -> Floats:
    """Corners of boxes, shape (n, 4)."""
    return np.array([box.edges for box in boxes], dtype=np.float64).reshape(-1, 4)


def overlaps_of(ours: Sequence[Box | Mask], theirs: Sequence[Box | Mask]) -> Floats:
    """Overlap of each pair of objects, shape (a, b), by corners or by pixels."""
    boxes = [[one for one in side if isinstance(one, Box)] for side in (ours, theirs)]
    if any(boxes):
        return overlaps(edges(tuple(boxes[0])), edges(tuple(boxes[1])))
    masks = [[one for one in side if isinstance(one, Mask)] for side in (ours, theirs)]
    return mask_overlaps(*masks)


def _place(one: Box | Mask) -> tuple[float, ...]:
    return one.edges if isinstance(one, Box) else (*one.size, *one.counts)


def surest(objects: Iterable[Box | Mask], label: str) -> list[Box | Mask]:
    """Objects of a label in one image, most certain first, 100 at most."""
    ours = [one for one in objects if one.label == label]
    return sorted(ours, key=lambda one: (-one.score, _place(one)))[:MOST]


@dataclass(frozen=True, kw_only=True, eq=False)
class Detections:
    """The objects drawn of one label in all images, most certain first, matched at one overlap.

    Equal scores form one step, so that the order of images does not matter. ``wanted`` counts the
    objects wanted in each image, shape (n,).
    """

    image: Places
    right: Flags
    ends: Places
    wanted: Floats

    @classmethod
    def of(cls, answers: Objects, label: str, least: float) -> Detections:
        """Match greedily in each image: each takes the free wanted one that it overlaps most."""
        images: list[int] = []
        scores: list[float] = []
        right: list[bool] = []
        wanted = np.zeros(len(answers.truth))
        for place, (truth, given) in enumerate(zip(answers.truth, answers.predicted, strict=True)):
            ours = tuple(box for box in truth if box.label == label)
            theirs = surest(given or (), label)
            wanted[place] = len(ours)
            images += [place] * len(theirs)
            scores += [box.score for box in theirs]
            right += _matched(overlaps_of(theirs, ours), least)
        score = np.array(scores)
        order = np.argsort(-score, kind="stable")
        ordered = score[order]
        return cls(
            image=np.array(images, dtype=np.intp)[order],
            right=np.array(right, dtype=np.bool_)[order],
            ends=np.flatnonzero(np.append(np.diff(ordered) != 0, True)[: len(ordered)]),
            wanted=wanted,
        )

    @cached_property
    def few(self) -> int:
        """How many draws are worked on at once."""
        return max(1, CELLS // max(len(self.image), 1))

    def average_precision(self, weights: Floats) -> Floats:
        """Mean over 101 recalls of the best precision at or beyond each, shape (b,)."""
        return np.concatenate(
            [self._some(weights[at : at + self.few]) for at in range(0, len(weights), self.few)]
        )

    def each(self) -> Floats:
        """Average precision of every image by itself, shape (n,); NaN where nothing is wanted."""
        values = np.full(len(self.wanted), np.nan)
        step = np.searchsorted(self.ends, np.arange(len(self.image)))
        order = np.argsort(self.image, kind="stable")
        bounds = np.searchsorted(self.image[order], np.arange(len(self.wanted) + 1))
        for image in np.flatnonzero(self.wanted):
            places = order[bounds[image] : bounds[image + 1]]
            alone = Detections(
                image=np.zeros(len(places), dtype=np.intp),
                right=self.right[places],
                ends=np.flatnonzero(np.diff(step[places], append=-1)),
                wanted=self.wanted[[image]],
            )
            values[image] = alone.average_precision(np.ones((1, 1)))[0]
        return values

    def _some(self, weights: Floats) -> Floats:
        wanted = weights @ self.wanted
        if not len(self.image):
            return np.where(wanted > 0, 0.0, np.nan)
        weighed = weights[:, self.image]
        found = np.cumsum(weighed * self.right, axis=1)[:, self.ends]
        drawn = np.cumsum(weighed, axis=1)[:, self.ends]
        precision = divide(found, drawn, empty=0.0)
        best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
        best = summable(np.column_stack([best, np.zeros(len(best))]))
        recall = divide(found, np.broadcast_to(wanted[:, None], found.shape), empty=0.0)
        values = np.array(
            [
                row[np.searchsorted(reached, RECALLS, side="left")].sum()
                for row, reached in zip(best, recall, strict=True)
            ]
        )
        return np.where(wanted > 0, values / len(RECALLS), np.nan)


def _matched(overlap: Floats, least: float) -> list[bool]:
    free = np.ones(overlap.shape[1], dtype=np.bool_)
    found = []
    for row in overlap:
        open_ = np.where(free, row, -1.0)
        best = int(open_.argmax()) if len(open_) else -1
        hit = best >= 0 and open_[best] >= min(least, 1 - HAIR)
        if hit:
            free[best] = False
        found.append(bool(hit))
    return found
