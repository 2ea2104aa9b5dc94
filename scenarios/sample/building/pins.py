"""Digests that a dataset declaration pins, held against the files that were built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from harness.canonical import file_digest
from harness.problems import Explanation, Problem

PIN = re.compile(r'(path: (?P<path>[^\s,{}]+), sha256: )"(?P<digest>[^"]*)"')


def pins(declaration: str) -> Iterator[tuple[str, str]]:
    """Each pinned file of a declaration's text with its digest."""
    for found in PIN.finditer(declaration):
        yield found["path"], found["digest"]


def differing(folder: Path, root: Path) -> Iterator[Problem]:
    """Report pinned files of a dataset folder that are absent or not the pinned ones."""
    declaration = (folder / "dataset.yaml").read_text(encoding="utf-8")
    for path, digest in pins(declaration):
        file = folder / path
        found = file_digest(file) if file.is_file() else "—"
        if found != digest:
            where = file.relative_to(root).as_posix()
            yield Problem("E9042", where, found, {"expected": digest})


def pinned(declaration: str, folder: Path) -> str:
    """Write the digests of the built files into a declaration's text."""

    def with_digest(found: re.Match[str]) -> str:
        return f'{found[1]}"{file_digest(folder / found["path"])}"'

    return PIN.sub(with_digest, declaration)


PROBLEMS = (
    Explanation(
        "E9042",
        "{where}：构建出的文件摘要是 {found}，不是声明的 {expected}。请核对所用的软件版本（constraints.txt）后重新构建。",
        "{where}: the built file's digest is {found}, not the declared {expected}. Check the versions of the libraries against constraints.txt and build again.",
    ),
)
