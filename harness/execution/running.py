"""One started run: its channels, its counters, and its certain end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from harness.execution import leftovers, tree
from harness.execution.cgroup import Others, RunGroup
from harness.execution.container import Container, Stopped
from harness.execution.limits import Limits, Usage

Exceeded = Literal["memory", "cpu", "processes"]

_LOOK_EVERY = 0.02  # seconds between two looks at the counters
_GRACE = 0.1  # seconds between a candidate's last breath and bubblewrap's word of it
_PATIENCE = 10.0  # seconds until killed processes must be gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended.

    ``exit_code`` is what the candidate's first process returned, 128 + n for signal n, and ``None``
    when it was killed before; ``signal`` is that n (a candidate can fake it by exiting with the
    number) or that of our kill. ``exceeded`` names the limit that ended it or made the kernel kill
    part of it. ``sandbox_failure`` says what was wrong with the sandbox itself: no candidate is to
    blame, and no score follows.
    """

    exit_code: int | None
    signal: int | None
    sandbox_failure: str | None
    exceeded: Exceeded | None
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The harness's ends of a run's pipes, all non-blocking; ``status`` is bubblewrap's own."""

    request: int
    answer: int
    errors: int
    status: int | None


class Running:
    """A started run. Use as a context manager: leaving it ends the run and closes the pipes.

    ``request`` is written, ``answer`` and ``errors`` are read; after :meth:`finish` what is left in
    the latter two can still be read until :meth:`close`. Call :meth:`poll` at least every 50 ms.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        channels: Channels,
        limits: Limits,
        group: RunGroup | None,
        scratch: Path | None = None,
        container: Container | None = None,
    ) -> None:
        self.request = channels.request
        self.answer = channels.answer
        self.errors = channels.errors
        self._status = channels.status
        self._process = process
        self._limits = limits
        self._group = group
        self._scratch = scratch
        self._container = container
        self._stopped: Stopped | None = None
        self._report = b""
        self._first: int | None = None
        self._killed = False
        self._exceeded: Exceeded | None = None
        self._looked = 0.0
        self._ending: Ending | None = None
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None
        if container is not None:
            self._watch = threading.Thread(target=self._look_into, args=(container,), daemon=True)
        elif group is None:
            self._watch = threading.Thread(target=self._look_on, daemon=True)
        if self._watch is not None:
            self._watch.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.finish()
        self.close()

    @property
    def pid(self) -> int:
        """The outermost process of the run, as the host sees it."""
        return self._process.pid

    @property
    def exceeded(self) -> Exceeded | None:
        """The limit that was run into, if any; memory may be so while the first process lives."""
        if self._exceeded is None and self.measure().oom_kills:
            self._exceeded = "memory"
        return self._exceeded

    def poll(self) -> bool:
        """Whether the candidate's first process is gone; ends a run above its CPU time."""
        self._open_first()
        if self._process.poll() is not None:
            return True
        now = time.monotonic()
        if self._limits.cpu is not None and now - self._looked >= _LOOK_EVERY:
            self._looked = now
            used = self.measure().cpu_seconds
            if used is not None and used > self._limits.cpu:
                self._end_above("cpu")
        return False

    def wait(self, seconds: float) -> bool:
        """Wait for the candidate's first process; whether it is gone."""
        deadline = time.monotonic() + seconds
        while not self.poll():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        return True

    def kill(self) -> None:
        """Kill the run without waiting for it."""
        if self._process.poll() is None:
            self._killed = True
            if self._status is None:  # no namespace ends with its first process
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            if self._container is not None:
                self._container.kill()

    def measure(self) -> Usage:
        """Read what the run has used so far."""
        if self._ending is not None:
            return self._ending.usage
        if self._stopped is not None and self._stopped.out_of_memory:
            return Usage(oom_kills=1)
        if self._group is None:
            return Usage(oom_kills=1 if self._exceeded == "memory" else 0)
        return self._group.usage()

    def finish(self) -> Ending:
        """End the run now, in whatever state it is, and leave no process and no group behind.

        Waits for processes, never for the end of a pipe that an orphan may hold open.
        """
        if self._ending is not None:
            return self._ending
        if _hung_up(self.answer):
            self.wait(_GRACE)
        self._open_first()
        members = [] if self._first is None else [self._first]
        if self._process.poll() is None:
            members += _handles(tree.descendants(self._process.pid)[1:])
        self.kill()
        for member in members:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(member, signal.SIGKILL)
        if self._status is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._ended.set()
        failures = []
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            failures.append(f"process {self._process.pid} cannot be killed")
        if self._container is not None:
            self._stopped = self._container.end()
            failures += [self._stopped.failure] if self._stopped.failure else []
        failures += [] if _all_gone(members) else ["processes cannot be killed"]
        if self._watch is not None:
            self._watch.join()
        if self._scratch is not None and not leftovers.remove(self._scratch):
            failures.append(f"{self._scratch} cannot be removed")
        self._ending = self._conclude(failures)
        return self._ending

    def close(self) -> None:
        """Close the pipes."""
        channels = (self.request, self.answer, self.errors, self._status)
        self.request = self.answer = self.errors = -1
        self._status = None
        for channel in channels:
            if channel is not None and channel >= 0:
                os.close(channel)

    def _open_first(self) -> None:
        """Hold PID 1 of the sandbox: its end is the end of all that ran inside."""
        if self._status is None or self._first is not None:
            return
        self._report += _read(self._status)
        for line in self._report.splitlines(keepends=True):
            pid = json.loads(line).get("child-pid") if line.endswith(b"\n") else None
            if pid is not None:
                self._first = next(iter(_handles([pid])), None)

    def _conclude(self, failures: list[str]) -> Ending:
        usage = self.measure()
        if self._group is not None:
            if not self._group.clear(_PATIENCE):
                failures.append(f"processes left: {sorted(self._group.members())}")
            usage = self._group.usage()
            if not self._group.remove():
                failures.append("the control group cannot be removed")
        if self._exceeded is None and usage.oom_kills:
            self._exceeded = "memory"
        code, number = self._returned()
        if code is None and not self._killed and self._exceeded is None:
            failures.append(self._explain())
        return Ending(
            exit_code=code,
            signal=number,
            sandbox_failure="; ".join(failures) or None,
            exceeded=self._exceeded,
            usage=usage,
        )

    def _returned(self) -> tuple[int | None, int | None]:
        """Exit code and signal of the first process inside, from bubblewrap's status stream."""
        if self._stopped is not None:
            code = None if self._killed else self._stopped.code
            if code is None:
                return None, int(signal.SIGKILL) if self._killed else None
            return code, code - 128 if 128 < code < 193 else None
        if self._status is None:
            code = self._process.returncode
            if self._killed or code is None:
                return None, int(signal.SIGKILL)
            return (code, None) if code >= 0 else (128 - code, -code)
        while chunk := _read(self._status):
            self._report += chunk
        for line in self._report.splitlines():
            code = json.loads(line).get("exit-code")
            if code is not None:
                return code, code - 128 if 128 < code < 193 else None
        return None, int(signal.SIGKILL) if self._killed else None

    def _explain(self) -> str:
        said = _read(self.errors).decode(errors="replace").strip()
        return said or f"the sandbox ended by itself with status {self._process.returncode}"

    def _end_above(self, limit: Exceeded) -> None:
        self._exceeded = limit
        self.kill()

    def _look_on(self) -> None:
        """Poll memory and CPU time where no group counts them."""
        spent = 0.0
        while not self._ended.wait(_LOOK_EVERY) and self._process.returncode is None:
            pids = tree.descendants(self._process.pid)
            limit = self._limits.memory
            if tree.memory(pids) > limit and tree.exact_memory(pids) > limit:
                self._end_above("memory")
                return
            if self._scratch is not None and len(pids) > self._limits.processes:
                self._end_above("processes")
                return
            spent = max(spent, tree.cpu_seconds(pids))
            if self._limits.cpu is not None and spent > self._limits.cpu:
                self._end_above("cpu")
                return

    def _look_into(self, container: Container) -> None:
        """Read the counters of the engine's own group, before it removes them."""
        group: Others | None = None
        while not self._ended.wait(_LOOK_EVERY) and self._process.returncode is None:
            if group is None:
                first = container.first()
                group = None if first is None else Others.of(first)
                continue
            used = group.usage()
            if used.oom_kills:
                self._exceeded = "memory"
                return
            if self._limits.cpu is not None and (used.cpu_seconds or 0.0) > self._limits.cpu:
                self._end_above("cpu")
                return


def _handles(pids: Iterable[int]) -> list[int]:
    """Open descriptors of those processes that still exist."""
    handles = []
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            handles.append(os.pidfd_open(pid))
    return handles


def _hung_up(descriptor: int) -> bool:
    """Whether no process holds the other end of a pipe any more."""
    look = select.poll()
    look.register(descriptor, 0)
    return bool(look.poll(0))


def _all_gone(members: list[int]) -> bool:
    """Wait for processes, by descriptors that no reuse of a number can mislead."""
    deadline = time.monotonic() + _PATIENCE
    gone = True
    for member in members:
        left = max(0.0, deadline - time.monotonic())
        gone &= bool(select.select([member], [], [], left)[0])
        os.close(member)
    return gone


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""
