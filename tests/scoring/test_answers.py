"""Typed columns refuse what cannot be, at the door."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scoring.answers import Labels, Values
from scoring.structured_answers import LabelSets


def labels(truth: list[int], predicted: list[int], **more: object) -> Labels:
    return Labels(
        truth=np.array(truth),
        predicted=np.array(predicted),
        labels=("甲", "乙"),
        positive="甲",
        **{"belief": None} | more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("truth", "predicted"), [([2], [0]), ([-1], [0]), ([0], [2]), ([0], [-2]), ([0, 1], [0])]
)
def test_a_code_outside_the_labels_is_refused(truth: list[int], predicted: list[int]) -> None:
    with pytest.raises(ValueError, match=r"label|length"):
        labels(truth, predicted)


@pytest.mark.parametrize(
    "more",
    [
        {"belief": np.array([math.inf])},
        {"belief": np.array([0.0, 0.0])},
        {"probabilities": np.array([[0.5, 0.6]])},
        {"probabilities": np.array([[-0.5, 1.5]])},
        {"groups": np.array([0, 1])},
    ],
)
def test_beliefs_and_probabilities_that_cannot_be_are_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"infinite|length|sum"):
        labels([0], [0], **more)


def test_the_confusion_counts_missing_answers_in_the_last_column() -> None:
    answers = labels([0, 0, 1, 1, 0], [0, 1, -1, 1, -1])

    assert answers.confusion.tolist() == [[1, 1, 1], [0, 1, 1]]
    assert answers.missing.tolist() == [False, False, True, False, True]


def test_an_interval_that_ends_before_it_starts_is_refused() -> None:
    one = np.array([1.0])

    with pytest.raises(ValueError, match="ends before"):
        Values(truth=one, predicted=one, low=0.0, high=9.0, lower=one + 1, upper=one)


def test_a_missing_set_of_labels_has_no_label() -> None:
    marks = np.array([[True, False]])

    with pytest.raises(ValueError, match="missing answer"):
        LabelSets(truth=marks, predicted=marks, missing=np.array([True]), labels=("甲", "乙"))
