"""What the tests of running candidates share: small jobs and the sandboxes to run them in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.execution.answers import Task
from harness.execution.job import Job
from harness.execution.limits import MIB, Limits
from harness.execution.sandbox import Sandbox
from harness.package import Solution
from harness.problems import Refusal
from harness.samples import Sample

SHORT = {
    "memory": 256 * MIB,
    "cpus": 1,
    "wall": 20.0,
    "start": 5.0,
    "batch_wall": 0.4,
    "disk": 16 * MIB,
    "output": 100_000,
    "line": 10_000,
}
CLASSES = Task(name="classification", labels=("甲", "乙"), positive="甲")

MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(tmp_path: Path) -> MakeJob:
    """Make a job with eight samples in batches of two; limits are changed by their names."""

    def make(**changes: Any) -> Job:
        limits = SHORT | {name: changes.pop(name) for name in SHORT if name in changes}
        limits |= {"cpu": changes.pop("cpu", None)}
        count, text = changes.pop("count", 8), changes.pop("text", "早安")
        given: dict[str, Any] = {
            "candidate": "一号",
            "item": "SD-01",
            "task": CLASSES,
            "solution": Solution(adapter="python", entry="main:predict"),
            "mode": "hosted",
            "package": tmp_path / "pkg",
            "package_digest": "sha256:00",
            "samples": [Sample(id=f"{at:05}", inputs={"text": text}) for at in range(count)],
            "batch": 2,
            "limits": Limits(**limits),
            "secret": b"s" * 32,
            "folder": tmp_path / "run",
            "tier": "D",
        }
        return Job(**(given | changes))

    return make


@pytest.fixture
def package(tmp_path: Path) -> Callable[[str], Path]:
    """Write a package whose main.py holds some code."""

    def write(code: str) -> Path:
        folder = tmp_path / "pkg"
        folder.mkdir(exist_ok=True)
        (folder / "main.py").write_text(code)
        return folder

    return write


@pytest.fixture
def plain() -> Sandbox:
    """A plain process: trusted test code, started as fast as can be."""
    return Sandbox.unsafe()


@pytest.fixture(scope="session")
def sealed_off() -> Sandbox:
    """The best sandbox of this machine."""
    try:
        return Sandbox.detect()
    except Refusal as refusal:
        pytest.skip(f"NO SANDBOX ON THIS MACHINE, candidates are not isolated here: {refusal}")
