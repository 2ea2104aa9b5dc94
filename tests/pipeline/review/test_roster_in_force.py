"""Scores that came in are held to the roster in force, which may be another by then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli.sheets import panel
from harness.pipeline import stages
from harness.pipeline.deciding import decide
from harness.pipeline.panel import export_sheets, import_sheets, sheets
from harness.pipeline.revising import Reason, withdraw
from harness.pipeline.roster import CRITERIA
from harness.problems import Refusal
from harness.workspace import Workspace, read_json

Scored = Callable[..., Workspace]
ALL = ("J01", "J02", "J03", "J04")
TIE = "recusals: [{ground: equity, candidate: C001}]"


def roster_of(folder: Path, judges: dict[str, str], name: str = "roster.yaml") -> Path:
    """A roster of judges, each with what else is declared of them."""
    rows = [
        f"  - {{id: {judge}, name: 评委, unit: 某某单位{judge}{more and ', '}{more}}}\n"
        for judge, more in judges.items()
    ]
    path = folder / name
    path.write_text(f"schema: jiebang/roster/1\njudges:\n{''.join(rows)}", encoding="utf-8")
    return path


def open_sheet(path: Path, scores: dict[tuple[str, str], str]) -> Path:
    rows = [f"{j},{c},{name},{score}" for (j, c), score in scores.items() for name in CRITERIA]
    path.write_text("\n".join(["judge,candidate,criterion,score", *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture
def judged(scored: Scored, tmp_path: Path) -> Workspace:
    """Two candidates whom four judges of a roster have scored alike, only C001 higher by J01."""
    room = scored(0.9, 0.5, panel=False)
    export_sheets(room, roster_of(tmp_path, dict.fromkeys(ALL, "")), tmp_path / "first")
    scores = {
        (j, c): "100" if (j, c) == ("J01", "C001") else "70" for j in ALL for c in ("C001", "C002")
    }
    import_sheets(room, [open_sheet(tmp_path / "all.csv", scores)])
    stages.rank(room)
    return room


def points_of(ranking: dict[str, Any], candidate: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in ranking["panel"]["points"] if one["candidate"] == candidate
    )
    return found


def test_scores_of_a_judge_recused_since_count_as_recusals(
    judged: Workspace, ranking: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    before = ranking(judged)

    export_sheets(
        judged, roster_of(tmp_path, {**dict.fromkeys(ALL, ""), "J01": TIE}), tmp_path / "second"
    )
    stages.rank(judged)

    after = ranking(judged)
    assert (points_of(before, "C001")["valid"], points_of(before, "C001")["recused"]) == (4, 0)
    assert (points_of(after, "C001")["valid"], points_of(after, "C001")["recused"]) == (3, 1)
    assert points_of(after, "C002")["valid"] == 4
    assert before["panel"]["recused_since"] == []
    assert after["panel"]["recused_since"] == [
        {"judge": "J01", "candidate": "C001", "ground": "equity"}
    ]
    assert after["rows"][0]["total"] != before["rows"][0]["total"]
    assert after["panel"]["digest"] != before["panel"]["digest"]
    assert len(list(judged.panel.glob("sheets-*.json"))) == 1


def test_scores_of_a_judge_struck_from_the_roster_are_left_out(
    judged: Workspace, ranking: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    export_sheets(judged, roster_of(tmp_path, dict.fromkeys(ALL[1:], "")), tmp_path / "second")
    stages.rank(judged)

    after = ranking(judged)
    assert after["complete_panel"]
    assert (after["panel"]["judges"], after["panel"]["left_out"]) == (3, ["J01"])
    assert {one["mean"] for one in after["panel"]["points"]} == {70.0}


def test_a_panel_that_is_wholly_new_is_waited_for(judged: Workspace, tmp_path: Path) -> None:
    export_sheets(judged, roster_of(tmp_path, {"J08": "", "J09": ""}), tmp_path / "second")

    found = sheets(judged)

    assert found is not None
    assert (found.marks, found.waiting) == ((), ("J08", "J09"))


def test_scores_on_an_item_that_a_judge_is_no_longer_asked_about_are_left_out(
    scored: Scored, tmp_path: Path
) -> None:
    room = scored(0.9, panel=False)
    rows = {"J01": "items: [ONE-01]", "J02": "items: [ONE-01]"}
    export_sheets(room, roster_of(tmp_path, rows), tmp_path / "first")
    scores = {("J01", "C001"): "70", ("J02", "C001"): "80"}
    import_sheets(room, [open_sheet(tmp_path / "all.csv", scores)])
    other = {"J01": "", "J02": "items: [TWO-01]"}

    export_sheets(room, roster_of(tmp_path, other), tmp_path / "second")

    found = sheets(room)
    assert found is not None
    assert found.left_out == (("J02", "C001"),)
    assert found.judges == 1


def test_the_roster_of_a_hearing_strikes_nobody_from_the_first_round(
    judged: Workspace, tmp_path: Path
) -> None:
    before = sheets(judged)
    roster = roster_of(tmp_path, {"J01": TIE, "J07": "", "J08": ""})

    export_sheets(judged, roster, tmp_path / "hearing", only=["C001", "C002"])

    after = sheets(judged)
    assert before is not None
    assert after is not None
    assert (after.judges, after.left_out, after.waiting) == (before.judges, (), ())
    assert after.recused == (("J01", "C001", "equity"),)
    assert [read_json(path).get("hearing") for path in sorted(judged.panel.glob("roster-*"))] == [
        None,
        True,
    ]


def test_the_roster_of_a_hearing_asks_for_no_sheets_of_a_first_round_without_one(
    scored: Scored, tmp_path: Path
) -> None:
    room = scored(0.9, 0.5)
    before = sheets(room)
    assert before is not None
    judges = dict.fromkeys([*sorted({mark.judge for mark in before.marks}), "J09"], "")

    export_sheets(room, roster_of(tmp_path, judges), tmp_path / "hearing", only=["C001", "C002"])

    after = sheets(room)
    assert after is not None
    assert (after.judges, after.digest, after.waiting) == (before.judges, before.digest, ())


def test_open_sheets_of_judges_who_never_stood_on_a_roster_count_as_they_are(
    scored: Scored, tmp_path: Path
) -> None:
    room = scored(0.9, 0.5)
    before = sheets(room)

    export_sheets(room, roster_of(tmp_path, {"J01": TIE}), tmp_path / "out")

    assert sheets(room) == before


def test_after_a_step_a_new_roster_counts_from_the_next_version_on(
    judged: Workspace,
    ranking: Callable[..., dict[str, Any]],
    revised: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    decide(judged, "ONE-01", ["C001"], {}, "评审委员会")
    stages.rank(judged)
    first = ranking(judged)
    export_sheets(
        judged, roster_of(tmp_path, {**dict.fromkeys(ALL, ""), "J01": TIE}), tmp_path / "second"
    )

    with pytest.raises(Refusal, match="E7553"):
        stages.rank(judged)
    with pytest.raises(Refusal, match="E7510"):
        withdraw(judged, "C002", Reason(reason="撤回", by="李"))
    revised(judged, "名册更正")

    assert read_json(judged.version(1) / "ranking" / "vertical_model" / "ONE-01.json") == first
    assert ranking(judged)["version"] == 2
    assert ranking(judged)["panel"]["recused_since"]


def test_sending_sheets_out_tells_which_scores_count_otherwise(
    judged: Workspace, tmp_path: Path
) -> None:
    roster = roster_of(tmp_path, {"J01": TIE, "J02": "", "J03": ""})

    told = CliRunner().invoke(
        panel,
        ["export", str(judged.root), "--roster", str(roster), "-o", str(tmp_path / "o")],
    )

    assert told.exit_code == 0, told.output
    assert "2 judges that came in before" in told.output
    assert "J01 对 C001 的打分改按回避处理（股权等利益关系）" in told.output
    assert "those of J04 on 2 candidates are left out" in told.output
