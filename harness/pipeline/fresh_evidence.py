"""Steps that bring new evidence on the band at the line: reserve samples, a second hearing."""

from __future__ import annotations

from typing import Any

from harness.board import read_board
from harness.execution.record import RUN
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import open_sealed
from harness.lock import lock_digest, locked
from harness.pipeline.band import band
from harness.pipeline.canaries import beside, watch
from harness.pipeline.grounds import HEARING, hearing_points, marks_on, without_score
from harness.pipeline.marking import Marker
from harness.pipeline.noting import drop_unnoted_runs, note_runs
from harness.pipeline.panel import sheets
from harness.pipeline.planning import Planner
from harness.pipeline.preparing import floors
from harness.pipeline.running import Progress, failures, run_jobs
from harness.pipeline.settling import due_ranking, grouped, keep, named
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json
from scoring.anchors import round_half_up


def by_reserve(
    workspace: Workspace, item: str, sandbox: Sandbox, progress: Progress, by: str
) -> dict[str, Any]:
    """Run the band on the samples that were kept back, and order it by points on these alone.

    Only the fresh samples count: the first test has already chosen who stands here.

    Raises
    ------
    Refusal
        The step is not due, nobody is named who takes it, or the instrument failed.
    """
    named(item, by)
    ranking = due_ranking(workspace, item, "reserve_samples")
    lock = lock_digest(locked(workspace))
    planner = Planner(workspace)
    entry = planner.board.item(item)
    assert entry is not None
    planned = planner.on_reserve(entry, band(ranking))
    drop_unnoted_runs(workspace, [one.job.folder for one in planned])
    fresh = [one.job for one in planned if not (one.job.folder / RUN).is_file()]
    if fresh:
        watched = watch(workspace, sandbox)
        finished = run_jobs(fresh, sandbox, progress)
        if problems := failures(finished):
            raise Refusal(problems)
        for job in fresh:
            if job.sandboxed:
                beside(job.folder, watched)
        note_runs(workspace, [job.folder for job in fresh])
    marker = Marker(planner.board, lock)
    digits = planner.board.rounding.digits
    values = {}
    for one in planned:
        record = read_json(one.job.folder / RUN)
        sealed = open_sealed(one.job.folder, record["predictions"])
        marked = marker.mark_model(one, sealed, record, floors(workspace, item))
        values[one.candidate] = round_half_up(marked.record["measured"]["points"], digits)
    return keep(
        workspace,
        item,
        "reserve_samples",
        ranking,
        {
            "groups": grouped(values),
            "values": {name: f"{value:.{digits}f}" for name, value in values.items()},
            "dataset": planned[0].data.dataset.content_digest(),
        },
        by,
    )


def by_hearing(workspace: Workspace, item: str, by: str) -> dict[str, Any]:
    """Order the band by what the judges gave at a second hearing, weighted as declared.

    Raises
    ------
    Refusal
        The step is not due, sheets of the hearing are missing, or a candidate has no valid score
        on a criterion that counts: it is not taken for 0.
    """
    ranking = due_ranking(workspace, item, HEARING)
    board = read_board(workspace.board)
    found = sheets(workspace, hearing=True)
    among = band(ranking)
    marks = marks_on(found, among)
    if found is None or found.waiting or {mark.candidate for mark in marks} < set(among):
        raise Refusal([Problem("E7551", item, ", ".join(found.waiting) if found else "–")])
    card, digits = board.tracks[ranking["track"]].scorecard, board.rounding.digits
    if without := without_score(marks, among, card):
        raise Refusal([Problem("E7559", item, " / ".join(cell)) for cell in without])
    values = hearing_points(marks, card, digits)
    return keep(
        workspace,
        item,
        HEARING,
        ranking,
        {
            "groups": grouped(values),
            "values": {name: f"{value:.{digits}f}" for name, value in values.items()},
            "sheets": found.digest,
        },
        by,
    )


PROBLEMS = (
    Explanation(
        "E7551",
        "{where}：复议打分表未到齐（{found}）。请先运行 panel export --hearing 与 panel import --hearing。",
        "{where}: sheets of the second hearing are missing ({found}). Run panel export --hearing and panel import --hearing first.",
    ),
    Explanation(
        "E7559",
        "{where}：{found} 在复议中没有有效打分（评委均已回避），不能按 0 分比较。请在名册中增加可以打分的评委，重新 panel export --hearing 并收回其打分表。",
        "{where}: {found} has no valid score in the hearing (all judges are recused) and is not compared as 0. Add a judge to the roster who may score it, run panel export --hearing again and import the sheet.",
    ),
)
