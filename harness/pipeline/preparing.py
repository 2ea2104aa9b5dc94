"""Locking the rules: digests of everything declared, then baselines measured under them."""

from __future__ import annotations

import math
from typing import Any

from scipy.stats import norm

from harness.board import BASELINE, Board
from harness.canonical import canonical_json
from harness.checking import check_board
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import open_sealed
from harness.lock import freeze, lock_digest, locked
from harness.pipeline.announcements import note_rules
from harness.pipeline.canaries import watch
from harness.pipeline.environments import prepare
from harness.pipeline.marking import Marker
from harness.pipeline.noting import append, drop_unnoted_runs, held, note_runs, put
from harness.pipeline.planning import Planned, Planner
from harness.pipeline.running import Finished, Progress, failures, run_jobs
from harness.pipeline.trail import contradictions
from harness.problems import Explanation, Problem, Refusal, as_typed
from harness.version import harness_version
from harness.workspace import Workspace, read_json
from scoring import catalog

SCHEMA = "jiebang/baselines/1"


def lock_rules(workspace: Workspace, *, reason: str | None = None, actor: str = "organizer") -> str:
    """Check the board and freeze it; returns the digest that names the rules.

    Raises
    ------
    Refusal
        The board has problems, or is locked already and no reason is given.
    """
    check_board(workspace.board)
    lock = freeze(workspace, version=harness_version(), reason=reason)
    _note_lock(workspace, lock, actor)
    return lock_digest(lock)


def measure_baselines(workspace: Workspace, sandbox: Sandbox, progress: Progress) -> dict[str, Any]:
    """Run and score baselines and reference models under the lock; freeze what they reach.

    Raises
    ------
    Refusal
        The instrument failed, or a target is not better than a measured floor by more than two
        standard errors.
    """
    rules = locked(workspace)
    lock = lock_digest(rules)
    if any(contradictions(workspace, ["lock"])):
        _note_lock(workspace, rules, "jiebang")
    planner = Planner(workspace)
    marker = Marker(planner.board, lock)
    baselines, others = planner.baselines(), planner.references()
    planned = [*baselines, *others]
    drop_unnoted_runs(workspace, [entry.job.folder for entry in planned])
    watch(workspace, sandbox)
    prepared = prepare([entry.job for entry in planned], sandbox)
    if prepared.problems:
        raise Refusal(prepared.problems)
    finished = run_jobs(prepared.jobs, sandbox, progress)
    if problems := failures(finished):
        raise Refusal(problems)
    records = [done.record for done in finished if done.record is not None]
    note_runs(workspace, [record.folder for record in records if not record.reused])
    reached = [
        (entry, _values(marker, entry, done)) for entry, done in zip(planned, finished, strict=True)
    ]
    items = {entry.item.id: values for entry, values in reached[: len(baselines)]}
    beside: dict[str, list[dict[str, Any]]] = {}
    for entry, values in reached[len(baselines) :]:
        beside.setdefault(entry.item.id, []).append(values)
    if problems := tuple(_too_near(planner.board, items)):
        raise Refusal(problems)
    record = {"schema": SCHEMA, "lock": lock, "items": items, "references": beside}
    with held(workspace) as ledger:
        put(workspace, ledger, "baselines", "", record, actor="jiebang")
    return record


def measured_under(workspace: Workspace, lock: str) -> bool:
    """Whether the baselines were measured under a lock."""
    return workspace.baselines.is_file() and read_json(workspace.baselines)["lock"] == lock


def floors(workspace: Workspace, item: str) -> dict[str, float]:
    """The measured floors of an item by metric.

    Raises
    ------
    Refusal
        The baselines were measured under other rules than those in force.
    """
    values = _measured(workspace)["items"].get(item, {"values": {}})["values"]
    return {metric: entry["value"] for metric, entry in values.items()}


def references(workspace: Workspace, item: str) -> list[dict[str, Any]]:
    """The reference models of an item: title, run, and values by metric.

    Raises
    ------
    Refusal
        They were measured under other rules than those in force.
    """
    found: list[dict[str, Any]] = _measured(workspace).get("references", {}).get(item, [])
    return found


def _measured(workspace: Workspace) -> dict[str, Any]:
    record: dict[str, Any] = read_json(workspace.baselines)
    if record["lock"] != lock_digest(read_json(workspace.lock)):
        raise Refusal(
            [Problem("E9011", str(workspace.root), "", {"path": as_typed(workspace.root)})]
        )
    return record


def _note_lock(workspace: Workspace, lock: dict[str, Any], actor: str) -> None:
    with held(workspace) as ledger:
        subject = str(len(lock["amended"]))
        append(workspace, ledger, "lock", subject, canonical_json(lock), actor=actor)
        note_rules(workspace, ledger, subject, actor=actor)


def _values(marker: Marker, planned: Planned, done: Finished) -> dict[str, Any]:
    assert done.record is not None
    sealed = open_sealed(done.record.folder, done.record.predictions)
    return {
        "title": planned.package.title.record(),
        "run": done.record.key,
        "values": marker.baseline_values(planned, sealed),
    }


def _too_near(board: Board, items: dict[str, Any]) -> list[Problem]:
    """Targets that a measured floor cannot be told apart from."""
    problems = []
    for item in board.items:
        for criterion in item.metrics:
            if criterion.floor != BASELINE:
                continue
            entry = items[item.id]["values"][str(criterion.metric)]
            value = entry["value"]
            way = 1 if catalog.resolve(criterion.metric).metric.better == "higher" else -1
            error = _error(entry, way)
            ahead = math.nan if value is None else way * (criterion.target - value)
            if not ahead > 2 * error:
                shown = "–" if value is None else f"{value:.4f} ± {error:.4f}"
                values = {"expected": f"{criterion.target:g}"}
                problems.append(Problem("E7501", f"{item.id} {criterion.metric}", shown, values))
    return problems


def _error(entry: dict[str, Any], way: int) -> float:
    """Standard error of a measured value, by its interval where that is wider.

    Draws of answers that are all alike do not move, while their interval says how far they might:
    by its better end or by half of its width, whichever is farther.
    """
    error, interval = float(entry["standard_error"] or 0.0), entry["interval"]
    if entry["value"] is None or not interval:
        return error
    low, high = float(interval["low"]), float(interval["high"])
    better = way * ((high if way > 0 else low) - float(entry["value"]))
    return max(error, max(better, (high - low) / 2) / float(norm.isf((1 - interval["level"]) / 2)))


PROBLEMS = (
    Explanation(
        "E7501",
        "{where}：目标值 {expected} 不优于基线实测 {found} 两个标准误以上，得分没有意义。请提高目标或增加样本。",
        "{where}: the target {expected} is not better than the baseline {found} by two standard errors; points would mean nothing. Move the target or add samples.",
    ),
)
