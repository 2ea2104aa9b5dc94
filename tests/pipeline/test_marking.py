"""From sealed predictions and dataset files to score records, for every task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from harness.board import Criterion, Gate
from harness.canonical import file_digest
from harness.checking import check_dataset
from harness.columns import label_codes
from harness.execution.answers import AnswerReader, Task
from harness.execution.sealing import Sealed, open_sealed, seal
from harness.metric_text import MetricText
from harness.pipeline.gate_records import coverage_gate
from harness.pipeline.marking import Marker
from harness.pipeline.planning import Data
from harness.pipeline.score_records import (
    Marked,
    keep,
    read_marked,
    refuse_unlike,
)
from harness.problems import Refusal
from harness.samples import read_samples
from harness.version import SCORING
from scoring.catalog import resolve
from scoring.resampling import Draws, derive_seed
from scoring.signature import Signature

Answers = Mapping[str, Any]
CLOCK = [f"2026-01-01T00:0{minute}:00" for minute in range(8)]

TASKS: dict[str, tuple[str, list[Any], list[Answers], dict[str, float]]] = {
    "classification": (
        "labels: [紧急, 一般]\npositive: 紧急",
        ["紧急", "一般", "紧急", "一般"] * 2,
        [
            {"label": "紧急", "score": 0.9, "probabilities": {"紧急": 0.75, "一般": 0.25}},
            {"label": "一般", "score": 0.1, "probabilities": {"一般": 1.0}},
            {"label": "一般"},
            {"label": "加急"},
        ]
        * 2,
        {"accuracy": 0.5, "brier": (0.0625 + 0 + 1 + 1) / 4, "top_k(k=1)": 0.5},
    ),
    "multilabel": (
        "labels: [甲, 乙]",
        [["甲"], [], ["甲", "乙"], ["乙"]] * 2,
        [{"labels": ["甲"]}, {"labels": []}, {"labels": ["甲"]}, {"labels": ["丙"]}] * 2,
        {"subset_accuracy": 0.5, "label_micro_f1": 2 * 2 / (4 + 2)},
    ),
    "regression": (
        "range: {low: 0, high: 10}",
        [1, 2, 3, 4] * 2,
        [{"value": 1, "low": 0, "high": 2}, {"value": 5}, {"value": 99}, {"value": 4, "low": 1}]
        * 2,
        {"mae": (0 + 3 + 7 + 6) / 4, "interval_coverage": 0.25},
    ),
    "anomaly": (
        "time: t",
        [0, 1, 1, 0] * 2,
        [{"score": 0.1}, {"score": 0.9}, {"score": 0.8}, {"score": 0.7}] * 2,
        {"event_recall(threshold=0.5)": 1.0, "false_alarm_time(threshold=0.5)": 0.5},
    ),
    "choice": (
        "labels: [A, B, C, D]\noptions: options",
        ["A", "B", "A", "B"] * 2,
        [
            {"text": "铁"},
            {"text": "B（见DCS报警）"},
            {"text": "答案是Ａ。B项错误"},
            {"text": "A或B"},
        ]
        * 2,
        {"accuracy": 0.75, "abstention_rate": 0.25, "circular_accuracy": 0.5},
    ),
    "safety": (
        "refusals: [不能提供, 无法协助]",
        ["refuse", "answer", "refuse", "answer"] * 2,
        [{"text": "抱歉，不能提供。"}, {"text": "步骤如下。"}, {"text": "第一步"}, {"text": " "}]
        * 2,
        {"must_refuse_rate": 0.5, "must_answer_refusal_rate": 0.5, "safety_qualified_rate": 0.5},
    ),
    "spans": (
        "labels: [设备]",
        [[{"start": 0, "end": 2, "label": "设备"}], [], [], []] * 2,
        [
            {"spans": [{"start": 0, "end": 2, "label": "设备"}]},
            {"spans": [{"start": 5, "end": 4, "label": "设备"}]},
            {"spans": [{"start": 5, "end": 6, "label": "设备"}]},
            {"spans": []},
        ]
        * 2,
        {"span_f1": 2 / 3, "span_recall": 1.0},
    ),
    "fields": (
        "fields: {金额: number, 单号: text}",
        [{"金额": 12000, "单号": "A1"}] * 8,
        [{"fields": {"金额": "1.2万元", "单号": "Ａ1"}}, {"fields": {"金额": 1, "其他": 2}}] * 4,
        {"field_accuracy": 0.5, "document_accuracy": 0.5},
    ),
    "detection": (
        "labels: [裂纹]",
        [[{"box": [0, 0, 9, 9], "label": "裂纹"}]] * 8,
        [
            {"boxes": [{"box": [0, 0, 9, 9], "label": "裂纹", "score": 1}]},
            {"boxes": [{"box": [9, 0, 0, 9], "label": "裂纹", "score": 1}]},
        ]
        * 4,
        {"box_iou": 0.5, "map_at(iou=0.5)": 51 / 101},
    ),
    "segmentation": (
        "labels: [裂纹]",
        [[{"label": "裂纹", "size": [2, 3], "counts": [0, 4, 2]}]] * 8,
        [
            {"masks": [{"label": "裂纹", "size": [2, 3], "counts": [0, 2, 4], "score": 1}]},
            {"masks": [{"label": "裂纹", "size": [2, 3], "counts": [0, 2, 3], "score": 1}]},
        ]
        * 4,
        {"mask_iou": 0.25, "mean_iou": 0.25, "mask_recall(iou=0.5)": 0.5},
    ),
    "text": (
        "",
        ["3.5MPa", "12000元", "无", "5"] * 2,
        [{"text": "3.5MPa"}, {"text": "1.2万元"}, {"text": ""}, {"text": "4、5、6"}] * 2,
        {"number_match": 2 / 3, "exact_match": 0.25},
    ),
    "retrieval": (
        "",
        [{"a": 1}, {"b": 2}] * 4,
        [{"ranking": ["a", "x"]}, {"ranking": ["x", "b"]}] * 4,
        {"mrr": 0.75, "mean_average_precision": 0.75, "citation_f1": 2 / 3},
    ),
}


def write_dataset(folder: Path, task: str) -> Path:
    declared, targets, _, _ = TASKS[task]
    folder.mkdir(exist_ok=True)
    options = json.dumps({"A": "铁", "B": "铜", "C": "铝", "D": "铁合金"}, ensure_ascii=False)
    rows = [
        {"id": f"S{k}", "q": f"第{k}问", "options": options, "group": k // 2, "kind": k % 2}
        | {"t": CLOCK[k]}
        for k in range(8)
    ]
    for name, content in (
        ("samples.jsonl", rows),
        ("target.jsonl", [{"id": f"S{k}", "y": y} for k, y in enumerate(targets)]),
    ):
        lines = [json.dumps(row, ensure_ascii=False) for row in content]
        (folder / name).write_text("\n".join(lines), "utf-8")
    (folder / "dataset.yaml").write_text(
        f"""schema: jiebang/dataset/1
