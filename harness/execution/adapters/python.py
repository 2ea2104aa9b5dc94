"""The python adapter: a function of the package, served by the worker in the sandbox."""

from __future__ import annotations

from pathlib import Path

from harness.execution import worker
from harness.execution.job import PACKAGE, Job
from harness.execution.runtime import SITE, base_runtime
from harness.execution.sandbox import Command, Mount

WORKER = "/worker.py"


def command(job: Job) -> Command:
    """The worker with the entry function, in the organizer's base environment."""
    mounts, python = base_runtime(job.site)
    shim = Mount(Path(worker.__file__), WORKER)
    paths = (PACKAGE, SITE)
    return Command(
        argv=(*python, WORKER, "{request}", "{answer}", str(job.solution.entry), *paths),
        mounts=(*mounts, shim, *job.mounts),
        environment={},
    )
