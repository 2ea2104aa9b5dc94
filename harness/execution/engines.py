"""Container engines on this machine: which there are, and whether one answers."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from harness.problems import Explanation, Problem, Refusal

ENGINES = ("docker", "podman")
_PATIENCE = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A container engine and what became of asking it for its version."""

    name: str
    answers: bool

    @property
    def zh(self) -> str:
        """The finding in Chinese."""
        if not self.answers:
            return "没有可用的引擎，容器后端在本机未经测试"
        return f"引擎可用；可用 --engine {self.name} 运行（B 级，不用于正式榜单）"

    @property
    def en(self) -> str:
        """The finding in English."""
        if not self.answers:
            return "no engine answers, so running in containers is untested on this machine"
        return (
            f"an engine answers; --engine {self.name} runs in it (tier B, not for official boards)"
        )


def engines() -> Iterator[Engine]:
    """Ask each engine whether it is there."""
    for name in ENGINES:
        yield Engine(name=name, answers=_answers(name))


def demanded(name: str) -> Engine:
    """The engine of a name; raises ``Refusal`` where it does not answer."""
    if name not in ENGINES or not _answers(name):
        raise Refusal([Problem("E6027", where=name)])
    return Engine(name=name, answers=True)


def _answers(name: str) -> bool:
    program = shutil.which(name)
    if program is None:
        return False
    try:
        asked = subprocess.run(
            [program, "info"], capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


PROBLEMS = (
    Explanation(
        "E6027",
        "容器引擎 {where} 没有应答。请启动它（如 sudo systemctl start {where}），确认 {where} info 可用，或去掉 --engine。",
        "The container engine {where} does not answer. Start it (such as sudo systemctl start "
        "{where}), see that {where} info works, or leave out --engine.",
    ),
    Explanation(
        "E6028",
        "容器引擎 {where} 不能建立空镜像（{found}）。请确认本机可以执行 {where} import。",
        "The container engine {where} cannot make the empty image ({found}). See that {where} "
        "import works on this machine.",
    ),
    Explanation(
        "E6029",
        "按要求用容器引擎 {found} 运行（B 级）：内存和进程数由引擎限制，CPU 时间和内存峰值不测量。正式榜单请用自动检测。",
        "Run in the container engine {found} as asked (tier B): it limits memory and processes; CPU "
        "time and peak memory are not measured. For an official board, use what is detected.",
    ),
)
