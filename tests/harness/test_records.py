from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from harness import board, dataset, package
from harness.cli.main import main
from harness.package import CREDIT_ALPHABET, credit_code_is_valid
from harness.structure import json_schema
from harness.yaml_text import read_document

Declared = Callable[..., Path]

ROOT = Path(__file__).parents[2] / "scenarios"
KINDS: dict[str, ModuleType] = {"board": board, "dataset": dataset, "package": package}
SHIPPED = sorted(
    path for kind in KINDS for path in ROOT.rglob(f"{kind}.yaml") if path.parent.name != "building"
)
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def faults(schema: dict[str, Any], value: Any, at: str = "$") -> Iterator[str]:
    """What a JSON Schema, as far as ours use it, finds wrong with a value."""
    if "anyOf" in schema:
        if all(list(faults(option, value)) for option in schema["anyOf"]):
            yield f"{at}: fits no option"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not in {schema['enum']}"
    names = schema.get("type", [])
    names = names if isinstance(names, list) else [names]
    fitting = [
        name
        for name in names
        if isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
    ]
    if names and not fitting:
        yield f"{at}: {value!r} is not {names}"
        return
    if isinstance(value, str):
        if len(value) > schema.get("maxLength", len(value)):
            yield f"{at}: too long"
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{at}: {value!r} has another form"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{at}: {value!r} is out of range"
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{at}: too short"
        for place, entry in enumerate(value):
            yield from faults(schema["items"], entry, f"{at}[{place}]")
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        further = schema.get("additionalProperties", True)
        for key in schema.get("required", []):
            if key not in value:
                yield f"{at}: {key} is missing"
        for key, entry in value.items():
            if key in known:
                yield from faults(known[key], entry, f"{at}.{key}")
            elif further is False:
                yield f"{at}: {key} is unknown"
            elif isinstance(further, dict):
                yield from faults(further, entry, f"{at}.{key}")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_the_schema_for_editors_accepts_what_ships(path: Path) -> None:
    module = KINDS[path.stem]
    schema = json_schema(module.READER, module.SCHEMA, path.stem)

    found = list(faults(schema, read_document(path).value))

    assert found == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_the_schema_for_editors_refuses_an_unknown_key(path: Path) -> None:
    module = KINDS[path.stem]
    schema = json_schema(module.READER, module.SCHEMA, path.stem)

    found = list(faults(schema, {**read_document(path).value, "tilte": 1}))

    assert found == ["$: tilte is unknown"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_schema_on_the_command_line(kind: str) -> None:
    result = CliRunner().invoke(main, ["schema", kind])

    assert result.exit_code == 0
    assert f'"const": "jiebang/{kind}/1"' in result.output


def test_a_board_finds_its_items_and_criteria(declared: Declared) -> None:
    read = board.read_board(declared("board"))

    item = read.item("VM-01")

    assert item is not None
    assert item.criterion("recall(label=供水供热)") is not None
    assert item.criterion("accuracy") is None
    assert read.item("VM-02") is None


def test_a_board_is_read_by_its_folder_or_its_file(declared: Declared) -> None:
    folder = declared("board")

    assert board.read_board(folder) == board.read_board(folder / "board.yaml")


CHANGES_CONTENT = (
    ('path: samples.csv\n  sha256: "sha256:d4', 'path: samples.csv\n  sha256: "sha256:00'),
    ("column: unit", "column: unit2"),
    ("市容环境, 社会保障]", "社会保障, 市容环境]"),
    ("labels: [", "positive: 市容环境\nlabels: ["),
    ("\n  independent: true", "\n  cluster: text"),
    ("{text: string}", "{text: any}"),
)
CHANGES_WORDS = (
    ("zh: 模板自带", "zh: 模板附带"),
    ("inputs: hidden", "inputs: public"),
    ("redistributable: true", "redistributable: false"),
    ('version: "1"', 'version: "2"'),
)


@pytest.mark.parametrize(("old", "new"), CHANGES_CONTENT)
def test_what_can_change_a_score_changes_the_content_digest(
    old: str, new: str, declared: Declared, templates: Path
) -> None:
    before = dataset.read_dataset(templates / "board/datasets/hotline")
    folder = declared("board", ("datasets/hotline/dataset.yaml", old, new))

    after = dataset.read_dataset(folder / "datasets/hotline")

    assert after.content_digest() != before.content_digest()


@pytest.mark.parametrize(("old", "new"), CHANGES_WORDS)
def test_what_cannot_change_a_score_leaves_the_content_digest(
    old: str, new: str, declared: Declared, templates: Path
) -> None:
    before = dataset.read_dataset(templates / "board/datasets/hotline")
    folder = declared("board", ("datasets/hotline/dataset.yaml", old, new))

    after = dataset.read_dataset(folder / "datasets/hotline")

    assert after != before
    assert after.content_digest() == before.content_digest()


def test_a_real_credit_code_is_valid() -> None:
    assert credit_code_is_valid("91350100M000100Y43")


def test_a_credit_code_with_any_one_sign_changed_is_not() -> None:
    code = "91350100M000100Y43"

    changed = [
        code[:place] + sign + code[place + 1 :]
        for place in range(18)
        for sign in CREDIT_ALPHABET
        if sign != code[place]
    ]

    assert not any(credit_code_is_valid(entry) for entry in changed)


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y4３", "I" * 18])
def test_what_is_no_credit_code_is_not_valid(code: str) -> None:
    assert not credit_code_is_valid(code)


def test_the_sample_s_applicants_are_fictional_and_say_so() -> None:
    applicants = [
        read_document(path).value["applicant"] for path in SHIPPED if path.stem == "package"
    ]

    assert all("虚构" in entry["name"] for entry in applicants)
    assert all(entry["credit_code"].startswith("91370000DEM") for entry in applicants)
