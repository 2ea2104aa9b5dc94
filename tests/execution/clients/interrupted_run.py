"""A run of the harness that is there to be killed: interrupted_run.py FOLDER [STEP before|after].

With a step it kills itself, as kill -9 would, right before or right after that transaction of its
journal or that renaming of a finished file, counted from 0.
"""

import contextlib
import itertools
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from harness.execution.answers import Task
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.journal import Journal
from harness.execution.limits import MIB, Limits
from harness.execution.sandbox import Sandbox
from harness.package import Solution
from harness.samples import Sample

WORDS = {17: "毒", 40: "丙", 61: "毒"}


def job(folder: Path) -> Job:
    argv = ("{python}", "/pkg/steady.py", "{request}", "{answer}")
    return Job(
        candidate="一号",
        item="SD-01",
        task=Task(name="classification", labels=("甲", "乙"), positive="甲"),
        solution=Solution(adapter="command", argv=argv),
        mode="hosted",
        package=Path(__file__).parent,
        package_digest="sha256:00",
        samples=[Sample(id=f"{at:05}", inputs={"text": WORDS.get(at, "安")}) for at in range(80)],
        batch=2,
        limits=Limits(
            memory=256 * MIB,
            cpus=1,
            wall=60.0,
            start=20.0,
            batch_wall=10.0,
            disk=MIB,
            output=MIB,
            line=10_000,
        ),
        secret=b"s" * 32,
        folder=folder,
        tier="D",
    )


def fail_at(step: int, moment: str) -> None:
    """Let the process kill itself around one durable step."""
    steps = itertools.count()
    transaction, replace = Journal._transaction, Path.replace

    def die(now: int, when: str) -> None:
        if now == step and moment == when:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextlib.contextmanager
    def counted(self: Journal) -> Iterator[None]:
        now = next(steps)
        with transaction(self):
            yield
            die(now, "before")
        die(now, "after")

    def renamed(self: Path, target: Path) -> Path:
        now = next(steps)
        die(now, "before")
        done = replace(self, target)
        die(now, "after")
        return done

    Journal._transaction = counted  # type: ignore[method-assign]
    Path.replace = renamed  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    if len(sys.argv) > 2:
        fail_at(int(sys.argv[2]), sys.argv[3])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    execute(job(Path(sys.argv[1])), Sandbox.unsafe(), lambda count: None)
