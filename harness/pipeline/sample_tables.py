"""Every sample of a candidate with target, answer and loss, for the organizer's own report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.columns import Columns
from harness.execution.record import RUN
from harness.execution.sealing import Sealed, open_sealed
from harness.lock import lock_digest, locked
from harness.pipeline.losses import Loss, losses
from harness.pipeline.marking import Marker
from harness.pipeline.planning import Planned, Planner
from harness.workspace import Workspace, read_json
from reports.samples import SampleTable
from scoring.answers import Labels

LONGEST = 400
Floats = NDArray[np.float32]

Samples = Callable[[str], SampleTable | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answered:
    """A candidate's answers beside the targets, with what each sample cost."""

    entry: Planned
    sealed: Sealed
    joined: Columns
    lost: list[Loss]


def sample_tables(workspace: Workspace) -> Samples:
    """A way to a candidate's samples; none for one that was not run.

    Texts are left out where the data may not be passed on. Each sample says how many others did
    better and worse on it, among those who answered the same data.
    """
    planner = Planner(workspace)
    marker = Marker(planner.board, lock_digest(locked(workspace)))
    planned = {entry.candidate: entry for entry in planner.candidates()}
    answered: dict[str, _Answered] = {}
    costs: dict[tuple[str, str], dict[str, Floats]] = {}

    def read(entry: Planned) -> _Answered | None:
        path = entry.job.folder / RUN
        if not path.is_file():
            return None
        sealed = open_sealed(entry.job.folder, read_json(path)["predictions"])
        joined = marker.columns(entry, sealed)
        return _Answered(entry=entry, sealed=sealed, joined=joined, lost=list(losses(joined)))

    def open_group(key: tuple[str, str]) -> None:
        costs[key] = {}
        for name, entry in planned.items():
            if _group(entry) == key and (one := read(entry)) is not None:
                answered[name] = one
                costs[key][name] = np.array([loss for loss, _ in one.lost], np.float32)

    def table(candidate: str) -> SampleTable | None:
        entry = planned.get(candidate)
        if entry is None:
            return None
        key = _group(entry)
        if key not in costs:
            open_group(key)
        # Each table is asked for once, so what it was made from need not be held any longer.
        one = answered.pop(candidate, None) or read(entry)
        return None if one is None else _table(one, costs[key])

    return table


def _group(entry: Planned) -> tuple[str, str]:
    return entry.item.id, entry.data.dataset.content_digest()


def _table(one: _Answered, costs: Mapping[str, Floats]) -> SampleTable:
    entry, joined = one.entry, one.joined
    given = dict(
        zip(one.sealed.ids, zip(one.sealed.outcomes, one.sealed.answers, strict=True), strict=True)
    )
    found = [given.get(name, ("missing", None)) for name in joined.ids]
    shown = entry.data.dataset.redistributable
    coded = joined.answers if isinstance(joined.answers, Labels) and shown else None
    inputs = {sample.id: sample.inputs for sample in entry.data.samples.samples}
    mine = costs[entry.candidate]
    others = np.array([cost for name, cost in costs.items() if name != entry.candidate])
    return SampleTable(
        candidate=entry.candidate,
        item=entry.item.id,
        ids=joined.ids,
        outcomes=[str(outcome) for outcome, _ in found],
        losses=[float(loss) for loss, _ in one.lost],
        labels=coded.labels if coded else (),
        truth=coded.truth.tolist() if coded else (),
        given=coded.predicted.tolist() if coded else (),
        beliefs=beliefs(joined.answers) if isinstance(joined.answers, Labels) else (),
        others=len(others),
        better=(others < mine).sum(axis=0).tolist() if len(others) else (),
        worse=(others > mine).sum(axis=0).tolist() if len(others) else (),
        inputs=[_json(dict(inputs[name])) for name in joined.ids] if shown else (),
        targets=[target for _, target in one.lost] if shown else (),
        answers=[None if answer is None else _json(dict(answer)) for _, answer in found]
        if shown
        else (),
        parsed=[None if answer is None else _plain(dict(answer)) for _, answer in found]
        if shown
        else (),
    )


def beliefs(answers: Labels) -> Sequence[float | None]:
    """How sure a candidate was of each label that it gave, from 0 to 1; empty where it never said.

    A belief in the positive one of two labels counts only where it is a probability.
    """
    places = np.arange(len(answers.predicted))
    if answers.probabilities is not None:
        sure = np.minimum(answers.probabilities[places, answers.predicted], 1.0)
    elif answers.belief is not None and answers.positive and len(answers.labels) == 2:
        known = answers.belief[~np.isnan(answers.belief)]
        if not known.size or known.min() < 0 or known.max() > 1:
            return ()
        positive = answers.predicted == answers.labels.index(answers.positive)
        sure = np.where(positive, answers.belief, 1 - answers.belief)
    else:
        return ()
    told = ~np.isnan(sure) & (answers.predicted >= 0)
    return [float(value) if yes else None for value, yes in zip(sure.tolist(), told, strict=True)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:LONGEST]


def _plain(answer: dict[str, object]) -> str:
    """What was read in an answer, without the names of its fields."""
    return ", ".join(str(value) for value in answer.values())[:LONGEST]
