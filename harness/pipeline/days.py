"""Days: those that an evaluation's own records name, and those that people write."""

from __future__ import annotations

from datetime import date
from typing import Any

from harness.clock import now
from harness.ledger import read
from harness.workspace import Workspace
from reports.dates import day


def today() -> str:
    """The day that it is in Beijing, by which deadlines are counted."""
    return day(now())


def as_day(text: str) -> date | None:
    """A day that is written like 2026-05-06, else none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Days of a week, like 2026-W30-4, are dates in ISO 8601 too but do not sort among the others.
    return found if found.isoformat() == text else None


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
