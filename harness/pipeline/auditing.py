"""Audits of declared datasets: what they hold, joined with what they declare."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.board import Item, read_board
from harness.checking.asked import Asked
from harness.checking.metrics import metric_problems, uncounted, undefined_on
from harness.checking.places import inside
from harness.checking.rote import free_by_rote
from harness.dataset import Dataset, read_dataset
from harness.metric_text import MetricText
from harness.personal_data import NAMES, count_traces
from harness.pipeline.audit_summary import summary
from harness.pipeline.noting import held, put
from harness.problems import Problem, Refusal
from harness.samples import SampleSet, read_samples, read_targets
from harness.structure import Translated
from harness.workspace import Workspace
from scoring.audit.findings import Audit, Finding, Weight, audit
from scoring.audit.table import Table

SCHEMA = "jiebang/audit/1"
FILE = "audits.json"
_NOTHING = re.compile(r"(?i)\s*(unknown|none|n/?a|tbd|todo|未知|不详|无|暂无|待定|-+|\.+|x+)?\s*")


def audit_path(path: Path) -> list[dict[str, Any]]:
    """Audit a dataset, every dataset of a board, or those of a workspace, which keeps the audits.

    Raises
    ------
    Refusal
        Nothing that can be audited, or datasets with problems.
    """
    if (path / "dataset.yaml").is_file():
        return [audit_dataset(path, ())]
    board = path / "board" if (path / "board" / "board.yaml").is_file() else path
    if not (board / "board.yaml").is_file():
        raise Refusal([Problem("E9010", str(path))])
    items: dict[str, list[Item]] = {}
    for item in read_board(board).items:
        if item.dataset:
            items.setdefault(item.dataset, []).append(item)
    found = [audit_dataset(board / folder, some) for folder, some in items.items()]
    if board != path:
        workspace = Workspace(path)
        with held(workspace) as ledger:
            put(workspace, ledger, "audit", "", found, actor="organizer")
    return found


def kept_audits(workspace: Workspace) -> list[dict[str, Any]]:
    """The audits that a workspace keeps; none where none was made."""
    path = workspace.root / FILE
    if not path.is_file():
        return []
    kept: list[dict[str, Any]] = json.loads(path.read_bytes())
    return kept


def audit_dataset(folder: Path, items: Sequence[Item]) -> dict[str, Any]:
    """Audit one dataset and what its items measure on it; the record holds no sample's content."""
    try:
        dataset = read_dataset(folder)
        samples = read_samples(folder, dataset)
        targets = read_targets(folder, dataset)
    except Refusal as refusal:
        raise Refusal(inside(str(folder), problem) for problem in refusal.problems) from refusal
    table = _table(folder, dataset, samples, targets)
    found = audit(table)
    personal = count_traces(_words(samples, targets))
    asked = Asked(dataset=dataset, samples=samples, targets=targets)
    measured = dict.fromkeys(entry.metric for item in items for entry in item.metrics)
    findings = [
        *_declared(dataset),
        *_personal(personal),
        *(finding for text in measured for finding in _measuring(text, asked)),
        *found.findings,
    ]
    weights = ("serious", "warning", "note")
    findings.sort(key=lambda finding: weights.index(finding.weight))
    record = {
        "schema": SCHEMA,
        "dataset": dataset.id,
        "version": dataset.version,
        "title": dataset.title.record(),
        "digest": dataset.content_digest(),
        "items": [item.id for item in items],
        "task": dataset.task,
        "personal": dict(sorted(personal.items())),
        "findings": [_finding(finding) for finding in findings],
        **_measured(table, found, samples),
    }
    return record | {"summary": summary(record)}


def _table(folder: Path, dataset: Dataset, samples: SampleSet, targets: Mapping[str, Any]) -> Table:
    clusters = None
    if samples.clusters is not None:
        names = np.array(samples.clusters, dtype=object)
        clusters = np.unique(names, return_inverse=True)[1].astype(np.int64)
    public: tuple[Mapping[str, Any], ...] = ()
    if dataset.public_sample is not None:
        path = dataset.public_sample.samples.path
        plain = replace(dataset, time=None, series=None, slices=())
        files = dataset.public_sample.files
        plain = replace(plain, samples=replace(plain.samples, files=files))
        public = tuple(_contents(read_samples(folder, plain, path), dataset))
    return Table(
        task=dataset.task,
        inputs=_contents(samples, dataset),
        targets=[targets[sample.id] for sample in samples.samples],
        clusters=clusters,
        public=public,
    )


