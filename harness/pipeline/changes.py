"""The changes behind a version of the results: who left, and which gates were failed late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.workspace import Workspace, read_json

CHANGE = "change.json"
DIFFERENCE = "difference.json"
READABLE = "difference.txt"


def changes_until(workspace: Workspace, version: int) -> list[dict[str, Any]]:
    """Every change up to a version, the earliest first."""
    paths = (workspace.version(number) / CHANGE for number in range(2, version + 1))
    return [read_json(path) for path in paths if path.is_file()]


def withdrawn_until(workspace: Workspace, version: int) -> dict[str, Mapping[str, Any]]:
    """Candidates that have withdrawn, each with reason, who and when."""
    return {
        change["candidate"]: {
            "reason": change["reason"],
            "by": change["by"],
            "time": change["time"],
            "change": change["number"],
        }
        for change in changes_until(workspace, version)
        if change["kind"] == "withdrawal"
    }


def gates_failed_late(workspace: Workspace, version: int) -> list[dict[str, Any]]:
    """The changes by which a gate was failed after scoring, without those that were lifted."""
    changes = changes_until(workspace, version)
    lifted = {change.get("lifts") for change in changes}
    return [
        change
        for change in changes
        if change["kind"] == "gate"
        and change.get("lifts") is None
        and change["number"] not in lifted
    ]


def late_gates(workspace: Workspace, version: int) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Gates failed after scoring by candidate, in the form of a ranking's reasons."""
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for change in gates_failed_late(workspace, version):
        reason = {"zh": change["reason"], "en": change["reason"]}
        gate = {"gate": change["gate"], "reason": reason}
        found[change["candidate"]] = (*found.get(change["candidate"], ()), gate)
    return found


def difference_in_force(workspace: Workspace) -> dict[str, Any] | None:
    """The difference of the version in force against the one before."""
    path = workspace.current() / DIFFERENCE
    found: dict[str, Any] | None = read_json(path) if path.is_file() else None
    return found
