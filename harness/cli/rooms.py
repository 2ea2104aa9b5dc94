"""What verbs on a workspace share: its folder, who acts in it, and the verb that comes next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.speech import say
from harness.problems import as_typed

if TYPE_CHECKING:
    from harness.workspace import Workspace

FOLDER = click.Path(path_type=Path)
BY = click.option("--by", default="organizer", show_default=True, help="经办人 / who does this")


def open_room(folder: Path) -> Workspace:
    """The workspace in a folder."""
    from harness.workspace import open_workspace

    return open_workspace(folder)


def next_rank(workspace: Path) -> None:
    """Say that a ranking comes next."""
    say(
        f"  下一步：jiebang rank {as_typed(workspace)}", f"Next: jiebang rank {as_typed(workspace)}"
    )


def next_version(workspace: Path) -> None:
    """Say that a new version of the results comes next, where there is one to change."""
    verb = f"jiebang revise {as_typed(workspace)} --reason"
    say(
        f"  下一步：结果已公布或已有处理的，{verb} 理由；否则 jiebang rank {as_typed(workspace)}",
        f"Next: {verb} REASON where results are out or settled, else jiebang rank {as_typed(workspace)}",
    )
