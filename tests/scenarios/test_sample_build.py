"""The build of the sample's data: nothing unpinned, nothing executed, the same bytes again."""

from __future__ import annotations

import io
import pickle
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.canonical import digest, file_digest
from harness.problems import Explanation, Problem, Refusal
from scenarios.sample.building import concrete, digits, frames, statutes, topics, vault, wine
from scenarios.sample.building.build import BUILDERS, SAMPLE, copy_declarations, dataset_folders
from scenarios.sample.building.pins import PROBLEMS as PINS
from scenarios.sample.building.pins import differing, pinned, pins
from scenarios.sample.building.tables import (
    Files,
    Rows,
    Shape,
    cell,
    csv_bytes,
    dataset_files,
    shuffled_split,
)
from scenarios.sample.building.vault import ARCHIVES, Archive, Vault

NOWHERE = Vault(Path("/nowhere"))
FREE = {
    "concrete": (concrete.build, SAMPLE / "datasets/concrete", "board/datasets/concrete"),
    "wine": (
        wine.build,
        SAMPLE / "packages/scenario-wine/datasets/wine",
        "packages/scenario-wine/datasets/wine",
    ),
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    path = tmp_path / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("small/__init__.py", "raise SystemExit('imported')")
        wheel.writestr("small/table.csv", "a,b\n1,2\n")
    return Archive(
        requirement="small==1",
        file=path.name,
        sha256=file_digest(path).removeprefix("sha256:"),
        megabytes=0.1,
    )


@pytest.mark.parametrize("name", FREE)
def test_data_that_may_be_shared_build_without_a_network_into_the_pinned_bytes(name: str) -> None:
    build, declared, built = FREE[name]

    files = build(NOWHERE)

    text = (declared / "dataset.yaml").read_text(encoding="utf-8")
    assert {path: digest(files[f"{built}/{path}"]) for path, _ in pins(text)} == dict(pins(text))


@pytest.mark.parametrize("name", FREE)
def test_building_twice_gives_the_same_bytes(name: str) -> None:
    build: Callable[[Vault], Files] = FREE[name][0]

    assert build(NOWHERE) == build(NOWHERE)


@pytest.mark.parametrize("folder", dataset_folders(SAMPLE), ids=lambda folder: folder.name)
def test_every_dataset_pins_all_its_files_and_has_a_builder(folder: Path) -> None:
    pinned_files = dict(pins((folder / "dataset.yaml").read_text(encoding="utf-8")))

    assert folder.name in BUILDERS
    assert {path.rpartition("/")[2].partition(".")[0] for path in pinned_files} >= {
        *("samples", "target", "public_samples", "public_target")
    }
    assert all(value.startswith("sha256:") and len(value) == 71 for value in pinned_files.values())


def test_every_archive_is_pinned_to_one_version_and_one_digest() -> None:
    for one in ARCHIVES:
        assert "==" in one.requirement
        assert len(bytes.fromhex(one.sha256)) == 32


def test_a_member_is_read_out_of_an_archive_without_importing_it(
    archive: Archive, tmp_path: Path
) -> None:
    content = Vault(tmp_path).member(archive, "small/table.csv")

    assert content == b"a,b\n1,2\n"


def test_an_archive_with_another_digest_is_refused(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / archive.file).write_bytes(b"something else")

    with pytest.raises(Refusal) as refused:
        Vault(tmp_path).fetch(archive)

    assert [problem.code for problem in refused.value.problems] == ["E9041"]


def test_an_archive_that_cannot_be_downloaded_is_a_problem_and_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Archive(requirement="absent==1", file="absent.whl", sha256="00" * 32, megabytes=0.1)
    failed = subprocess.CompletedProcess([], 1, "", "ERROR: no network\n")
    monkeypatch.setattr(vault.subprocess, "run", lambda *_, **__: failed)

    with pytest.raises(Refusal) as refused:
        Vault(tmp_path).fetch(missing)

    assert refused.value.problems[0].code == "E9040"
    assert refused.value.problems[0].found == "ERROR: no network"


@pytest.mark.parametrize(
    "explanation", [*vault.PROBLEMS, *PINS], ids=lambda explanation: explanation.code
)
def test_the_sentence_of_a_problem_can_be_filled(explanation: Explanation) -> None:
    values = {"requirement": "a==1", "folder": "f", "expected": "sha256:0"}
    problem = Problem(explanation.code, "a.whl", "x", values)

    assert "a.whl" in explanation.render(problem, "zh")
    assert "a.whl" in explanation.render(problem, "en")


@pytest.mark.parametrize("name", [name for name in frames.ALLOWED if "pandas" in name[0]])
def test_names_of_pandas_in_a_pickle_stand_for_plain_records(name: tuple[str, str]) -> None:
    found = frames.Reader(io.BytesIO()).find_class(*name)

    assert found.__module__ == frames.__name__


def test_a_pickle_that_calls_anything_else_is_refused() -> None:
    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("called",)

    with pytest.raises(pickle.UnpicklingError, match=r"builtins\.print is not allowed"):
        frames.Reader(io.BytesIO(pickle.dumps(Hostile()))).load()


def test_declarations_are_copied_without_byte_code(tmp_path: Path) -> None:
    copy_declarations(tmp_path)

    assert (tmp_path / "board" / "board.yaml").is_file()
    assert (tmp_path / "board" / "baselines" / "credit" / "package.yaml").is_file()
    assert (tmp_path / "packages" / "credit-lr" / "solution" / "main.py").is_file()
    assert not list(tmp_path.rglob("*.pyc"))


def test_a_missing_or_changed_file_is_reported_with_its_place(tmp_path: Path) -> None:
    text = 'samples: {path: a.csv, sha256: ""}\ntarget: {path: b.csv, sha256: "sha256:0"}\n'
    (tmp_path / "a.csv").write_bytes(b"1")
    (tmp_path / "b.csv").write_bytes(b"2")
    (tmp_path / "dataset.yaml").write_text(pinned(text, tmp_path), encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"3")

    problems = list(differing(tmp_path, tmp_path))

    assert [(problem.code, problem.where) for problem in problems] == [("E9042", "b.csv")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (3.0, "3"),
        (0.1, "0.1"),
        (np.float64(2.5), "2.5"),
        ([1.0, 2.5], "[1,2.5]"),
        ("是", "是"),
    ],
)
def test_a_cell_is_written_one_way(value: object, text: str) -> None:
    assert cell(value) == text


