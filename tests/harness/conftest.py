"""Right declarations to spoil: the shipped templates, one small change at a time."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.canonical import file_digest
from harness.templates import KINDS, write_template

Change = tuple[str, str | None, str | bytes | None]
Declared = Callable[..., Path]
"""``declared("board", (path, old, new)...)``: the template's folder after the changes.

``old=None`` makes ``new`` the whole file, ``new=None`` removes it. Digests of changed data
files are written into the declarations again.
"""


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("templates")
    for kind in KINDS:
        write_template(kind, root / kind)
    return root


@pytest.fixture
def declared(tmp_path: Path, templates: Path) -> Declared:
    def write(kind: str, *changes: Change) -> Path:
        folder = shutil.copytree(templates / kind, tmp_path / kind)
        for path, old, new in changes:
            _apply(folder / path, old, new)
        for declaration in folder.rglob("dataset.yaml"):
            if any(Path(path).name != "dataset.yaml" for path, _, _ in changes):
                _sign_again(declaration)
        return folder

    return write


def _apply(path: Path, old: str | None, new: str | bytes | None) -> None:
    if new is None:
        path.unlink()
    elif old is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(new if isinstance(new, bytes) else new.encode())
    else:
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {path.name}"
        assert isinstance(new, str)
        path.write_text(text.replace(old, new, 1), "utf-8")


def _sign_again(declaration: Path) -> None:
    def signed(match: re.Match[str]) -> str:
        data = declaration.parent / match[2]
        return match[1] + (file_digest(data) if data.is_file() else match[4])

    form = r'(path: ([^\s,]+)(,|\n)\s*sha256: ")(sha256:[0-9a-f]{64})'
    text = re.sub(form, signed, declaration.read_text("utf-8"))
    declaration.write_text(text, "utf-8")
