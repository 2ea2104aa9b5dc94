"""Tier C: a process of the user's own, closed off by Landlock, a filter and resource limits.

No namespaces and no control group: for self-checks on machines where bubblewrap cannot run. The
candidate sees the host's paths, its disk is bounded by the file only, its memory by polling.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.execution import confiner, seccomp
from harness.execution.limits import Limits
from harness.problems import Problem

_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/proc/cpuinfo",
    "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def lacking() -> Problem | None:
    """What keeps this machine from tier C; nothing where it is reached."""
    found = confiner.version() if sys.platform == "linux" and seccomp.supported() else 0
    return None if found >= confiner.OLDEST else Problem("E6025", "sandbox", str(found))


def confined_by(
    argv: Sequence[str],
    environment: Mapping[str, str],
    sources: Sequence[Path],
    scratch: Path,
    limits: Limits,
    hold: Callable[[bytes], int],
) -> list[str]:
    """Build the command line of the stage that confines itself and becomes the candidate."""
    plan: dict[str, Any] = {
        "argv": list(argv),
        "environment": dict(environment),
        "read": [*_SYSTEM, *(os.fspath(source.resolve()) for source in sources)],
        "write": [os.fspath(scratch), *_DEVICES],
        "parent": os.getpid(),
        "filter": seccomp.program(counted=False, alone=True),
        "limits": {
            "RLIMIT_FSIZE": limits.disk,
            "RLIMIT_NOFILE": 1024,
            "RLIMIT_CORE": 0,
            "RLIMIT_MEMLOCK": 65536,
            "RLIMIT_MSGQUEUE": 0,
        },
    }
    if os.geteuid() != 0:  # root is exempt: there, and for others too, processes are polled
        plan["limits"] |= {"RLIMIT_NPROC": _threads_of_this_user() + limits.processes}
    stage = os.fspath(Path(confiner.__file__).resolve())
    return [sys.executable, "-I", "-S", stage, str(hold(marshal.dumps(plan)))]


def _threads_of_this_user() -> int:
    """What the kernel counts against this user's limit of processes, all over the machine."""
    found, uid = 0, os.getuid()
    for task in Path("/proc").glob("[0-9]*"):
        try:
            found += len([*(task / "task").iterdir()]) if task.stat().st_uid == uid else 0
        except OSError:
            continue
    return found
