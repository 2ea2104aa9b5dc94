from __future__ import annotations

from typing import Any

from harness.canonical import canonical_json
from reports.catalogue import words
from reports.mistakes import confused, confusion_of, worst_of
from reports.text import clean

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


def test_what_json_spells_out_in_an_answer_stays_spelled_out() -> None:
    answer = canonical_json({"text": "\x00\x1b]0;x\x07\u202e𠮷"}).decode()
    entry = {"sample": "S1", "loss": 1.0, "target": "x", "answer": clean(answer)}

    (found,) = worst_of([entry], EN)

    assert found.answer == "⟦U+0000⟧⟦U+001B⟧]0;x⟦U+0007⟧⟦U+202E⟧𠮷⟦U+20BB7⟧"