def test_csv_ends_its_lines_alike_everywhere() -> None:
    assert csv_bytes(["a", "b"], [[1, "x,y"]]) == b'a,b\n1,"x,y"\n'


def test_samples_and_targets_share_ids_and_never_a_file() -> None:
    shape = Shape(folder="d", prefix="X", column="y", cluster="day")
    rows = Rows(inputs=[{"a": 1}, {"a": 2}], targets=[0, 1], clusters=["mon", "tue"])

    files = dataset_files(shape, rows, rows.take([1]))

    assert files["d/samples.csv"] == b"id,day,a\nX00001,mon,1\nX00002,tue,2\n"
    assert files["d/target.csv"] == b"id,y\nX00001,0\nX00002,1\n"
    assert files["d/public_samples.csv"] == b"id,day,a\nXP00001,tue,2\n"


def test_a_stratified_split_keeps_the_shares_of_the_classes() -> None:
    labels = ["a"] * 80 + ["b"] * 20

    train, test = shuffled_split(100, 0.3, labels)

    assert sorted([*train, *test]) == list(range(100))
    assert sum(labels[place] == "b" for place in test) == 6


@pytest.mark.parametrize(
    ("text", "number"), [("五", 5), ("十", 10), ("二十三", 23), ("一百零五", 105), ("59", 59)]
)
def test_an_article_number_is_read_in_either_script(text: str, number: int) -> None:
    assert statutes.arabic(text) == number


def test_a_law_is_recognised_by_its_longest_name_before_the_article() -> None:
    laws = ["农民专业合作社法", "合作社法", "刑法"]

    assert statutes.named_law("根据《中华人民共和国农民专业合作社法》的", laws) == laws[0]
    assert statutes.named_law("根据民法", laws) is None


def test_a_model_answer_keeps_a_class_that_is_not_on_the_list() -> None:
    assert topics.parsed("[类别]继承<eoa>") == "继承"
    assert topics.parsed("我认为是婚姻家庭") == ""


def test_a_strip_is_a_grey_image_that_any_viewer_opens() -> None:
    assert digits.pgm_bytes(np.zeros((2, 3), dtype=np.uint8)) == b"P5\n3 2\n255\n" + bytes(6)
