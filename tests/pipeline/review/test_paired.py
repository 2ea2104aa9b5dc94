"""A pair is held apart criterion by criterion on the draws that both share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.workspace import Workspace

Scored = Callable[..., Workspace]
Ranking = Callable[..., dict[str, Any]]


def pairs(record: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(entry["first"], entry["second"]): entry for entry in record["pair_table"]["entries"]}


def test_the_parts_of_a_difference_add_up_to_the_difference_of_totals(
    scored: Scored, ranking: Ranking
) -> None:
    record = ranking(scored(0.9, 0.7, 0.5))

    for entry in record["pair_table"]["entries"]:
        parts = {part: entry["criteria"][part] for part in record["maximum"]}
        added = sum(
            record["maximum"][part] * apart["difference"] / 100 for part, apart in parts.items()
        )
        assert added == pytest.approx(entry["difference"], abs=0.02)


def test_a_large_difference_lies_above_zero_and_equal_judgements_lie_on_it(
    scored: Scored, ranking: Ranking
) -> None:
    found = pairs(ranking(scored(0.9, 0.5)))[("C001", "C002")]

    low, high = found["criteria"]["measured"]["interval"]
    assert 0 < low < found["criteria"]["measured"]["difference"] < high
    assert found["first_ahead"] > 0.99
    assert found["criteria"]["innovation"] == {"difference": 0.0, "interval": [0.0, 0.0]}


def test_above_thirty_candidates_only_neighbours_are_held_apart_by_criterion(
    scored: Scored, ranking: Ranking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.pipeline.paired.EVERY_PAIR", 2)

    found = pairs(ranking(scored(0.9, 0.7, 0.5)))

    assert found["C001", "C002"]["criteria"]
    assert found["C002", "C003"]["criteria"]
    assert not found["C001", "C003"]["criteria"]
    assert found["C001", "C003"]["first_ahead"] is not None
