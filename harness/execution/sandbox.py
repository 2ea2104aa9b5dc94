"""The sandbox: takes a command, limits and read-only mounts, and returns a running candidate."""

from __future__ import annotations

import itertools
import os
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from harness.execution import bubblewrap, container, landlock, leftovers, seccomp
from harness.execution.bubblewrap import Launch, Mount
from harness.execution.cgroup import Nest, RunGroup, find_nest, sweep
from harness.execution.container import Container
from harness.execution.engines import Engine, demanded
from harness.execution.limits import MIB, Limits
from harness.execution.running import Channels, Ending, Exceeded, Running
from harness.execution.runtime import base_runtime
from harness.execution.tiers import cause_of
from harness.problems import Problem, Refusal

__all__ = ["Command", "Ending", "Exceeded", "Mount", "Running", "Sandbox", "Tier", "base_runtime"]

Tier = Literal["A", "B", "C", "D"]

_FIRST_UID, _UIDS = 64000, 900
_PROBE = Limits(
    memory=256 * MIB, cpus=1, wall=10.0, start=10.0, batch_wall=10.0,
    disk=MIB, output=MIB, line=MIB, processes=16,
)  # fmt: skip
_serial = itertools.count()


@dataclass(frozen=True, slots=True)
class Command:
    """A program inside the sandbox.

    ``argv`` may hold ``{request}`` and ``{answer}``, which become the numbers of the descriptors
    to read requests from and to write answers to. ``environment`` is added to the pinned one.
    """

    argv: tuple[str, ...]
    mounts: tuple[Mount, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A way to run strangers' code: its tier, and why no better one was reached."""

    tier: Tier
    causes: tuple[Problem, ...] = ()
    nest: Nest | None = None
    engine: Engine | None = None

    @classmethod
    def detect(cls) -> Sandbox:
        """Find the best tier by really launching a program in it.

        Raises
        ------
        Refusal
            No tier can be reached; :meth:`unsafe` is never chosen here.
        """
        if sys.platform != "linux" or not seccomp.supported():
            raise Refusal([Problem("E6001", where="sandbox", found=platform.platform())])
        if shutil.which("bwrap") is None:
            return cls.confined(Problem("E6002", where="sandbox"))
        causes: list[Problem] = []
        nest = _own_nest()
        if isinstance(nest, Nest):
            sweep(nest)
            counted = cls("A", (), nest)
            if (problem := counted._try_out()) is None:
                return counted
            causes.append(problem)
        else:
            causes.append(nest)
        uncounted = cls("B", tuple(causes))
        if (problem := uncounted._try_out()) is None:
            return uncounted
        others = [cause for cause in causes if cause != problem]
        return cls.confined(problem, *others)

    @classmethod
    def uncounted(cls) -> Sandbox:
        """Tier B by choice: no control group, even where one could be had."""
        return cls("B", (Problem("E6024", where="sandbox"),))

    @classmethod
    def confined(cls, *causes: Problem) -> Sandbox:
        """Tier C: Landlock, a filter and limits, for self-checks where there is nothing better.

        Raises
        ------
        Refusal
            The kernel has no Landlock, or an old one; ``causes`` say why nothing better is there.
        """
        if (problem := landlock.lacking()) is not None:
            raise Refusal([*causes, problem])
        return cls("C", causes or (Problem("E6026", where="sandbox"),))

    @classmethod
    def contained(cls, name: str) -> Sandbox:
        """Tier B in a container engine, ``docker`` or ``podman``.

        Raises
        ------
        Refusal
            The engine does not answer, or does not start an empty container.
        """
        engine = demanded(name)
        container.prepare(engine)
        made = cls("B", (Problem("E6029", where="sandbox", found=name),), engine=engine)
        if (problem := made._try_out()) is not None:
            raise Refusal([problem])
        return made

    @classmethod
    def unsafe(cls) -> Sandbox:
        """Tier D: a plain process with the user's own rights. For trusted code, never ranked."""
        return cls("D", (Problem("E6003", where="sandbox"),))

    def launch(self, command: Command, limits: Limits) -> Running:
        """Start a command. Only from the main thread: a run dies with the thread that started it.

        Raises
        ------
        OSError
            The machine could not make pipes, a process or a control group.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("launch from the main thread: a run dies with its starting thread")
        with ExitStack() as undo, ExitStack() as childs:
            request_out, request_in = _pipe(undo, childs, harness_reads=False)
            answer_in, answer_out = _pipe(undo, childs, harness_reads=True)
            errors_in, errors_out = _pipe(undo, childs, harness_reads=True)
            numbers = {"{request}": str(request_in), "{answer}": str(answer_out)}
            if self.engine is not None:
                numbers = {"{request}": container.REQUEST, "{answer}": container.ANSWER}
            argv = tuple(_filled(word, numbers) for word in command.argv)
            inherited = [request_in, answer_out]
            status_in, group, scratch, held = None, None, None, None
            streams = (subprocess.DEVNULL, errors_out)
            environment: Mapping[str, str]
            if self.engine is not None:
                name = f"{container.PREFIX}{os.getpid()}-{next(_serial)}-{secrets.token_hex(4)}"
                held = Container(engine=self.engine, name=name)
                hold = _holder(inherited, childs)
                given = command.environment
                argv = tuple(container.started_by(held, argv, command.mounts, given, limits, hold))
                streams, environment = (request_in, answer_out), os.environ
            elif self.tier == "D":
                argv, environment = _on_the_host(argv, command, limits, tempfile.gettempdir())
            elif self.tier == "C":
                scratch = Path(tempfile.mkdtemp(prefix="jiebang-run-"))
                undo.callback(leftovers.remove, scratch)
                argv, environment = _on_the_host(argv, command, limits, os.fspath(scratch))
                sources = [mount.source for mount in command.mounts]
                hold = _holder(inherited, childs)
                argv = tuple(
                    landlock.confined_by(argv, environment, sources, scratch, limits, hold)
                )
                environment = {}
            else:
                status_in, status_out = _pipe(undo, childs, harness_reads=True)
                inherited.append(status_out)
                if self.nest is not None:
                    group = RunGroup(self.nest, limits)
                    undo.callback(group.remove)
                argv, environment = self._wrapped(
                    Launch(
                        argv=argv,
                        mounts=command.mounts,
                        environment=command.environment,
                        limits=limits,
                        joins=group.joins if group is not None else (),
                        uid=_fresh_uid() if os.geteuid() == 0 else None,
                        filter=seccomp.program(counted=group is not None),
                        status=status_out,
                    ),
                    inherited,
                    childs,
                )
            process = subprocess.Popen(
                argv,
                stdin=streams[0],
                stdout=streams[1],
                stderr=errors_out,
                env=environment,
                cwd="/",
                pass_fds=inherited,
                start_new_session=True,
            )
            undo.pop_all()
        channels = Channels(
            request=request_out, answer=answer_in, errors=errors_in, status=status_in
        )
        return Running(process, channels, limits, group, scratch, held)

    def _wrapped(
        self, launch: Launch, inherited: list[int], childs: ExitStack
    ) -> tuple[tuple[str, ...], Mapping[str, str]]:
        bwrap = shutil.which("bwrap") or "/usr/bin/bwrap"
        return tuple(
            bubblewrap.started_by(sys.executable, bwrap, launch, _holder(inherited, childs))
        ), {}

    def _try_out(self) -> Problem | None:
        """Launch a tiny program through the same path; what kept it from running."""
        try:
            running = self.launch(Command(("/usr/bin/true",)), _PROBE)
        except OSError as error:
            return cause_of(str(error))
        with running:
            running.wait(_PROBE.start)
            ending = running.finish()
        if ending.exit_code == 0 and ending.sandbox_failure is None:
            return None
        return cause_of(ending.sandbox_failure or f"exit {ending.exit_code}")


def _own_nest() -> Nest | Problem:
    return find_nest(
        Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text()
    )


def _fresh_uid() -> int:
    """Choose an unprivileged uid that no concurrent run of this harness has."""
    return _FIRST_UID + (os.getpid() * 16 + next(_serial)) % _UIDS


def _holder(inherited: list[int], childs: ExitStack) -> Callable[[bytes], int]:
    """Put bytes behind descriptors that the child inherits."""

    def hold(content: bytes) -> int:
        descriptor = os.memfd_create("sandbox", os.MFD_CLOEXEC)
        childs.callback(os.close, descriptor)
        inherited.append(descriptor)
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    return hold


def _pipe(undo: ExitStack, childs: ExitStack, *, harness_reads: bool) -> tuple[int, int]:
    """Make a pipe: the harness's end (non-blocking, kept on success), then the child's."""
    ends = os.pipe2(os.O_CLOEXEC)
    ours, theirs = ends if harness_reads else (ends[1], ends[0])
    undo.callback(os.close, ours)
    childs.callback(os.close, theirs)
    os.set_blocking(ours, False)
    # A shell without two-digit redirections opens /dev/fd/N anew, under the candidate's uid.
    os.fchmod(theirs, 0o666)
    return ours, theirs


def _filled(word: str, numbers: Mapping[str, str]) -> str:
    for name, number in numbers.items():
        word = word.replace(name, number)
    return word


def _on_the_host(
    argv: Sequence[str], command: Command, limits: Limits, home: str
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Translate the paths of the inside to those of the host, longest target first."""
    mounts = sorted(command.mounts, key=lambda mount: -len(mount.target))

    def translated(word: str) -> str:
        for mount in mounts:
            if word == mount.target or word.startswith(f"{mount.target}/"):
                return os.fspath(mount.source) + word[len(mount.target) :]
        return word

    environment = bubblewrap.pinned(limits, (), home) | dict(command.environment)
    return (
        tuple(translated(word) for word in argv),
        {name: translated(value) for name, value in environment.items()},
    )
