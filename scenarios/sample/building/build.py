"""The build of the sample board: declarations that are kept here, data that come from archives."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from harness.problems import Refusal
from scenarios.sample.building import (
    cells,
    concrete,
    credit,
    digits,
    leaves,
    load,
    pins,
    pm25,
    shuttle,
    statutes,
    topics,
    traffic,
    vault,
    wine,
)
from scenarios.sample.building.pins import differing, pinned
from scenarios.sample.building.tables import Files
from scenarios.sample.building.vault import Progress, Vault

SAMPLE = Path(__file__).resolve().parents[1]
PLACES = {
    "board.yaml": "board/board.yaml",
    "datasets": "board/datasets",
    "baselines": "board/baselines",
    "packages": "packages",
    "panel": "panel",
}
BUILDERS: dict[str, Callable[[Vault], Files]] = {
    "credit": credit.build,
    "concrete": concrete.build,
    "load": load.build,
    "shuttle": shuttle.build,
    "digits": digits.build,
    "statutes": statutes.build,
    "topics": topics.build,
    "pm25": pm25.build,
    "traffic": traffic.build,
    "cells": cells.build,
    "leaves": leaves.build,
    "wine": wine.build,
}


def build(destination: Path, vault: Path, progress: Progress) -> None:
    """Write the board, the packages and the panel's sheets below ``destination``.

    Parameters
    ----------
    destination
        Folder that gets ``board/``, ``packages/`` and ``panel/``; these are replaced.
    vault
        Folder of downloaded archives; what is missing is fetched by exact digest.
    progress
        Called with a few words before each step.

    Raises
    ------
    Refusal
        An archive cannot be fetched, or a file is not the pinned one.
    """
    write(destination, Vault(vault), progress)
    wrong = [
        problem
        for folder in dataset_folders(destination)
        for problem in differing(folder, destination)
    ]
    if wrong:
        raise Refusal(wrong)


def write(destination: Path, vault: Vault, progress: Progress) -> None:
    """Write everything without looking at the pinned digests."""
    progress("declarations")
    copy_declarations(destination)
    for archive in vault.missing():
        progress(f"fetch {archive.requirement} ({archive.megabytes} MB)")
        vault.fetch(archive)
    for name, builder in BUILDERS.items():
        progress(name)
        for path, content in builder(vault).items():
            target = destination / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def copy_declarations(destination: Path) -> None:
    """Copy what is kept in the repository, without byte code."""
    for source, target in PLACES.items():
        place = destination / target
        if (SAMPLE / source).is_dir():
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(
                SAMPLE / source, place, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
            )
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(SAMPLE / source, place)


def dataset_folders(root: Path) -> tuple[Path, ...]:
    """Folders with a dataset declaration, in the order of their paths."""
    return tuple(sorted(path.parent for path in root.rglob("dataset.yaml")))


def pin(destination: Path) -> None:
    """Write the digests of the built files into the declarations kept in the repository."""
    for folder in dataset_folders(SAMPLE):
        path = folder / "dataset.yaml"
        place = folder.relative_to(SAMPLE).as_posix()
        built = destination / (place if place.startswith("packages/") else f"board/{place}")
        text = pinned(path.read_text(encoding="utf-8"), built)
        path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Build by hand; with ``--pin`` after a change of the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("destination", type=Path)
    parser.add_argument("--vault", type=Path, required=True)
    parser.add_argument("--pin", action="store_true", help="write new digests into dataset.yaml")
    options = parser.parse_args()

    def say(step: str) -> None:
        sys.stderr.write(f"{step}\n")

    try:
        if options.pin:
            write(options.destination, Vault(options.vault), say)
            pin(options.destination)
        build(options.destination, options.vault, say)
    except Refusal as refusal:
        sentences = {one.code: one for one in (*pins.PROBLEMS, *vault.PROBLEMS)}
        for problem in refusal.problems:
            sentence = sentences[problem.code]
            say(f"{problem.code} {sentence.render(problem, 'zh')}")
            say(f"  {sentence.render(problem, 'en')}")
        sys.exit(2)


if __name__ == "__main__":
    main()
