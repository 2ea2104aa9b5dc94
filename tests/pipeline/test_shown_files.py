"""Samples that name files: candidates see the contents, and nothing that tells an answer."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.attached import attached_digest, attached_files
from harness.canonical import file_digest
from harness.execution.sandbox import Sandbox
from harness.execution.shown_files import ShownFiles
from harness.pipeline import keeping, stages
from harness.pipeline.trial import try_package
from harness.samples import Sample
from harness.workspace import Workspace

Ready = Callable[..., Workspace]
SOLUTION = """
import os


def predict(batch):
    for sample in batch:
        print(sample["t"], sorted(os.listdir("/files"))[:2], os.stat(sample["t"]).st_mtime)
    return [{"label": "hot" if int(open(x["t"]).read()) > 50 else "cold"} for x in batch]
"""
BASELINE = "def predict(batch):\n    return [{'label': 'cold'} for x in batch]\n"


@pytest.fixture
def pictured(small: Any) -> Any:
    """The small board with a picture, here a number in a file, in place of each reading."""
    folder = small.board / "data"
    targets = dict(line.split(",") for line in (folder / "target.csv").read_text().splitlines()[1:])
    rows = [line.split(",") for line in (folder / "samples.csv").read_text().splitlines()[1:]]
    lines = ["id,t,day"]
    for name, reading, day in rows:
        picture = Path(targets[name]) / f"{name}.PNG"
        (folder / "pictures" / picture).parent.mkdir(parents=True, exist_ok=True)
        (folder / "pictures" / picture).write_text(f"{reading} ")
        lines.append(f"{name},{picture.as_posix()},{day}")
    (folder / "samples.csv").write_text("\n".join(lines) + "\n")
    for name, count in (("public_samples.csv", 4), ("public_target.csv", 4)):
        source = folder / name.removeprefix("public_")
        text = source.read_text().splitlines()[: count + 1]
        (folder / name).write_text("\n".join(text).replace("\ns", "\np") + "\n")
    files = {"path": "pictures", "sha256": attached_digest(attached_files(folder / "pictures"))}
    declared = folder / "dataset.yaml"
    content = yaml.safe_load(declared.read_text(encoding="utf-8"))
    content["samples"] |= {
        "sha256": file_digest(folder / "samples.csv"),
        "inputs": {"t": "file"},
        "files": files,
    }
    content["public_sample"] = {"files": dict(files)} | {
        part: {"path": name, "sha256": file_digest(folder / name)}
        for part, name in (("samples", "public_samples.csv"), ("target", "public_target.csv"))
    }
    declared.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    for home, solution in (
        (small.package("good"), SOLUTION),
        (small.board / "base", BASELINE),
    ):
        (home / "solution" / "main.py").write_text(solution)
    return small


def test_pictures_are_read_by_names_that_tell_nothing(
    pictured: Any, ready: Ready, sandbox: Sandbox, quiet: Any
) -> None:
    workspace = ready(pictured.root / "packages" / "good")

    done = stages.run(workspace, sandbox, quiet)
    stages.score(workspace)

    assert not done.problems
    record = json.loads((workspace.current() / "scores" / "ONE-01" / "C001.json").read_bytes())
    assert record["outcomes"]["answered"] == 120
    assert record["metrics"][0]["value"] > 0.9
    run = next(workspace.runs.glob("ONE-01/C001/*/run.json")).parent
    log = next(path for path in run.iterdir() if "log" in path.name).read_text()
    first = log.splitlines()[1]
    assert first.startswith("/files/")
    assert ".png" in first
    assert "hot" not in log
    assert "cold" not in log
    assert "s0" not in log
    assert first.endswith(" 0.0")
    assert stages.run(workspace, sandbox, quiet).reused == 1


def test_an_archive_with_pictures_runs_again_and_agrees(
    pictured: Any, ready: Ready, sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    workspace = ready(pictured.root / "packages" / "good")
    stages.run(workspace, sandbox, quiet)
    stages.score(workspace)
    stages.rank(workspace)
    stages.report(workspace)
    keeping.make(workspace, tmp_path / "room.zip")

    different = keeping.rerun(tmp_path / "room.zip", tmp_path / "again", None, sandbox, quiet)

    assert different == []
    assert not (tmp_path / "again" / "shown" / "hot").exists()


def test_pictures_that_may_not_be_passed_on_stay_out_of_an_archive(
    pictured: Any, ready: Ready, sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    declared = pictured.board / "data" / "dataset.yaml"
    text = declared.read_text(encoding="utf-8")
    declared.write_text(text.replace("redistributable: true", "redistributable: false"))
    workspace = ready(pictured.root / "packages" / "good")
    stages.run(workspace, sandbox, quiet)
    stages.score(workspace)
    stages.rank(workspace)
    stages.report(workspace)

    keeping.make(workspace, tmp_path / "room.zip")

    names = zipfile.ZipFile(tmp_path / "room.zip").namelist()
    assert not [name for name in names if name.lower().endswith(".png")]
    again = keeping.rerun(tmp_path / "room.zip", tmp_path / "again", workspace.root, sandbox, quiet)
    assert again == []


def test_an_applicant_tries_on_the_public_pictures(pictured: Any, sandbox: Sandbox) -> None:
    tried = try_package(pictured.root / "packages" / "good", pictured.board, sandbox)

    assert "  answered: 4" in tried.lines
    assert tried.unanswered == 0


def test_files_are_laid_out_once_in_an_order_that_only_the_secret_tells(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("defect_1.png", "fine_2.png", "again.png"):
        (home / name).write_text("same" if name != "fine_2.png" else "other")
    shown = ShownFiles.of(
        tmp_path / "shown" / "x", "d", home, attached_files(home), frozenset({"p"}), b"secret"
    )

    shown.lay_out()
    shown.lay_out()

    asked = shown.shown([Sample(id="1", inputs={"p": "defect_1.png", "n": 1}),
                         Sample(id="2", inputs={"p": None, "n": 2})])  # fmt: skip
    laid = sorted(path.name for path in shown.folder.iterdir())
    assert laid == sorted({*shown.named.values()})
    assert len(laid) == 2
    assert asked[0].inputs["p"] == f"/files/{shown.named['defect_1.png']}"
    assert asked[0].inputs["n"] == 1
    assert asked[1].inputs["p"] is None
    assert {path.stat().st_mtime for path in shown.folder.iterdir()} == {0.0}
    assert [path.name for path in shown.folder.parent.iterdir()] == ["x"]


def test_links_and_hidden_files_are_not_attached(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("a")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "b.png").write_text("b")
    (tmp_path / "c.png").symlink_to("/etc/passwd")

    assert list(attached_files(tmp_path)) == ["a.png"]
