"""What one and the same answer to every sample would take in full carries no points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.board import Criterion, Gate, Item, read_board
from harness.checking.asked import Asked
from harness.checking.metrics import uncounted, undefined_on
from harness.checking.rote import free_by_rote, won_by_rote
from harness.dataset import Dataset, Range, read_dataset
from harness.metric_text import MetricText
from harness.samples import Sample, SampleSet

NUMBERS = [10.0, 12.0, 14.0, 20.0]
QUERIES = [{"a": 1.0}, {"b": 2.0, "a": 1.0}, {"c": 1.0}, {}]
POINTS = ["断电|停电;佩戴面具", "佩戴面具;报警", "断电;!开盖"]
AMOUNTS = ["12万元", "13万元", "12.5万元"]
DAYS = ["2024年3月5日", "2023年1月2日"]
WHOLE = [((0, 6, "故障"),), ((0, 6, "故障"),)]
ONE_BOX = ((0.0, 0.0, 4.0, 4.0), "故障")
ONE_MASK = ((2, 2), (1, 2, 1), "故障")


@pytest.fixture
def made_up(templates: Path) -> Dataset:
    dataset = read_dataset(templates / "scenario" / "datasets" / "irrigation")
    return replace(dataset, range=Range(low=0.0, high=100.0))


def asked(dataset: Dataset, targets: Sequence[Any]) -> Asked:
    """Samples with these targets: of one series, a minute apart, a text of six characters each."""
    names = [f"s{at:05}" for at in range(len(targets))]
    columns = {
        "at": tuple(str(60 * at) for at in range(len(targets))),
        "of": ("M1",) * len(targets),
    }
    samples = SampleSet(
        samples=tuple(Sample(id=name, inputs={"text": "阀门漏水报修"}) for name in names),
        clusters=None,
        columns=columns,
    )
    declared = {
        "multilabel": ("故障", "异响"),
        "spans": ("故障", "异响"),
        "detection": ("故障", "异响"),
        "segmentation": ("故障", "异响"),
        "classification": ("故障", "异响"),
        "choice": ("A", "B"),
    }
    dataset = replace(
        dataset,
        labels=declared.get(dataset.task, ()),
        fields={"单号": "text", "金额": "number"} if dataset.task == "fields" else {},
        refusals=("不能提供",) if dataset.task == "safety" else (),
        time="at" if dataset.task == "anomaly" else None,
        series="of" if dataset.task == "anomaly" else None,
        slices=(),
    )
    return Asked(dataset=dataset, samples=samples, targets=dict(zip(names, targets, strict=True)))


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
        ("exact_match", "text", ["合格"] * 3, True),
        ("cer", "text", ["合格"] * 3, True),
        ("cer", "text", ["合格", "合格", "不合格"], False),
        ("key_points(limit=300)", "text", ["!开盖", "!断电"], True),
        ("key_points(limit=300)", "text", ["!断电", "断电"], False),
        ("accuracy", "classification", ["故障"] * 4, True),
        ("accuracy", "classification", ["故障"] * 4 + ["异响"], False),
        ("log_loss(floor=0.01)", "classification", ["故障"] * 4, True),
        ("accuracy", "choice", ["B"] * 4, True),
        ("accuracy", "choice", ["B", "A", "B"], False),
        ("safety_qualified_rate", "safety", ["refuse"] * 3, True),
        ("safety_qualified_rate", "safety", ["answer"] * 3, True),
        ("safety_qualified_rate", "safety", ["answer", "refuse"], False),
        ("subset_accuracy", "multilabel", [("异响", "故障"), ("故障", "异响")], True),
        ("subset_accuracy", "multilabel", [("异响", "故障"), ("故障",)], False),
        ("hamming_loss", "multilabel", [(), ()], True),
        ("span_f1", "spans", WHOLE, True),
        ("relaxed_span_f1", "spans", WHOLE, True),
        ("span_f1", "spans", [*WHOLE, ()], False),
        ("span_f1", "spans", [((0, 2, "故障"),), ((1, 4, "故障"),)], False),
        ("field_accuracy", "fields", [{"单号": "A1", "金额": 3}] * 3, True),
        ("field_accuracy", "fields", [{"单号": "A1"}, {"单号": "A2"}], False),
        ("map_at(iou=0.5)", "detection", [(ONE_BOX,)] * 2, True),
        ("map_at(iou=0.5)", "detection", [(ONE_BOX,), ()], False),
        ("mean_iou", "segmentation", [(ONE_MASK,)] * 2, True),
        ("event_f1(threshold=0.5)", "anomaly", [True] * 9, True),
        ("event_f1(threshold=0.5)", "anomaly", [True, True, True, False] * 3, False),
    ],
)
def test_one_answer_for_all_samples_takes_no_full_marks(
    text: str, task: str, targets: list[Any], expected: bool, made_up: Dataset
) -> None:
    data = asked(replace(made_up, task=task), targets)

    assert free_by_rote(MetricText.parse(text), data) == expected


@pytest.mark.parametrize(
    ("text", "task", "targets", "expected"),
    [
        ("number_match", "text", DAYS, True),
        ("number_near(tolerance=1)", "text", ["无", "不详"], True),
        ("number_match", "text", [*DAYS, "12万元"], False),
        ("exact_match", "text", DAYS, False),
        ("event_f1(threshold=0.5)", "anomaly", [False] * 5, True),
        ("event_recall(threshold=0.5)", "anomaly", [False] * 5, True),
        ("event_f1(threshold=0.5)", "anomaly", [False, True], False),
        ("false_alarm_time(threshold=0.5)", "anomaly", [True] * 5, True),
        ("anomaly_auc", "anomaly", [False] * 5, True),
        ("span_f1", "spans", [(), ()], True),
        ("span_recall", "spans", [(), WHOLE[0]], False),
        ("label_macro_f1", "multilabel", [(), ()], True),
        ("label_micro_f1", "multilabel", [(), ("故障",)], False),
        ("must_refuse_rate", "safety", ["answer"] * 3, True),
        ("must_answer_refusal_rate", "safety", ["answer"] * 3, False),
        ("field_set_f1", "fields", [{}, {"单号": None}], True),
        ("field_accuracy", "fields", [{}, {}], False),
        ("map_at(iou=0.5)", "detection", [(), ()], True),
        ("mean_iou", "segmentation", [(), ()], True),
        ("accuracy", "choice", ["A"], False),
        ("mrr", "retrieval", QUERIES, False),
        ("pearson", "regression", [3.0, 3.0], True),
    ],
)
def test_a_metric_without_a_value_on_the_targets_is_undefined(
    text: str, task: str, targets: list[Any], expected: bool, made_up: Dataset
) -> None:
    data = asked(replace(made_up, task=task), targets)

    assert undefined_on(MetricText.parse(text), data) == expected


def test_reference_texts_that_a_metric_leaves_out_are_counted(made_up: Dataset) -> None:
    wanted = [*(f"{k}万元" for k in range(298)), *DAYS * 51]
    data = asked(replace(made_up, task="text"), wanted)

    found = {text: uncounted(MetricText.parse(text), data) for text in ("number_match", "cer")}

    assert found == {"number_match": 102, "cer": 0}


TICKED = [at % 40 < 20 for at in range(400)]
BOTH = {
    "event_recall(threshold=0.5)": (50, 0.0, 0.95),
    "false_alarm_time(threshold=0.5)": (50, 1.0, 0.05),
}


@pytest.mark.parametrize(
    ("task", "targets", "metrics", "gates", "expected"),
    [
        ("anomaly", TICKED, BOTH, {}, True),
        ("anomaly", TICKED, BOTH, {"false_alarm_time(threshold=0.5)": Gate(at_most=0.05)}, False),
        ("anomaly", [at == 7 for at in range(400)], BOTH, {}, False),
        ("anomaly", TICKED, {"anomaly_auc": (100, 0.5, 0.95)}, {}, False),
        (
            "spans",
            WHOLE,
            {"relaxed_span_recall": (50, 0.0, 0.9), "span_f1": (50, 0.0, 0.9)},
            {},
            True,
        ),
        ("classification", ["故障"] * 97 + ["异响"], {"accuracy": (100, 0.0, 0.95)}, {}, True),
        ("classification", ["故障"] * 97 + ["异响"], {"accuracy": (100, 0.9, 1.0)}, {}, False),
        ("classification", ["故障"] * 97 + ["异响"], {"accuracy": (100, 0.985, 1.0)}, {}, False),
        (
            "classification",
            ["故障"] * 80 + ["异响"] * 20,
            {"accuracy": (100, 0.0, 0.95)},
            {},
            False,
        ),
        (
            "classification",
            ["故障"] * 97 + ["异响"],
            {"accuracy": (100, "baseline", 0.95)},
            {},
            True,
        ),
        (
            "classification",
            ["故障"] * 97 + ["异响"],
            {"accuracy": (100, "baseline", 0.995)},
            {},
            False,
        ),
    ],
)
def test_an_item_is_not_won_without_a_look_at_any_sample(
    task: str,
    targets: list[Any],
    metrics: dict[str, tuple[int, float | str, float]],
    gates: dict[str, Gate],
    expected: bool,
    made_up: Dataset,
    templates: Path,
) -> None:
    criteria = tuple(
        Criterion(
            metric=MetricText.parse(text),
            weight=weight,
            floor=floor,
            target=target,
            gate=gates.get(text),
        )
        for text, (weight, floor, target) in metrics.items()
    )
    item: Item = replace(read_board(templates / "board").items[0], task=task, metrics=criteria)

    found = list(won_by_rote(item, asked(replace(made_up, task=task), targets), "board.yaml"))

    assert [problem.code for problem in found] == ["E4039"] * expected
