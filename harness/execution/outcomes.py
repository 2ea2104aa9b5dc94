"""What became of a sample, and why a conversation with a candidate ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.problems import Problem

Outcome = Literal[
    "answered", "missing", "invalid", "timeout", "crash", "out_of_memory", "over_limit"
]
OUTCOMES: tuple[Outcome, ...] = (
    "answered",
    "missing",
    "invalid",
    "timeout",
    "crash",
    "out_of_memory",
    "over_limit",
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one sample: its outcome, its canonical answer, the reason for none."""

    outcome: Outcome
    answer: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A way in which a candidate fails: what it costs now, and what it costs if it is the last.

    ``charged`` is the outcome of the batch in flight, ``remaining`` of every sample that is
    never asked because no restart is left; a ``final`` fault allows no restart. A candidate that
    is ``gone`` has ended or has closed a descriptor: which comes to sight first is chance.
    """

    charged: Outcome
    remaining: Outcome
    final: bool = False


FAULTS: Mapping[str, FaultKind] = {
    "gone": FaultKind("crash", "crash"),
    "start_late": FaultKind("timeout", "timeout"),
    "batch_late": FaultKind("timeout", "timeout"),
    "wall_spent": FaultKind("timeout", "timeout", final=True),
    "cpu_spent": FaultKind("timeout", "timeout", final=True),
    "violation": FaultKind("invalid", "missing"),
    "line_too_long": FaultKind("over_limit", "over_limit"),
    "errors_too_long": FaultKind("over_limit", "over_limit"),
    "output_spent": FaultKind("over_limit", "over_limit", final=True),
    "memory_spent": FaultKind("out_of_memory", "out_of_memory"),
    "processes_spent": FaultKind("over_limit", "over_limit"),
}


class Fault(Exception):
    """The candidate's failure that ends a conversation; never leaves the executor."""

    def __init__(self, name: str, detail: str = "") -> None:
        self.name = name
        self.detail = detail
        super().__init__(f"{name} {detail}".strip())

    @property
    def kind(self) -> FaultKind:
        """What the fault costs."""
        return FAULTS[self.name]


class InstrumentFailure(Exception):
    """The harness or its machine failed: the run stops and nothing becomes a score."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.code} {p.where} {p.found}" for p in self.problems))
