"""The room that runs side by side have: cores and memory, of which none gets more than there is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from harness.execution.job import Job
from harness.execution.limits import MIB
from harness.execution.sandbox import Sandbox

OWN = 192 * MIB
"""Bytes that the harness's own process of a run takes."""

SPARE = 256 * MIB
"""Bytes that are left to the machine."""

_UNLIMITED = 1 << 60


@dataclass(kw_only=True)
class Room:
    """What is there, and what of it has been given away; memory in bytes."""

    memory: int
    cores: int
    at_once: int | None = None
    taken: dict[str, tuple[int, int]] = field(default_factory=dict)

    def holds(self, job: Job) -> bool:
        """Whether a run could ever start here."""
        return need(job)[0] <= self.memory

    def enter(self, job: Job) -> bool:
        """Give a run its room if there is enough; the first always has cores."""
        memory, cores = need(job)
        free = self.memory - sum(one for one, _ in self.taken.values())
        busy = sum(one for _, one in self.taken.values())
        if self.at_once is not None:
            crowded = len(self.taken) >= self.at_once
        else:
            crowded = bool(self.taken) and busy + cores > self.cores
        if crowded or memory > free:
            return False
        self.taken[job.key] = (memory, cores)
        return True

    def leave(self, job: Job) -> None:
        """Take a run's room back."""
        self.taken.pop(job.key, None)


def need(job: Job) -> tuple[int, int]:
    """Bytes of memory and cores that a run may come to use."""
    if not job.sandboxed:
        return OWN, 1
    return job.limits.memory + OWN, job.limits.cpus


def room_of(sandbox: Sandbox, at_once: int | None = None) -> Room:
    """The room of this machine, within the control group that the harness itself is in."""
    return Room(memory=max(0, _available(sandbox) - SPARE), cores=cores(), at_once=at_once)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _available(sandbox: Sandbox) -> int:
    found = _UNLIMITED
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return found
    for line in lines:
        if line.startswith("MemAvailable:"):
            found = int(line.split()[1]) * 1024
    if sandbox.nest is not None:
        group = sandbox.nest.folders["memory"]
        for limit, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            try:
                most = (group / limit).read_text().strip()
                if most != "max":
                    taken = int((group / used).read_text()) - _page_cache(group)
                    found = min(found, max(0, int(most) - taken))
            except (OSError, ValueError):
                continue
    return found


def _page_cache(group: Path) -> int:
    """Bytes that the kernel would give back at once: pages of files, counted as used."""
    fields = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    names = ("inactive_file", "active_file")
    return sum(int(fields.get(f"total_{name}", fields.get(name, 0))) for name in names)
