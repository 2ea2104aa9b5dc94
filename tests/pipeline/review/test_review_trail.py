"""What judges gave and who objected is held against the ledger like any other record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.pipeline import objections, stages
from harness.pipeline.trail import contradictions
from harness.problems import Refusal
from harness.workspace import Workspace


def raise_a_mark(path: Path) -> None:
    record = json.loads(path.read_bytes())
    record["marks"][0][3] = 100.0
    path.write_text(json.dumps(record), "utf-8")


def reword(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("数据有误", "没有问题"), "utf-8")


@pytest.mark.parametrize(
    ("place", "edit", "code"),
    [
        ("panel/sheets-001.json", raise_a_mark, "E8604"),
        ("panel/sheets-001.json", Path.unlink, "E8605"),
        ("objections/O001.json", reword, "E8604"),
        ("objections/O001.json", Path.unlink, "E8605"),
    ],
)
def test_an_edit_of_sheets_or_objections_is_found_and_stops_ranking(
    scored: Callable[..., Workspace], place: str, edit: Callable[[Path], Any], code: str
) -> None:
    room = scored(0.9, 0.6)
    objections.add(room, objections.Raised(candidate="C001", name="张三", ground="数据有误"))
    assert [one for one in contradictions(room) if one.where.startswith("panel")] == []

    edit(room.root / place)

    assert code in {one.code for one in contradictions(room)}
    with pytest.raises(Refusal):
        stages.rank(room)


def test_an_objection_that_is_decided_is_held_as_it_stands_now(
    scored: Callable[..., Workspace],
) -> None:
    room = scored(0.9, 0.6)
    objections.add(room, objections.Raised(candidate="C001", name="张三", ground="数据有误"))
    decision = objections.Decision(admitted=True, outcome="revoked", reason="属实", by="李经办")
    objections.decide(room, "O001", decision)

    assert [one for one in contradictions(room) if one.where.startswith("objection")] == []
