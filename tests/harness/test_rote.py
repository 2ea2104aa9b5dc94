"""What one and the same answer to every sample would take in full carries no points."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.checking.rote import free_by_rote
from harness.dataset import Range, read_dataset
from harness.metric_text import MetricText

NUMBERS = [10.0, 12.0, 14.0, 20.0]
QUERIES = [{"a": 1.0}, {"b": 2.0, "a": 1.0}, {"c": 1.0}, {}]
POINTS = ["断电|停电;佩戴面具", "佩戴面具;报警", "断电;!开盖"]
AMOUNTS = ["12万元", "13万元", "12.5万元"]


@pytest.mark.parametrize(
    ("text", "task", "targets", "expected"),
    [
        ("within(tolerance=5)", "regression", NUMBERS, True),
        ("within(tolerance=4.9)", "regression", NUMBERS, False),
        ("within(tolerance=100)", "forecasting", NUMBERS, True),
        ("qualified_rate(capacity=100,tolerance=0.05)", "forecasting", NUMBERS, True),
        ("qualified_rate(capacity=100,tolerance=0.04)", "forecasting", NUMBERS, False),
        ("mae", "regression", NUMBERS, False),
        ("mae", "regression", [7.0, 7.0], True),
        ("interval_score(level=0.9)", "regression", NUMBERS, False),
        ("recall_at(k=3)", "retrieval", QUERIES, True),
        ("recall_at(k=2)", "retrieval", QUERIES, False),
        ("precision_at(k=3)", "retrieval", QUERIES, False),
        ("ndcg(k=3)", "retrieval", QUERIES, False),
        ("citation_f1", "retrieval", QUERIES, False),
        ("key_points(limit=300)", "text", POINTS[:2], True),
        ("key_points(limit=8)", "text", POINTS[:2], False),
        ("key_points(limit=300)", "text", [*POINTS[:2], "断电;!佩戴面具"], False),
        ("number_near(tolerance=5000)", "text", AMOUNTS, True),
        ("number_near(tolerance=0.5)", "text", AMOUNTS, False),
        ("number_near(tolerance=5000)", "text", ["12000元", "13000元"], True),
        ("number_within(tolerance=1)", "text", AMOUNTS, True),
        ("number_match", "text", AMOUNTS, False),
        ("exact_match", "text", AMOUNTS, False),
    ],
)
def test_one_answer_for_all_samples_takes_no_full_marks(
    text: str,
    task: str,
    targets: list[Any],
    expected: bool,
    templates: Path,
) -> None:
    dataset = read_dataset(templates / "scenario" / "datasets" / "irrigation")
    dataset = replace(dataset, task=task, range=Range(low=0.0, high=100.0))

    assert free_by_rote(MetricText.parse(text), dataset, targets) == expected
