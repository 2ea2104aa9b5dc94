"""How fast a candidate answered, from the journal of its run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from harness.execution.job import Job
from harness.execution.journal import Journal


def latency(job: Job, journal: Journal) -> dict[str, float | int] | None:
    """Quantiles over the samples asked by themselves; ``None`` where none of them was timed.

    ``asked`` is how many were to be timed. Each was new to the candidate, and its answer counts
    like any other; the time of one without a valid answer does not.
    """
    seconds = list(_alone(job, journal))
    if job.latency is None or not seconds:
        return None
    return {"asked": max(0, job.alone - job.latency.warm_up), **quantiles(seconds, "samples")}


def throughput(job: Job, journal: Journal) -> float | None:
    """Samples answered in batches, right or not, over the seconds these took; no start-up."""
    alone = {sample.id for sample in job.order[: job.alone]}
    said = sum(
        verdict.outcome in ("answered", "invalid") and name not in alone
        for name, verdict in journal.verdicts()
    )
    seconds = sum(journal.seconds(job.alone))
    return said / seconds if seconds else None


def quantiles(seconds: Sequence[float], of: str) -> dict[str, Any]:
    """Nearest-rank quantiles of a latency; a batch's is not a sample's."""
    ranked = sorted(seconds)
    at = {f"p{q}": ranked[-(-len(ranked) * q // 100) - 1] for q in (50, 90, 95, 99) if ranked}
    return {of: len(ranked), **at}


def _alone(job: Job, journal: Journal) -> Iterator[float]:
    """Seconds of each sample asked by itself; every launch has its own warm-up."""
    order = job.order[: job.alone]
    asked = {sample.id for sample in order}
    answered = {
        name
        for name, verdict in journal.verdicts()
        if name in asked and verdict.outcome == "answered"
    }
    before: Counter[int] = Counter()
    for batch, launch, seconds in journal.times(job.alone):
        before[launch] += 1
        warm = job.latency is None or before[launch] > job.latency.warm_up
        if warm and order[batch].id in answered:
            yield seconds
