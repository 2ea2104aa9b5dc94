"""Canary attacks before runs: sent, kept as evidence, and a stop when one gets through."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.canonical import readable_json
from harness.durable import write_atomically
from harness.execution.canary import breach, run_canaries
from harness.execution.sandbox import Sandbox
from harness.problems import Refusal
from harness.workspace import Workspace, read_json

FILE = "canaries.json"


def watch(workspace: Workspace, sandbox: Sandbox) -> dict[str, Any]:
    """Attack our own sandbox; raises ``Refusal`` when an attack was not stopped."""
    canaries = run_canaries(sandbox)
    record = {
        "tier": sandbox.tier,
        "canaries": [
            {"name": entry.name, "zh": entry.zh, "en": entry.en, "stopped": entry.stopped}
            for entry in canaries
        ],
    }
    write_atomically(workspace.runs / FILE, readable_json(record))
    through = [breach(entry) for entry in canaries if not entry.stopped]
    if through and sandbox.tier != "D":
        raise Refusal(through)
    return record


def beside(run: Path, watched: Mapping[str, Any]) -> None:
    """Keep the canaries with the run that they went before."""
    write_atomically(run / FILE, readable_json(dict(watched)))


def seen(workspace: Workspace, run: Path | None = None) -> list[dict[str, Any]]:
    """The canaries of a run, or those of the latest runs."""
    path = workspace.runs / FILE if run is None else run / FILE
    if run is not None and not path.is_file():
        return seen(workspace)
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = read_json(path)["canaries"]
    return found
