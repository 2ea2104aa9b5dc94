"""Running what is planned: several candidates side by side, each in a process of its own."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.outcomes import InstrumentFailure, Verdict
from harness.execution.record import RUN, RunRecord, keep_submitted
from harness.execution.sandbox import Sandbox
from harness.intake.packing import manifest
from harness.pipeline.room import need, room_of
from harness.problems import Explanation, Problem, Refusal

DIE_WITH_PARENT = 1
TIERS = "ABCD"
CRASHES = (4, 6, 7, 8, 11)
"""Signals with which a reader dies of what it reads: ILL, ABRT, BUS, FPE, SEGV."""

READING = 8 << 30
"""Bytes of addresses that reading a file of predictions may take."""

PATIENCE = 15.0
"""Seconds in which a run that is told to stop puts its journal in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """What became of one planned run: its record, or why there is none.

    A ``refused`` run cannot be made as its candidate declared it, or its package is no longer
    the one taken in; otherwise, without a record, the instrument failed.
    """

    job: Job
    record: RunRecord | None
    problems: tuple[Problem, ...] = ()
    refused: bool = False


class Progress(Protocol):
    """What a run tells while it goes on."""

    def planned(self, samples: int) -> None:
        """How many samples all runs together have."""

    def answered(self, job: Job, samples: int) -> None:
        """Some more samples of a run have their outcome."""

    def finished(self, finished: Finished) -> None:
        """A run has ended."""


class _Stopped(BaseException):
    """A run is told to stop; it is carried on another time."""


def run_jobs(
    jobs: Sequence[Job], sandbox: Sandbox, progress: Progress, *, at_once: int | None = None
) -> list[Finished]:
    """Run jobs side by side and return what became of each, in the order given.

    A candidate's failure is an outcome inside its record; a run that is refused for what its
    candidate declared has none, and the others go on. When the instrument itself fails, what is
    running is left to end, nothing new is started, and the cause is returned. A run
    starts only when its memory limit fits into what the machine has.

    Raises
    ------
    Refusal
        The sandbox reaches a weaker tier than the board demands, or a run's memory limit is more
        than the machine has.
    KeyboardInterrupt
        Someone wants it to stop; every journal is in order and every candidate is gone.
    """
    room = room_of(sandbox, at_once)
    for job in jobs:
        if job.sandboxed and TIERS.index(sandbox.tier) > TIERS.index(job.tier):
            found = Problem("E9008", job.item, sandbox.tier, {"expected": job.tier})
            raise Refusal([found, *sandbox.causes])
        if not room.holds(job):
            found = Problem("E6303", job.item, _gib(room.memory), {"needed": _gib(need(job)[0])})
            raise Refusal([found])
    progress.planned(sum(len(job.samples) for job in jobs))
    context = multiprocessing.get_context("spawn")
    waiting = list(range(len(jobs)))
    alive: dict[int, tuple[multiprocessing.process.BaseProcess, Connection]] = {}
    ended: dict[int, Finished] = {}
    failed = False
    try:
        while (waiting and not failed) or alive:
            for place in [] if failed else list(waiting):
                if room.enter(jobs[place]):
                    waiting.remove(place)
                    mine, theirs = context.Pipe(duplex=False)
                    words = (jobs[place], sandbox, theirs, os.getpid())
                    started = context.Process(target=_work, args=words)
                    with _undisturbed():
                        started.start()
                        alive[place] = (started, mine)
                    theirs.close()
            for ready in wait([pipe for _, pipe in alive.values()]):
                place = next(key for key, (_, pipe) in alive.items() if pipe is ready)
                process, pipe = alive[place]
                finished = _hear(jobs[place], pipe, progress)
                if finished is not None:
                    process.join()
                    pipe.close()
                    finished = _by_its_own_file(finished, process.exitcode)
                    del alive[place]
                    room.leave(jobs[place])
                    ended[place] = finished
                    failed = failed or (finished.record is None and not finished.refused)
                    progress.finished(finished)
    except BaseException:
        _stop([process for process, _ in alive.values()])
        raise
    return [ended[place] for place in sorted(ended)]


