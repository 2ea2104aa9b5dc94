"""Environments before runs: built where a lock asks for one, removed where none does any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.execution.environment import build, remove_unused
from harness.execution.job import Job
from harness.execution.limits import MIB
from harness.execution.sandbox import Sandbox
from harness.pipeline.room import room_of
from harness.problems import Problem, Refusal
from harness.workspace import Workspace

LEAST = 256 * MIB


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """The jobs whose environment is there, and why that of the others is not."""

    jobs: tuple[Job, ...]
    problems: tuple[Problem, ...]


def prepare(jobs: Sequence[Job], sandbox: Sandbox) -> Prepared:
    """Build every environment that a job lacks; one that cannot be built stops its own job only."""
    ready: list[Job] = []
    problems: list[Problem] = []
    failed: set[Path] = set()
    memory = max(LEAST, room_of(sandbox).memory)
    for job in jobs:
        environment = job.environment if job.sandboxed else None
        if environment is not None and environment.folder not in failed:
            try:
                build(environment, sandbox, memory)
            except Refusal as refusal:
                failed.add(environment.folder)
                problems += refusal.problems
        if environment is None or environment.folder not in failed:
            ready.append(job)
    return Prepared(jobs=tuple(ready), problems=tuple(problems))


def sweep_environments(workspace: Workspace, jobs: Sequence[Job]) -> tuple[str, ...]:
    """Remove the environments that none of these jobs has."""
    used = [job.environment.digest for job in jobs if job.environment is not None]
    return remove_unused(workspace.environments, used)
