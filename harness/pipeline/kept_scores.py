"""Which scores can be kept: those made from exactly what lies there now.

The digests stand beside the results, not in them: a result does not depend on whether it was
made anew. They never enter an archive, so that whoever scores one again scores everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import scoring
from harness.canonical import canonical_json, digest, file_digest, readable_json
from harness.durable import write_atomically
from harness.pipeline.planning import Planned
from harness.pipeline.traces import SCORES
from harness.pipeline.trail import contradictions
from harness.workspace import Workspace, read_json
from scoring.catalog import ENTRY_POINTS

SCHEMA = "jiebang/kept-scores/1"
FILE = "kept_scores.json"
CODE = (Path(scoring.__file__).parent, Path(__file__).parent)


def origin(
    lock: str, entry: Planned, runs: Mapping[str, Any], checked: object, floors: object
) -> str:
    """Digest of all that a candidate's score depends on.

    ``runs`` are the run records that it is made from, ``checked`` what people attested,
    ``floors`` the measured anchors of the item.
    """
    return digest(
        canonical_json(
            {
                "lock": lock,
                "item": entry.item.id,
                "data": file_digest(entry.data.folder / "dataset.yaml"),
                "package": repr(entry.package),
                "runs": {
                    name: [record["key"], record["predictions"], dict(record["outcomes"])]
                    for name, record in runs.items()
                },
                "checked": repr(checked),
                "floors": floors,
                "code": _code(),
            }
        )
    )


def kept(workspace: Workspace) -> Mapping[str, str]:
    """The origin of every score in force that is as the ledger says."""
    path = workspace.root / FILE
    if not path.is_file() or any(contradictions(workspace, (SCORES,))):
        return {}
    record = read_json(path)
    known = record["schema"] == SCHEMA and record["version"] == workspace.current_version()
    return record["origins"] if known else {}


def keep_origins(workspace: Workspace, origins: Mapping[str, str]) -> None:
    """Write down what the scores in force were made from."""
    record = {
        "schema": SCHEMA,
        "version": workspace.current_version(),
        "origins": dict(origins),
    }
    write_atomically(workspace.root / FILE, readable_json(record))


@cache
def _code() -> list[Any]:
    """The code that turns answers into scores, with metrics from other packages."""
    files = sorted(path for folder in CODE for path in folder.rglob("*.py"))
    further = sorted(
        f"{point.value} {point.dist.version if point.dist else ''}"
        for point in entry_points(group=ENTRY_POINTS)
    )
    return [[file_digest(path) for path in files], further]
