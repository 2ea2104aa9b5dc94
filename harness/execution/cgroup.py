"""Control groups: the kernel's own count of a run's memory, processes and CPU time."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import secrets
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from harness.execution.limits import Limits, Usage
from harness.problems import Problem

NEEDED = ("memory", "pids", "cpuacct")
"""Controllers without which a run is not counted (v2 has CPU time in every group)."""

_PREFIX = "jiebang-"
_LEAF = "jiebang-harness"
_OWN_PROCESSES = 4  # launcher or outer bwrap, its child, PID 1 inside, and the exec in between
_CPU_PERIOD = 100_000  # microseconds
_STALE = 60.0  # seconds before an empty group of a dead harness may be swept
_serial = itertools.count()


@dataclass(frozen=True, slots=True)
class Nest:
    """The harness's own groups, below which each run gets a fresh one.

    ``folders`` maps a controller to its folder; under v2 every controller has the same folder.
    """

    version: int
    folders: Mapping[str, Path]


def find_nest(memberships: str, mounts: str) -> Nest | Problem:
    """Find where groups can be made, from ``/proc/self/cgroup`` and ``/proc/self/mountinfo``."""
    folders = _groups(memberships, mounts)
    if all(name in folders for name in NEEDED):
        kept = {name: folders[name] for name in (*NEEDED, "cpu") if name in folders}
        return _writable(Nest(1, kept))
    if "" not in folders:
        return Problem("E6020", where="/proc/self/mountinfo")
    return _open_unified(folders[""])


@dataclass(frozen=True, slots=True)
class Others:
    """A group that somebody else made for a run, to be read only."""

    nest: Nest

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The group that a process is in; ``None`` where it cannot be told, or is no run's own."""
        mounts = Path("/proc/self/mountinfo").read_text()
        try:
            folders = _groups(Path(f"/proc/{pid}/cgroup").read_text(), mounts)
        except OSError:
            return None
        if all(name in folders for name in NEEDED):
            nest = Nest(1, {name: folders[name] for name in NEEDED})
        elif "" in folders:
            nest = Nest(2, dict.fromkeys(NEEDED, folders[""]))
        else:
            return None
        own = _groups(Path("/proc/self/cgroup").read_text(), mounts).values()
        shared = any(path.is_relative_to(group) for group in nest.folders.values() for path in own)
        return None if shared else cls(nest)

    def usage(self) -> Usage:
        """Read the counters; nothing once the group is gone."""
        return _usage(self.nest.version, self.nest.folders)


def _groups(memberships: str, mounts: str) -> dict[str, Path]:
    """The folder of each controller's group, by its name; that of v2 has no name."""
    paths = {}
    for line in memberships.splitlines():
        _, controllers, path = line.split(":", 2)
        paths.update(dict.fromkeys(controllers.split(","), path))
    folders: dict[str, Path] = {}
    for line in mounts.splitlines():
        left, right = line.split(" - ", 1)
        root, point = left.split()[3:5]
        kind, _, options = right.split(" ", 2)
        if kind == "cgroup2":
            folders[""] = _below(point, root, paths.get("", "/"))
        elif kind == "cgroup":
            for name in options.split(","):
                if name in paths:
                    folders[name] = _below(point, root, paths[name])
    return folders


def _below(point: str, root: str, path: str) -> Path:
    relative = os.path.relpath(path, root)
    return Path(point) if relative.startswith("..") else Path(point, relative)


def _writable(nest: Nest) -> Nest | Problem:
    for folder in nest.folders.values():
        if not os.access(folder, os.W_OK | os.X_OK):
            return Problem("E6021", where=str(folder), found=os.strerror(errno.EACCES))
    return nest


def _open_unified(own: Path) -> Nest | Problem:
    """Hand controllers down to child groups; a group that does so may hold no process itself."""
    if own.name == _LEAF:
        own = own.parent
    available = (own / "cgroup.controllers").read_text().split()
    if missing := [name for name in ("memory", "pids") if name not in available]:
        return Problem("E6022", where=str(own), found=", ".join(missing))
    if not os.access(own / "cgroup.subtree_control", os.W_OK) or not os.access(own, os.W_OK):
        return Problem("E6021", where=str(own), found=os.strerror(errno.EACCES))
    wanted = [name for name in ("memory", "pids", "cpu") if name in available]
    if not set(wanted) <= set((own / "cgroup.subtree_control").read_text().split()):
        others = set((own / "cgroup.procs").read_text().split()) - {str(os.getpid())}
        if others:
            return Problem("E6023", where=str(own), found=str(len(others)))
        leaf = own / _LEAF
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text("0")
        try:
            (own / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in wanted))
        except OSError as error:
            return Problem("E6021", where=str(own), found=str(error))
    return Nest(2, dict.fromkeys((*NEEDED, "cpu") if "cpu" in wanted else NEEDED, own))


