"""Repeated runs: the same candidate asked again in another order, and what it answered otherwise."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from harness.execution.job import Job
from harness.execution.record import RUN
from harness.execution.sealing import Sealed, open_sealed
from harness.pipeline.planning import Planned, in_own_folder
from harness.workspace import read_json

SHOWN = 5


def repeats(entry: Planned, runs: int) -> list[Job]:
    """The further runs of a candidate whose answers are computed here, ``runs`` in all."""
    if entry.is_baseline or entry.job.solution.adapter == "predictions":
        return []
    return [_again(entry.job, number) for number in range(2, runs + 1)]


def differing(entry: Planned, sealed: Sealed) -> dict[str, Any] | None:
    """How a candidate's repeated runs differ from the one that counts; none where there are none."""
    others = []
    for path in sorted(entry.job.folder.parent.glob(f"*/{RUN}")):
        record = read_json(path)
        if record.get("repeat_of") == entry.job.key:
            others.append(open_sealed(path.parent, record["predictions"]))
    if not others:
        return None
    examples = []
    for place, sample in enumerate(sealed.ids):
        first = _answer(sealed, place)
        again = [_answer(other, place) for other in others]
        if any(answer != first for answer in again):
            examples.append({"sample": sample, "answers": [first, *again]})
    return {
        "runs": 1 + len(others),
        "samples": len(sealed.ids),
        "differing": len(examples),
        "examples": examples[:SHOWN],
    }


def _again(job: Job, number: int) -> Job:
    secret = hmac.digest(job.secret, f"repeat\0{number}".encode(), "sha256")
    again = replace(job, secret=secret, latency=None, repeat_of=job.key)
    return in_own_folder(again, job.folder.parent)


def _answer(sealed: Sealed, place: int) -> dict[str, Any]:
    answer = sealed.answers[place]
    return {
        "outcome": sealed.outcomes[place],
        "answer": None if answer is None else dict(answer),
    }


def nondeterministic(found: Sequence[tuple[str, dict[str, Any] | None]]) -> dict[str, int]:
    """How many samples each candidate answered otherwise when asked again."""
    return {name: entry["differing"] for name, entry in found if entry and entry["differing"]}
