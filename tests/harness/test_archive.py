from __future__ import annotations

import json
import os
import random
import shutil
import zipfile
from pathlib import Path

import pytest

from harness import archive
from harness.archive import ArchiveIdentity, make_archive, signer, unpack_archive, verify
from harness.canonical import canonical_json, readable_json
from harness.ledger import Ledger
from harness.problems import Problem, Refusal
from harness.signing import STATEMENT, SigningKey, open_key, sign

TIME = "2026-06-01T09:00:00+08:00"
SENTENCES = {one.code: one for one in archive.PROBLEMS}
FILES = {
    "board/board.yaml": b"id: SD-2026\n",
    "board/board.lock.json": b"{}",
    "board/baselines.json": b"{}",
    "board/datasets/hotline/target.csv": b"id,label\n",
    "packages/C-001/package.yaml": b"kind: model\n",
    "packages/C-001/solution/模型.py": b"pass\n",
    "packages/C-001.receipt.json": b"{}",
    "runs/SD-01/C-001/1/run.json": b"{}",
    "runs/SD-01/C-001/1/predictions.parquet": b"PAR1" + bytes(range(200)),
    "runs/SD-01/C-001/1/journal.sqlite": b"SQLite",
    "runs/SD-01/C-001/1/journal.sqlite-wal": b"wal",
    "runs/SD-01/C-001/1/host.json": b'{"cpu":"x"}',
    "results/1/scores/SD-01/C-001.json": b"{}",
    "results/current": b"1",
    "results/1/.scores.partial": b"half",
    "panel/sheets.csv": b"judge,points\n",
    "notes.txt": b"not part of the evaluation",
}


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return open_key(tmp_path / "keys" / "signing.pem")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    with Ledger(folder / "ledger.jsonl", time=TIME) as opened:
        opened.append("archive", actor="组织方", time=TIME)
    return folder


def made(
    workspace: Path, key: SigningKey, out: str = "archive.zip"
) -> tuple[Path, ArchiveIdentity]:
    path = workspace.parent / out
    return path, make_archive(workspace, path, key=key, time=TIME)


def codes(problems: tuple[Problem, ...]) -> list[str]:
    for problem in problems:
        if problem.code in SENTENCES:
            assert SENTENCES[problem.code].render(problem, "zh")
            assert SENTENCES[problem.code].render(problem, "en")
    return [problem.code for problem in problems]


def test_an_archive_verifies_zipped_and_unpacked(workspace: Path, key: SigningKey) -> None:
    path, _ = made(workspace, key)
    unpack_archive(path, workspace.parent / "unpacked")

    zipped = verify(path, public=key.public)
    unpacked = verify(workspace.parent / "unpacked", public=key.public)
    by_its_own_key = verify(path)

    assert zipped == unpacked == by_its_own_key == ()
    assert signer(workspace.parent / "unpacked") == key.public


def test_an_archive_holds_what_a_rerun_needs_and_no_more(workspace: Path, key: SigningKey) -> None:
    _, identity = made(workspace, key)

    kept = {file.path for file in identity.files}

    assert kept == {
        "ledger.jsonl",
        "host/runs/SD-01/C-001/1/host.json",
        *(
            path
            for path in FILES
            if path.startswith(("board/", "packages/", "results/", "panel/"))
            and ".partial" not in path
        ),
        "runs/SD-01/C-001/1/run.json",
        "runs/SD-01/C-001/1/predictions.parquet",
    }
    assert identity.left_out == (
        "results/1/.scores.partial",
        "runs/SD-01/C-001/1/journal.sqlite",
        "runs/SD-01/C-001/1/journal.sqlite-wal",
    )


def test_the_same_workspace_gives_the_same_archive(workspace: Path, key: SigningKey) -> None:
    first, one = made(workspace, key, "1.zip")
    for path in workspace.rglob("*"):
        os.utime(path, (1, 1))
    second, two = made(workspace, key, "2.zip")

    assert first.read_bytes() == second.read_bytes()
    assert one == two


def test_what_may_not_be_passed_on_is_withheld_and_listed(workspace: Path, key: SigningKey) -> None:
    path = workspace.parent / "archive.zip"
    target = "board/datasets/hotline/target.csv"

    identity = make_archive(
        workspace, path, key=key, time=TIME, withhold=lambda one: one.endswith("target.csv")
    )
    folder = workspace.parent / "unpacked"
    unpack_archive(path, folder)

    assert [file.path for file in identity.withheld] == [target]
    assert not (folder / target).exists()
    assert verify(path, public=key.public) == ()
    (folder / target).parent.mkdir(parents=True)
    shutil.copy(workspace / target, folder / target)
    assert verify(folder, public=key.public) == ()
    (folder / target).write_bytes(b"id,other\n")
    assert codes(verify(folder, public=key.public)) == ["E8003"]


def test_a_change_to_any_byte_of_the_zip_is_found(workspace: Path, key: SigningKey) -> None:
    path, _ = made(workspace, key)
    whole = path.read_bytes()
    directory = whole.index(b"PK\x01\x02")
    chance = random.Random(5)
    headers = [*range(60), *range(directory, directory + 120), *range(len(whole) - 30, len(whole))]
    elsewhere = chance.sample(range(60, len(whole)), 120)

    unseen = []
    for at in (*headers, *elsewhere):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << (at % 8))]) + whole[at + 1 :])
        if not verify(path, public=key.public):
            unseen.append(at)

    assert unseen == []