def failures(finished: Iterable[Finished]) -> tuple[Problem, ...]:
    """Why there is no record of a run, where there is none."""
    return tuple(problem for entry in finished for problem in entry.problems)


def _stop(processes: Sequence[multiprocessing.process.BaseProcess]) -> None:
    """Let every run put its journal in order; asked a second time, do not wait for it."""
    deadline = time.monotonic() + PATIENCE
    try:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(max(0.0, deadline - time.monotonic()))
    finally:
        for process in processes:
            process.kill()
            process.join()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back while a process starts: it would end in a traceback of its own."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hear(job: Job, pipe: Connection, progress: Progress) -> Finished | None:
    try:
        kind, content = pipe.recv()
    except (EOFError, OSError):
        gone = Problem("E6301", f"{job.item} {job.candidate}")
        return Finished(job=job, record=None, problems=(gone,))
    if kind == "answered":
        progress.answered(job, content)
        return None
    if kind == "record":
        return Finished(job=job, record=content)
    return Finished(job=job, record=None, problems=content, refused=kind == "refusal")


def _by_its_own_file(finished: Finished, status: int | None) -> Finished:
    """Blame a file of predictions that brought its reader down: it answers nothing."""
    job = finished.job
    crashed = finished.record is None and status is not None and -status in CRASHES
    if not crashed or job.solution.adapter != "predictions":
        return finished
    nothing = Verdict("missing", reason="unreadable_file")
    record = keep_submitted(job, {sample.id: nothing for sample in job.samples})
    return Finished(job=job, record=record)


def _work(job: Job, sandbox: Sandbox, pipe: Any, parent: int) -> None:
    """Run one job in a process of its own, whose main thread the sandbox is bound to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stopped)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _die_with(parent)
    if job.solution.adapter == "predictions":
        _bound_reading()
    tell: Callable[[int], None] = lambda samples: pipe.send(("answered", samples))  # noqa: E731
    try:
        _untouched(job)
        record = execute(job, sandbox, tell)
        try:
            _untouched(job)
        except Refusal:
            (job.folder / RUN).unlink(missing_ok=True)
            raise
    except InstrumentFailure as failure:
        pipe.send(("failure", failure.problems))
    except Refusal as refusal:
        pipe.send(("refusal", refusal.problems))
    except _Stopped:
        return
    else:
        pipe.send(("record", record))


def _untouched(job: Job) -> None:
    """Refuse a package that is not, or is no longer, the one that was planned."""
    if job.package is not None and (found := manifest(job.package).id) != job.package_digest:
        where = f"{job.item} {job.candidate}"
        raise Refusal([Problem("E6302", where, found, {"expected": job.package_digest})])


def _stopped(number: int, frame: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Stopped


def _bound_reading() -> None:
    """Let a small file that unfolds into more than memory holds fail, instead of the machine."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (READING, READING))


def _die_with(parent: int) -> None:
    """Ask the kernel to end this process with the one that started it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _gib(size: int) -> str:
    return f"{size / 1024**3:.1f} GiB"


PROBLEMS = (
    Explanation(
        "E6301",
        "{where}：运行进程意外结束。请重新运行同一命令，已完成的作答不会重问。",
        "{where}: the process of this run ended unexpectedly. Give the same command again; "
        "nothing answered is asked twice.",
    ),
    Explanation(
        "E6302",
        "{where}：申报包的内容变了（现在 {found}，登记 {expected}），这次运行作废。请从接收时的压缩包恢复后重新运行。",
        "{where}: the package changed (now {found}, taken in {expected}); this run does not count. "
        "Restore it from what was taken in, then run again.",
    ),
    Explanation(
        "E6303",
        "{where}：内存限额需要 {needed}，这台机器现在只有 {found}。请腾出内存、换一台机器，或在公布前修改 limits.memory。",
        "{where}: its memory limit needs {needed}, this machine has {found} now. Free memory, use "
        "another machine, or change limits.memory before publication.",
    ),
)
