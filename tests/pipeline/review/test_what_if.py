"""Other rules are worked out as their papers say, labelled, and never become a result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.main import main
from harness.pipeline.revising import Reason, fail_gate
from harness.pipeline.what_if import entropy_weights, read_comparisons, topsis, weighed, what_if
from harness.problems import Refusal
from harness.workspace import Workspace

Scored = Callable[..., Workspace]


def test_topsis_is_as_worked_out_by_hand() -> None:
    # Lengths 3 and 6; scaled and halved: (1/3, 1/6), (1/3, 1/3), (1/6, 1/3).
    points = np.array([[2.0, 2.0], [2.0, 4.0], [1.0, 4.0]])

    found = topsis(points, np.array([50.0, 50.0]))

    assert found == pytest.approx([0.5, 1.0, 0.5])


def test_topsis_parts_nobody_where_all_are_equal() -> None:
    assert topsis(np.full((3, 2), 70.0), np.array([1.0, 1.0])).tolist() == [0.5, 0.5, 0.5]


def test_entropy_weights_are_as_worked_out_by_hand() -> None:
    # Shares 1/4, 3/4 and 1/10, 9/10: entropies .811278 and .468996 of log 2.
    found = entropy_weights(np.array([[1.0, 1.0, 5.0], [3.0, 9.0, 5.0]]))

    assert found == pytest.approx([0.262214, 0.737786, 0.0], abs=1e-6)


def test_entropy_weights_give_nearly_everything_to_noise() -> None:
    accuracy, noise = np.linspace(0.90, 0.95, 9), np.array([3, 7, 1, 9, 5, 2, 8, 4, 6.0])

    assert entropy_weights(np.column_stack([accuracy, noise]))[1] > 0.99


@pytest.mark.parametrize("points", [np.zeros((3, 2)), np.full((3, 2), 50.0), np.ones((1, 2))])
def test_entropy_weights_are_equal_where_nothing_is_spread(points: np.ndarray) -> None:
    assert entropy_weights(points).tolist() == [0.5, 0.5]


def test_weights_from_comparisons_are_saatys() -> None:
    found = weighed(np.array([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]))

    assert found.weights == pytest.approx([0.637, 0.258, 0.105], abs=5e-4)
    assert found.inconsistency == pytest.approx(0.0332, abs=5e-4)


@given(weights=st.lists(st.floats(0.1, 9), min_size=1, max_size=6))
def test_comparisons_without_contradiction_give_back_their_weights(weights: list[float]) -> None:
    given_ = np.array(weights)

    found = weighed(given_[:, None] / given_)

    assert found.weights == pytest.approx(given_ / given_.sum())
    assert found.inconsistency == pytest.approx(0, abs=1e-9)


def test_comparisons_are_read_in_any_order_and_as_fractions(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(",b,a\na,3,1\nb,1,1/3\n", encoding="utf-8")

    assert read_comparisons(path, ["a", "b"]) == pytest.approx(np.array([[1, 3], [1 / 3, 1]]))


def test_every_fault_of_comparisons_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(",a,b,c\na,1,3,x\nb,1/2,1,2\nc,1,0.5,1\n", encoding="utf-8")

    with pytest.raises(Refusal) as refused:
        read_comparisons(path, ["a", "b", "c"])
    with pytest.raises(Refusal) as other:
        read_comparisons(path, ["a", "b"])

    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("E7575", "pairs.csv: a / b"),
        ("E7574", "pairs.csv: a / c"),
    ]
    assert [p.code for p in other.value.problems] == ["E7573"]


def test_what_if_ranks_candidates_under_every_rule(scored: Scored) -> None:
    found = what_if(scored(0.9, 0.6, 0.3), "ONE-01")

    assert set(found.ranks) == {"declared", "topsis", "entropy"}
    assert found.ranks["topsis"] == {"C001": 1, "C002": 2, "C003": 3}
    assert sum(found.weights["declared"]) == pytest.approx(1)


def test_an_item_where_nobody_is_left_ends_in_sentences(scored: Scored) -> None:
    room = scored(0.9)
    fail_gate(room, "C001", "备案", Reason(reason="无效", by="李经办"))

    for words in (("what-if", str(room.root), "ONE-01"), ("preview", str(room.root))):
        assert CliRunner().invoke(main, words).exit_code in (0, 2), words


def test_what_if_is_labelled_and_writes_nothing(scored: Scored) -> None:
    room = scored(0.9, 0.6)
    before = {path: path.read_bytes() for path in room.root.rglob("*") if path.is_file()}

    said = CliRunner().invoke(main, ["what-if", str(room.root), "ONE-01"])
    refused = CliRunner().invoke(main, ["what-if", str(room.root), "NO-01"])

    assert said.exit_code == 0, said.output
    assert "假设分析（不作为结果）  ONE-01" in said.output
    assert "what-if (not a result)" in said.output
    assert refused.exit_code == 2
    assert "E7571" in refused.output
    assert {p: p.read_bytes() for p in room.root.rglob("*") if p.is_file()} == before
