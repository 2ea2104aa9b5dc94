"""Scores made again from sealed predictions, and floors that a target is held against."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.board import BASELINE, Criterion
from harness.execution.sandbox import Sandbox
from harness.metric_text import MetricText
from harness.pipeline import stages
from harness.pipeline.preparing import _too_near, lock_rules, measure_baselines
from harness.problems import Refusal
from harness.workspace import Workspace, create

Ready = Callable[..., Workspace]
FIRST = "- {metric: accuracy, weight: 60, floor: baseline, target: 1.0}"
NEW = ("macro_recall", "mcc(label=hot)")


def typed(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli.main", *words],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kept_runs(workspace: Workspace) -> dict[str, tuple[int, int]]:
    found = sorted((workspace.runs / "ONE-01" / "C001").rglob("*"))
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def score_of(workspace: Workspace) -> dict[str, Any]:
    path = workspace.current() / "scores" / "ONE-01" / "C001.json"
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def test_new_metrics_score_an_old_run_from_the_command_line_without_running_anything(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"))
    stages.run(workspace, sandbox, quiet)
    stages.score(workspace)
    old, runs = score_of(workspace), kept_runs(workspace)
    board = workspace.board / "board.yaml"
    added = "".join(
        f"\n      - {{metric: {text}, weight: 0, floor: 0.0, target: 1.0}}" for text in NEW
    )
    board.write_text(board.read_text("utf-8").replace(FIRST, FIRST + added), "utf-8")

    typed("lock", str(workspace.root), "--amend", "增加只供参考的指标")
    said = typed("score", str(workspace.root))
    typed("rank", str(workspace.root))

    new = score_of(workspace)
    assert "1 made" in said
    assert kept_runs(workspace) == runs
    assert (new["run"], new["predictions"]) == (old["run"], old["predictions"])
    metrics = {entry["metric"]: entry for entry in new["metrics"]}
    assert set(NEW) <= set(metrics)
    assert metrics["accuracy"]["value"] == old["metrics"][0]["value"]
    assert all(entry["signature"].startswith(f"{text}|n:120|") for text, entry in metrics.items())


@pytest.mark.parametrize(("target", "refused"), [("0.5", True), ("0.95", False)])
def test_a_target_within_two_standard_errors_of_its_measured_floor_is_refused(
    target: str, refused: bool, small: Any, sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    board = small.board / "board.yaml"
    # A gate that answers of one label fail, so that they do not win an item with so low a target.
    text = board.read_text("utf-8")
    anchors = f"target: {target}, gate: {{at_least: 0.6}}}}"
    board.write_text(text.replace("target: 1.0}", anchors, 1), "utf-8")
    workspace = create(tmp_path / "room", small.board, bytes(range(32)))
    lock_rules(workspace)

    if not refused:
        measured = measure_baselines(workspace, sandbox, quiet)["items"]["ONE-01"]["values"]
        floor = measured["accuracy"]
        assert float(target) - floor["value"] > 2 * floor["standard_error"] > 0
        return
    with pytest.raises(Refusal) as caught:
        measure_baselines(workspace, sandbox, quiet)

    (problem,) = caught.value.problems
    assert problem.code == "E7501"
    assert problem.where == "ONE-01 accuracy"
    value, error = (float(part) for part in problem.found.split(" ± "))
    assert float(target) - value < 2 * error
    assert not workspace.baselines.exists()


def entry(value: float, error: float, low: float, high: float) -> dict[str, Any]:
    return {
        "value": value,
        "standard_error": error,
        "interval": {"low": low, "high": high, "level": 0.95},
    }


@pytest.mark.parametrize(
    ("metric", "target", "measured", "refused"),
    [
        ("accuracy", 0.9, entry(0.7, 0.02, 0.66, 0.74), False),
        ("accuracy", 0.9, entry(0.88, 0.02, 0.84, 0.92), True),
        ("accuracy", 0.9, entry(0.95, 0.02, 0.91, 0.99), True),
        ("accuracy", 0.9, entry(0.9, 0.0, 0.9, 0.9), True),
        ("accuracy", 0.5, entry(0.0, 0.0, 0.0, 0.79), True),
        ("accuracy", 0.75, entry(0.5, 0.125, 0.49, 0.51), True),
        ("accuracy", 1.0, entry(0.95, 0.0, 0.5, 0.999), True),
        ("accuracy", 0.9, entry(0.5, 0.0, 0.5, 0.5), False),
        ("mae", 0.5, entry(2.0, 0.1, 1.8, 2.2), False),
        ("mae", 2.5, entry(2.0, 0.1, 1.8, 2.2), True),
    ],
)
def test_a_target_lies_on_the_better_side_of_its_baseline(
    metric: str, target: float, measured: dict[str, Any], refused: bool
) -> None:
    criterion = Criterion(
        metric=MetricText.parse(metric), weight=100, floor=BASELINE, target=target
    )
    board: Any = SimpleNamespace(items=[SimpleNamespace(id="VM-01", metrics=(criterion,))])

    problems = _too_near(board, {"VM-01": {"values": {metric: measured}}})

    assert bool(problems) == refused
