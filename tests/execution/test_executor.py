"""Whatever a candidate does, every sample ends with exactly one outcome."""

from __future__ import annotations

import errno
import time
from pathlib import Path
from typing import Any, cast

import pytest

from harness.execution import channel, executor, journal, record, sealing
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.limits import Limits
from harness.execution.outcomes import InstrumentFailure, Verdict
from harness.execution.sandbox import Command, Running, Sandbox
from harness.execution.sealing import open_sealed, seal
from harness.package import Solution
from harness.problems import Problem, Refusal
from harness.samples import Sample

CLIENTS = Path(__file__).parent / "clients"


def hostile(name: str) -> dict[str, Any]:
    argv = ("{python}", "/pkg/hostile.py", "{request}", "{answer}", name)
    return {"solution": Solution(adapter="command", argv=argv), "package": CLIENTS}


def outcomes_of(job: Job, sandbox: Sandbox) -> dict[str, int]:
    record = execute(job, sandbox, lambda count: None)
    return {name: count for name, count in record.outcomes.items() if count}


ALL_GOOD = {"answered": 8}
VIOLATION = {"invalid": 6, "missing": 2}
HALF = {"answered": 4, "invalid": 4}

ENDS = {
    "good": ALL_GOOD,
    "spaces": ALL_GOOD,
    "noisy": ALL_GOOD,
    "takes_one_at_a_time": ALL_GOOD,
    "repeated_key": ALL_GOOD,
    "error_message": {"crash": 8},
    "endless_line": {"over_limit": 8},
    "slow_trickle": {"timeout": 8},
    "deep_nesting": VIOLATION,
    "deep_nesting_inside": VIOLATION,
    "not_utf8": VIOLATION,
    "byte_order_mark": VIOLATION,
    "empty_line": VIOLATION,
    "other_message": VIOLATION,
    "wrong_id": VIOLATION,
    "two_answers": VIOLATION,
    "wrong_count": VIOLATION,
    "extra_field_outside": VIOLATION,
    "neither": VIOLATION,
    "dies": {"crash": 8},
    "dies_by_signal": {"crash": 8},
    "closes_and_lives": {"crash": 8},
    "closes_question_and_lives": {"answered": 4, "crash": 4},
    "child_keeps": {"crash": 8},
    "never_answers": {"timeout": 8},
    "floods_the_log": {"over_limit": 8},
    "nan": HALF,
    "too_large": HALF,
    "lone_surrogate": HALF,
    "thousands_of_digits": HALF,
    "digits_in_the_wrong_place": HALF,
    "stops_itself": {"timeout": 8},
    "stops_at_the_end": ALL_GOOD,
    "answers_the_end": ALL_GOOD,
    "extra_field": HALF,
    "unknown_label": HALF,
    "zero_character": HALF,
    "nothing": {"answered": 4, "missing": 4},
    "dies_at_start": {"crash": 8},
    "early_answer": {"missing": 8},
    "other_version": {"missing": 8},
    "never_reads": {"timeout": 8},
    "never_ready": {"timeout": 8},
}


@pytest.mark.parametrize("name", ENDS)
def test_each_hostile_candidate_ends_in_its_outcome_in_time(
    name: str, make_job: Any, plain: Sandbox
) -> None:
    start = 0.4 if name == "never_ready" else 5.0
    job = make_job(**hostile(name), start=start)
    began = time.monotonic()

    found = outcomes_of(job, plain)

    assert found == ENDS[name]
    assert time.monotonic() - began < 8


def test_a_question_larger_than_a_pipe_is_answered(make_job: Any, plain: Sandbox) -> None:
    job = make_job(**hostile("good"), text="x" * 200_000, batch_wall=5.0)

    assert outcomes_of(job, plain) == ALL_GOOD


def test_an_answer_to_a_question_not_yet_read_is_a_violation(make_job: Any, plain: Sandbox) -> None:
    job = make_job(**hostile("answers_unread"), text="x" * 200_000)

    assert outcomes_of(job, plain) == VIOLATION


def test_a_candidate_that_never_reads_a_large_question_runs_out_of_time(
    make_job: Any, plain: Sandbox
) -> None:
    job = make_job(**hostile("never_reads"), text="x" * 200_000)

    assert outcomes_of(job, plain) == {"timeout": 8}


