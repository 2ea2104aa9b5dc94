"""Files that samples name, such as pictures and recordings, each known by its digest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.canonical import canonical_json, digest, file_digest


def attached_files(folder: Path) -> dict[str, str]:
    """Digests of the files below a folder, by path from there with ``/``.

    Links and hidden files are none of them: what is named is what lies there.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        if not hidden and path.is_file() and not path.is_symlink():
            found[name] = file_digest(path)
    return found


def attached_digest(files: Mapping[str, str]) -> str:
    """One digest of all of them, names and contents."""
    return digest(canonical_json(dict(files)))
