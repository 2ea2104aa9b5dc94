"""What /proc says of a process and its descendants: the count where no cgroup counts.

Best effort: what a short-lived child used between two looks is missed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def descendants(root: int) -> list[int]:
    """List a process and all below it, orphans in its PID namespace included."""
    found, open_ends = [], [root]
    while open_ends:
        pid = open_ends.pop()
        found.append(pid)
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(OSError):
                    children = (thread / "children").read_text().split()
                    open_ends.extend(int(child) for child in children)
    return found


def memory(pids: Iterable[int]) -> int:
    """Bytes of memory that processes hold of their own, shared segments included.

    The quick count takes a segment once for each process that maps it.
    """
    kibibytes = 0
    for pid in pids:
        for name, value in _fields(f"/proc/{pid}/status"):
            if name in {"RssAnon", "RssShmem", "VmSwap"}:
                kibibytes += value
    return kibibytes * 1024


def exact_memory(pids: Iterable[int]) -> int:
    """Bytes as :func:`memory`, each shared page once; slower, and falls back to the quick count."""
    total = 0
    for pid in pids:
        fields = dict(_fields(f"/proc/{pid}/smaps_rollup"))
        if "Pss_Anon" in fields:
            total += 1024 * (fields["Pss_Anon"] + fields["Pss_Shmem"] + fields.get("SwapPss", 0))
        else:
            total += memory([pid])
    return total


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU seconds of living processes and of the children that they waited for."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            after_name = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2]
            ticks += sum(int(field) for field in after_name.split()[11:15])
    return ticks / _TICKS


def _fields(file: str) -> Iterable[tuple[str, int]]:
    try:
        lines = Path(file).read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        name, _, rest = line.partition(":")
        value = rest.split()
        if len(value) == 2 and value[1] == "kB":
            yield name, int(value[0])
