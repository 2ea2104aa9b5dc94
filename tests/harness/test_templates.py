from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.main import main
from harness.inspection import inspect
from harness.intake.packing import pack
from harness.problems import Refusal
from harness.templates import KINDS, write_template


def comments(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Blocks of comment lines in the declarations of a folder."""
    for path in sorted(folder.rglob("*.yaml")):
        block: list[str] = []
        for line in [*path.read_text("utf-8").splitlines(), ""]:
            if line.strip().startswith("#"):
                block.append(line.strip("# "))
            elif block:
                yield path, block
                block = []


def is_chinese(line: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in line)


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_passes_check_as_it_is(kind: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["new", kind, str(tmp_path / "new")])

    assert result.exit_code == 0, result.output
    assert inspect(tmp_path / "new")


@pytest.mark.parametrize("kind", ["package", "scenario"])
def test_a_package_of_a_template_fits_the_board_of_the_template(kind: str, tmp_path: Path) -> None:
    write_template("board", tmp_path / "board")
    write_template(kind, tmp_path / "package")

    assert inspect(tmp_path / "package", tmp_path / "board")


@pytest.mark.parametrize("kind", ["package", "scenario"])
def test_a_template_packs_to_a_zip_that_passes(kind: str, tmp_path: Path) -> None:
    write_template("board", tmp_path / "board")
    write_template(kind, tmp_path / "package")

    pack(tmp_path / "package", tmp_path / "p.zip")

    assert inspect(tmp_path / "p.zip", tmp_path / "board")


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="NOT TESTED: bubblewrap is not installed")
@pytest.mark.parametrize(("kind", "metric"), [("package", "macro_f1"), ("scenario", "mae")])
def test_a_template_can_be_tried_on_the_public_sample(
    kind: str, metric: str, tmp_path: Path
) -> None:
    write_template("board", tmp_path / "board")
    write_template(kind, tmp_path / "package")

    arguments = ["try", str(tmp_path / "package"), "--board", str(tmp_path / "board")]
    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 0, result.output
    assert f"  {metric} = " in result.output
    assert "missing" not in result.output


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_template_writes_is_named(kind: str, tmp_path: Path) -> None:
    written = write_template(kind, tmp_path / "new")

    found = sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert sorted(written) == found


def test_a_template_may_fill_a_folder_that_is_there_and_empty(tmp_path: Path) -> None:
    assert write_template("package", tmp_path)


def test_a_template_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "package.yaml").write_text("mine")

    with pytest.raises(Refusal) as caught:
        write_template("package", tmp_path)

    assert [problem.code for problem in caught.value.problems] == ["E9020"]
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_template_takes_no_file_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    codes = []
    for place in (tmp_path / "file", tmp_path / "file/below"):
        with pytest.raises(Refusal) as caught:
            write_template("package", place)
        codes += [problem.code for problem in caught.value.problems]

    assert codes == ["E9020", "E9021"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_comment_of_a_template_speaks_chinese_first_and_then_english(
    kind: str, tmp_path: Path
) -> None:
    write_template(kind, tmp_path / "new")

    blocks = list(comments(tmp_path / "new"))

    assert blocks
    for path, block in blocks:
        assert is_chinese(block[0]), f"{path.name}: {block[0]}"
        assert any(" / " in line or not is_chinese(line) for line in block), path.name


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_says_that_it_is_made_up(kind: str, tmp_path: Path) -> None:
    write_template(kind, tmp_path / "new")

    texts = [path.read_text("utf-8") for path in (tmp_path / "new").rglob("*.yaml")]

    assert all("虚构" in text for text in texts)