def test_a_candidate_that_crashes_on_one_sample_loses_only_its_batch(
    make_job: Any, plain: Sandbox
) -> None:
    samples = [Sample(id=str(at), inputs={"text": "毒" if at == 5 else "安"}) for at in range(8)]
    job = make_job(**hostile("dies_on_a_word"), samples=samples)

    record = execute(job, plain, lambda count: None)

    sealed = open_sealed(job.folder, record.predictions)
    assert dict(zip(sealed.ids, sealed.outcomes, strict=True))["5"] == "crash"
    assert record.outcomes["crash"] == 2
    assert record.content["restarts"] == 1


def test_the_last_answer_of_a_process_that_leaves_still_counts(
    make_job: Any, plain: Sandbox
) -> None:
    job = make_job(**hostile("leaves_after_each_answer"), batch=8)

    assert outcomes_of(job, plain) == ALL_GOOD


def test_the_wall_time_of_a_run_bounds_all_its_launches_together(
    make_job: Any, plain: Sandbox
) -> None:
    job = make_job(**hostile("never_answers"), batch_wall=0.5, wall=0.8)

    record = execute(job, plain, lambda count: None)

    assert record.outcomes["timeout"] == 8
    assert record.content["faults"] == {"batch_late": 1, "wall_spent": 1}


def test_an_orphan_that_answers_on_ends_with_its_launch(make_job: Any, sealed_off: Sandbox) -> None:
    job = make_job(**hostile("leaves_a_forger"), tier=sealed_off.tier, batch_wall=3.0)
    began = time.monotonic()

    found = outcomes_of(job, sealed_off)

    assert sum(found.values()) == 8
    assert set(found) <= {"answered", "invalid", "crash", "missing"}
    assert time.monotonic() - began < 8


def test_noise_after_the_last_answer_costs_nothing(
    make_job: Any, plain: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "STOP", 0.2)
    job = make_job(**hostile("floods_the_log_at_the_end"))

    assert outcomes_of(job, plain) == ALL_GOOD


def test_answers_above_the_output_limit_end_the_run(make_job: Any, plain: Sandbox) -> None:
    job = make_job(**hostile("endless_answers"), output=20_000)

    assert outcomes_of(job, plain) == {"answered": 4, "over_limit": 4}


def test_processor_time_above_the_limit_is_a_timeout(make_job: Any, sealed_off: Sandbox) -> None:
    job = make_job(**hostile("burns"), cpu=0.5, batch_wall=5.0)

    assert outcomes_of(job, sealed_off) == {"timeout": 8}


def test_memory_above_the_limit_is_out_of_memory(make_job: Any, sealed_off: Sandbox) -> None:
    job = make_job(**hostile("holds_memory"), memory=128 << 20, batch_wall=5.0)

    assert outcomes_of(job, sealed_off) == {"out_of_memory": 8}


def test_sample_ids_never_reach_the_candidate(make_job: Any, package: Any, plain: Sandbox) -> None:
    package(
        "import sys\n"
        "def load(task):\n    print(task)\n"
        "def predict(batch):\n    print(batch)\n    return [{'label': '甲'}] * len(batch)\n"
    )
    samples = [Sample(id=f"secret-{at}", inputs={"text": "安"}) for at in range(8)]
    job = make_job(samples=samples)

    execute(job, plain, lambda count: None)

    log = (job.folder / "candidate.log").read_text()
    assert "安" in log
    assert "secret" not in log


def test_the_order_of_questions_follows_the_secret_and_not_the_list(make_job: Any) -> None:
    job, other = make_job(count=50), make_job(count=50, secret=b"t" * 32)
    turned = make_job(samples=job.samples[::-1])

    asked = [sample.id for sample in job.order]

    assert asked != sorted(asked)
    assert asked == [sample.id for sample in turned.order]
    assert asked != [sample.id for sample in other.order]
    assert job.key == turned.key


def test_the_key_follows_what_can_change_an_answer_and_nothing_else(
    make_job: Any, tmp_path: Path
) -> None:
    job = make_job()
    same = [make_job(folder=tmp_path / "other"), make_job(candidate="二号"), make_job(tier="A")]
    other = [
        make_job(package_digest="sha256:01"),
        make_job(batch=3),
        make_job(text="晚安"),
        make_job(wall=21.0),
        make_job(solution=Solution(adapter="python", entry="main:answer")),
        make_job(secret=b"t" * 32),
    ]

    assert {entry.key for entry in same} == {job.key}
    assert len({job.key, *(entry.key for entry in other)}) == len(other) + 1


def test_a_finished_run_is_reused_without_launching(make_job: Any, plain: Sandbox) -> None:
    job = make_job(**hostile("good"))
    first = execute(job, plain, lambda count: None)
    seen: list[int] = []

    again = execute(job, None, seen.append)

    assert again.reused
    assert not first.reused
    assert again.content == first.content
    assert sum(seen) == 8


