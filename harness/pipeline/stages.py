"""The four stages of an evaluation: run, score, rank, report; each starts from the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.board import SCENARIO
from harness.durable import write_atomically
from harness.execution.job import Job
from harness.execution.record import RUN
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import Sealed, open_sealed
from harness.lock import lock_digest, locked
from harness.pipeline.attesting import EFFECT_DATA, Attested, attestations, attested_gates
from harness.pipeline.canaries import beside, watch
from harness.pipeline.editions import Wanted, write_edition
from harness.pipeline.environments import prepare, sweep_environments
from harness.pipeline.kept_scores import keep_origins, kept, origin
from harness.pipeline.marking import Marker
from harness.pipeline.noting import drop_unnoted_runs, hold, note, note_made, note_runs
from harness.pipeline.ordering import order
from harness.pipeline.planning import BASELINE, Planned, Planner
from harness.pipeline.preparing import floors
from harness.pipeline.repeating import differing, nondeterministic, repeats
from harness.pipeline.running import Finished, Progress, failures, run_jobs
from harness.pipeline.score_records import Marked, keep
from harness.pipeline.settling import built_upon
from harness.pipeline.traces import RANKING, SCORES
from harness.pipeline.trail import ACCEPTED, JUDGED, RULES, RUNS
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
    jobs = jobs_of(planned, repeat)
    drop_unnoted_runs(workspace, [job.folder for job in jobs])
    sweep_environments(workspace, jobs)
    open_jobs = [job for job in jobs if not (job.folder / RUN).is_file()]
    watched = watch(workspace, sandbox) if any(job.sandboxed for job in open_jobs) else {}
    prepared = prepare(open_jobs, sandbox)
    finished = run_jobs(prepared.jobs, sandbox, progress, at_once=at_once)
    made: list[Finished] = [entry for entry in finished if entry.record is not None]
    if made:
        for entry in made:
            if entry.job.sandboxed:
                beside(entry.job.folder, watched)
        note_runs(workspace, [entry.job.folder for entry in made])
    found = []
    for one in planned:
        if _run_record(one) is not None:
            found.append((one.candidate, _repeat(one)))
    return RunsDone(
        wanted=len(jobs),
        reused=len(jobs) - len(open_jobs),
        problems=prepared.problems + failures(finished),
        differing=nondeterministic(found),
    )


def jobs_of(planned: Iterable[Planned], repeat: int = 1) -> list[Job]:
    """Every run that is wanted, the repeated ones with it."""
    return [
        job
        for entry in planned
        for job in (entry.job, *repeats(entry, max(repeat, entry.item.repeat)))
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoresDone:
    """What the score stage did: how many candidates were scored anew, and how many kept theirs."""

    made: int
    reused: int


def score(workspace: Workspace, *, anew: bool = False) -> ScoresDone:
    """Score every complete run; a score whose origin is unchanged stays, unless ``anew``.

    Raises
    ------
    Refusal
        No run is complete, or scores would change on which a step at the line was taken.
    """
    lock = lock_digest(locked(workspace))
    hold(workspace, *RULES, *ACCEPTED, *RUNS)
    planner = Planner(workspace)
    marker = Marker(planner.board, lock)
    checked = attestations(workspace)
    planned = {entry.candidate: entry for entry in planner.candidates()}
    known = {} if anew else kept(workspace)
    origins: dict[str, str] = {}
    wanted: dict[str, Planned] = {}
    for candidate, entry in planned.items():
        if not entry.is_baseline and (runs := _runs(entry, planned)) is not None:
            of_candidate = {key: value for key, value in checked.items() if key[0] == candidate}
            anchors = floors(workspace, entry.item.id)
            origins[candidate] = origin(lock, entry, runs, of_candidate, anchors)
            wanted[candidate] = entry
    stays = {name for name, made_from in origins.items() if known.get(name) == made_from}
    if not anew and len(stays) < len(wanted) and (problems := list(built_upon(workspace))):
        raise Refusal(problems)
    _clear(workspace.current() / "scores", stays)
    for candidate, entry in wanted.items():
        if candidate in stays:
            continue
        marked = _mark(marker, workspace, entry, planned.get(f"{candidate}-{BASELINE}"), checked)
        marked.record["repeat"] = _repeat(entry)
        marked.record["gates"] += attested_gates(entry.item, candidate, checked)
        keep(workspace.current(), marked)
    if not wanted:
        raise Refusal([Problem("E9007", str(workspace.root), RUN)])
    if len(stays) < len(wanted):
        note(workspace, SCORES)
    keep_origins(workspace, origins)
    return ScoresDone(made=len(wanted) - len(stays), reused=len(stays))


def _runs(entry: Planned, planned: Mapping[str, Planned]) -> dict[str, Mapping[str, Any]] | None:
    """The run records that a score is made from; ``None`` while one of them is not complete."""
    parts = {"counts": entry}
    if entry.item.task == SCENARIO:
        parts[BASELINE] = planned[f"{entry.candidate}-{BASELINE}"]
    found = {name: _run_record(part) for name, part in parts.items()}
    others = {
        path.parent.name: read_json(path)
        for path in sorted(entry.job.folder.parent.glob(f"*/{RUN}"))
        if path.parent != entry.job.folder
    }
    whole = {name: record for name, record in found.items() if record is not None}
    return None if len(whole) < len(found) else {**whole, **others}


def _clear(folder: Path, stays: Set[str]) -> None:
    """Remove the scores of everyone but those whose scores stay."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.name.partition(".")[0] not in stays:
            path.unlink()


def rank(workspace: Workspace) -> Sequence[Mapping[str, Any]]:
    """Rank every item that has scores, in place of the version's ranking; returns the tracks' lists."""
    hold(workspace, *RULES, *ACCEPTED, SCORES, *JUDGED)
    ordered = order(workspace)
    write_atomically(workspace.results / "current", f"{workspace.current_version():03d}\n".encode())
    note_made(workspace, RANKING, ordered.files())
    return ordered.tracks


def report(workspace: Workspace) -> tuple[Path, ...]:
    """Write the organizer's report of the results in force; returns its files."""
    return write_edition(workspace, Wanted())


def _mark(
    marker: Marker,
    workspace: Workspace,
    entry: Planned,
    baseline: Planned | None,
    checked: Attested,
) -> Marked:
    """Score a candidate whose runs are complete."""
    record, sealed = _sealed_run(entry)
    if baseline is None:
        return marker.mark_model(entry, sealed, record, floors(workspace, entry.item.id))
    effect = checked.get((entry.candidate, EFFECT_DATA))
    confirmed = effect is not None and effect.holds
    _, reference = _sealed_run(baseline)
    return marker.mark_scenario(entry, sealed, record, reference, confirmed=confirmed)


def _repeat(entry: Planned) -> dict[str, Any] | None:
    _, sealed = _sealed_run(entry)
    return differing(entry, sealed)


def _run_record(entry: Planned) -> Mapping[str, Any] | None:
    path = entry.job.folder / RUN
    if not path.is_file():
        return None
    record: Mapping[str, Any] = read_json(path)
    return record


def _sealed_run(entry: Planned) -> tuple[Mapping[str, Any], Sealed]:
    record: Mapping[str, Any] = read_json(entry.job.folder / RUN)
    return record, open_sealed(entry.job.folder, record["predictions"])
