from __future__ import annotations

import copy
from typing import Any

import pytest

from reports.card import card_of
from reports.catalogue import words
from reports.evaluation import evaluation_of

ZH = words("zh-CN")


@pytest.fixture
def scenario(evaluation: dict[str, Any]) -> dict[str, Any]:
    """A scenario whose measured part is its gain and its claims, as declared: 60 and 40."""
    record = copy.deepcopy(evaluation)
    item = next(entry for entry in record["board"]["items"] if entry["id"] == "SC-01")
    item["criteria"] = {
        "skill": {"weight": 60, "floor": 0, "target": 0.9},
        "claims": {"weight": 40},
    }
    ranking = next(entry for entry in record["rankings"] if entry["item"] == "SC-01")
    row = next(entry for entry in ranking["rows"] if entry["candidate"] == "C012")
    score = next(entry for entry in record["scores"] if entry["candidate"] == "C012")
    score["claims_share"] = 0.5
    score["skill"]["points"] = 82.0
    row["parts"]["measured"] = (
        f"{(82.0 * 60 + 50.0 * 40) * ranking['maximum']['measured'] / 1e4:.2f}"
    )
    return record


def steps(record: dict[str, Any]) -> tuple[str, ...]:
    indexed = evaluation_of(record)
    derivation = card_of(indexed, indexed.candidates["C012"], ZH).derivation
    assert derivation is not None
    return derivation.steps


def test_a_scenarios_measured_part_is_derived_from_its_gain_and_its_claims(
    scenario: dict[str, Any],
) -> None:
    (step,) = steps(scenario)

    assert step.endswith("（相对基线的提升 82.00 × 60% + 申报复现 50.00 × 40%）× 50 ÷ 100")


def test_a_formula_that_does_not_give_the_number_is_not_printed(scenario: dict[str, Any]) -> None:
    score = next(entry for entry in scenario["scores"] if entry["candidate"] == "C012")
    score["claims_share"] = 0.75

    assert steps(scenario) == ()


def test_the_bars_of_a_total_are_as_long_as_the_parts_that_they_name(
    evaluation: dict[str, Any],
) -> None:
    indexed = evaluation_of(evaluation)
    card = card_of(indexed, indexed.candidates["C001"], ZH)

    assert card.derivation is not None
    assert card.derivation.total == card.total
    values = [float(value) for _, _, _, _, value in card.derivation.bars]
    assert sum(values) == pytest.approx(float(card.total), abs=0.011 * len(values))
    for _, width, _, _, value in card.derivation.bars:
        assert float(width.rstrip("%")) == pytest.approx(float(value), abs=0.06)
