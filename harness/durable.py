"""Files and folders that are either wholly there or not there at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.partial")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    flush_folder(path.parent)


def replace_folder(place: Path, ready: Path) -> None:
    """Put a folder that lies ready in the place of another beside it.

    A crash leaves ``ready`` under its own name, with what was in its place or nothing there.
    """
    before = place.with_name(f".{place.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if place.exists():
        place.replace(before)
    ready.replace(place)
    flush_folder(place.parent)
    shutil.rmtree(before, ignore_errors=True)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
