"""Latency is measured by the sample, apart from the run that counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.board import LatencyPhase
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.sandbox import Sandbox

COUNTING = """
import time
def predict(batch):
    time.sleep(0.02 if len(batch) == 1 else 0.0)
    print(len(batch))
    return [{"label": "甲"} for _ in batch]
"""
LEAVES = """
import os
asked = 0
def predict(batch):
    global asked
    asked += 1
    if asked > 6: os._exit(0)
    return [{"label": "甲"} for _ in batch]
"""


def run(make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox, code: str, **changes: Any) -> Any:  # fmt: skip
    return execute(make_job(package=package(code), **changes), plain, lambda count: None)


def test_each_sample_is_timed_by_itself_after_the_run_and_after_warm_up(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    phase = LatencyPhase(samples=10, warm_up=2)

    record = run(make_job, package, plain, COUNTING, latency=phase)

    assert record.outcomes["answered"] == 8
    timed = record.host["latency_seconds"]
    assert timed["samples"] == 10
    assert 0.02 <= timed["p50"] <= timed["p90"] <= timed["p95"] <= timed["p99"] < 0.4
    batches = record.host["batch_latency_seconds"]
    assert batches["batches"] == 4
    assert record.host["samples_per_second"] >= 8 / 4 / batches["p99"]
    assert record.host["start_seconds"] > 0
    printed = (record.folder / "candidate.log").read_text().split("==\n")[1].split()
    assert printed == ["2"] * 4 + ["1"] * 12


def test_without_a_declaration_nothing_is_asked_besides_the_samples(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    record = run(make_job, package, plain, COUNTING)

    assert record.host["latency_seconds"] is None


def test_a_candidate_that_fails_while_it_is_timed_keeps_its_answers(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    record = run(make_job, package, plain, LEAVES, latency=LatencyPhase(samples=10, warm_up=0))

    assert record.outcomes["answered"] == 8
    assert record.content["faults"] == {}
    assert record.host["latency_seconds"]["samples"] == 2


def test_what_can_change_answers_is_pinned_and_part_of_the_key(
    make_job: Callable[..., Job], package: Callable[[str], Path]
) -> None:
    job = make_job(package=package(COUNTING))

    pinned = job.inputs["environment"]

    assert {"OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "PYTHONHASHSEED", "TZ", "LANG"} <= set(pinned)


def test_measures_that_nobody_took_are_not_numbers(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    record = run(make_job, package, plain, COUNTING)

    assert record.host["cpu_seconds"] is None
    assert record.host["peak_memory"] is None


def test_the_control_group_measures_the_whole_tree(
    make_job: Callable[..., Job], package: Callable[[str], Path], sealed_off: Sandbox
) -> None:
    if sealed_off.tier != "A":
        return

    record = run(make_job, package, sealed_off, COUNTING)

    assert record.host["cpu_seconds"] > 0
    assert record.host["peak_memory"] > 1 << 20
