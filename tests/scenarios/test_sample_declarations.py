"""What the sample board promises on paper: its declarations, packages and sheets."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.board import PARTS, read_board
from harness.dataset import read_dataset
from harness.package import credit_code_is_valid, read_package
from scenarios.sample.building.build import SAMPLE, dataset_folders

DATASETS = dataset_folders(SAMPLE)
PACKAGES = tuple(sorted(path.parent for path in SAMPLE.glob("packages/*/package.yaml")))
BASELINES = tuple(sorted(path.parent for path in SAMPLE.glob("baselines/*/package.yaml")))
PROGRAMS = tuple(sorted(SAMPLE.rglob("solution/*.py")))
SHEETS = tuple(sorted(SAMPLE.glob("panel/*.csv")))
PACKAGE_KEYS = {
    *("schema", "kind", "item", "title", "applicant", "solution", "mode", "description"),
    *("attested", "truth_statement", "dataset", "metrics", "baseline", "claims", "effects"),
}


def declared(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def name_of(path: Path) -> str:
    return path.relative_to(SAMPLE).as_posix()


def test_the_board_says_that_it_is_a_trial_and_not_official() -> None:
    board = read_board(SAMPLE)

    assert not board.official
    assert board.mode == "trial"
    assert "非官方" in board.title.zh
    assert "not official" in board.title.en


def test_every_item_names_a_dataset_and_a_baseline_that_are_here() -> None:
    board = read_board(SAMPLE)

    paths = [
        SAMPLE / path / name
        for item in board.items
        for path, name in ((item.dataset, "dataset.yaml"), (item.baseline, "package.yaml"))
        if path
    ]

    assert len(paths) == 14
    assert [path for path in paths if not path.is_file()] == []


def test_every_item_has_more_candidates_than_places() -> None:
    board = read_board(SAMPLE)

    entered = [read_package(folder).item for folder in PACKAGES]

    assert {item.id for item in board.items} == set(entered)
    assert all(entered.count(item.id) > item.places for item in board.items)


@pytest.mark.parametrize("folder", DATASETS, ids=name_of)
def test_a_dataset_says_where_it_comes_from_and_what_it_stands_in_for(folder: Path) -> None:
    dataset = read_dataset(folder)

    for said in (dataset.licence, dataset.source):
        assert said
        assert not re.search(r"[\u4e00-\u9fff]", said if isinstance(said, str) else said.en)
    assert not isinstance(dataset.stand_in, bool)
    assert re.search(r"[\u4e00-\u9fff]", dataset.stand_in.zh)
    assert not re.search(r"[\u4e00-\u9fff]", dataset.stand_in.en)


@pytest.mark.parametrize("folder", DATASETS, ids=name_of)
def test_a_dataset_has_a_public_sample_to_try_on(folder: Path) -> None:
    assert read_dataset(folder).public_sample is not None


@pytest.mark.parametrize("folder", PACKAGES + BASELINES, ids=name_of)
def test_a_package_is_plain_yaml_with_known_keys(folder: Path) -> None:
    content = declared(folder / "package.yaml")

    assert set(content) <= PACKAGE_KEYS
    assert content["truth_statement"] is True
    assert read_package(folder).kind == content["kind"]


@pytest.mark.parametrize("folder", PACKAGES + BASELINES, ids=name_of)
def test_an_applicant_is_plainly_fictional_with_a_well_formed_credit_code(folder: Path) -> None:
    applicant = read_package(folder).applicant

    assert applicant.name.startswith("示例")
    assert all("虚构" in name for name in (applicant.name, *applicant.consortium))
    assert credit_code_is_valid(applicant.credit_code)
    assert "DEMA" in applicant.credit_code


def test_no_applicant_enters_more_than_three_times() -> None:
    codes = [read_package(folder).applicant.credit_code for folder in PACKAGES]

    assert max(codes.count(code) for code in codes) <= 3


def test_a_scenario_is_measured_claimed_and_compared_with_its_own_baseline() -> None:
    scenarios = [folder for folder in PACKAGES if read_package(folder).kind == "scenario"]

    assert len(scenarios) == 5
    for folder in scenarios:
        package = read_package(folder)
        assert package.claims
        assert package.effects
        assert (folder / str(package.dataset) / "dataset.yaml").is_file()
        assert (folder / str(package.baseline) / "solution" / "main.py").is_file()


def test_exactly_one_scenario_keeps_its_own_labels() -> None:
    holders = [
        read_dataset(folder).labels_held_by for folder in DATASETS if "packages" in folder.parts
    ]

    assert holders.count("applicant") == 1


@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_a_python_solution_compiles_and_offers_predict(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))

    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    assert "predict" in functions


@pytest.mark.parametrize("path", SHEETS, ids=name_of)
def test_a_sheet_is_marked_as_an_example_and_covers_every_package_once(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    asked = {(row["candidate_package"], row["criterion"]) for row in rows}

    assert all("样例" in row["judge"] for row in rows)
    assert len({row["judge"] for row in rows}) == 1
    assert len(rows) == len(asked) == len(PACKAGES) * (len(PARTS) - 1)
    assert {package for package, _ in asked} == {folder.name for folder in PACKAGES}
    assert all(0 <= int(row["score"]) <= 100 for row in rows if row["score"])


def test_five_judges_gave_sheets_and_one_recused_from_a_candidate() -> None:
    empty = []
    for path in SHEETS:
        with path.open(encoding="utf-8", newline="") as file:
            empty += [
                (row["judge"], row["candidate_package"])
                for row in csv.DictReader(file)
                if not row["score"]
            ]

    assert len(SHEETS) == 5
    assert len(empty) == len(PARTS) - 1
    assert len(set(empty)) == 1
