"""The evaluation as one plain record: everything that a report may say, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.board import SCENARIO, Board, Criterion, Item
from harness.dataset import Dataset
from harness.execution.record import HOST
from harness.lock import lock_digest, locked
from harness.package import Package
from harness.pipeline.auditing import kept_audits
from harness.pipeline.canaries import seen
from harness.pipeline.changes import changes_until, difference_in_force, withdrawn_until
from harness.pipeline.days import days
from harness.pipeline.marking import floor_of
from harness.pipeline.noting import hold
from harness.pipeline.objections import listed
from harness.pipeline.panel import Sheets, sheets
from harness.pipeline.planning import BASELINE, Data, Planned, Planner
from harness.pipeline.preparing import floors
from harness.pipeline.ranking import packages_of
from harness.pipeline.traces import RANKING, SCORES
from harness.pipeline.trail import ACCEPTED, JUDGED, RULES, RUNS, printed
from harness.structure import Translated
from harness.version import SCORING, harness_version
from harness.workspace import Workspace, read_json
from scoring import catalog
from scoring.metric import Metric
from scoring.score import NOTES

SCHEMA = "jiebang/evaluation/1"
MEASURES = (
    "cpu_seconds",
    "peak_memory",
    "wall_seconds",
    "start_seconds",
    "samples_per_second",
    "batch_latency_seconds",
    "latency_seconds",
)


def assemble(workspace: Workspace) -> dict[str, Any]:
    """Gather the records in force; raises ``Refusal`` where the rules are not locked."""
    lock = locked(workspace)
    hold(workspace, *RULES, *ACCEPTED, *RUNS, SCORES, RANKING, *JUDGED)
    planner = Planner(workspace)
    board = planner.board
    packages = packages_of(workspace)
    planned = {entry.candidate: entry for entry in planner.candidates()}
    results = workspace.current()
    scores = [read_json(path) for path in sorted((results / "scores").glob("*/*.json"))]
    complete = {entry["candidate"] for entry in scores}
    gone = withdrawn_until(workspace, workspace.current_version())
    return {
        "schema": SCHEMA,
        "version": workspace.current_version(),
        "ledger": printed(workspace),
        "days": days(workspace),
        "board": _board(workspace, board, planner, lock),
        "candidates": [
            _candidate(name, package, board, planned) for name, package in packages.items()
        ],
        "runs": [_run(read_json(path), workspace, path.parent, board) for path in _runs(planned)],
        "scores": scores,
        "rankings": [
            read_json(path)
            for item in board.items
            if (path := results / "ranking" / item.track / f"{item.id}.json").is_file()
        ],
        "tracks": [
            read_json(path)
            for name in board.tracks
            if (path := results / "ranking" / f"{name}.json").is_file()
        ],
        "panel": _panel(sheets(workspace), set(packages) - set(gone)),
        "unfinished": [
            {
                "candidate": name,
                "item": package.item,
                "reason": {"zh": "尚未运行完毕", "en": "its run is not complete"},
            }
            for name, package in packages.items()
            if name not in complete
        ],
        "audits": kept_audits(workspace),
        "difference": difference_in_force(workspace),
        "changes": changes_until(workspace, workspace.current_version()),
        "objections": listed(workspace),
        "notes": {code: {"zh": note.zh, "en": note.en} for code, note in _notes().items()},
        "harness": {"version": harness_version(), "scoring": SCORING},
    }


def _notes() -> Mapping[str, Any]:
    return {note.code: note for note in NOTES}


def _board(
    workspace: Workspace, board: Board, planner: Planner, lock: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": board.id,
        "title": board.title.record(),
        "official": board.official,
        "mode": board.mode,
        "digest": lock["files"]["board.yaml"],
        "lock": lock_digest(lock),
        "amended": lock["amended"],
        "rounding": {"digits": board.rounding.digits, "mode": board.rounding.mode},
        "confidence": board.confidence,
        "draws": board.draws,
        "tracks": [
            {
                "id": name,
                "title": track.title.record(),
                "quota": track.quota.at_most,
                "scorecard": dict(track.scorecard),
                "reserves": track.reserves,
                "contested": list(track.steps),
            }
            for name, track in board.tracks.items()
        ],
        "items": [_item(workspace, item, planner) for item in board.items],
    }


def _item(workspace: Workspace, item: Item, planner: Planner) -> dict[str, Any]:
    measured = floors(workspace, item.id)
    baselines = read_json(workspace.baselines)["items"].get(item.id)
    limits = item.limits
    return {
        "id": item.id,
        "track": item.track,
        "title": item.title.record(),
        "industry": item.industry.record(),
        "places": item.places,
        "task": item.task,
        "modes": list(item.modes),
        "coverage": _bounds(item.coverage),
        "dataset": (
            _dataset(planner.data(workspace.board / item.dataset)) if item.dataset else None
        ),
        "metrics": [_criterion(entry, measured) for entry in item.metrics],
        "criteria": (
            {
                name: {"weight": entry.weight, "floor": entry.floor, "target": entry.target}
                for name, entry in item.criteria.items()
            }
            if item.task == SCENARIO
            else None
        ),
        "limits": {
            "memory": f"{limits.memory / 1024**3:g} GiB",
            "cpus": limits.cpus,
            "wall": f"{limits.wall:g} s",
            "start": f"{limits.start:g} s",
            "batch_wall": f"{limits.batch_wall:g} s",
            "batch": limits.batch,
        },
        "baseline": None
        if baselines is None
        else {
            "title": baselines["title"],
            "values": {name: entry["value"] for name, entry in baselines["values"].items()},
            "intervals": {
                name: [entry["interval"]["low"], entry["interval"]["high"]]
                for name, entry in baselines["values"].items()
                if entry["interval"]
            },
        },
    }


def metric_facts(metric: Metric, text: str) -> dict[str, Any]:
    """What a page says of a metric: words, formula, direction and bounds."""
    low, high = metric.bounds
    return {
        "metric": text,
        "better": metric.better,
        "zh": metric.zh,
        "en": metric.en,
        "unit": metric.unit,
        "bounds": [_finite(low), _finite(high)],
        "formula_zh": metric.formula_zh,
        "formula_en": metric.formula_en,
        "reference": metric.reference,
        "clause": metric.clause or None,
    }


def _criterion(entry: Criterion, measured: Mapping[str, float]) -> dict[str, Any]:
    floor, origin = floor_of(entry, measured)
    facts = metric_facts(catalog.resolve(entry.metric).metric, str(entry.metric))
    return facts | {
        "weight": entry.weight,
        "floor": floor,
        "floor_origin": origin,
        "target": entry.target,
        "gate": _bounds(entry.gate),
    }


def _bounds(gate: Any) -> dict[str, float] | None:
    if gate is None:
        return None
    bounds = {"at_least": gate.at_least, "at_most": gate.at_most}
    return {name: value for name, value in bounds.items() if value is not None}


def _dataset(data: Data) -> dict[str, Any]:
    dataset: Dataset = data.dataset
    clusters = data.samples.clusters
    return {
        "id": dataset.id,
        "version": dataset.version,
        "title": dataset.title.record(),
        "licence": _said(dataset.licence),
        "source": _said(dataset.source),
        "stand_in": dataset.stand_in.record() if isinstance(dataset.stand_in, Translated) else None,
        "labels_held_by": dataset.labels_held_by,
        "inputs": dataset.inputs,
        "redistributable": dataset.redistributable,
        "samples": len(data.samples.samples),
        "clusters": None if clusters is None else len(set(clusters)),
        "digest": dataset.content_digest(),
        "labels": list(dataset.labels) or None,
    }


def _said(text: Translated | str) -> dict[str, str] | str:
    return text if isinstance(text, str) else text.record()


def _candidate(
    name: str, package: Package, board: Board, planned: Mapping[str, Planned]
) -> dict[str, Any]:
    item = board.item(package.item)
    entry = planned[name]
    scenario = package.kind == "scenario"
    return {
        "id": name,
        "item": package.item,
        "track": item.track if item else "",
        "title": package.title.record(),
        "applicant": {
            "name": package.applicant.name,
            "city": package.applicant.city,
            "consortium": list(package.applicant.consortium),
        },
        "mode": package.mode,
        "adapter": package.solution.adapter,
        "package": entry.job.package_digest,
        "description": package.description.record(),
        "dataset": _dataset(entry.data) if scenario else None,
        "metrics": [
            metric_facts(catalog.resolve(one.metric).metric, str(one.metric))
            for one in package.metrics
        ],
        "claims": [
            {"metric": str(c.metric), "from": c.from_, "to": c.to, "kind": c.kind}
            for c in package.claims
        ],
        "effects": [
            {"name": e.name.record(), "from": e.from_, "to": e.to, "unit": e.unit, "kind": e.kind}
            for e in package.effects
        ],
        "attested": [
            {"gate": a.gate, "checker": a.checker, "date": a.date, "reason": a.reason}
            for a in package.attested
        ],
    }


def _runs(planned: Mapping[str, Planned]) -> Iterable[Path]:
    for name, entry in planned.items():
        path = entry.job.folder / "run.json"
        if not name.endswith(BASELINE) and path.is_file():
            yield path


def _run(
    record: Mapping[str, Any], workspace: Workspace, folder: Path, board: Board
) -> dict[str, Any]:
    launched = record["tier"] is not None
    item = board.item(record["item"])
    # Times differ from run to run: a report says them only where the board asks for them.
    timed = item is not None and item.latency is not None
    return {
        "candidate": record["candidate"],
        "item": record["item"],
        "tier": record["tier"],
        "mode": record["mode"],
        "outcomes": dict(record["outcomes"]),
        "restarts": record["restarts"],
        "predictions": record["predictions"],
        "run": record["key"],
        "canaries": seen(workspace, folder) if launched else [],
        "line": record.get("line"),
        "measured": _measures(workspace, folder) if timed else None,
    }


def _measures(workspace: Workspace, folder: Path) -> dict[str, Any] | None:
    """What the machine of a run measured: seconds, bytes and quantiles; in an archive it lies apart."""
    below = folder.relative_to(workspace.root)
    places = (folder / HOST, workspace.root / "host" / below / HOST)
    found = next((read_json(path) for path in places if path.is_file()), None)
    return None if found is None else {name: found.get(name) for name in MEASURES}


def _panel(found: Sheets | None, wanted: set[str]) -> dict[str, Any] | None:
    if found is None:
        return None
    covered = {mark.candidate for mark in found.marks}
    return {
        "judges": found.judges,
        "sample": found.sample,
        "complete": covered >= wanted and not found.waiting,
        "waiting": list(found.waiting),
        "digest": found.digest,
    }


def _finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None
