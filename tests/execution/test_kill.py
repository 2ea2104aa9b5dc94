"""A run that is killed and carried on gives the bytes of one that was left alone."""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.journal import Journal
from harness.execution.outcomes import InstrumentFailure
from harness.execution.record import RunRecord
from harness.execution.sandbox import Sandbox
from harness.problems import Refusal

SCRIPT = Path(__file__).parent / "clients" / "interrupted_run.py"
ROOT = Path(__file__).parents[2]
KILLS, MANY_KILLS = 6, 200


def job_in(folder: Path) -> Job:
    specification = importlib.util.spec_from_file_location("interrupted_run", SCRIPT)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    made: Job = module.job(folder)
    return made


def run_in(folder: Path) -> RunRecord:
    return execute(job_in(folder), Sandbox.unsafe(), lambda count: None)


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder), *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def published(folder: Path) -> tuple[bytes, bytes]:
    return (folder / "predictions.parquet").read_bytes(), (folder / "run.json").read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    record = run_in(folder)
    assert record.content["restarts"] == 2
    assert record.resent == 0
    return published(folder)


@pytest.mark.parametrize(
    "kills", [KILLS, pytest.param(MANY_KILLS, marks=pytest.mark.deep)], ids=["few", "many"]
)
def test_kills_at_random_moments_change_no_byte_of_the_results(
    kills: int, tmp_path: Path, undisturbed: tuple[bytes, bytes]
) -> None:
    moments, folders, inside = random.Random(20261123), [tmp_path / "0"], 0

    for _ in range(kills):
        process = start(folders[-1])
        assert process.stdout is not None
        process.stdout.readline()
        wait_for_writes(folders[-1], moments.randrange(25))
        time.sleep(moments.uniform(0.0, 0.004))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        inside += not (folders[-1] / "run.json").exists()
        if (folders[-1] / "run.json").exists():
            folders.append(tmp_path / str(len(folders)))
    records = [run_in(folder) for folder in folders]

    assert inside >= kills // 2
    assert all(published(folder) == undisturbed for folder in folders)
    assert sum(record.resent for record in records) <= kills


def wait_for_writes(folder: Path, writes: int) -> None:
    """Wait until the journal was written to so many times: launches, questions, answers."""
    path, deadline = folder / "journal.sqlite-wal", time.monotonic() + 2
    seen: set[int] = set()
    while len(seen) <= writes and time.monotonic() < deadline:
        if path.exists():
            seen.add(path.stat().st_mtime_ns)
        if (folder / "run.json").exists():
            return
        time.sleep(0.0005)


class Killed(BaseException):
    """Stands for the end of the harness at one exact step."""


@pytest.mark.parametrize("step", [0, 1, 8, 39])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_stop_around_any_transaction_changes_no_byte_of_the_results(
    step: int,
    moment: str,
    tmp_path: Path,
    undisturbed: tuple[bytes, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps, whole = iter(range(1000)), Journal.step

    def failing(self: Journal, *arguments: Any) -> None:
        now = next(steps)
        if moment == "after" or now != step:
            whole(self, *arguments)
        if now == step:
            raise Killed

    monkeypatch.setattr(Journal, "step", failing)
    with pytest.raises(Killed):
        run_in(tmp_path)
    monkeypatch.undo()

    run_in(tmp_path)

    assert published(tmp_path) == undisturbed


def killed_at(folder: Path, step: int, moment: str) -> bool:
    """Run until the process kills itself at a step; whether there was such a step."""
    process = start(folder, str(step), moment)
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", [0, 3, 25])
def test_a_kill_at_a_step_of_the_journal_changes_no_byte_of_the_results(
    step: int, moment: str, tmp_path: Path, undisturbed: tuple[bytes, bytes]
) -> None:
    assert killed_at(tmp_path, step, moment)

    run_in(tmp_path)

    assert published(tmp_path) == undisturbed


@pytest.mark.deep
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_every_step_of_the_journal_changes_no_byte_of_the_results(
    moment: str, tmp_path: Path, undisturbed: tuple[bytes, bytes]
) -> None:
    step = 0
    while killed_at(folder := tmp_path / str(step), step, moment):
        run_in(folder)
        assert published(folder) == undisturbed, step
        step += 1

    assert step > 50
    assert published(folder) == undisturbed


@pytest.mark.parametrize("name", ["predictions.parquet", "candidate.log", "host.json", "run.json"])
def test_a_stop_while_results_are_written_changes_no_byte_of_them(
    name: str,
    tmp_path: Path,
    undisturbed: tuple[bytes, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target).name == name:
            raise Killed
        return whole(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(Killed):
        run_in(tmp_path)
    monkeypatch.undo()
    assert not (tmp_path / "run.json").exists()

    record = run_in(tmp_path)

    assert published(tmp_path) == undisturbed
    assert not record.reused


def test_nothing_that_was_answered_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, sent = Journal.step, []

    def failing(self: Journal, launch: int, spent: Any, done: Any, batch: int | None) -> None:
        whole(self, launch, spent, done, batch)
        sent.append(batch)
        if len(sent) in (4, 9):
            raise Killed

    monkeypatch.setattr(Journal, "step", failing)
    for _ in range(2):
        with pytest.raises(Killed):
            run_in(tmp_path)
    record = run_in(tmp_path)

    again = {batch for batch in sent if sent.count(batch) > 1}
    assert len(again) == record.resent == 2


def test_a_second_run_at_the_same_time_is_refused(tmp_path: Path) -> None:
    process = start(tmp_path)
    try:
        deadline = time.monotonic() + 10
        while not (tmp_path / "journal.sqlite-wal").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.02)

        with pytest.raises(Refusal) as refused:
            run_in(tmp_path)

        assert [problem.code for problem in refused.value.problems] == ["E6101"]
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_time_used_before_a_kill_counts_towards_the_limit(tmp_path: Path) -> None:
    job = job_in(tmp_path)
    with Journal(tmp_path / "journal.sqlite", job.key) as journal:
        journal.spend(journal.launched("D"), wall=59.999, cpu=0.0)

    record = run_in(tmp_path)

    assert record.outcomes["timeout"] == 80
    assert record.content["faults"] == {"wall_spent": 1}


@pytest.mark.parametrize("room", ["96k", "220k", "400k"])
def test_a_full_disk_stops_the_run_with_its_cause_and_loses_nothing(
    room: str, tmp_path: Path, undisturbed: tuple[bytes, bytes]
) -> None:
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: only root can mount a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={room}", "none", folder], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"NOT TESTED: no small file system can be mounted: {mounted.stderr!r}")
    try:
        with pytest.raises(InstrumentFailure) as failure:
            for _ in range(40):  # each try may get a little further
                run_in(folder / "run")
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
        run_in(folder / "run")

        assert {problem.code for problem in failure.value.problems} <= {"E6104", "E6109"}
        assert published(folder / "run") == undisturbed
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_clock_that_jumps_changes_nothing(
    tmp_path: Path, undisturbed: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    true, jumps = time.time, random.Random(1)
    monkeypatch.setattr(time, "time", lambda: true() + jumps.choice([-86_400, 0, 86_400]))

    run_in(tmp_path)

    assert published(tmp_path) == undisturbed
