"""A declaration whose form is wrong somewhere is still checked everywhere else, and only there."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.inspection import inspect
from harness.problems import Refusal
from harness.structure import UNREAD, as_far_as_read
from harness.structure.unread import UnreadValue

TEMPLATES = Path(__file__).parents[2] / "scenarios" / "templates"
Place = tuple[Any, ...]
DECLARATIONS = {
    "board": ("board", "board.yaml"),
    "dataset": ("board", "datasets/hotline/dataset.yaml"),
    "package": ("package", "package.yaml"),
    "scenario": ("scenario", "package.yaml"),
}
# Names that the author chooses, not keys of ours: another name is another declaration.
OWN_NAMES = {"inputs", "fields"}


def document(name: str) -> Any:
    kind, path = DECLARATIONS[name]
    return yaml.safe_load((TEMPLATES / kind / path).read_text(encoding="utf-8"))


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place of a document that holds a value, from the outside in."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*at, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from places(part, (*at, number))


EVERY_PLACE = [
    pytest.param(name, place, id=f"{name}: {'.'.join(map(str, place))}")
    for name in DECLARATIONS
    for place in places(document(name))
    if place != ("schema",)
]


def changed(value: Any, place: Place, change: Callable[[Any, Any], None]) -> Any:
    whole = copy.deepcopy(value)
    holder = whole
    for step in place[:-1]:
        holder = holder[step]
    change(holder, place[-1])
    return whole


def misspell(holder: Any, key: Any) -> None:
    holder[f"{key}x"] = holder.pop(key)


def spoil(holder: Any, key: Any) -> None:
    holder[key] = {} if isinstance(holder[key], list) else []


def codes(folder: Path, board: Path | None) -> set[str]:
    with pytest.raises(Refusal) as caught:
        inspect(folder, board)
    return {problem.code for problem in caught.value.problems}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, Any], set[str]]:
    """Writes a changed declaration into its template and tells the codes of its problems."""

    def write(name: str, content: Any) -> set[str]:
        kind, path = DECLARATIONS[name]
        folder = tmp_path / kind
        shutil.copytree(TEMPLATES / kind, folder)
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / path).write_text(text, encoding="utf-8")
        return codes(folder, None if kind == "board" else TEMPLATES / "board")

    return write


@pytest.mark.parametrize(("name", "place"), EVERY_PLACE)
def test_a_value_of_the_wrong_kind_is_the_only_thing_told(
    name: str, place: Place, written: Callable[[str, Any], set[str]]
) -> None:
    told = written(name, changed(document(name), place, spoil))

    assert told <= {"E1011", "E1012", "E1013", "E1015", "E1016"}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        case
        for case in EVERY_PLACE
        if isinstance(case.values[1][-1], str)  # type: ignore[index]
        and not OWN_NAMES & {str(step) for step in case.values[1][:-1]}  # type: ignore[index]
    ],
)
def test_a_misspelt_key_is_the_only_thing_told(
    name: str, place: Place, written: Callable[[str, Any], set[str]]
) -> None:
    told = written(name, changed(document(name), place, misspell))

    assert "E1010" in told
    assert told <= {"E1010", "E1011"}


def test_what_lies_apart_from_a_wrong_form_is_told_with_it(
    written: Callable[[str, Any], set[str]],
) -> None:
    board = document("board")
    board["confidence"] = 7
    board["items"][0]["title"] = "工单"
    board["items"][0]["metrics"][0]["weight"] += 1
    board["items"][0]["metrics"][1]["gate"] = {"at_most": 0.3}
    board["items"][1]["limits"]["memory"] = 2048
    board["items"][1]["criteria"]["skill"]["weight"] += 1
    board["tracks"]["vertical_model"]["scorecard"]["measured"] += 1

    told = written("board", board)

    assert told == {"E1012", "E1014", "E1016", "E2004", "E2007", "E2013"}


def test_a_package_is_checked_against_a_board_that_is_wrong_itself(tmp_path: Path) -> None:
    board, package = tmp_path / "board", tmp_path / "package"
    shutil.copytree(TEMPLATES / "board", board)
    shutil.copytree(TEMPLATES / "package", package)
    declared = board / "board.yaml"
    declared.write_text(declared.read_text("utf-8").replace("confidence: 0.95", "confidence: 7"))
    wanted = package / "package.yaml"
    wrong = wanted.read_text("utf-8").replace("item: VM-01", "item: VM-11")
    wanted.write_text(wrong.replace("city: 济南", "city: []"), encoding="utf-8")

    assert codes(package, board) == {"E1012", "E1014", "E4030"}


@pytest.mark.parametrize(
    "use",
    [bool, str, len, iter, hash, int, float, Path, sum, lambda v: v == v, lambda v: f"{v}"],
)
def test_a_value_that_was_not_read_cannot_be_used(use: Callable[[Any], Any]) -> None:
    with pytest.raises(UnreadValue):
        use(UNREAD)


def test_a_check_ends_where_it_meets_a_value_that_was_not_read() -> None:
    found = as_far_as_read(part.upper() for part in ("a", UNREAD, "c"))

    assert list(found) == ["A"]
