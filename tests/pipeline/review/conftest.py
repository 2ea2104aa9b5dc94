"""A locked workspace with candidates taken in, without a run: what a review starts from."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.canonical import canonical_json, readable_json
from harness.intake.packing import manifest
from harness.lock import lock_digest, locked
from harness.pipeline import stages
from harness.pipeline.noting import held, note
from harness.pipeline.panel import import_sheets
from harness.pipeline.preparing import lock_rules
from harness.pipeline.revising import Reason, correct
from harness.pipeline.roster import CRITERIA
from harness.pipeline.score_records import Marked, keep
from harness.pipeline.traces import SCORES, intake_body
from harness.workspace import Workspace, create, read_json
from scoring.per_sample import PerSample
from scoring.resampling import Draws

SECRET = bytes(range(32))


@pytest.fixture(autouse=True)
def _a_day_in_august(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days that people write are held against this one, whenever the tests are run."""
    monkeypatch.setattr("harness.pipeline.days.now", lambda: "2026-08-03T04:00:00Z")


@pytest.fixture
def taken_in(
    small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Workspace]:
    """Makes a workspace, locked in April, that holds some packages in the order given."""

    def make(*folders: Path, name: str = "room") -> Workspace:
        workspace = create(tmp_path / name, small.board, SECRET)
        with monkeypatch.context() as april:
            april.setattr("harness.pipeline.noting.now", lambda: "2026-04-01T02:00:00Z")
            lock = lock_rules(workspace)
        for number, folder in enumerate(folders, start=1):
            take_in(workspace, folder, f"C{number:03d}", lock)
        return workspace

    return make


def take_in(workspace: Workspace, folder: Path, candidate: str, lock: str) -> None:
    tree = workspace.package(candidate)
    shutil.copytree(folder, tree)
    payload = base64.b64encode(canonical_json({"predicate": {"lock": lock}})).decode()
    workspace.receipt(candidate).write_bytes(readable_json({"payload": payload}))
    told(workspace, "intake", candidate, intake_body(candidate, manifest(tree).id, lock))


def told(workspace: Workspace, event: str, subject: str, body: bytes) -> None:
    """Let the ledger speak of a record that no stage has made."""
    with held(workspace) as ledger:
        ledger.append(
            event, actor="organizer", time="2026-05-01T00:00:00Z", subject=subject, body=body
        )


RECORD = {
    "schema": "jiebang/score/1",
    "item": "ONE-01",
    "dataset": f"sha256:{'0' * 64}",
    "samples": 120,
    "units": 120,
    "clustered": False,
    "self_attested": False,
    "skill": None,
    "claims": [],
    "gates": [],
}


def marked(candidate: str, right: float, seed: int) -> Marked:
    """A candidate that answers a share of 120 samples rightly, with its draws."""
    random = np.random.default_rng(seed)
    scores = np.zeros(120)
    scores[random.permutation(120)[: round(120 * right)]] = 1.0
    draws = Draws(bytes(32), units=120, count=499)
    drawn = 100 * np.concatenate(list(draws.blocks())) @ scores / 120
    points = 100 * float(scores.mean())
    metrics = [
        {
            "metric": name,
            "value": points / 100,
            "points": points,
            "weight": weight,
            "floor": 0.0,
            "target": 1.0,
            "effective_samples": 120,
            "effective_units": 120,
            "signature": f"{name}|n:120|missing:0|data:sha256:{'0' * 64}|scoring:1",
        }
        for name, weight in (("accuracy", 100), ("recall(label=hot)", 0))
    ]
    measured = {"points": points, "interval": [points - 5, points + 5]}
    record = {**RECORD, "candidate": candidate, "metrics": metrics, "measured": measured}
    return Marked(
        record=record,
        criteria={"accuracy": drawn, "recall(label=hot)": drawn},
        answered=PerSample(metric="accuracy", scores=scores, clusters=None),
    )


