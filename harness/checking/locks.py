"""Checks of a package's requirements.lock: names, versions and hashes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from harness.problems import Explanation, Problem

LOCK = "requirements.lock"
LONGEST = 1 << 20
_PINNED = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._, -]+\])?\s*==\s*[A-Za-z0-9.!+_-]+"
    r"(\s*;[^#@]+?)?(\s+--hash=sha256:[0-9a-f]{64})+"
)


def lock_problems(folder: Path) -> Iterator[Problem]:
    """Report every requirement that is not pinned to a version with its hashes."""
    path = folder / LOCK
    if not path.is_file():
        return
    try:
        content = path.read_bytes()[: LONGEST + 1].decode()
    except UnicodeDecodeError as error:
        yield Problem("E4015", LOCK, str(error.reason))
        return
    if len(content) > LONGEST:
        yield Problem("E4015", LOCK, f"> {LONGEST}")
        return
    gathered, begun = "", 1
    for number, line in enumerate(content.splitlines(), start=1):
        words = re.sub(r"(^|\s)#.*", "", line).strip()
        begun = begun if gathered else number
        gathered = f"{gathered} {words.removesuffix(chr(92)).strip()}".strip()
        if words.endswith("\\"):
            continue
        if gathered and not _PINNED.fullmatch(gathered):
            yield Problem("E4015", f"{LOCK}:{begun}", gathered[:80])
        gathered = ""
    if gathered:
        yield Problem("E4015", f"{LOCK}:{begun}", gathered[:80])


PROBLEMS = (
    Explanation(
        "E4015",
        "{where}：“{found}”没有写死版本和哈希。请写成 名称==版本 --hash=sha256:…，"
        "可用 uv pip compile --generate-hashes 生成。",
        "{where}: '{found}' is not pinned by version and hash. Write name==version "
        "--hash=sha256:…, as uv pip compile --generate-hashes does.",
    ),
)
