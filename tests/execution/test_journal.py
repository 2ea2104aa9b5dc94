"""The journal keeps what was asked and answered, or says that it cannot."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from harness.execution.journal import Close, Exchange, Journal, Spent
from harness.execution.outcomes import InstrumentFailure, Verdict
from harness.problems import Refusal

ROOT = Path(__file__).parents[2]
NOTHING = Spent(wall=0.0, cpu=0.0, output=0)
GOOD = Verdict("answered", '{"label":"甲"}')


def batch(number: int, *names: str) -> Exchange:
    verdicts = dict.fromkeys(names, GOOD)
    return Exchange(batch=number, seconds=0.5, size=40, verdicts=verdicts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "journal.sqlite"


def test_what_was_kept_is_there_again_after_reopening(path: Path) -> None:
    with Journal(path, "key") as journal:
        launch = journal.launched("A")
        journal.settle("batch", "2")
        journal.ready(launch, 1.5)
        journal.step(launch, NOTHING, None, 0)
        journal.step(launch, Spent(wall=2.0, cpu=1.0, output=40), batch(0, "a", "b"), 1)

    with Journal(path, "key") as journal:
        assert journal.decided() == {"a": GOOD, "b": GOOD}
        assert journal.fact("batch") == "2"
        assert journal.spent() == Spent(wall=2.0, cpu=1.0, output=40)
        assert journal.seconds() == (0.5,)


def test_a_batch_that_was_sent_twice_is_counted_as_resent(path: Path) -> None:
    with Journal(path, "key") as journal:
        for _ in range(2):
            journal.step(journal.launched("A"), NOTHING, None, 3)

        assert journal.resent() == 1


def test_a_sample_never_gets_a_second_outcome(path: Path) -> None:
    with Journal(path, "key") as journal:
        launch = journal.launched("A")
        journal.step(launch, NOTHING, batch(0, "a"), None)

        with pytest.raises(InstrumentFailure):
            journal.step(launch, NOTHING, batch(1, "a"), 2)

        assert journal.decided() == {"a": GOOD}
        assert journal.seconds() == (0.5,)


def test_faults_and_restarts_are_counted(path: Path) -> None:
    with Journal(path, "key") as journal:
        for fault, restarted in (("gone", True), (None, False), ("batch_late", False)):
            close = Close(fault=fault, detail="", restarted=restarted, facts="{}", log="")
            journal.close(journal.launched("B"), close)

        assert journal.faults() == ("gone", "batch_late")
        assert journal.restarts() == 1


def test_commits_are_flushed_to_the_disk_and_survive_a_power_cut(path: Path) -> None:
    with Journal(path, "key") as journal:
        assert journal._row("PRAGMA synchronous") == (2,)
        assert journal._row("PRAGMA journal_mode") == ("wal",)


def test_a_journal_in_use_refuses_a_second_one_in_the_same_process(path: Path) -> None:
    with Journal(path, "key"), pytest.raises(Refusal) as refused:
        Journal(path, "key")

    assert [problem.code for problem in refused.value.problems] == ["E6101"]


def test_a_journal_in_use_refuses_another_process_and_is_free_after_a_kill(path: Path) -> None:
    code = (
        "import sys, pathlib; from harness.execution.journal import Journal\n"
        "held = Journal(pathlib.Path(sys.argv[1]), 'key'); print('held', flush=True)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Refusal) as refused:
            Journal(path, "key")
        holder.kill()

    assert [problem.code for problem in refused.value.problems] == ["E6101"]
    Journal(path, "key").__exit__(None, None, None)


def test_a_journal_of_other_inputs_is_refused(path: Path) -> None:
    Journal(path, "one").__exit__(None, None, None)

    with pytest.raises(Refusal) as refused:
        Journal(path, "two")

    assert [problem.code for problem in refused.value.problems] == ["E6102"]


def test_a_journal_of_a_later_version_is_refused(path: Path) -> None:
    Journal(path, "key").__exit__(None, None, None)
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA user_version=99")
    base.close()

    with pytest.raises(Refusal) as refused:
        Journal(path, "key")

    assert [problem.code for problem in refused.value.problems] == ["E6103"]


def test_a_file_that_is_no_journal_is_a_failure_of_the_instrument(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(InstrumentFailure) as failed:
        Journal(path, "key")

    assert [problem.code for problem in failed.value.problems] == ["E6104"]


def test_a_damaged_journal_is_a_failure_of_the_instrument(path: Path) -> None:
    with Journal(path, "key") as journal:
        launch = journal.launched("A")
        for number in range(50):
            journal.step(
                launch,
                NOTHING,
                batch(number, *(f"{number}-{at}" for at in range(8))),
                1000 + number,
            )
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3000] = b"\xff" * 3000
    path.write_bytes(content)

    with pytest.raises(InstrumentFailure):
        Journal(path, "key")


def test_a_full_disk_is_a_failure_of_the_instrument_and_loses_nothing(path: Path) -> None:
    with Journal(path, "key") as journal:
        launch = journal.launched("A")
        journal.step(launch, NOTHING, batch(0, "a"), 1)
        journal._base.execute("PRAGMA max_page_count=1")
        large = Verdict("answered", "x" * 1_000_000)
        full = Exchange(batch=1, seconds=0.1, size=9, verdicts={"b": large})

        with pytest.raises(InstrumentFailure) as failed:
            journal.step(launch, NOTHING, full, 2)

    assert "full" in failed.value.problems[0].found
    with Journal(path, "key") as journal:
        assert journal.decided() == {"a": GOOD}
