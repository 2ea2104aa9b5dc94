"""Sealed predictions: every sample's outcome and answer, with a digest of the content."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
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
                state.update(_lines(part))
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
        ids, outcomes, answers = table.columns[0].to_pylist(), *map(_shared, table.columns[1:])
    except (OSError, pa.ArrowException) as error:
        raise Refusal([Problem("E6111", str(path), str(error))]) from error
    state, rows = hashlib.sha256(), zip(ids, outcomes, answers, strict=True)
    while part := list(itertools.islice(rows, PART)):
        state.update(_lines(part))
    found = PREFIX + state.hexdigest()
    if expected is not None and found != expected:
        raise Refusal([Problem("E6112", str(path), found, {"expected": expected})])
    read: dict[str | None, Mapping[str, Any] | None] = {None: None}
    for text in answers:
        if text is not None and text not in read:
            read[text] = json.loads(text)
    return Sealed(
        ids=tuple(ids),
        outcomes=tuple(outcomes),
        answers=tuple(read[text] for text in answers),
        digest=found,
    )


def _shared(column: pa.ChunkedArray) -> list[Any]:
    """Texts of a column, one object for all rows that hold the same text in a chunk."""
    found: list[Any] = []
    for chunk in column.dictionary_encode().chunks:
        words = [*chunk.dictionary.to_pylist(), None]
        places = pc.fill_null(chunk.indices, len(words) - 1).to_pylist()
        found += [words[place] for place in places]
    return found


def _lines(rows: Sequence[tuple[str, str, str | None]]) -> bytes:
    """Rows as canonical JSON, a line each; what many rows share is written once."""
    tails: dict[tuple[str, str | None], str] = {}
    lines = []
    for name, outcome, answer in rows:
        tail = tails.get((outcome, answer))
        if tail is None:
            tail = canonical_json([outcome, answer])[1:].decode() + "\n"
            tails[outcome, answer] = tail
        lines.append(f"[{encode_basestring(name)},{tail}")
    return "".join(lines).encode()


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
