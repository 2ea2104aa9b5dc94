"""Samples that the board kept back are run for the open band only, and settle it alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.execution.sandbox import Sandbox
from harness.pipeline import stages
from harness.pipeline.fresh_evidence import by_reserve
from harness.pipeline.panel import import_sheets
from harness.pipeline.roster import CRITERIA
from harness.problems import Refusal
from harness.workspace import Workspace


def test_reserve_samples_are_run_for_the_band_and_order_it(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> None:
    small._dataset(small.board / "held", 60, "organizer")
    declared = small.board / "board.yaml"
    text = declared.read_text(encoding="utf-8")
    text = text.replace("    dataset: data\n", "    dataset: data\n    reserve: held\n", 1)
    text = text.replace(
        "quota: {at_most: 2}\n",
        "quota: {at_most: 2}\n    contested: [reserve_samples, committee]\n",
        1,
    )
    declared.write_text(text, encoding="utf-8")
    room = ready(small.package("fair"), small.package("good"))
    stages.run(room, sandbox, quiet)
    stages.score(room)
    sheet = room.root.parent / "sheet.csv"
    rows = ["judge,candidate,criterion,score"]
    for judge, (fair, good) in {"J1": (90, 60), "J2": (60, 88), "J3": (85, 70)}.items():
        rows += [f"{judge},C001,{name},{fair}" for name in CRITERIA]
        rows += [f"{judge},C002,{name},{good}" for name in CRITERIA]
    sheet.write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_sheets(room, [sheet])
    stages.rank(room)
    before = set(room.runs.rglob("run.json"))

    with pytest.raises(Refusal, match="E7566"):
        by_reserve(room, "ONE-01", sandbox, quiet, " ")
    assert set(room.runs.rglob("run.json")) == before
    record = by_reserve(room, "ONE-01", sandbox, quiet, "李经办")
    stages.rank(room)

    path = room.current() / "ranking" / "vertical_model" / "ONE-01.json"
    settled = json.loads(path.read_bytes())
    assert record["groups"] == [["C002"], ["C001"]]
    assert len(set(room.runs.rglob("run.json")) - before) == 2
    steps = {step["step"]: step for step in settled["settling"]["steps"]}
    assert steps["reserve_samples"]["state"] == "done"
    assert steps["reserve_samples"]["values"] == record["values"]
    proposals = {row["candidate"]: row["proposal"] for row in settled["rows"]}
    assert proposals == {"C001": "reserve", "C002": "selected"}
    assert stages.run(room, sandbox, quiet).wanted == 2
