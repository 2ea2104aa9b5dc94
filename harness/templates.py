"""Templates for new declarations: commented, small, and right as they are."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from harness.durable import write_atomically
from harness.problems import Explanation, Problem, Refusal, why

KINDS = ("board", "package", "scenario")
LEFT_OUT = ("__pycache__", "__init__.py")


def write_template(kind: str, folder: Path) -> tuple[Path, ...]:
    """Write the template of a kind into a new or empty folder; returns the files written.

    Raises
    ------
    Refusal
        The folder holds something already, or cannot be written.
    """
    if kind not in KINDS:
        raise ValueError(f"no template of the kind {kind!r}")
    source = resources.files("scenarios") / "templates" / kind
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise Refusal([Problem("E9020", str(folder))])
        return tuple(_copy(source, folder))
    except OSError as error:
        raise Refusal([Problem("E9021", str(folder), "", {"reason": why(error)})]) from error


def _copy(source: Traversable, into: Path) -> list[Path]:
    written: list[Path] = []
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        if entry.name in LEFT_OUT:
            continue
        if entry.is_dir():
            written += _copy(entry, into / entry.name)
        else:
            write_atomically(into / entry.name, entry.read_bytes())
            written.append(into / entry.name)
    return written


PROBLEMS = (
    Explanation(
        "E9020",
        "{where}：已有内容，模板不会覆盖。请换一个新的或空的目录。",
        "{where}: there is something already, and a template overwrites nothing. Give a new or empty folder.",
    ),
    Explanation(
        "E9021",
        "{where}：无法写入（{reason}）。请换一个可写的目录。",
        "{where}: cannot be written ({reason}). Give a folder that can be written to.",
    ),
)
