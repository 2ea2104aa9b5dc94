"""Files of score sheets that are handed in together: each once, and one for each judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.canonical import file_digest
from harness.pipeline.written_scores import SheetRead
from harness.problems import Explanation, Problem
from scoring.panel.marks import Cell


def given_twice(paths: Sequence[Path]) -> Iterator[Problem]:
    """Report files that are given twice at once, whatever their names."""
    first: dict[str, str] = {}
    for path in paths:
        if path.is_file():
            found = file_digest(path)
            if found in first:
                yield Problem("E7438", path.name, first[found])
            first.setdefault(found, path.name)


def given_before(
    paths: Sequence[Path], kept: Sequence[Mapping[str, Any]], again: str | None
) -> Iterator[Problem]:
    """Report files that were imported before; those of the round ``again`` may come back."""
    before = {
        file["sha256"]: f"{file['name']} ({entry['kind']}-{entry['version']:03d})"
        for entry in kept
        if entry["kind"] != again
        for file in entry["files"]
    }
    for path in each_once(paths):
        if path.is_file() and (found := before.get(file_digest(path))):
            yield Problem("E7406", path.name, found)


def one_for_each(readings: Mapping[Path, SheetRead]) -> tuple[list[Problem], dict[Path, SheetRead]]:
    """Report judges whose cells stand in several files, once each, and leave each to one file.

    That is the one with the fewest faults: who fills in a workbook may hand in the empty table
    with it.
    """
    owner: dict[Cell, Path] = {}
    clashes: dict[tuple[str, Path, Path], None] = {}
    kept: dict[Path, SheetRead] = {}
    for path in sorted(readings, key=lambda path: len(readings[path].problems)):
        found = readings[path]
        again = [mark for mark in found.marks if mark.cell in owner]
        clashes |= dict.fromkeys((mark.judge, owner[mark.cell], path) for mark in again)
        own = tuple(mark for mark in found.marks if mark.cell not in owner)
        owner |= {mark.cell: path for mark in own}
        if own or not again:
            kept[path] = replace(found, marks=own)
    problems = [
        Problem("E7439", f"{first.name}, {second.name}", judge) for judge, first, second in clashes
    ]
    return problems, {path: kept[path] for path in readings if path in kept}


def each_once(paths: Sequence[Path]) -> list[Path]:
    """Each file once, whatever its name; those that are not there stay, to be reported."""
    found: dict[str, Path] = {}
    for path in paths:
        found.setdefault(file_digest(path) if path.is_file() else str(path), path)
    return list(found.values())


PROBLEMS = (
    Explanation(
        "E7406",
        "{where}：与 {found} 是同一个文件，已收过。请勿重复交；确须改回这一份的，请写 --replace 理由（首轮的表不能当复议的表）。",
        "{where}: the same file as {found}, taken in before. Do not hand it in again; to go back to it, give --replace REASON (a sheet of the first round is none of a hearing).",
    ),
    Explanation(
        "E7438",
        "{where}：与本次给出的 {found} 是同一个文件。请只写一次。",
        "{where}: the same file as {found}, given in this very command. Name it once.",
    ),
    Explanation(
        "E7439",
        "{where}：都是评委 {found} 的打分表。请只交其中一个。",
        "{where}: both are the sheet of judge {found}. Hand in one of them.",
    ),
)
