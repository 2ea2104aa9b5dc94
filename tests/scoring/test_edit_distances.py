"""Edit distances of long texts, near and far apart, are those of the textbook's table."""

from __future__ import annotations

import time

import numpy as np
import pytest

from harness.metric_text import MetricText
from scoring.answers import Texts
from scoring.catalog import resolve
from scoring.metrics.text import NEAR


def edits(wanted: str, given: str) -> int:
    """Levenshtein's distance, by the textbook's table."""
    row = list(range(len(given) + 1))
    for i, letter in enumerate(wanted, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(given, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (letter != other))
    return row[-1]


@pytest.mark.parametrize("letters", ["abcdef ", "天地玄黄宇宙洪荒"])
def test_texts_near_and_far_apart_cost_exactly_their_edits(letters: str) -> None:
    draw = np.random.default_rng(5)
    rows = []
    for changes in (0, 1, NEAR - 1, NEAR, NEAR + 1, NEAR + 2, 60, 200):
        for size in (40, 64, 65, 150):
            wanted = [letters[at] for at in draw.integers(0, len(letters), size)]
            given = list(wanted)
            for at in draw.integers(0, size, changes):
                given[at] = "某"
            rows.append(("".join(wanted), "".join(given[draw.integers(0, 4) :])))
    rows += [("天" * (NEAR + extra), "") for extra in range(-1, 3)]
    rows += [("天" * size, "天" * (2 * size + more)) for size in (1, 40) for more in (-1, 0, 1, 99)]
    distances = [edits(*row) for row in rows]
    assert {NEAR, NEAR + 1} <= set(distances)

    truth, predicted = zip(*((t.strip(), p.strip()) for t, p in rows), strict=True)
    value = resolve(MetricText("cer")).statistic(Texts(truth=truth, predicted=predicted))

    wanted = [min(edits(t, p), len(t)) for t, p in zip(truth, predicted, strict=True)]
    assert value.columns[:, 0].tolist() == wanted
    assert value.columns[:, 1].tolist() == [len(t) for t in truth]


def test_an_answer_that_is_far_too_long_is_all_wrong_at_once() -> None:
    answers = Texts(truth=("天地玄黄" * 500,) * 20, predicted=("天地玄黄" * 25_000,) * 20)

    started = time.process_time()
    value = resolve(MetricText("cer")).statistic(answers).value()

    assert value == 1.0
    assert time.process_time() - started < 1


def test_a_missing_text_costs_all_of_it_whatever_the_others_cost() -> None:
    answers = Texts(truth=("天" * 50, "地", ""), predicted=(None, "地", None))

    value = resolve(MetricText("cer")).statistic(answers)

    assert value.columns.tolist() == [[50, 50], [0, 1], [1, 1]]
