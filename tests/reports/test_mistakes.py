from __future__ import annotations

from typing import Any

from reports.catalogue import words
from reports.mistakes import confused, confusion_of, worst_of

EN = words("en")


def matrix(size: int) -> dict[str, Any]:
    rows = [[9 if a == b else 0 for b in range(size)] + [0] for a in range(size)]
    rows[0][1] = 3
    rows[1][size] = 5
    return {"labels": [f"L{n}" for n in range(size)], "rows": rows}


def test_a_small_matrix_is_printed_with_a_column_for_no_valid_answer() -> None:
    found = confusion_of(matrix(3), EN)

    assert found is not None
    assert found.columns == ("L0", "L1", "L2", "no valid answer")
    assert found.rows[0] == (
        "L0",
        (("9", 4, True), ("3", 2, False), ("0", 0, False), ("0", 0, False)),
    )
    assert confused(matrix(3), EN) == ()


def test_a_large_matrix_gives_way_to_its_most_frequent_confusions() -> None:
    assert confusion_of(matrix(32), EN) is None
    assert confused(matrix(32), EN) == (("L1 → no valid answer", "5"), ("L0 → L1", "3"))


def test_a_sample_without_an_answer_shows_a_dash() -> None:
    (found,) = worst_of(
        [{"sample": "S1", "loss": None, "target": None, "answer": None, "outcome": "crash"}], EN
    )

    assert (found.loss, found.target, found.answer, found.outcome) == ("—", "—", "—", "crash")
