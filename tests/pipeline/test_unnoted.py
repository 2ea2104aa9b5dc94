"""What no line speaks of yet: runs of killed processes, files withheld, older versions' records."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli.keeping import verify as verb
from harness.execution.sandbox import Sandbox
from harness.ledger import Ledger, read
from harness.pipeline import keeping, noting, objections, preparing, stages
from harness.pipeline.verifying import verify
from harness.workspace import Workspace


def test_runs_of_a_process_that_was_killed_before_it_noted_them_are_noted_by_the_next(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    room = ready(small.package("good"))
    with monkeypatch.context() as patched:
        patched.setattr(stages, "note_runs", lambda *_: None)
        stages.run(room, sandbox, quiet)
    (run,) = room.runs.glob("ONE-01/C001/*/run.json")
    before = run.read_bytes()

    stages.run(room, sandbox, quiet)

    assert run.read_bytes() == before
    assert verify(room.root).problems == ()


def old(room: Workspace) -> None:
    """Make of a workspace what a version left that signed nothing and noted less."""
    lines = read(room.ledger)
    room.ledger.unlink()
    shutil.rmtree(room.bodies)
    with Ledger(room.ledger, time=lines[0].time) as ledger:
        for line in lines:
            if line.event != "facts":
                subject = "organizer" if line.event == "report" else line.subject
                ledger._write(
                    replace(line, seq=ledger.length + 1, prev=ledger.head, subject=subject).sealed()
                )


def test_what_an_older_version_left_is_said_to_be_unchecked_then_noted(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with monkeypatch.context() as patched:
        patched.setattr(noting, "SignedLedger", Unsigned)
        patched.setattr(preparing, "note_runs", lambda *_: None)
        room = ready(small.package("good"), small.package("fair"))
        stages.run(room, sandbox, quiet)
        stages.score(room)
        stages.rank(room)
        stages.report(room)
    old(room)

    before = verify(room.root)
    said = CliRunner().invoke(verb, [str(room.root)])
    objections.add(room, objections.Raised(candidate="C001", name="张三", ground="分数有误"))
    after = verify(room.root)
    host = next(room.runs.glob("ONE-01/C001/*/host.json"))
    host.write_bytes(host.read_bytes().replace(b"cpu_seconds", b"cpu_secondz"))

    assert before.problems == ()
    assert {one.code for one in before.unchecked} == {"E8217", "E8608"}
    assert said.exit_code == 0
    assert "E8217" in said.output
    assert after.problems == ()
    assert {one.code for one in after.unchecked} == {"E8216"}
    (problem,) = verify(room.root).problems
    assert (problem.code, room.root / problem.where) == ("E8604", host)


class Unsigned(Ledger):
    """A ledger as an older version held it."""

    signs = True

    def __init__(self, path: Path, *, time: str, key: object) -> None:
        super().__init__(path, time=time)


def test_an_archive_of_which_files_were_withheld_verifies(
    small: Any, ready: Callable[..., Workspace], tmp_path: Path
) -> None:
    package = small.scenario("restricted")
    declared = package / "own" / "dataset.yaml"
    text = declared.read_text(encoding="utf-8")
    assert "redistributable: true" in text
    declared.write_text(
        text.replace("redistributable: true", "redistributable: false"), encoding="utf-8"
    )
    room = ready(package)

    made = keeping.make(room, tmp_path / "room.zip")

    assert any(file.path.startswith("packages/C001/own/") for file in made.withheld)
    assert verify(tmp_path / "room.zip").problems == ()
