"""The doctor says what a machine will do for, and its exit code says it to scripts."""

from __future__ import annotations

import shutil

import pytest
from click.testing import CliRunner

from harness.cli.keeping import doctor
from harness.execution.canary import Canary
from harness.execution.sandbox import Sandbox

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="NOT TESTED: bubblewrap is not installed"
)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = Canary("read_label", "读取参考答案", "read a label file", True)
    monkeypatch.setattr("harness.execution.canary.run_canaries", lambda sandbox: (canary,))


@pytest.mark.parametrize(
    ("sandbox", "code", "words"),
    [
        (Sandbox("A"), 0, "可用于正式榜单"),
        (Sandbox.uncounted(), 2, "E6024"),
        (Sandbox("C"), 2, "不能用于正式榜单"),
    ],
)
def test_only_tier_a_is_good_for_an_official_board(
    sandbox: Sandbox, code: int, words: str, stopped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sandbox, "detect", classmethod(lambda cls: sandbox))

    said = CliRunner().invoke(doctor)

    assert said.exit_code == code
    assert f"沙箱等级 {sandbox.tier}" in said.output
    assert words in said.output


def test_an_attack_that_gets_through_is_not_good_for_anything_official(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    through = Canary("read_label", "读取参考答案", "read a label file", False, "labels.csv")
    monkeypatch.setattr("harness.execution.canary.run_canaries", lambda sandbox: (through,))
    monkeypatch.setattr(Sandbox, "detect", classmethod(lambda cls: Sandbox("A")))

    said = CliRunner().invoke(doctor)

    assert said.exit_code == 2
    assert "✕ 读取参考答案" in said.output


def test_a_machine_without_a_container_engine_is_said_to_be_untested(
    stopped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sandbox, "detect", classmethod(lambda cls: Sandbox("A")))
    monkeypatch.setenv("PATH", "/nowhere")

    said = CliRunner().invoke(doctor)

    assert "docker：没有可用的引擎，容器后端在本机未经测试" in said.output
    assert "podman: no engine answers" in said.output


def test_an_engine_asked_for_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    said = CliRunner().invoke(doctor, ["--engine", "podman"])

    assert said.exit_code == 2
    assert "E6027" in said.output
