from __future__ import annotations

import copy
from typing import Any

import pytest

from reports.catalogue import words
from reports.comparing import comparison_of
from reports.evaluation import evaluation_of
from reports.judging import judging_of
from reports.stability import robustness_of

ZH = words("zh-CN")


@pytest.fixture
def weighed(evaluation: dict[str, Any]) -> dict[str, Any]:
    """An item whose records name criteria by letter, as records do."""
    record = copy.deepcopy(evaluation)
    ranking = record["rankings"][0]
    metrics = [entry["metric"] for entry in record["board"]["items"][0]["metrics"]]
    names = sorted(["benefit", "innovation", *metrics])
    sensitivity = ranking["sensitivity"]
    sensitivity["weights"]["criteria"] = [{"name": name, "weight": 25.0} for name in names]
    sensitivity["flips"][0]["weights"] = dict.fromkeys(names, 25.0)
    sensitivity["without_criterion"] = [
        {"criterion": name, "moved": [], "entering": [], "leaving": []} for name in names
    ]
    agreement = ranking["panel"]["agreement"]
    agreement["benefit"] = agreement["innovation"]
    return record


def test_criteria_are_listed_as_the_scorecard_lists_them(weighed: dict[str, Any]) -> None:
    indexed = evaluation_of(weighed)
    found = robustness_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert found.weights is not None
    order = "宏平均 F1、召回率（紧急）、创新性、效益"
    assert found.weights.criteria.replace(" 25", "") == order
    assert found.flips[0].replace(" 25.0", "").endswith(f"此时 {order}。")
    assert f"名额内外不变：{order}。" in found.leaving[0]


def test_judges_agreement_is_listed_as_their_points_are(weighed: dict[str, Any]) -> None:
    indexed = evaluation_of(weighed)
    found = judging_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert [entry.criterion for entry in found.agreement] == ["创新性", "效益"]


def test_the_pair_shown_first_stands_on_either_side_of_the_line(
    evaluation: dict[str, Any],
) -> None:
    record = copy.deepcopy(evaluation)
    table = record["rankings"][0]["pair_table"]
    table["entries"].sort(key=lambda entry: (entry["first"], entry["second"]))
    for entry in table["entries"]:
        entry["at_line"] = entry["first"] in ("C001", "C002") and entry["second"] in (
            "C003",
            "C004",
        )
    indexed = evaluation_of(record)

    found = comparison_of(indexed, indexed.items["SM-01"], ZH)

    assert found is not None
    assert found.default == ("C002", "C003")
