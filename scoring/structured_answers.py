"""Answers of several parts beside their targets: sets of labels, spans, fields and boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
FieldValue = str | float | int | bool | tuple[str, ...] | None


def _none(column: tuple[object | None, ...]) -> Flags:
    return np.array([entry is None for entry in column], dtype=np.bool_)


def _paired(truth: object, predicted: object) -> None:
    if len(truth) != len(predicted):  # type: ignore[arg-type]
        raise ValueError("columns of different length")


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelSets:
    """Labels that each sample was given and those that it has, as marks, shape (n, labels).

    A row of ``predicted`` is all false where the sample is ``missing``, shape (n,).
    """

    truth: Flags
    predicted: Flags
    missing: Flags
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.truth.shape == self.predicted.shape == (len(self.missing), len(self.labels)):
            raise ValueError("marks of different shape")
        if self.predicted[self.missing].any():
            raise ValueError("a missing answer has a label")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text from character ``start`` up to ``end``, which is outside, and its label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Spans:
    """Spans marked in each text and those wanted; ``None`` where there is no valid answer."""

    truth: tuple[frozenset[Span], ...]
    predicted: tuple[frozenset[Span] | None, ...]

    def __post_init__(self) -> None:
        _paired(self.truth, self.predicted)

    @property
    def missing(self) -> Flags:
        """Texts without a valid answer."""
        return _none(self.predicted)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fields:
    """Values read for each declared field and those wanted; ``None`` where none is valid.

    ``types`` says of each field how its values are compared: ``text``, ``number``, ``date`` or
    ``set``. A field that a record lacks has no value, which an answer may say by leaving it out.
    """

    types: Mapping[str, str]
    truth: tuple[Mapping[str, FieldValue], ...]
    predicted: tuple[Mapping[str, FieldValue] | None, ...]

    def __post_init__(self) -> None:
        _paired(self.truth, self.predicted)

    @property
    def missing(self) -> Flags:
        """Documents without a valid answer."""
        return _none(self.predicted)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle (left, top, right, bottom in pixels) with its label and the belief in it."""

    edges: tuple[float, float, float, float]
    label: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Mask:
    """The pixels of an object with its label and the belief in it.

    ``counts`` are runs of background and object pixels in turn, column by column, background
    first, of an image of ``size`` (height, width).
    """

    size: tuple[int, int]
    counts: tuple[int, ...]
    label: str
    score: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Objects:
    """Objects found in each image and those wanted; ``None`` where there is no valid answer."""

    labels: tuple[str, ...]
    truth: tuple[tuple[Box | Mask, ...], ...]
    predicted: tuple[tuple[Box | Mask, ...] | None, ...]

    def __post_init__(self) -> None:
        _paired(self.truth, self.predicted)

    @property
    def missing(self) -> Flags:
        """Images without a valid answer."""
        return _none(self.predicted)


class Boxes(Objects):
    """Objects told by the boxes around them."""


class Masks(Objects):
    """Objects told by their pixels."""
