"""The four stages of an evaluation: run, score, rank, report; each starts from the records."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.board import SCENARIO
from harness.clock import now
from harness.durable import write_atomically
from harness.execution.record import RUN
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import Sealed, open_sealed
from harness.ledger import Ledger
from harness.lock import lock_digest, locked
from harness.pipeline.attesting import EFFECT_DATA, Attested, attestations, attested_gates
from harness.pipeline.canaries import beside, watch
from harness.pipeline.editions import Wanted, write_edition
from harness.pipeline.environments import prepare, sweep_environments
from harness.pipeline.marking import Marker
from harness.pipeline.ordering import order
from harness.pipeline.planning import BASELINE, Planned, Planner
from harness.pipeline.preparing import floors
from harness.pipeline.repeating import differing, nondeterministic, repeats
from harness.pipeline.running import Finished, Progress, failures, run_jobs
from harness.pipeline.score_records import Marked, keep
from harness.pipeline.trail import ACCEPTED, RANKING, RULES, SCORES, hold, note, run_body
from harness.problems import Problem, Refusal
from harness.workspace import Workspace, read_json


@dataclass(frozen=True, kw_only=True, slots=True)
class RunsDone:
    """What the run stage did: how many runs were wanted, reused and made.

    ``differing`` counts the samples that a candidate answered otherwise when asked again.
    """

    wanted: int
    reused: int
    problems: tuple[Problem, ...]
    differing: Mapping[str, int]


def run(
    workspace: Workspace,
    sandbox: Sandbox,
    progress: Progress,
    *,
    at_once: int | None = None,
    repeat: int = 1,
) -> RunsDone:
    """Run every candidate that has no complete run yet; nothing answered is asked twice.

    ``repeat`` asks for at least so many runs of each candidate, in other orders.

    Raises
    ------
    Refusal
        Not locked, no candidates, a tier below the board's, or a canary that got through.
    """
    locked(workspace)
    hold(workspace, *RULES, *ACCEPTED)
    planned = Planner(workspace).candidates()
    if not planned:
        raise Refusal([Problem("E9006", str(workspace.root))])
    jobs = [
        job
        for entry in planned
        for job in (entry.job, *repeats(entry, max(repeat, entry.item.repeat)))
    ]
    sweep_environments(workspace, jobs)
    open_jobs = [job for job in jobs if not (job.folder / RUN).is_file()]
    watched = watch(workspace, sandbox) if any(job.sandboxed for job in open_jobs) else {}
    prepared = prepare(open_jobs, sandbox)
    finished = run_jobs(prepared.jobs, sandbox, progress, at_once=at_once)
    made: list[Finished] = [entry for entry in finished if entry.record is not None]
    if made:
        with Ledger(workspace.ledger, time=now()) as ledger:
            for entry in made:
                if entry.job.sandboxed:
                    beside(entry.job.folder, watched)
                ledger.append(
                    "run",
                    actor="jiebang",
                    time=now(),
                    subject=entry.job.folder.relative_to(workspace.runs).as_posix(),
                    body=run_body(dict(entry.record.content)) if entry.record else b"",
                )
    found = []
    for one in planned:
        record = _run_record(one)
        if record is not None:
            found.append((one.candidate, differing(one, _sealed(one, record))))
    return RunsDone(
        wanted=len(jobs),
        reused=len(jobs) - len(open_jobs),
        problems=prepared.problems + failures(finished),
        differing=nondeterministic(found),
    )


def score(workspace: Workspace) -> int:
    """Score every complete run; returns how many candidates have a score."""
    lock = lock_digest(locked(workspace))
    hold(workspace, *RULES, *ACCEPTED, "run")
    planner = Planner(workspace)
    marker = Marker(planner.board, lock)
    checked = attestations(workspace)
    planned = {entry.candidate: entry for entry in planner.candidates()}
    shutil.rmtree(workspace.current() / "scores", ignore_errors=True)
    scored = 0
    for candidate, entry in planned.items():
        if entry.is_baseline:
            continue
        marked = _mark(marker, workspace, entry, planned.get(f"{candidate}-{BASELINE}"), checked)
        if marked is not None:
            marked.record["repeat"] = _repeat(entry)
            marked.record["gates"] += attested_gates(entry.item, candidate, checked)
            keep(workspace.current(), marked)
            scored += 1
    if not scored:
        raise Refusal([Problem("E9007", str(workspace.root), RUN)])
    note(workspace, SCORES)
    return scored


def rank(workspace: Workspace) -> list[dict[str, Any]]:
    """Rank every item that has scores; returns the tracks' lists."""
    hold(workspace, *RULES, *ACCEPTED, SCORES)
    shutil.rmtree(workspace.current() / "ranking", ignore_errors=True)
    tracks = order(workspace)
    note(workspace, RANKING)
    write_atomically(workspace.results / "current", f"{workspace.current_version():03d}\n".encode())
    return tracks


def report(workspace: Workspace) -> tuple[Path, ...]:
    """Write the organizer's report of the results in force; returns its files."""
    return write_edition(workspace, Wanted())


def _mark(
    marker: Marker,
    workspace: Workspace,
    entry: Planned,
    baseline: Planned | None,
    checked: Attested,
) -> Marked | None:
    record = _run_record(entry)
    if record is None:
        return None
    sealed = _sealed(entry, record)
    if entry.item.task != SCENARIO:
        return marker.mark_model(entry, sealed, record, floors(workspace, entry.item.id))
    reference = _run_record(baseline) if baseline else None
    if baseline is None or reference is None:
        return None
    effect = checked.get((entry.candidate, EFFECT_DATA))
    confirmed = effect is not None and effect.holds
    reference_answers = _sealed(baseline, reference)
    return marker.mark_scenario(entry, sealed, record, reference_answers, confirmed=confirmed)


def _repeat(entry: Planned) -> dict[str, Any] | None:
    record = _run_record(entry)
    return None if record is None else differing(entry, _sealed(entry, record))


def _run_record(entry: Planned) -> Mapping[str, Any] | None:
    path = entry.job.folder / RUN
    if not path.is_file():
        return None
    record: Mapping[str, Any] = read_json(path)
    return record


def _sealed(entry: Planned, record: Mapping[str, Any]) -> Sealed:
    return open_sealed(entry.job.folder, record["predictions"])
