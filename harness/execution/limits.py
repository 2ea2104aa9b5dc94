"""What a run may use, and what it was seen to use."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run of a candidate may use of the machine.

    ``memory``, ``disk``, ``output`` and ``line`` are bytes, ``wall``, ``start``, ``batch_wall``
    and ``cpu`` seconds. Files under ``/tmp`` count against ``disk`` and against ``memory``.
    ``cpu=None`` leaves CPU time bounded by the wall clock only.
    """

    memory: int
    cpus: int
    wall: float
    start: float
    batch_wall: float
    disk: int
    output: int
    line: int
    processes: int = 64
    cpu: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a run used: ``None`` where the machine cannot measure it beyond a candidate's reach.

    ``peak_memory`` is bytes of the whole tree and includes page cache and files under ``/tmp``.
    ``oom_kills`` counts processes ended for want of memory, by the kernel or by polling.
    """

    cpu_seconds: float | None = None
    peak_memory: int | None = None
    oom_kills: int | None = None