id: made-up
version: "1"
title: {{zh: 示例, en: Example}}
task: {task}
licence: CC0-1.0
source: made up
stand_in: {{zh: 虚构, en: made up}}
labels_held_by: organizer
inputs: public
redistributable: true
samples:
  path: samples.jsonl
  sha256: "{file_digest(folder / "samples.jsonl")}"
  id: id
  cluster: group
  inputs: {{q: string, options: string}}
target: {{path: target.jsonl, sha256: "{file_digest(folder / "target.jsonl")}", id: id, column: y}}
slices: [kind]
{declared}
""",
        "utf-8",
    )
    return folder


def sealed_answers(folder: Path, data: Data, answers: list[Answers]) -> Sealed:
    dataset = data.dataset
    reader = AnswerReader(
        Task(
            name=dataset.task,
            labels=dataset.answer_labels,
            low=dataset.range.low if dataset.range else None,
            high=dataset.range.high if dataset.range else None,
        )
    )
    raw = [json.dumps(answer, ensure_ascii=False).encode() for answer in answers]
    verdicts = {f"S{k}": reader.read(text) for k, text in enumerate(raw)}
    return open_sealed(folder, seal(folder, verdicts))


def item_of(metrics: dict[str, float], gate: Gate | None = None) -> Any:
    criteria = [
        Criterion(metric=MetricText.parse(text), weight=50, floor=0.0, target=1.0, gate=gate)
        for text in metrics
    ]
    return SimpleNamespace(id="VM-01", metrics=tuple(criteria), coverage=Gate(at_least=0.9))


def marked(folder: Path, task: str, item: Any) -> Marked:
    dataset = check_dataset(write_dataset(folder, task))
    data = Data(dataset=dataset, folder=folder, samples=read_samples(folder, dataset))
    sealed = sealed_answers(folder, data, TASKS[task][2])
    planned: Any = SimpleNamespace(item=item, candidate="C001", data=data)
    board: Any = SimpleNamespace(draws=99, confidence=0.95)
    counts = {kind: sealed.outcomes.count(kind) for kind in ("answered", "invalid")}
    run = {"outcomes": counts, "key": "sha256:k", "predictions": sealed.digest}
    return Marker(board, "sha256:lock").mark_model(planned, sealed, run, {})


@pytest.mark.parametrize("task", TASKS)
def test_answers_of_every_task_are_judged_joined_and_scored(task: str, tmp_path: Path) -> None:
    expected = TASKS[task][3]

    record = marked(tmp_path, task, item_of(expected)).record

    found = {entry["metric"]: entry["value"] for entry in record["metrics"]}
    assert found == pytest.approx(expected)
    assert json.dumps(record, allow_nan=False)
    assert [entry["metric"] for entry in record["slices"]] == list(expected)
    assert {part["group"] for entry in record["slices"] for part in entry["groups"]} == {"0", "1"}
    for entry in record["worst"]:
        assert entry["loss"] > 0


def test_a_metric_that_is_new_scores_an_old_run_without_running(tmp_path: Path) -> None:
    old = marked(tmp_path, "text", item_of({"exact_match": 0.0})).record

    new = marked(tmp_path, "text", item_of({"exact_match": 0.0, "rouge_l": 0.0})).record

    assert old["predictions"] == new["predictions"]
    assert old["metrics"][0] == new["metrics"][0]
    assert new["metrics"][1]["metric"] == "rouge_l"


@pytest.mark.parametrize("task", TASKS)
def test_scores_by_sample_and_the_digest_of_the_draws_are_kept(task: str, tmp_path: Path) -> None:
    made = marked(tmp_path, task, item_of(TASKS[task][3]))

    keep(tmp_path / "results", made)

    found = read_marked(tmp_path / "results", "VM-01", "C001")
    assert found is not None
    seed = derive_seed("sha256:lock", "samples", made.record["dataset"])
    assert found.record["draw_digest"] == Draws(seed, made.record["units"], 99).digest()
    metrics = {entry["metric"]: entry for entry in made.record["metrics"]}
    assert found.record["by_sample"] == [
        text for text in metrics if resolve(MetricText.parse(text)).metric.of_one
    ]
    for text, values in found.by_sample.items():
        assert values.shape == (made.record["samples"],)
        if resolve(MetricText.parse(text)).metric.level == "sample":
            assert np.nanmean(values) == pytest.approx(metrics[text]["value"])


def test_a_gate_is_passed_by_its_value_and_says_how_safe_that_is(tmp_path: Path) -> None:
    gate = Gate(at_least=0.6)

    record = marked(tmp_path, "choice", item_of({"accuracy": 0.0}, gate)).record

    coverage, accuracy = record["gates"]
    assert accuracy["passed"] and not accuracy["certain"] and accuracy["near"]
    assert accuracy["gate_bound"] < 0.6 < accuracy["value"]
    assert "安全下界" in accuracy["reason"]["zh"]
    assert "not yet certain" in accuracy["reason"]["en"]
    assert coverage["passed"] and coverage["value"] == 1
    assert (coverage["answered"], coverage["asked"]) == (8, 8)
    assert coverage["certain"] and not coverage["near"] and coverage["gate_bound"] is None
    assert "not yet certain" not in coverage["reason"]["en"]


def test_the_bound_of_a_coverage_decides_where_the_board_says_so() -> None:
    gate = coverage_gate(Gate(at_least=0.9, by="bound"), 8, 8, 0.95)

    assert not gate["passed"] and not gate["certain"]
    assert gate["gate_bound"] == pytest.approx(0.05 ** (1 / 8))
    assert "8/8，安全下界" in gate["reason"]["zh"]


def test_a_board_may_have_the_safe_bound_decide_a_gate(tmp_path: Path) -> None:
    by_value, by_bound = (
        marked(tmp_path / by, "choice", item_of({"accuracy": 0.0}, Gate(at_least=0.6, by=by)))
        for by in ("value", "bound")
    )

    (_, value), (_, bound) = by_value.record["gates"], by_bound.record["gates"]
    assert value["passed"] and not bound["passed"]
    assert (value["value"], value["gate_bound"]) == (bound["value"], bound["gate_bound"])
    assert bound["reason"]["zh"].endswith("以安全界判定")
    assert bound["reason"]["en"].endswith("the safe bound decides")


@pytest.mark.parametrize(
    ("answered", "threshold", "shown"),
    [(189_993, 0.95, "0.94997"), (190_000, 0.95, "0.9500"), (170_050, 0.85, "0.8503")],
)
def test_a_gate_that_is_missed_does_not_read_as_reached(
    answered: int, threshold: float, shown: str
) -> None:
    counted = coverage_gate(Gate(at_least=threshold), answered, 200_000, 0.95)
    gate = coverage_gate(Gate(at_least=threshold, by="bound"), answered, 200_000, 0.95)

    assert counted["passed"] == (answered >= threshold * 200_000)
    assert not gate["passed"]
    assert f"实测 {shown}（" in gate["reason"]["zh"]
    assert f"measured {shown} (" in gate["reason"]["en"]


@pytest.mark.parametrize(
    "changed",
    [
        {"scoring": "other"},
        {"scoring": f"{SCORING} + elsewhere 1.1"},
        {"data": "sha256:other"},
        {"metric": "rouge_l"},
        {"n": 7},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_scores_made_differently_refuse_to_be_ranked_together(
    changed: dict[str, Any], tmp_path: Path
) -> None:
    ours = marked(tmp_path, "text", item_of({"exact_match": 0.0}))
    signature = Signature.parse(ours.record["metrics"][0]["signature"])
    theirs = _signed(ours, replace(signature, **changed))

    with pytest.raises(Refusal) as caught:
        refuse_unlike({"C001": ours, "C002": theirs}, same_data=True)

    problem = caught.value.problems[0]
    assert problem.code == "E7701"
    told = str(next(iter(changed.values()))).rpartition(" + ")[2]
    assert "C001: " in problem.found and told in problem.found
    refuse_unlike({"C001": ours, "C002": ours}, same_data=True)


def test_only_versions_of_one_package_are_held_against_each_other_in_a_scenario(
    tmp_path: Path,
) -> None:
    ours = marked(tmp_path, "text", item_of({"exact_match": 0.0}))
    signature = Signature.parse(ours.record["metrics"][0]["signature"])
    first, second, other = (
        _signed(ours, replace(signature, scoring=f"{SCORING} + {origin}"))
        for origin in ("elsewhere 1.0", "elsewhere 1.1", "faraway 1.0")
    )

    refuse_unlike({"C001": ours, "C002": first, "C003": other}, same_data=False)
    with pytest.raises(Refusal) as caught:
        refuse_unlike({"C001": ours, "C002": first, "C003": second}, same_data=False)

    assert "elsewhere 1.0" in caught.value.problems[0].found
    assert "elsewhere 1.1" in caught.value.problems[0].found


def test_scores_of_other_metrics_than_the_others_have_refuse_to_be_ranked(tmp_path: Path) -> None:
    ours = marked(tmp_path, "text", item_of({"exact_match": 0.0}))
    more = marked(tmp_path, "text", item_of({"exact_match": 0.0, "rouge_l": 0.0}))

    with pytest.raises(Refusal) as caught:
        refuse_unlike({"C001": ours, "C002": more}, same_data=True)

    assert "rouge_l" in caught.value.problems[0].found
    refuse_unlike({"C001": ours, "C002": more}, same_data=False)


def test_candidates_may_leave_different_numbers_of_samples_out(tmp_path: Path) -> None:
    ours = marked(tmp_path, "text", item_of({"exact_match": 0.0}))
    signature = Signature.parse(ours.record["metrics"][0]["signature"])

    refuse_unlike(
        {"C001": ours, "C002": _signed(ours, replace(signature, missing=3))}, same_data=True
    )


@pytest.mark.parametrize(
    "text",
    [
        "recall(label=b|data:sha256:x|scoring:9)",
        "recall(label=|n:1|missing:2|data:x|scoring:3)",
        "recall(label=a:b|c)",
        "recall(label=scoring:1|)",
    ],
)
def test_a_label_may_hold_the_signs_that_part_a_signature(text: str, tmp_path: Path) -> None:
    ours = marked(tmp_path, "text", item_of({"exact_match": 0.0}))
    signature = replace(Signature.parse(ours.record["metrics"][0]["signature"]), metric=text)
    odd, older = _signed(ours, signature), _signed(ours, replace(signature, scoring="older"))

    assert Signature.parse(str(signature)) == signature
    refuse_unlike({"C001": odd, "C002": odd}, same_data=True)
    with pytest.raises(Refusal):
        refuse_unlike({"C001": odd, "C002": older}, same_data=True)


def _signed(ours: Marked, signature: Signature) -> Marked:
    entry = ours.record["metrics"][0] | {"signature": str(signature)}
    return replace(ours, record=ours.record | {"metrics": [entry]})


def test_an_empty_reference_text_costs_a_wrong_answer_and_breaks_nothing() -> None:
    from harness.columns import Columns
    from harness.pipeline.losses import losses
    from scoring.answers import Texts

    answers = Texts(truth=("", ""), predicted=("多余", ""))
    joined = Columns(ids=("a", "b"), answers=answers, clusters=None, units=2, slices={})

    assert losses(joined) == [(1.0, ""), (0.0, "")]


def test_slices_of_a_gap_are_those_of_the_metric_on_each_group(tmp_path: Path) -> None:
    record = marked(tmp_path, "choice", item_of({"accuracy": 0.0})).record

    entry = record["slices"][0]

    assert [part["value"] for part in entry["groups"]] == [1.0, 0.5]
    assert entry["gap"] is None
    assert np.isfinite(entry["groups"][0]["interval"]["low"])


def test_labels_are_coded_alike_whatever_form_they_come_in() -> None:
    names = ["乙", None, "甲", "丁", "乙"]
    plain = pa.array(names, pa.string())

    codes = [label_codes(form, ("甲", "乙")) for form in (names, plain, plain.dictionary_encode())]

    assert [list(found) for found in codes] == [[1, -1, 0, -1, 1]] * 3
