"""Latency is measured by the sample, on samples that the candidate sees for the first time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.board import LatencyPhase
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.sandbox import Sandbox
from harness.package import Solution
from harness.samples import Sample

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
    if asked > 4: os._exit(0)
    return [{"label": "甲"} for _ in batch]
"""
REMEMBERS = """
import time
known = {}
def answer(text):
    if text not in known:
        time.sleep(0.02)
        known[text] = {"label": "甲"}
    return known[text]
def predict(batch):
    return [answer(sample["text"]) for sample in batch]
"""
JUNK = """
import time
def predict(batch):
    if len(batch) == 1: return ["?"]
    time.sleep(0.02)
    return [{"label": "甲"} for _ in batch]
"""
SHOWN = """
def predict(batch):
    print(*(sample["text"] for sample in batch))
    return [{"label": "甲"} for _ in batch]
"""


def run(make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox, code: str, **changes: Any) -> Any:  # fmt: skip
    return execute(make_job(package=package(code), **changes), plain, lambda count: None)


def distinct(count: int) -> list[Sample]:
    return [Sample(id=f"{at:05}", inputs={"text": f"t{at}"}) for at in range(count)]


def shown(record: Any) -> list[str]:
    log = (record.folder / "candidate.log").read_text()
    return [word for word in log.split() if word.startswith("t")]


def test_the_first_samples_are_asked_one_at_a_time_and_timed_after_warm_up(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    phase = LatencyPhase(samples=10, warm_up=2)

    record = run(make_job, package, plain, COUNTING, latency=phase, count=20)

    assert record.outcomes["answered"] == 20
    timed = record.host["latency_seconds"]
    assert (timed["asked"], timed["samples"]) == (10, 10)
    assert 0.02 <= timed["p50"] <= timed["p90"] <= timed["p95"] <= timed["p99"] < 0.4
    batches = record.host["batch_latency_seconds"]
    assert batches["batches"] == 4
    assert record.host["samples_per_second"] >= 8 / 4 / batches["p99"]
    assert record.host["start_seconds"] > 0
    printed = (record.folder / "candidate.log").read_text().split("==\n")[1].split()
    assert printed == ["1"] * 12 + ["2"] * 4


def test_every_sample_is_new_when_it_is_timed(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    phase = LatencyPhase(samples=10, warm_up=2)

    record = run(make_job, package, plain, REMEMBERS, latency=phase, samples=distinct(20))

    assert record.host["latency_seconds"]["samples"] == 10
    assert record.host["latency_seconds"]["p50"] >= 0.02


def test_junk_for_what_is_timed_costs_these_samples_and_gives_no_time(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    record = run(make_job, package, plain, JUNK, latency=LatencyPhase(samples=4, warm_up=0))

    assert (record.outcomes["answered"], record.outcomes["invalid"]) == (4, 4)
    assert record.host["latency_seconds"] is None


def test_where_samples_are_few_all_are_timed_and_none_twice(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    phase = LatencyPhase(samples=50, warm_up=3)

    record = run(make_job, package, plain, SHOWN, latency=phase, samples=distinct(8))

    timed = record.host["latency_seconds"]
    assert (timed["asked"], timed["samples"]) == (5, 5)
    assert record.host["batch_latency_seconds"] == {"batches": 0}
    assert record.host["samples_per_second"] is None
    assert sorted(shown(record)) == sorted(f"t{at}" for at in range(8))


def test_which_samples_are_timed_follows_from_the_secret(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox, tmp_path: Path
) -> None:
    orders = [
        shown(
            run(make_job, package, plain, SHOWN, samples=distinct(12), secret=secret * 32,
                folder=tmp_path / str(at), latency=LatencyPhase(samples=4, warm_up=0))
        )[:4]
        for at, secret in enumerate((b"a", b"a", b"b"))
    ]  # fmt: skip

    assert orders[0] == orders[1] != orders[2]


def test_a_stop_while_samples_are_timed_asks_none_of_the_answered_again(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox, tmp_path: Path
) -> None:
    def job(folder: str) -> Job:
        return make_job(
            package=package(SHOWN), samples=distinct(20), folder=tmp_path / folder,
            latency=LatencyPhase(samples=8, warm_up=2),
        )  # fmt: skip

    def stop(count: int) -> None:
        decided.append(count)
        if sum(decided) == 5:
            raise KeyboardInterrupt

    decided: list[int] = []
    whole = execute(job("whole"), plain, lambda count: None)

    with pytest.raises(KeyboardInterrupt):
        execute(job("stopped"), plain, stop)
    resumed = execute(job("stopped"), plain, lambda count: None)

    assert resumed.content == whole.content
    assert shown(resumed) == shown(whole)[5:]
    assert whole.host["latency_seconds"]["samples"] == 8
    timed = resumed.host["latency_seconds"]
    assert (timed["asked"], timed["samples"]) == (8, 3 + 3)


def test_without_a_declaration_nothing_is_asked_besides_the_samples(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    record = run(make_job, package, plain, COUNTING)

    assert record.host["latency_seconds"] is None


def test_a_candidate_that_fails_while_it_is_timed_pays_as_anywhere(
    make_job: Callable[..., Job], package: Callable[[str], Path], plain: Sandbox
) -> None:
    record = run(make_job, package, plain, LEAVES, latency=LatencyPhase(samples=7, warm_up=1))

    assert (record.outcomes["answered"], record.outcomes["crash"]) == (7, 1)
    assert record.content["faults"] == {"gone": 1}
    assert record.host["latency_seconds"]["samples"] == 3 + 2


def test_that_samples_are_asked_one_at_a_time_is_part_of_the_key(
    make_job: Callable[..., Job], package: Callable[[str], Path]
) -> None:
    phase = LatencyPhase(samples=3, warm_up=1)

    assert make_job(latency=phase).inputs["alone"] == 4
    assert "alone" not in make_job().inputs
    assert "alone" not in make_job(latency=phase, solution=Solution(adapter="endpoint")).inputs


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
