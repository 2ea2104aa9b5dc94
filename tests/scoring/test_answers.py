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


@pytest.mark.parametrize("size", [1, 5001, (1 << 15) - 1, 1 << 15, (1 << 16) + 77])
@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64])
@pytest.mark.parametrize("kinds", [1, 2, 10, 15, 16, 40])
@pytest.mark.parametrize("lowest", [-1, 0])
def test_the_confusion_of_any_number_of_samples_is_that_of_counting_them(
    size: int, dtype: type[np.signedinteger], kinds: int, lowest: int
) -> None:
    draw = np.random.default_rng(size)
    truth = draw.integers(0, kinds, size).astype(dtype)
    predicted = draw.integers(lowest, kinds, size).astype(dtype)
    names = tuple(map(str, range(kinds)))
    expected = np.zeros((kinds, kinds + 1), dtype=np.int64)
    np.add.at(expected, (truth, predicted), 1)

    found = Labels(truth=truth, predicted=predicted, labels=names, positive="0", belief=None)

    assert (found.confusion == expected).all()
    again = np.bincount(found.cells, minlength=expected.size).reshape(expected.shape)
    assert (again == expected).all()


@pytest.mark.parametrize("strange", [2, 16, 255, 256, -2, 1 << 40])
@pytest.mark.parametrize("column", [0, 1])
def test_one_strange_code_among_many_is_refused(strange: int, column: int) -> None:
    codes = np.zeros((2, 1 << 16), dtype=np.int64)
    codes[column, -1] = strange

    with pytest.raises(ValueError, match="outside the declared labels"):
        labels(codes[0].tolist(), codes[1].tolist())


def test_an_interval_that_ends_before_it_starts_is_refused() -> None:
    one = np.array([1.0])

    with pytest.raises(ValueError, match="ends before"):
        Values(truth=one, predicted=one, low=0.0, high=9.0, lower=one + 1, upper=one)


def test_a_missing_set_of_labels_has_no_label() -> None:
    marks = np.array([[True, False]])

    with pytest.raises(ValueError, match="missing answer"):
        LabelSets(truth=marks, predicted=marks, missing=np.array([True]), labels=("甲", "乙"))
