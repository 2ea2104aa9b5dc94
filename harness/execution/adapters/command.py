"""The command adapter: a program of the package that speaks the protocol itself."""

from __future__ import annotations

from harness.execution.job import PACKAGE, Job
from harness.execution.runtime import base_runtime
from harness.execution.sandbox import Command

REQUEST, ANSWER, PYTHON = "{request}", "{answer}", "{python}"


def command(job: Job) -> Command:
    """The declared words, with the package's own program found in /pkg.

    A first word such as ``bin/solve`` or ``./solve`` lies in the package; ``{python}`` is the
    organizer's interpreter; the two descriptors come last unless the words place them.
    """
    mounts, python = base_runtime(job.site)
    first, *rest = job.solution.argv
    if "/" in first and not first.startswith("/"):
        first = f"{PACKAGE}/{first.removeprefix('./')}"
    words = (*python, *rest) if first == PYTHON else (first, *rest)
    placed = any(REQUEST in word or ANSWER in word for word in words)
    descriptors = () if placed else (REQUEST, ANSWER)
    return Command(argv=(*words, *descriptors), mounts=(*mounts, *job.mounts), environment={})