def _contents(samples: SampleSet, dataset: Dataset) -> list[Mapping[str, Any]]:
    """The inputs of samples, with a file's digest in place of its name."""
    files = {name for name, kind in dataset.samples.inputs.items() if kind == "file"}
    return [
        {
            name: samples.files[value] if name in files and value is not None else value
            for name, value in sample.inputs.items()
        }
        for sample in samples.samples
    ]


def _words(samples: SampleSet, targets: Mapping[str, Any]) -> Iterator[str]:
    for sample in samples.samples:
        yield "\n".join(_spoken(value) for value in (*sample.inputs.values(), targets[sample.id]))


def _spoken(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join(_spoken(part) for part in value.values())
    return "\n".join(_spoken(part) for part in value) if isinstance(value, tuple | list) else ""


def _declared(dataset: Dataset) -> Iterator[Finding]:
    for code in ("licence", "source"):
        written: Translated | str = getattr(dataset, code)
        sides = [written] if isinstance(written, str) else [written.zh, written.en]
        empty = [side for side in sides if _NOTHING.fullmatch(side)]
        if empty:
            yield Finding(code=code, weight="serious", values={"found": empty[0]})
    if isinstance(dataset.stand_in, Translated):
        yield Finding(code="stand_in", weight="note")


def _personal(counts: Counter[str]) -> Iterator[Finding]:
    if counts:
        listed = "，".join(f"{NAMES[kind][0]} {NAMES[kind][1]}: {n}" for kind, n in counts.items())
        # Eleven or 15 digits may be anything; a number with a right check digit hardly is.
        certain = bool(counts["identity"] or counts["card"])
        weight: Weight = "serious" if certain else "warning"
        yield Finding(code="personal", weight=weight, values={"found": listed})


def _measuring(text: MetricText, asked: Asked) -> Iterator[Finding]:
    """What keeps a metric that is one of the data from telling candidates apart on them."""
    if any(metric_problems(text, asked.dataset.task, asked.dataset, "")):
        return
    values = {"metric": str(text)}
    if undefined_on(text, asked):
        yield Finding(code="undefined", weight="serious", values=values)
    elif free_by_rote(text, asked):
        yield Finding(code="free", weight="serious", values=values)
    if count := uncounted(text, asked):
        values |= {"count": str(count), "samples": str(len(asked.targets))}
        yield Finding(code="uncounted", weight="warning", values=values)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "weight": finding.weight,
        "values": dict(finding.values),
        **finding.said(),
    }


def _measured(table: Table, found: Audit, samples: SampleSet) -> dict[str, Any]:
    learned = found.learning
    names = [sample.id for sample in samples.samples]
    return {
        "samples": len(table),
        "clusters": None if table.clusters is None else int(table.clusters.max()) + 1,
        "duplicates": {
            "copies": found.likeness.copies,
            "conflicting": found.likeness.conflicting,
            "near": found.likeness.near,
            "examples": [[names[a], names[b]] for a, b in found.likeness.examples],
        },
        "overlap": None
        if found.overlap is None
        else {"public": len(table.public), "copies": found.overlap[0], "near": found.overlap[1]},
        "balance": [{"label": label, "samples": count} for label, count in found.balance],
        "learners": None
        if learned is None
        else {
            "measure": learned.measure,
            "samples": learned.samples,
            "reached": [
                {"name": one.name, "value": one.value, "feature": one.feature}
                for one in learned.learners
            ],
            "features": [{"feature": one.feature, "value": one.value} for one in learned.features],
        },
        "floor": found.floor,
        "ceiling": found.ceiling,
        "detectable": {
            "difference": found.detectable.difference,
            "by_clusters": found.detectable.by_clusters,
        },
    }