@pytest.fixture
def scored(small: Any, taken_in: Callable[..., Workspace]) -> Callable[..., Workspace]:
    """Makes a workspace whose candidates are scored and ranked, given their shares of right answers."""

    def make(*shares: float, panel: bool = True, board: str = "", places: int = 1) -> Workspace:
        declared = small.board / "board.yaml"
        text = declared.read_text(encoding="utf-8")
        quota, seats = "quota: {at_most: 2}\n", "places: 1\n"
        assert quota in text
        assert seats in text
        text = text.replace(quota, board or quota, 1).replace(seats, f"places: {places}\n", 1)
        if places > 1:
            text = text.replace("quota: {at_most: 2", "quota: {at_most: 9", 1)
        declared.write_text(text, encoding="utf-8")
        names = ("good", "fair", "rubbish", "crashing")[: len(shares)]
        workspace = taken_in(*(small.package(name) for name in names))
        floors = {"accuracy": {"value": 0.0, "interval": None, "standard_error": 0.0}}
        lock = lock_digest(locked(workspace))
        baselines = {
            "lock": lock,
            "items": {"ONE-01": {"title": {"zh": "基线", "en": "base"}, "values": floors}},
        }
        floors["recall(label=hot)"] = floors["accuracy"]
        workspace.baselines.write_bytes(readable_json(baselines))
        told(workspace, "baselines", "", canonical_json(baselines))
        for number, share in enumerate(shares, start=1):
            keep(workspace.current(), marked(f"C{number:03d}", share, number))
        note(workspace, SCORES)
        if panel:
            import_sheets(workspace, [level_sheet(workspace)])
        stages.rank(workspace)
        return workspace

    return make


@pytest.fixture
def one_more(small: Any) -> Callable[[Workspace, float], None]:
    """Takes a further package in and scores it, given its share of right answers."""

    def add(workspace: Workspace, share: float) -> None:
        number = len(workspace.candidates()) + 1
        candidate = f"C{number:03d}"
        take_in(workspace, small.package("crashing"), candidate, lock_digest(locked(workspace)))
        keep(workspace.current(), marked(candidate, share, number))
        note(workspace, SCORES)

    return add


@pytest.fixture
def revised(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Ranks again as a new version, the scores being those that lie in the workspace."""

    def score(draft: Workspace) -> None:
        before = Workspace(draft.root).current()
        shutil.copytree(before / SCORES, draft.current() / SCORES)
        note(draft, SCORES)

    def revise(workspace: Workspace, reason: str = "更正") -> dict[str, Any]:
        monkeypatch.setattr(stages, "score", score)
        return correct(workspace, Reason(reason=reason, by="李经办"))

    return revise


def level_sheet(workspace: Workspace) -> Path:
    """Five judges who give everyone the same, so that only measured points differ."""
    return sheet(workspace, {}, "level.csv")


def sheet(
    workspace: Workspace,
    given: Mapping[tuple[str, str], int],
    name: str,
    candidates: Sequence[str] = (),
) -> Path:
    """An open sheet of five judges, who give everyone the same where nothing else is said."""
    rows = ["judge,candidate,criterion,score"]
    for judge in range(5):
        for candidate in candidates or workspace.candidates():
            rows += [
                f"J{judge},{candidate},{part},{given.get((candidate, part), 70) + judge}"
                for part in CRITERIA
            ]
    path = workspace.root.parent / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(name="sheet")
def _sheet() -> Callable[..., Path]:
    return sheet


@pytest.fixture
def amended() -> Callable[[Workspace, str, str], None]:
    """Changes the rules of a locked workspace: other words of the board, its baselines as they were."""

    def make(room: Workspace, was: str, becomes: str) -> None:
        declared = room.board / "board.yaml"
        text = declared.read_text(encoding="utf-8")
        assert was in text
        declared.write_text(text.replace(was, becomes, 1), encoding="utf-8")
        baselines = read_json(room.baselines) | {"lock": lock_rules(room, reason="修改规则")}
        room.baselines.write_bytes(readable_json(baselines))
        told(room, "baselines", "", canonical_json(baselines))

    return make


def ranking_in_force(workspace: Workspace, item: str = "ONE-01") -> dict[str, Any]:
    """The ranking of an item in the version in force."""
    found: dict[str, Any] = read_json(
        next((workspace.current() / "ranking").glob(f"*/{item}.json"))
    )
    return found


@pytest.fixture
def ranking() -> Callable[..., dict[str, Any]]:
    return ranking_in_force
