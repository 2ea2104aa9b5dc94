"""The days that an evaluation's own records name: when rules were locked, when packages came in."""

from __future__ import annotations

from typing import Any

from harness.ledger import read
from harness.workspace import Workspace
from reports.dates import day


def days(workspace: Workspace) -> dict[str, Any]:
    """The day of every lock, the first first, and of the last package taken in, in Beijing.

    They are read in the ledger, which archives hold: results made again later name the same days.
    """
    locked: dict[int, str] = {}
    received = []
    for line in read(workspace.ledger) if workspace.ledger.is_file() else ():
        if line.event == "lock":
            locked[int(line.subject)] = day(line.time)
        elif line.event == "intake":
            received.append(line.time)
    return {
        "locked": [locked[number] for number in sorted(locked)],
        "received": day(max(received)) if received else None,
    }