class RunGroup:
    """The group of one run: made fresh, since counters of a used one carry over."""

    def __init__(self, nest: Nest, limits: Limits) -> None:
        name = f"{_PREFIX}{os.getpid()}-{next(_serial)}-{secrets.token_hex(4)}"
        self.version = nest.version
        self.folders = {controller: folder / name for controller, folder in nest.folders.items()}
        try:
            for folder in self._unique():
                folder.mkdir()
            self._limit(limits)
        except OSError:
            self.remove()
            raise

    @property
    def joins(self) -> tuple[Path, ...]:
        """The files to which a process writes "0" in order to join."""
        return tuple(folder / "cgroup.procs" for folder in self._unique())

    def usage(self) -> Usage:
        """Read the counters of the whole tree, past and present processes alike."""
        return _usage(self.version, self.folders)

    def members(self) -> set[int]:
        """List the processes in the group."""
        found: set[int] = set()
        for join in self.joins:
            with contextlib.suppress(FileNotFoundError):
                found.update(int(pid) for pid in join.read_text().split())
        return found - {0}

    def clear(self, patience: float) -> bool:
        """Kill until no process is left, for at most ``patience`` seconds; whether none is."""
        deadline = time.monotonic() + patience
        while self.members():
            if time.monotonic() > deadline:
                return False
            kill_file = self.folders["memory"] / "cgroup.kill"
            if self.version == 2 and kill_file.exists():
                kill_file.write_text("1")
            else:
                for pid in self.members():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.002)
        return True

    def remove(self) -> bool:
        """Remove the group; whether it is gone. The kernel may hold on to it for a moment."""
        for folder in self._unique():
            for _ in range(200):
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.005)
        return not any(folder.exists() for folder in self._unique())

    def _unique(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(self.folders.values()))

    def _limit(self, limits: Limits) -> None:
        memory, pids = self.folders["memory"], self.folders["pids"]
        quota = limits.cpus * _CPU_PERIOD
        (pids / "pids.max").write_text(str(limits.processes + _OWN_PROCESSES))
        if self.version == 1:
            (memory / "memory.limit_in_bytes").write_text(str(limits.memory))
            _write_if_present(memory / "memory.memsw.limit_in_bytes", str(limits.memory))
            if "cpu" in self.folders:
                _write_if_present(self.folders["cpu"] / "cpu.cfs_quota_us", str(quota))
        else:
            (memory / "memory.max").write_text(str(limits.memory))
            _write_if_present(memory / "memory.swap.max", "0")
            _write_if_present(memory / "memory.oom.group", "1")
            if "cpu" in self.folders:
                _write_if_present(self.folders["cpu"] / "cpu.max", f"{quota} {_CPU_PERIOD}")


def sweep(nest: Nest) -> None:
    """Remove the empty groups of harnesses that died."""
    for folder in dict.fromkeys(nest.folders.values()):
        for group in folder.glob(f"{_PREFIX}*-*-*"):
            owner = group.name.removeprefix(_PREFIX).split("-", 1)[0]
            with contextlib.suppress(OSError):
                old = time.time() - group.stat().st_mtime > _STALE
                if old and not Path("/proc", owner).exists():
                    group.rmdir()


def _usage(version: int, folders: Mapping[str, Path]) -> Usage:
    memory, cpu = folders["memory"], folders["cpuacct"]
    if version == 1:
        nanoseconds = _number(cpu / "cpuacct.usage")
        return Usage(
            cpu_seconds=None if nanoseconds is None else nanoseconds / 1e9,
            peak_memory=_number(memory / "memory.max_usage_in_bytes"),
            oom_kills=_field(memory / "memory.oom_control", "oom_kill"),
        )
    microseconds = _field(cpu / "cpu.stat", "usage_usec")
    return Usage(
        cpu_seconds=None if microseconds is None else microseconds / 1e6,
        peak_memory=_number(memory / "memory.peak"),
        oom_kills=_field(memory / "memory.events", "oom_kill"),
    )


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except OSError:
        return None


def _field(file: Path, name: str) -> int | None:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.split()[0] == name), None)


def _write_if_present(file: Path, text: str) -> None:
    if file.exists():
        file.write_text(text)
