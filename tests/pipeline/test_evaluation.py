"""The main job on a small board, from packages to a report and back from its archive."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.execution.sandbox import Sandbox
from harness.pipeline import keeping, stages
from harness.pipeline.admission import admit
from harness.pipeline.attesting import EFFECT_DATA, Attestation, attest
from harness.pipeline.panel import CRITERIA, import_sheets
from harness.pipeline.preparing import lock_rules
from harness.pipeline.verifying import verify
from harness.problems import Refusal
from harness.workspace import Workspace, read_json

Ready = Callable[..., Workspace]
GOLDEN = Path(__file__).parent / "golden"


def evaluate(workspace: Workspace, sandbox: Sandbox, quiet: Any) -> None:
    done = stages.run(workspace, sandbox, quiet)
    assert not done.problems
    stages.score(workspace)
    stages.rank(workspace)
    stages.report(workspace)


def results(workspace: Workspace) -> dict[str, bytes]:
    folder = workspace.current()
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ranking(workspace: Workspace, item: str) -> dict[str, Any]:
    path = next((workspace.current() / "ranking").glob(f"*/{item}.json"))
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def confirm(workspace: Workspace, candidate: str) -> None:
    attest(
        workspace,
        Attestation(
            candidate=candidate,
            subject=EFFECT_DATA,
            holds=True,
            checker="组织方",
            date="2026-11-02",
            reason="已核对",
        ),
    )


def sheet(workspace: Workspace, folder: Path) -> Path:
    rows = ["judge,candidate,criterion,score"]
    for judge in range(5):
        for place, candidate in enumerate(workspace.candidates()):
            rows += [f"J{judge},{candidate},{name},{70 + judge + place}" for name in CRITERIA]
    path = folder / "sheet.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_order_of_candidates_is_that_of_their_answers(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("fair"), small.package("good"), small.package("crashing"))

    evaluate(workspace, sandbox, quiet)

    rows = ranking(workspace, "ONE-01")["rows"]
    assert [row["candidate"] for row in rows] == ["C002", "C001"]
    assert rows[0]["proposal"] is None
    out = ranking(workspace, "ONE-01")["ineligible"]
    assert [entry["candidate"] for entry in out] == ["C003"]


def test_with_a_complete_panel_places_are_proposed(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    workspace = ready(small.package("fair"), small.package("good"))
    import_sheets(workspace, [sheet(workspace, tmp_path)], sample=True)

    evaluate(workspace, sandbox, quiet)

    proposals = {row["candidate"]: row["proposal"] for row in ranking(workspace, "ONE-01")["rows"]}
    assert proposals == {"C002": "selected", "C001": "reserve"}


def test_a_second_evaluation_reuses_every_run_and_gives_the_same_bytes(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"), small.scenario("plant"))
    evaluate(workspace, sandbox, quiet)
    first = results(workspace)

    done = stages.run(workspace, sandbox, quiet)
    scored = stages.score(workspace)
    stages.rank(workspace)
    stages.report(workspace)

    assert (done.wanted, done.reused) == (3, 3)
    assert (scored.made, scored.reused) == (0, 2)
    assert results(workspace) == first


def test_scores_made_anew_are_the_scores_that_were_kept(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"), small.scenario("plant"))
    evaluate(workspace, sandbox, quiet)
    first = results(workspace)

    scored = stages.score(workspace, anew=True)

    assert (scored.made, scored.reused) == (2, 0)
    assert results(workspace) == first


def test_only_what_changed_is_scored_again(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"), small.scenario("plant"))
    evaluate(workspace, sandbox, quiet)
    before = results(workspace)
    confirm(workspace, "C002")

    scored = stages.score(workspace)
    stages.rank(workspace)

    after = results(workspace)
    assert (scored.made, scored.reused) == (1, 1)
    assert after["scores/ONE-01/C001.json"] == before["scores/ONE-01/C001.json"]
    assert after["scores/SC-01/C002.json"] != before["scores/SC-01/C002.json"]


def test_scores_that_somebody_edited_are_all_made_again(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"), small.package("fair"))
    evaluate(workspace, sandbox, quiet)
    before = results(workspace)
    edited = workspace.current() / "scores" / "ONE-01" / "C002.json"
    edited.write_bytes(edited.read_bytes().replace(b'"points": ', b'"points": 1'))

    scored = stages.score(workspace)

    assert (scored.made, scored.reused) == (2, 0)
    assert results(workspace) == before


def test_a_candidate_that_went_leaves_no_score_behind(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"), small.package("fair"))
    evaluate(workspace, sandbox, quiet)
    run = next(workspace.runs.glob("ONE-01/C002/*/run.json"))
    run.unlink()

    with pytest.raises(Refusal):
        stages.score(workspace)
    assert stages.run(workspace, sandbox, quiet).reused == 1
    assert stages.score(workspace).reused == 2


def test_the_same_packages_give_the_same_bytes_in_another_workspace(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = (small.package("good"), small.package("rubbish"), small.reader("echo"))
    first, second = ready(*packages, name="first"), ready(*packages, name="second")

    evaluate(first, sandbox, quiet)
    monkeypatch.setattr("harness.pipeline.noting.now", lambda: "2031-01-01T00:00:00Z")
    evaluate(second, sandbox, quiet)

    assert results(first) == results(second)


def test_a_scenario_gains_points_over_its_baseline_unless_its_applicant_holds_the_labels(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.scenario("plant"), small.scenario("own_labels", holder="applicant"))
    confirm(workspace, "C001")
    confirm(workspace, "C002")

    evaluate(workspace, sandbox, quiet)

    folder = workspace.current() / "scores" / "SC-01"
    measured, attested = (json.loads((folder / f"{n}.json").read_bytes()) for n in ("C001", "C002"))
    assert measured["measured"]["points"] > 0
    assert measured["claims"][0]["verdict"] == "reproduced"
    assert attested["measured"]["points"] == 0
    assert attested["claims"][0]["verdict"] == "self_attested"


def test_a_scenario_has_no_points_until_the_organizer_has_confirmed_its_data(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.scenario("plant"))

    evaluate(workspace, sandbox, quiet)
    record = json.loads((workspace.current() / "scores" / "SC-01" / "C001.json").read_bytes())

    assert record["self_attested"]
    assert record["measured"]["points"] == 0


def test_an_attestation_names_its_checker_date_and_ground(small: Any, ready: Ready) -> None:
    workspace = ready(small.package("good"))

    with pytest.raises(Refusal) as refused:
        attest(
            workspace,
            Attestation(
                candidate="C001",
                subject="luck",
                holds=True,
                checker=" ",
                date="yesterday",
                reason="",
            ),
        )

    assert [problem.code for problem in refused.value.problems] == ["E7605", "E7603", "E7604"]


def test_a_changed_board_stops_every_stage(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"))
    with (workspace.board / "board.yaml").open("a") as file:
        file.write("# later thought\n")

    with pytest.raises(Refusal) as refused:
        stages.run(workspace, sandbox, quiet)

    assert {problem.code for problem in refused.value.problems} == {"E9005"}


def test_locked_rules_change_only_with_a_reason_and_the_old_lock_is_kept(
    small: Any, ready: Ready
) -> None:
    workspace = ready(small.package("good"))
    before = workspace.lock.read_bytes()

    with pytest.raises(Refusal) as refused:
        lock_rules(workspace)
    lock_rules(workspace, reason="更正限时")

    assert refused.value.problems[0].code == "E9004"
    assert (workspace.board / "board.lock.001.json").read_bytes() == before
    assert json.loads(workspace.lock.read_bytes())["amended"][0]["reason"] == "更正限时"


def test_a_faulty_package_is_turned_away_and_the_others_are_taken_in(
    small: Any, ready: Ready
) -> None:
    workspace = ready(small.package("good"))
    faulty = small.package("fair")
    (faulty / "package.yaml").write_text("schema: jiebang/package/1\nkind: modle\n")

    admitted, turned = admit(workspace, small.zipped(faulty, small.package("rubbish")))

    assert [entry.candidate for entry in admitted] == ["C002"]
    assert {"E1011", "E1013"} <= {problem.code for problem in turned[0].problems}


def test_the_same_package_is_not_taken_in_twice(small: Any, ready: Ready) -> None:
    package = small.package("good")
    workspace = ready(package)

    _, turned = admit(workspace, small.zipped(package))

    assert [problem.code for problem in turned[0].problems] == ["E5302"]


def test_an_archive_is_scored_again_to_the_same_bytes(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    workspace = ready(small.package("good"), small.package("crashing"), small.scenario("plant"))
    evaluate(workspace, sandbox, quiet)
    keeping.make(workspace, tmp_path / "archive.zip")

    different = keeping.rescore(tmp_path / "archive.zip", tmp_path / "again", None)

    assert different == []
    assert verify(tmp_path / "archive.zip").problems == ()


def test_a_report_names_the_days_of_its_records_and_keeps_them_when_scored_again_years_later(
    small: Any,
    ready: Ready,
    sandbox: Sandbox,
    quiet: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.pipeline.noting.now", lambda: "2026-03-01T17:00:00Z")
    monkeypatch.setattr("harness.pipeline.admission.now", lambda: "2026-05-29T01:00:00Z")
    workspace = ready(small.package("good"), small.package("fair"))
    evaluate(workspace, sandbox, quiet)
    page = (workspace.current() / "report" / "index.zh-CN.html").read_text(encoding="utf-8")
    keeping.make(workspace, tmp_path / "archive.zip")

    for module in ("noting", "admission", "keeping"):
        monkeypatch.setattr(f"harness.pipeline.{module}.now", lambda: "2031-01-01T00:00:00Z")
    different = keeping.rescore(tmp_path / "archive.zip", tmp_path / "again", None)

    assert "规则封存于 2026年3月2日" in page
    assert "末件受理于 2026年5月29日" in page
    assert different == []


def test_an_archive_runs_again_and_agrees(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    workspace = ready(small.package("good"), small.scenario("plant"))
    evaluate(workspace, sandbox, quiet)
    keeping.make(workspace, tmp_path / "archive.zip")

    different = keeping.rerun(tmp_path / "archive.zip", tmp_path / "again", None, sandbox, quiet)

    assert different == []


def test_a_changed_receipt_package_or_report_is_found(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(small.package("good"))
    evaluate(workspace, sandbox, quiet)
    assert verify(workspace.root).problems == ()
    page = workspace.current() / "report" / "index.zh-CN.html"

    page.write_bytes(page.read_bytes() + b" ")

    assert [problem.code for problem in verify(workspace.root).problems] == ["E8604"]


def test_reference_models_are_measured_under_the_lock_and_shown_unranked(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    good = small.package("good")
    shutil.copytree(good, small.board / "general")
    board = small.board / "board.yaml"
    declared = board.read_text("utf-8")
    board.write_text(
        declared.replace("baseline: base\n", "baseline: base\n    references: [general, base]\n"),
        "utf-8",
    )
    workspace = ready(good, small.package("fair"))

    evaluate(workspace, sandbox, quiet)

    ranking = read_json(workspace.current() / "ranking" / "vertical_model" / "ONE-01.json")
    baseline, general, base = ranking["reference"]
    best = max(ranking["rows"], key=lambda row: float(row["total"]))
    assert general["name"]["zh"].endswith("（参照，不参评）")
    assert general["total"] == best["parts"]["measured"]
    assert base["total"] == baseline["total"]
    assert {row["candidate"] for row in ranking["rows"]} == {"C001", "C002"}
    page = (workspace.current() / "report" / "items" / "ONE-01.en.html").read_text("utf-8")
    index = (workspace.current() / "report" / "index.en.html").read_text("utf-8")
    assert general["name"]["en"] in page + index


def test_the_ranking_of_the_small_board_is_the_reviewed_one(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any, tmp_path: Path, accept: bool
) -> None:
    workspace = ready(
        small.package("good"),
        small.package("fair"),
        small.package("rubbish"),
        small.package("crashing"),
        small.scenario("plant"),
    )
    import_sheets(workspace, [sheet(workspace, tmp_path)], sample=True)
    confirm(workspace, "C005")

    evaluate(workspace, sandbox, quiet)

    for path in sorted((workspace.current() / "ranking").rglob("*.json")):
        golden = GOLDEN / path.name
        if accept:
            golden.parent.mkdir(exist_ok=True)
            golden.write_bytes(path.read_bytes())
        assert path.read_bytes() == golden.read_bytes(), f"{path.name}: review with --accept"
