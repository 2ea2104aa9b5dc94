"""Edits by hand, records taken away and stages cut off in the middle: each is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.canonical import readable_json
from harness.execution.sandbox import Sandbox
from harness.pipeline import admission, keeping, stages
from harness.pipeline.admission import admit
from harness.pipeline.attesting import EFFECT_DATA, Attestation, attest
from harness.pipeline.ordering import entries
from harness.pipeline.preparing import lock_rules
from harness.pipeline.verifying import verify
from harness.problems import Refusal
from harness.workspace import Workspace

Edit = Callable[[Workspace], None]


def change(path: Path, **values: Any) -> None:
    record = json.loads(path.read_bytes())
    record.update(values)
    path.chmod(0o644)
    path.write_bytes(readable_json(record))


def raise_points(room: Workspace) -> None:
    path = room.current() / "scores" / "ONE-01" / "C001.json"
    change(path, measured={"points": 100.0, "interval": [99.0, 100.0]})


def swap_names(room: Workspace) -> None:
    path = room.current() / "ranking" / "vertical_model" / "ONE-01.json"
    text = path.read_text().replace("C001", "X").replace("C002", "C001").replace("X", "C002")
    path.write_text(text)


def deny_the_effect(room: Workspace) -> None:
    path = room.root / "attestations.json"
    entries = json.loads(path.read_bytes())
    entries[-1]["holds"] = False
    path.write_bytes(readable_json(entries))


def raise_the_floor(room: Workspace) -> None:
    record = json.loads(room.baselines.read_bytes())
    record["items"]["ONE-01"]["values"]["accuracy"]["value"] = 0.99
    room.baselines.write_bytes(readable_json(record))


def drop_a_run(room: Workspace) -> None:
    shutil.rmtree(room.runs / "ONE-01" / "C002")


def drop_a_candidate(room: Workspace) -> None:
    room.receipt("C002").unlink()
    shutil.rmtree(room.package("C002"))


def cut_the_ledger(room: Workspace) -> None:
    lines = room.ledger.read_bytes().splitlines(keepends=True)
    room.ledger.write_bytes(b"".join(lines[:-3]))


def another_secret(room: Workspace) -> None:
    room.secret.chmod(0o600)
    room.secret.write_text("00" * 32)


def change_a_solution(room: Workspace) -> None:
    path = room.package("C001") / "solution" / "main.py"
    path.chmod(0o644)
    path.write_text(path.read_text() + "# better\n")


def change_the_data(room: Workspace) -> None:
    with (room.board / "data" / "target.csv").open("a") as file:
        file.write("\n")


EDITS: tuple[Edit, ...] = (
    raise_points, swap_names, deny_the_effect, raise_the_floor, drop_a_run, drop_a_candidate,
    cut_the_ledger, another_secret, change_a_solution, change_the_data,
)  # fmt: skip


@pytest.fixture(scope="module")
def once(
    board_maker: Callable[[Path], Any],
    make_ready: Callable[..., Workspace],
    sandbox: Sandbox,
    quiet: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Any, Workspace, Path]]:
    root = tmp_path_factory.mktemp("once")
    key = root / "keys" / "signing.pem"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIEBANG_KEY", str(key))
        small = board_maker(root / "small")
        packages = (small.package("good"), small.package("fair"), small.scenario("plant"))
        room = make_ready(small, root / "room", *packages)
        attest(
            room,
            Attestation(
                candidate="C003",
                subject=EFFECT_DATA,
                holds=True,
                checker="组织方",
                date="2026-11-02",
                reason="已核对",
            ),
        )
        stages.run(room, sandbox, quiet)
        stages.score(room)
        stages.rank(room)
        stages.report(room)
        yield small, room, key


@pytest.fixture
def evaluated(once: tuple[Any, Workspace, Path], tmp_path: Path) -> Workspace:
    room = Workspace(tmp_path / "room")
    shutil.copytree(once[1].root, room.root)
    return room


@pytest.fixture
def small(once: tuple[Any, Workspace, Path]) -> Any:
    return once[0]


def test_verify_finds_every_edit_and_no_report_is_written_from_one(
    evaluated: Workspace, tmp_path: Path
) -> None:
    assert verify(evaluated.root).problems == ()
    silent, accepted = [], []

    for edit in EDITS:
        room = Workspace(tmp_path / edit.__name__)
        shutil.copytree(evaluated.root, room.root)
        edit(room)
        if not verify(room.root).problems:
            silent.append(edit.__name__)
        try:
            stages.report(room)
        except Refusal:
            continue
        accepted.append(edit.__name__)

    assert silent == []
    assert accepted == []


def test_a_run_that_was_taken_away_stops_scoring(evaluated: Workspace) -> None:
    drop_a_run(evaluated)

    with pytest.raises(Refusal) as refused:
        stages.score(evaluated)

    assert {problem.code for problem in refused.value.problems} == {"E8605"}


def test_scores_that_were_cut_off_are_not_ranked(evaluated: Workspace) -> None:
    (evaluated.current() / "scores" / "ONE-01" / "C002.json").unlink()

    with pytest.raises(Refusal) as refused:
        stages.rank(evaluated)

    (missing,) = refused.value.problems
    assert (missing.code, missing.where) == ("E8605", "results/001/scores/ONE-01/C002.json")


def test_scores_made_by_another_version_of_scoring_are_not_ranked_together(
    evaluated: Workspace,
) -> None:
    path = evaluated.current() / "scores" / "ONE-01" / "C002.json"
    path.write_text(path.read_text().replace("|scoring:", "|scoring:older-"))

    with pytest.raises(Refusal) as refused:
        entries(evaluated)

    assert [problem.code for problem in refused.value.problems] == ["E7701"]


def test_after_an_amendment_nothing_is_scored_on_the_old_baselines(evaluated: Workspace) -> None:
    with (evaluated.board / "board.yaml").open("a") as file:
        file.write("# amended\n")
    lock_rules(evaluated, reason="更正")

    with pytest.raises(Refusal) as refused:
        stages.score(evaluated)

    assert {problem.code for problem in refused.value.problems} == {"E9011"}


def test_a_number_is_never_given_twice(small: Any, evaluated: Workspace) -> None:
    rivals = evaluated.package("C003").stat().st_ino
    drop_a_candidate(evaluated)

    admitted, turned = admit(evaluated, small.zipped(small.package("rubbish")))

    assert [entry.candidate for entry in admitted] == ["C004"]
    assert not turned
    assert evaluated.package("C003").stat().st_ino == rivals


def test_one_solution_is_not_entered_again_under_another_title(
    small: Any, evaluated: Workspace
) -> None:
    again = small.root / "packages" / "good_again"
    shutil.copytree(small.root / "packages" / "good", again)
    text = (again / "package.yaml").read_text(encoding="utf-8")
    (again / "package.yaml").write_text(
        text.replace("for tests", "something new"), encoding="utf-8"
    )

    _, turned = admit(evaluated, small.zipped(again))

    assert [problem.code for problem in turned[0].problems] == ["E5304"]


def test_an_archive_says_who_signed_it_and_is_held_to_the_key_that_is_named(
    evaluated: Workspace, tmp_path: Path
) -> None:
    made = tmp_path / "archive.zip"
    keeping.make(evaluated, made)

    found = verify(made)
    assert found.problems == ()
    assert found.signer is not None
    for key in (str(found.signer), found.signer.fingerprint):
        assert verify(made, key).problems == ()
    (problem,) = verify(made, "sha256:" + "0" * 64).problems
    assert (problem.code, problem.found) == ("E8607", found.signer.fingerprint)


def test_what_was_changed_is_not_archived(evaluated: Workspace, tmp_path: Path) -> None:
    path = next((evaluated.current() / "ranking").glob("*/*.json"))
    path.chmod(0o644)
    path.write_text(path.read_text("utf-8").replace('"rank": 1', '"rank": 2'), "utf-8")

    with pytest.raises(Refusal) as caught:
        keeping.make(evaluated, tmp_path / "archive.zip")

    assert "E8604" in {problem.code for problem in caught.value.problems}
    assert not (tmp_path / "archive.zip").exists()


@pytest.mark.parametrize("last", ["write_receipt", "rename", "append"])
def test_an_intake_that_was_killed_before_its_ledger_line_never_was(
    evaluated: Workspace,
    board_maker: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    last: str,
) -> None:
    other = board_maker(tmp_path / "other")
    (package,) = other.zipped(other.package("crashing", "另一个方案", "另一家单位"))
    before = set(evaluated.candidates())

    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if last == "append":
            patched.setattr(admission, "append", killed)
        elif last == "rename":
            patched.setattr(Path, "rename", killed)
        else:
            patched.setattr(admission, "write_receipt", killed)
        with pytest.raises(Killed):
            admission.admit(evaluated, [package])

    (admitted,), turned = admission.admit(evaluated, [package])

    assert turned == []
    assert set(evaluated.candidates()) == {*before, admitted.candidate}
    assert verify(evaluated.root).problems == ()
