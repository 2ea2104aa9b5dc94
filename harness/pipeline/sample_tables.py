"""Every sample of a candidate with target, answer and loss, for the organizer's own report."""

from __future__ import annotations

import json
from collections.abc import Callable

from harness.execution.record import RUN
from harness.execution.sealing import open_sealed
from harness.lock import lock_digest, locked
from harness.pipeline.losses import losses
from harness.pipeline.marking import Marker
from harness.pipeline.planning import Planner
from harness.workspace import Workspace, read_json
from reports.samples import SampleTable
from scoring.answers import Labels

LONGEST = 400

Samples = Callable[[str], SampleTable | None]


def sample_tables(workspace: Workspace) -> Samples:
    """A way to a candidate's samples; none for one that was not run.

    Texts are left out where the data may not be passed on.
    """
    planner = Planner(workspace)
    marker = Marker(planner.board, lock_digest(locked(workspace)))
    planned = {entry.candidate: entry for entry in planner.candidates()}

    def table(candidate: str) -> SampleTable | None:
        entry = planned.get(candidate)
        path = entry.job.folder / RUN if entry else None
        if entry is None or path is None or not path.is_file():
            return None
        sealed = open_sealed(entry.job.folder, read_json(path)["predictions"])
        joined = marker.columns(entry, sealed)
        given = dict(
            zip(sealed.ids, zip(sealed.outcomes, sealed.answers, strict=True), strict=True)
        )
        found = [given.get(name, ("missing", None)) for name in joined.ids]
        lost = list(losses(joined))
        shown = entry.data.dataset.redistributable
        coded = joined.answers if isinstance(joined.answers, Labels) and shown else None
        inputs = {sample.id: sample.inputs for sample in entry.data.samples.samples}
        return SampleTable(
            candidate=candidate,
            item=entry.item.id,
            ids=joined.ids,
            outcomes=[str(outcome) for outcome, _ in found],
            losses=[float(loss) for loss, _ in lost],
            labels=coded.labels if coded else (),
            truth=coded.truth.tolist() if coded else (),
            given=coded.predicted.tolist() if coded else (),
            inputs=[_json(dict(inputs[name])) for name in joined.ids] if shown else (),
            targets=[target for _, target in lost] if shown else (),
            answers=[None if answer is None else _json(dict(answer)) for _, answer in found]
            if shown
            else (),
            parsed=[None if answer is None else _plain(dict(answer)) for _, answer in found]
            if shown
            else (),
        )

    return table


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:LONGEST]


def _plain(answer: dict[str, object]) -> str:
    """What was read in an answer, without the names of its fields."""
    return ", ".join(str(value) for value in answer.values())[:LONGEST]
