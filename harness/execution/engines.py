"""Container engines on this machine: found, or not; none of them runs candidates yet."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

ENGINES = ("docker", "podman")
_PATIENCE = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A container engine and what became of asking it for its version."""

    name: str
    answers: bool

    @property
    def zh(self) -> str:
        """The finding in Chinese."""
        found = "引擎可用" if self.answers else "没有可用的引擎"
        return f"{found}；容器后端尚未测试，不会用它运行参评程序"

    @property
    def en(self) -> str:
        """The finding in English."""
        found = "an engine answers" if self.answers else "no engine answers"
        return f"{found}; running candidates in containers is untested and not offered"


def engines() -> Iterator[Engine]:
    """Ask each engine whether it is there."""
    for name in ENGINES:
        program = shutil.which(name)
        if program is None:
            yield Engine(name=name, answers=False)
            continue
        try:
            asked = subprocess.run(
                [program, "info"], capture_output=True, timeout=_PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            yield Engine(name=name, answers=False)
        else:
            yield Engine(name=name, answers=asked.returncode == 0)
