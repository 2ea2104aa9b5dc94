"""Canaries: stopped by a sandbox, and not stopped without one."""

import shutil

import pytest

from harness.execution.canary import Canary, breach, run_canaries
from harness.execution.sandbox import Sandbox
from harness.problems import Problem

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="NOT TESTED: bubblewrap is not installed"
)


@pytest.mark.parametrize("sandbox", [Sandbox.detect, Sandbox.uncounted], ids=["best", "polled"])
def test_a_sandbox_stops_every_canary(sandbox: type[Sandbox]) -> None:
    canaries = run_canaries(sandbox())  # type: ignore[call-arg]

    assert {canary.name: canary.detail for canary in canaries if not canary.stopped} == {}
    assert len(canaries) == 8


def test_canaries_are_real_attacks_that_succeed_without_a_sandbox() -> None:
    canaries = run_canaries(Sandbox.unsafe())

    reached = {canary.name for canary in canaries if not canary.stopped}

    assert reached >= {
        "read_label", "read_package", "connect", "sockets", "write_outside", "fork", "environ",
    }  # fmt: skip


def test_a_canary_that_cannot_run_counts_as_not_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.execution.canary._INTRUDER", "/proc/intruder.py")

    canaries = run_canaries(Sandbox.uncounted())

    assert not any(canary.stopped for canary in canaries)


def test_a_breach_names_the_attack_and_what_it_reached() -> None:
    canary = Canary("read_label", "读取参考答案", "read a label file", False, "/target.csv")

    problem = breach(canary)

    assert problem == Problem("E6030", where="read_label", found="/target.csv")