def test_a_change_to_any_byte_of_an_unpacked_archive_is_found(
    workspace: Path, key: SigningKey
) -> None:
    path, _ = made(workspace, key)
    folder = workspace.parent / "unpacked"
    unpack_archive(path, folder)
    chance = random.Random(5)

    unseen = []
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        file.chmod(0o600)
        whole = file.read_bytes()
        for at in chance.sample(range(len(whole)), min(len(whole), 12)):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            if not verify(folder, public=key.public):
                unseen.append((file, at))
        file.write_bytes(whole)

    assert unseen == []
    assert verify(folder, public=key.public) == ()


def test_missing_changed_and_extra_files_are_all_named(workspace: Path, key: SigningKey) -> None:
    path, _ = made(workspace, key)
    folder = workspace.parent / "unpacked"
    unpack_archive(path, folder)
    (folder / "results/current").unlink()
    (folder / "board/board.yaml").chmod(0o600)
    (folder / "board/board.yaml").write_bytes(b"id: other\n")
    (folder / "extra.txt").write_bytes(b"x")
    (folder / "panel/sheets.csv").unlink()
    (folder / "panel/sheets.csv").symlink_to(workspace / "panel/sheets.csv")
    (folder / "more").symlink_to(workspace)

    problems = verify(folder, public=key.public)

    assert [(one.code, one.where) for one in problems] == [
        ("E8003", "board/board.yaml"),
        ("E8003", "panel/sheets.csv"),
        ("E8004", "results/current"),
        ("E8005", "extra.txt"),
        ("E8005", "more"),
    ]
    assert codes(problems)


def test_a_zip_written_anew_is_told_from_one_with_other_contents(
    workspace: Path, key: SigningKey
) -> None:
    path, _ = made(workspace, key)
    again = workspace.parent / "again.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(again, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))

    assert codes(verify(again, public=key.public)) == ["E8006"]


def test_an_archive_signed_by_another_key_is_refused(
    tmp_path: Path, workspace: Path, key: SigningKey
) -> None:
    forged, _ = made(workspace, open_key(tmp_path / "other.pem"))

    assert codes(verify(forged, public=key.public)) == ["E8512"]
    assert verify(forged) == ()


def test_a_signature_of_another_manifest_is_found(workspace: Path, key: SigningKey) -> None:
    path, _ = made(workspace, key)
    folder = workspace.parent / "unpacked"
    unpack_archive(path, folder)
    envelope = sign(STATEMENT, canonical_json({"subject": []}), key)
    (folder / "manifest.dsse.json").unlink()
    (folder / "manifest.dsse.json").write_bytes(readable_json(envelope))

    assert codes(verify(folder, public=key.public)) == ["E8007"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("manifest.json", None, "E8001"),
        ("manifest.json", b"{", "E8002"),
        ("manifest.json", b"[" * 100_000, "E8002"),
        ("manifest.json", b'{"schema":"jiebang/archive/1"}', "E8002"),
        ("manifest.dsse.json", None, "E8001"),
        ("manifest.dsse.json", b"[", "E8510"),
        ("manifest.dsse.json", b"{}", "E8510"),
    ],
)
def test_a_manifest_or_signature_that_is_none_is_found(
    workspace: Path, key: SigningKey, name: str, content: bytes | None, code: str
) -> None:
    path, _ = made(workspace, key)
    folder = workspace.parent / "unpacked"
    unpack_archive(path, folder)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)

    problems = verify(folder, public=key.public)

    assert code in codes(problems)


def test_a_manifest_with_odd_rows_is_refused_and_never_a_crash(
    workspace: Path, key: SigningKey
) -> None:
    path, _ = made(workspace, key)
    folder = workspace.parent / "unpacked"
    unpack_archive(path, folder)
    whole = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").chmod(0o600)

    for row in (1, {}, {"path": 1, "size": 1, "sha256": ""}, {**whole["files"][0], "more": 1}):
        (folder / "manifest.json").write_bytes(canonical_json({**whole, "files": [row]}))

        assert codes(verify(folder, public=key.public)) == ["E8002"]


@pytest.mark.parametrize("kind", ["nothing", "text"])
def test_what_is_no_archive_is_a_problem(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "archive.zip"
    if kind == "text":
        path.write_text("no archive")

    assert codes(verify(path)) == [{"nothing": "E5054", "text": "E5020"}[kind]]


def test_links_and_names_that_not_every_system_holds_are_refused_together(
    workspace: Path, key: SigningKey
) -> None:
    (workspace / "results/link").symlink_to("current")
    (workspace / "panel/a:b.csv").write_bytes(b"x")
    (workspace / "panel/SHEETS.csv").write_bytes(b"x")

    with pytest.raises(Refusal) as refused:
        made(workspace, key)

    assert sorted(codes(refused.value.problems)) == ["E5004", "E5010", "E8010"]
    assert not (workspace.parent / "archive.zip").exists()


def test_a_workspace_with_a_broken_ledger_is_not_archived(workspace: Path, key: SigningKey) -> None:
    ledger = workspace / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"archive", b"Archive"))

    with pytest.raises(Refusal) as refused:
        made(workspace, key)

    assert codes(refused.value.problems) == ["E8201"]


def test_a_folder_that_is_no_workspace_is_not_archived(tmp_path: Path, key: SigningKey) -> None:
    (tmp_path / "workspace").mkdir()

    with pytest.raises(Refusal) as refused:
        made(tmp_path / "workspace", key)

    assert codes(refused.value.problems) == ["E8203", "E8011"]
