"""Runs side by side: within the memory there is, stopped cleanly, repeated, and never tampered with."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.board import Prompt
from harness.execution.answers import Task
from harness.execution.cgroup import Nest
from harness.execution.job import Job
from harness.execution.limits import MIB, Limits
from harness.execution.sandbox import Sandbox
from harness.intake.packing import manifest
from harness.package import Solution
from harness.pipeline import running, stages
from harness.pipeline.room import OWN, SPARE, Room, room_of
from harness.pipeline.running import run_jobs
from harness.problems import Refusal
from harness.samples import Sample
from harness.workspace import Workspace

Ready = Callable[..., Workspace]
ROOT = Path(__file__).parents[2]
SLOW = (
    "import time\n\nseen = []\n\n\ndef predict(batch):\n    seen.append(batch)\n"
    "    time.sleep(0.15 if len(seen) < 7 else 0.6)\n"
    "    return [{'label': 'hot' if x['t'] > 50 else 'cold'} for x in batch]\n"
)
FICKLE = (
    "seen = []\n\n\ndef predict(batch):\n    seen.extend(batch)\n"
    "    return [{'label': 'hot' if len(seen) % 16 else 'cold'} for x in batch]\n"
)


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    def make(name: str, code: str, **changes: Any) -> Job:
        package = tmp_path / name / "solution"
        package.mkdir(parents=True)
        (package / "main.py").write_text(code)
        limits = {
            "memory": 128 * MIB, "cpus": 1, "wall": 30.0, "start": 20.0, "batch_wall": 10.0,
            "disk": MIB, "output": MIB, "line": 10_000,
        }  # fmt: skip
        limits |= {key: changes.pop(key) for key in list(changes) if key in limits}
        given: dict[str, Any] = {
            "candidate": name, "item": "ONE-01",
            "task": Task(name="classification", labels=("hot", "cold")),
            "solution": Solution(adapter="python", entry="main:predict"), "mode": "hosted",
            "package": package, "package_digest": manifest(package).id,
            "samples": [Sample(id=f"{at}", inputs={"t": at}) for at in range(16)],
            "batch": 4, "limits": Limits(**limits), "secret": b"s" * 32,
            "folder": tmp_path / name / "run", "tier": "D",
        }  # fmt: skip
        return Job(**(given | changes))

    return make


class TestRoom:
    def test_no_run_starts_that_memory_does_not_hold(self, job: Callable[..., Job]) -> None:
        first, second = job("a", SLOW), job("b", SLOW)
        room = Room(memory=first.limits.memory + OWN + MIB, cores=8)

        entered = [room.enter(first), room.enter(second)]
        room.leave(first)

        assert entered == [True, False]
        assert room.enter(second)

    def test_cores_are_not_given_twice_but_the_first_run_always_starts(
        self, job: Callable[..., Job]
    ) -> None:
        wide, narrow = job("a", SLOW, cpus=4), job("b", SLOW)
        room = Room(memory=1 << 40, cores=2)

        assert [room.enter(wide), room.enter(narrow)] == [True, False]

    @pytest.mark.parametrize(
        ("limit", "used", "prefix"),
        [
            ("memory.max", "memory.current", ""),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),
        ],
    )
    def test_pages_of_files_are_room_in_a_control_group(
        self, tmp_path: Path, limit: str, used: str, prefix: str
    ) -> None:
        (tmp_path / limit).write_text(f"{1024 * MIB}\n")
        (tmp_path / used).write_text(f"{1000 * MIB}\n")
        stat = f"cache 1\n{prefix}inactive_file {500 * MIB}\n{prefix}active_file {100 * MIB}\n"
        (tmp_path / "memory.stat").write_text(stat)
        nest = Nest(2 if limit == "memory.max" else 1, {"memory": tmp_path})

        found = room_of(Sandbox("A", (), nest))

        assert found.memory == (1024 - 400) * MIB - SPARE

    def test_a_run_that_never_fits_is_refused_before_any_starts(
        self, job: Callable[..., Job], quiet: Any
    ) -> None:
        with pytest.raises(Refusal) as refusal:
            run_jobs([job("a", SLOW), job("b", SLOW, memory=1 << 50)], Sandbox.unsafe(), quiet)

        assert refusal.value.problems[0].code == "E6303"


def test_a_package_that_changed_before_or_during_its_run_does_not_count(
    job: Callable[..., Job], quiet: Any
) -> None:
    before = job("before", SLOW)
    assert before.package is not None
    (before.package / "main.py").write_text(SLOW + "# changed\n")
    tampering = "import pathlib\npathlib.Path(__file__).with_name('new.py').touch()\n" + SLOW
    during = job("during", tampering)

    ended = [run_jobs([entry], Sandbox.unsafe(), quiet)[0] for entry in (before, during)]

    assert [entry.problems[0].code for entry in ended] == ["E6302", "E6302"]
    assert not (during.folder / "run.json").exists()


def test_a_worker_that_is_killed_loses_nothing(job: Callable[..., Job], tmp_path: Path) -> None:
    killed = job("killed", SLOW)
    slayer = _Slayer()

    first = run_jobs([killed], Sandbox.unsafe(), slayer)
    second = run_jobs([killed], Sandbox.unsafe(), _Slayer(spare=True))

    assert first[0].problems[0].code == "E6301"
    assert second[0].record is not None
    assert second[0].record.outcomes["answered"] == 16
    assert second[0].record.resent <= 1


def test_a_file_that_brings_its_reader_down_costs_its_own_answers_only(
    job: Callable[..., Job],
) -> None:
    submitted = job("file", SLOW, solution=Solution(adapter="predictions", file="p.parquet"))
    died = running.Finished(job=submitted, record=None)

    blamed = running._by_its_own_file(died, -signal.SIGSEGV)
    other = running._by_its_own_file(died, -signal.SIGKILL)

    assert blamed.record is not None
    assert blamed.record.outcomes["missing"] == 16
    assert other.record is None


def test_a_run_that_its_own_declaration_forbids_leaves_the_others_alone(
    job: Callable[..., Job], quiet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "room_of", lambda sandbox, at_once: Room(memory=1 << 40, cores=1))
    told = {"base_url": "https://api.example.com/v1", "model": "m"}
    keyless = Solution(adapter="endpoint", secret="JIEBANG_SECRET_ABSENT", **told)
    prompt = Prompt(template="{t}", parse="label")
    jobs = [
        job("keyless", SLOW, solution=keyless, prompt=prompt),
        job("promptless", SLOW, solution=Solution(adapter="endpoint", **told)),
        job("good", SLOW),
    ]

    ended = run_jobs(jobs, Sandbox.unsafe(), quiet)

    assert [entry.job.candidate for entry in ended] == ["keyless", "promptless", "good"]
    assert [entry.refused for entry in ended] == [True, True, False]
    assert [problem.code for problem in running.failures(ended)] == ["E6402", "E6401"]
    assert ended[2].record is not None


def test_an_instrument_that_fails_starts_nothing_new(
    job: Callable[..., Job], quiet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "room_of", lambda sandbox, at_once: Room(memory=1 << 40, cores=1))
    broken = job("broken", SLOW)
    broken.folder.parent.joinpath("run").write_text("a file where the run's folder should be")

    ended = run_jobs([broken, job("next", SLOW)], Sandbox.unsafe(), quiet)

    assert [(entry.job.candidate, entry.refused) for entry in ended] == [("broken", False)]


class _Slayer:
    """Kills the process of a run once it has answered something."""

    def __init__(self, spare: bool = False) -> None:
        self.spare = spare

    def planned(self, samples: int) -> None: ...

    def answered(self, job: Job, samples: int) -> None:
        if samples and not self.spare:
            for child in running.multiprocessing.active_children():
                assert child.pid is not None
                os.kill(child.pid, signal.SIGKILL)

    def finished(self, finished: object) -> None: ...


def test_asking_again_in_another_order_shows_who_is_not_deterministic(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    fickle = small.package("good")
    (fickle / "solution" / "main.py").write_text(FICKLE)
    workspace = ready(fickle, small.package("fair"))

    done = stages.run(workspace, sandbox, quiet, repeat=2)
    stages.score(workspace)

    assert done.wanted == 4
    assert list(done.differing) == ["C001"]
    scores = workspace.current() / "scores" / "ONE-01"
    told = {
        name: json.loads((scores / f"{name}.json").read_text())["repeat"]
        for name in ("C001", "C002")
    }
    assert told["C001"]["differing"] == done.differing["C001"] > 0
    assert len(told["C001"]["examples"]) == 5
    assert {len(entry["answers"]) for entry in told["C001"]["examples"]} == {2}
    assert told["C002"] == {"runs": 2, "samples": 120, "differing": 0, "examples": []}


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    first, second = small.package("good"), small.package("fair")
    for folder in (first, second):
        (folder / "solution" / "main.py").write_text(SLOW)
    workspace = ready(first, second)
    words = [sys.executable, "-m", "harness.cli.main", "run", str(workspace.root), "--jobs", "2"]
    run = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        start_new_session=True,
        # Where the tests themselves run in the background, their children would ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    journals = workspace.runs / "ONE-01"
    _wait_for(lambda: len(sizes := _written(journals)) == 2 and min(sizes) > 100_000)

    os.killpg(run.pid, signal.SIGINT)
    out, errors = run.communicate(timeout=30)
    before = _answered(journals)

    assert run.returncode == 3, errors
    assert f"jiebang run {workspace.root}" in out
    assert "Traceback" not in errors
    _wait_for(lambda: _processes_of(run.pid) == [], seconds=5)
    assert len(before) >= 4
    done = stages.run(workspace, sandbox, quiet)
    assert done.problems == ()
    assert {name: row for name, row in _answered(journals).items() if name in before} == before


def _written(folder: Path) -> list[int]:
    """Bytes that each candidate's journal has so far; it is locked while its run goes on."""
    return [path.stat().st_size for path in folder.glob("C*/*/journal.sqlite-wal")]


def _answered(folder: Path) -> dict[tuple[str, int], float]:
    """How long each answered batch took, which asking again would change."""
    found = {}
    for path in folder.glob("C*/*/journal.sqlite"):
        base = sqlite3.connect(path)
        for batch, seconds in base.execute("SELECT batch, seconds FROM answered"):
            found[path.parts[-3], batch] = seconds
        base.close()
    return found


def _processes_of(session: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def _wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
