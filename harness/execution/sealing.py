"""Sealed predictions: every sample's outcome and answer, with a digest of the content."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness.canonical import PREFIX, canonical_json
from harness.durable import flush_folder
from harness.execution.outcomes import Outcome, Verdict
from harness.problems import Explanation, Problem, Refusal

FILE = "predictions.parquet"
PART = 20_000
"""Rows that are in memory at a time while they are written."""

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("answer", pa.string()),
    ],
    metadata={"schema": "jiebang/predictions/1"},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """Predictions as they were sealed, sorted by sample id; an answer is None where none counts."""

    ids: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    answers: tuple[Mapping[str, Any] | None, ...]
    digest: str


def seal(folder: Path, verdicts: Mapping[str, Verdict]) -> str:
    """Write the predictions file and return the canonical digest of its content."""
    return seal_in_order(folder, ((name, verdicts[name]) for name in sorted(verdicts)))


def seal_in_order(folder: Path, verdicts: Iterable[tuple[str, Verdict]]) -> str:
    """Seal verdicts that come in the order of their sample ids, a part at a time in memory."""
    path, state = folder / FILE, hashlib.sha256()
    temporary = path.with_name(f".{path.name}.partial")
    folder.mkdir(parents=True, exist_ok=True)
    rows = ((name, verdict.outcome, verdict.answer) for name, verdict in verdicts)
    with temporary.open("wb") as file:
        with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
            while part := list(itertools.islice(rows, PART)):
                for row in part:
                    state.update(canonical_json(list(row)) + b"\n")
                columns = [pa.array(column, pa.string()) for column in zip(*part, strict=True)]
                writer.write_table(pa.table(columns, schema=SCHEMA))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    flush_folder(folder)
    return PREFIX + state.hexdigest()


def open_sealed(folder: Path, expected: str | None = None) -> Sealed:
    """Read sealed predictions back.

    Raises
    ------
    Refusal
        The content no longer has the ``expected`` digest, or cannot be read.
    """
    path = folder / FILE
    try:
        table = pq.read_table(path, schema=SCHEMA)
    except (OSError, pa.ArrowException) as error:
        raise Refusal([Problem("E6111", str(path), str(error))]) from error
    ids, outcomes, answers = (column.to_pylist() for column in table.columns)
    found = _content_digest(ids, outcomes, answers)
    if expected is not None and found != expected:
        raise Refusal([Problem("E6112", str(path), found, {"expected": expected})])
    return Sealed(
        ids=tuple(ids),
        outcomes=tuple(outcomes),
        answers=tuple(None if text is None else json.loads(text) for text in answers),
        digest=found,
    )


def _content_digest(*columns: list[Any]) -> str:
    state = hashlib.sha256()
    for row in zip(*columns, strict=True):
        state.update(canonical_json(row) + b"\n")
    return PREFIX + state.hexdigest()


PROBLEMS = (
    Explanation(
        "E6111",
        "{where}：封存的预测结果无法读取（{found}）。请从备份恢复该文件，或在新文件夹中重新运行。",
        "{where}: the sealed predictions cannot be read ({found}). Restore the file from a copy, "
        "or run again in a new folder.",
    ),
    Explanation(
        "E6112",
        "{where}：预测结果的内容摘要是 {found}，封存时是 {expected}，文件已被改动。"
        "请恢复原文件，或在新文件夹中重新运行。",
        "{where}: the predictions have digest {found}, sealed was {expected}: the file was "
        "changed. Restore the original, or run again in a new folder.",
    ),
)
