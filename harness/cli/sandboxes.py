"""Which sandbox a command runs candidates in: the options, and what they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from harness.problems import Explanation, Problem, Refusal

if TYPE_CHECKING:
    from harness.execution.sandbox import Sandbox

UNSAFE = click.option(
    "--unsafe-no-sandbox",
    "unsafe",
    is_flag=True,
    help="不用沙箱（等级 D，绝不参与排名）/ no sandbox (tier D, never ranked)",
)


ENGINE = click.option(
    "--engine",
    type=click.Choice(["docker", "podman"]),
    help="在容器引擎中运行（等级 B）/ run in a container engine (tier B)",
)


def sandbox_of(engine: str | None, *, unsafe: bool = False) -> Sandbox:
    """The sandbox that was asked for, or the best there is."""
    from harness.execution.sandbox import Sandbox

    if engine is not None and unsafe:
        raise Refusal([Problem("E9056", "--engine, --unsafe-no-sandbox")])
    if engine is not None:
        return Sandbox.contained(engine)
    return Sandbox.unsafe() if unsafe else Sandbox.detect()


PROBLEMS = (
    Explanation(
        "E9056",
        "{where}：这两个选项只能选一个。请删去其中之一。",
        "{where}: only one of these two options can be chosen. Remove one of them.",
    ),
)
