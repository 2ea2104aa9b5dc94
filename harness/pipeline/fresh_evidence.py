"""Steps that bring new evidence on the band at the line: reserve samples, a second hearing."""

from __future__ import annotations

from typing import Any

from harness.board import read_board
from harness.execution.record import RUN
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import open_sealed
from harness.lock import lock_digest, locked
from harness.pipeline.band import band
from harness.pipeline.canaries import watch
from harness.pipeline.marking import Marker
from harness.pipeline.panel import sheets
from harness.pipeline.planning import Planner
from harness.pipeline.preparing import floors
from harness.pipeline.running import Progress, failures, run_jobs
from harness.pipeline.settling import due_ranking, grouped, keep
from harness.problems import Explanation, Problem, Refusal
from harness.workspace import Workspace, read_json
from scoring.anchors import round_half_up
from scoring.panel.aggregation import panel_means
from scoring.panel.marks import Panel


def by_reserve(
    workspace: Workspace, item: str, sandbox: Sandbox, progress: Progress, by: str
) -> dict[str, Any]:
    """Run the band on the samples that were kept back, and order it by points on these alone.

    Only the fresh samples count: the first test has already chosen who stands here.

    Raises
    ------
    Refusal
        The step is not due, or the instrument failed.
    """
    ranking = due_ranking(workspace, item, "reserve_samples")
    lock = lock_digest(locked(workspace))
    planner = Planner(workspace)
    entry = planner.board.item(item)
    assert entry is not None
    planned = planner.on_reserve(entry, band(ranking))
    fresh = [one.job for one in planned if not (one.job.folder / RUN).is_file()]
    if fresh:
        watch(workspace, sandbox)
        finished = run_jobs(fresh, sandbox, progress)
        if problems := failures(finished):
            raise Refusal(problems)
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
        The step is not due, or sheets of the hearing are missing.
    """
    ranking = due_ranking(workspace, item, "panel")
    board = read_board(workspace.board)
    found = sheets(workspace, hearing=True)
    among = band(ranking)
    marks = [mark for mark in found.marks if mark.candidate in among] if found else []
    if found is None or found.waiting or {mark.candidate for mark in marks} < set(among):
        raise Refusal([Problem("E7551", item, ", ".join(found.waiting) if found else "–")])
    means = panel_means(Panel.of(marks))
    card = board.tracks[ranking["track"]].scorecard
    digits = board.rounding.digits
    values = {
        name: round_half_up(
            sum(card[part] * value / 100 for (who, part), value in means.items() if who == name),
            digits,
        )
        for name in among
    }
    return keep(
        workspace,
        item,
        "panel",
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
)
