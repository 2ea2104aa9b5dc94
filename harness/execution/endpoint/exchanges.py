"""Sealed exchanges: every question's digest and every word that came back for it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness.canonical import PREFIX, canonical_json
from harness.durable import write_atomically
from harness.execution.journal import Recorded
from harness.execution.record import EXCHANGES
from harness.problems import Explanation, Problem, Refusal

ROWS = 10_000
_COLUMNS = ("sample", "request", "status", "attempts", "outcome", "reason", "response")
SCHEMA = pa.schema(
    [
        pa.field("sample", pa.string(), nullable=False),
        pa.field("request", pa.string(), nullable=False),
        pa.field("status", pa.int32()),
        pa.field("attempts", pa.int32(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("response", pa.string(), nullable=False),
    ],
    metadata={"schema": "jiebang/exchanges/1"},
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """One recorded exchange; ``outcome`` is empty where the words themselves are judged."""

    recorded: Recorded
    outcome: str
    reason: str


def seal_exchanges(folder: Path, spoken: Iterable[Spoken]) -> str:
    """Write the exchanges and return the canonical digest of their content."""
    state, buffer = hashlib.sha256(), io.BytesIO()
    with pq.ParquetWriter(buffer, SCHEMA, compression="zstd") as writer:
        for rows in _chunks(_row(entry) for entry in spoken):
            for row in rows:
                state.update(canonical_json(row) + b"\n")
            columns = list(zip(*rows, strict=True))
            writer.write_table(
                pa.table([pa.array(c) for c in columns], names=_COLUMNS).cast(SCHEMA)
            )
    write_atomically(folder / EXCHANGES, buffer.getvalue())
    return PREFIX + state.hexdigest()


def open_exchanges(folder: Path) -> Iterator[Spoken]:
    """Read sealed exchanges back; raises ``Refusal`` where they cannot be read."""
    path = folder / EXCHANGES
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS, columns=list(_COLUMNS)):
                for row in batch.to_pylist():
                    outcome, reason = row.pop("outcome"), row.pop("reason")
                    yield Spoken(recorded=Recorded(**row), outcome=outcome, reason=reason)
    except (OSError, KeyError, TypeError, pa.ArrowException) as error:
        raise Refusal([Problem("E6403", str(path), type(error).__name__)]) from error


def _row(entry: Spoken) -> list[Any]:
    one = entry.recorded
    told = [one.sample, one.request, one.status, one.attempts]
    return [*told, entry.outcome, entry.reason, one.response]


def _chunks(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


PROBLEMS = (
    Explanation(
        "E6403",
        "{where}：接口往来记录无法读取（{found}）。请从归档恢复该文件，或删除它后重新提问。",
        "{where}: the recorded exchanges cannot be read ({found}). Restore the file from the "
        "archive, or delete it to ask anew.",
    ),
)