def test_progress_counts_every_sample_once(make_job: Any, plain: Sandbox) -> None:
    job, seen = make_job(**hostile("dies_on_a_word")), []

    execute(job, plain, seen.append)

    assert sum(seen) == 8


def test_the_results_of_another_run_are_never_overwritten(make_job: Any, plain: Sandbox) -> None:
    execute(make_job(**hostile("good")), plain, lambda count: None)

    with pytest.raises(Refusal) as refused:
        execute(make_job(**hostile("good"), batch=3), plain, lambda count: None)

    assert [problem.code for problem in refused.value.problems] == ["E6107"]


def test_results_of_a_weak_sandbox_are_not_reused_where_a_strong_one_is_demanded(
    make_job: Any, plain: Sandbox
) -> None:
    execute(make_job(**hostile("good")), plain, lambda count: None)

    with pytest.raises(Refusal) as refused:
        execute(make_job(**hostile("good"), tier="A"), plain, lambda count: None)

    assert [problem.code for problem in refused.value.problems] == ["E6108"]


def test_a_sandbox_weaker_than_demanded_is_refused_at_the_door(
    make_job: Any, plain: Sandbox
) -> None:
    with pytest.raises(Refusal) as refused:
        execute(make_job(**hostile("good"), tier="A"), plain, lambda count: None)

    assert [problem.code for problem in refused.value.problems] == ["E6105"]


def test_changed_predictions_are_noticed(make_job: Any, plain: Sandbox) -> None:
    job = make_job(**hostile("good"))
    record = execute(job, plain, lambda count: None)
    verdicts = {sample.id: Verdict("answered", '{"label":"乙"}') for sample in job.samples}
    seal(job.folder, verdicts)

    with pytest.raises(Refusal) as refused:
        open_sealed(job.folder, record.predictions)

    assert [problem.code for problem in refused.value.problems] == ["E6112"]


def test_what_a_candidate_prints_cannot_act_on_a_terminal(make_job: Any, plain: Sandbox) -> None:
    job = make_job(**hostile("floods_the_log"), output=1_000_000)

    execute(job, plain, lambda count: None)

    log = (job.folder / "candidate.log").read_text()
    assert "\x1b" not in log
    assert "bytes left out" in log
    assert len(log) < 3_000_000


class Broken:
    """A sandbox that fails as often as it is told to, and else is a plain process."""

    tier = "D"

    def __init__(self, times: int) -> None:
        self.times = times

    def launch(self, command: Command, limits: Limits) -> Running:
        self.times -= 1
        if self.times >= 0:
            raise OSError("no namespace left")
        return Sandbox.unsafe().launch(command, limits)


def test_one_failure_of_the_sandbox_costs_the_candidate_nothing(make_job: Any) -> None:
    job = make_job(**hostile("good"))

    record = execute(job, cast(Sandbox, Broken(1)), lambda count: None)

    assert record.outcomes["answered"] == 8
    assert record.content["restarts"] == 0


def test_a_sandbox_that_keeps_failing_stops_the_run_and_gives_no_score(make_job: Any) -> None:
    job = make_job(**hostile("good"))

    with pytest.raises(InstrumentFailure) as failed:
        execute(job, cast(Sandbox, Broken(2)), lambda count: None)

    assert [problem.code for problem in failed.value.problems] == ["E6106"]
    assert not (job.folder / "run.json").exists()


def test_results_that_cannot_be_written_are_a_failure_of_the_instrument_and_not_lost(
    make_job: Any, plain: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job(**hostile("good"))

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InstrumentFailure) as failed:
        execute(job, plain, lambda count: None)
    monkeypatch.undo()
    record = execute(job, cast(Sandbox, Broken(9)), lambda count: None)

    assert [problem.code for problem in failed.value.problems] == ["E6109"]
    assert record.outcomes["answered"] == 8


def test_every_problem_has_its_sentences_in_both_languages() -> None:
    tables = (executor.PROBLEMS, record.PROBLEMS, sealing.PROBLEMS, journal.PROBLEMS)
    explanations = [entry for table in tables for entry in table]
    values = {"demanded": "A", "expected": "sha256:00", "reason": "…"}

    for entry in explanations:
        problem = Problem(entry.code, "这里", "那样", values)
        assert all(entry.render(problem, language) for language in ("zh", "en"))

    assert len({entry.code for entry in explanations}) == len(explanations)
