from __future__ import annotations

from typing import Any

import pytest

from reports.catalogue import words
from reports.evaluation import evaluation_of
from reports.gates import gate_reason, gate_text

ZH, EN = words("zh-CN"), words("en")


@pytest.fixture
def gate(evaluation: dict[str, Any]) -> dict[str, Any]:
    metric = evaluation["board"]["items"][0]["metrics"][0]["metric"]
    return {
        "gate": f"{metric} ≥ 0.7", "kind": "metric", "metric": metric, "bound": "at_least",
        "threshold": 0.7, "value": 0.6424, "gate_bound": 0.6012, "passed": False, "certain": False,
        "near": False, "interval": None, "reason": {"zh": "原话", "en": "as recorded"},
    }  # fmt: skip


def test_a_gate_is_named_as_people_name_its_metric(
    evaluation: dict[str, Any], gate: dict[str, Any]
) -> None:
    indexed = evaluation_of(evaluation)
    metric = indexed.metrics[gate["metric"]]

    assert gate_text(indexed, gate, ZH) == f"{metric['zh']} ≥ 0.7"
    assert gate_text(indexed, gate | {"kind": "coverage", "metric": None}, EN) == (
        "Share of valid answers ≥ 0.7"
    )


def test_a_reason_names_the_value_the_bound_and_which_decides(
    evaluation: dict[str, Any], gate: dict[str, Any]
) -> None:
    indexed = evaluation_of(evaluation)
    name = indexed.metrics[gate["metric"]]["zh"]

    failed = gate_reason(indexed, gate, ZH)
    unsure = gate_reason(indexed, gate | {"value": 0.7101, "passed": True}, ZH)

    assert failed == f"{name} 0.6424，要求 ≥ 0.7；以实测值判定（单侧置信下界 0.6012）"
    assert unsure.endswith("（单侧置信下界 0.6012，尚不能以置信水平确认）")


def test_a_bound_that_ends_the_interval_beside_it_is_not_called_one_sided(
    evaluation: dict[str, Any], gate: dict[str, Any]
) -> None:
    interval = {"low": 0.6012, "high": 0.69, "method": "bca", "level": 0.95}

    reason = gate_reason(evaluation_of(evaluation), gate | {"interval": interval}, ZH)

    assert reason.endswith("（双侧区间下端 0.6012）")


@pytest.mark.parametrize(("answered", "passed"), [(1337, True), (1300, False)])
def test_the_share_of_valid_answers_is_told_as_a_count(
    evaluation: dict[str, Any], gate: dict[str, Any], answered: int, passed: bool
) -> None:
    coverage = gate | {
        "kind": "coverage", "metric": None, "threshold": 1.0, "value": answered / 1337,
        "answered": answered, "asked": 1337, "passed": passed, "gate_bound": None, "by": "value",
    }  # fmt: skip

    reason = gate_reason(evaluation_of(evaluation), coverage, ZH)

    assert reason == f"有效作答比例 {answered}/1337，要求 ≥ 1；按计数判定"


def test_a_value_just_below_a_gate_never_reads_as_the_gate(
    evaluation: dict[str, Any], gate: dict[str, Any]
) -> None:
    reason = gate_reason(evaluation_of(evaluation), gate | {"value": 0.699999}, ZH)

    assert "0.699999，要求 ≥ 0.7" in reason


@pytest.mark.parametrize(
    "change", [{"gate_bound": None}, {"bound": None}, {"kind": "tier", "metric": None}]
)
def test_a_gate_without_measured_numbers_keeps_its_recorded_reason(
    evaluation: dict[str, Any], gate: dict[str, Any], change: dict[str, Any]
) -> None:
    assert gate_reason(evaluation_of(evaluation), gate | change, ZH) == "原话"
