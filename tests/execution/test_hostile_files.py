"""Files of predictions that are made to break their reader, or to fill the memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.execution.adapters import answer_file
from harness.execution.adapters.predictions import read_predictions
from harness.execution.answers import Task

TEXT = Task(name="text")
RANKING = Task(name="retrieval", depth=3)
FAR = 2**62
MIB = 1 << 20


def broken_text(content: bytes) -> pa.Array:
    return pa.Array.from_buffers(pa.string(), 1, pa.array([content], pa.binary()).buffers())


HOSTILE = {
    "a text that is no UTF-8": lambda: broken_text(b"\xff\xfe"),
    "a list of texts that are no UTF-8": lambda: pa.ListArray.from_arrays(
        pa.array([0, 1], pa.int32()), broken_text(b"\xc3\x28")
    ),
    "a time beyond all years": lambda: pa.array([FAR], pa.timestamp("us")),
    "a day beyond all years": lambda: pa.array([2**31 - 1], pa.date32()),
    "a duration beyond all days": lambda: pa.array([FAR], pa.duration("ms")),
    "a time zone that is nowhere": lambda: pa.array([0], pa.timestamp("us", tz="No/Where")),
}


@pytest.mark.parametrize("column", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("place", ["id", "text"])
def test_a_value_that_python_cannot_hold_makes_the_file_unreadable(
    tmp_path: Path, column: Callable[[], pa.Array], place: str
) -> None:
    cells: dict[str, Any] = {"id": ["a"], "text": ["b"]}
    pq.write_table(pa.table(cells | {place: column()}), tmp_path / "p.parquet")

    read = read_predictions(tmp_path / "p.parquet", TEXT, ["a"])

    assert read.verdicts["a"].outcome in ("missing", "invalid")
    assert {problem.code for problem in read.problems} <= {"E6207", "E6214", "E6216", "E6224"}


def test_a_file_that_python_can_hold_reads_as_before(tmp_path: Path) -> None:
    ids = [f"{at:03}" for at in range(200)]
    table = pa.table({"id": ids, "ranking": [["a", "甲"], ["b"]] * 100})
    pq.write_table(table, tmp_path / "p.parquet", row_group_size=70)

    read = read_predictions(tmp_path / "p.parquet", RANKING, ids)

    assert read.problems == ()
    assert read.verdicts["002"].answer == '{"ranking":["a","甲"]}'


def folded(rows: int) -> pa.Array:
    """Rows of one long text, which a file holds once."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["x" * MIB])


def lists(rows: int) -> pa.Array:
    """A first list of all the rows' texts, and empty ones."""
    return pa.ListArray.from_arrays(pa.array([0, *[rows] * rows], pa.int32()), folded(rows))


PROGRAM = """
import resource, sys
from pathlib import Path
from harness.execution.adapters import answer_file
from harness.execution.adapters.predictions import read_predictions
from harness.execution.answers import Task
import pyarrow.parquet
answer_file.LARGEST = 64 << 20
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
ids = [str(at) for at in range(2000)]
read = read_predictions(Path(sys.argv[1]), Task(name=sys.argv[2], depth=3), ids)
print(read.problems[0].code if read.problems else "-")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10)
"""


def read_alone(path: Path, task: str) -> tuple[str, int]:
    """The first problem that a process of its own finds, and the MiB that it took for it."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), task], capture_output=True, text=True, check=True
    )
    code, grown = ran.stdout.split()
    return code, int(grown)


@pytest.mark.parametrize(("task", "column", "make"), [
    ("text", "text", folded), ("retrieval", "ranking", lists),
])  # fmt: skip
def test_a_small_file_does_not_unfold_beyond_the_cap(
    tmp_path: Path, task: str, column: str, make: Callable[[int], pa.Array]
) -> None:
    path = tmp_path / "p.parquet"
    table = pa.table({"id": [str(at) for at in range(2_000)], column: make(2_000)})
    pq.write_table(table, path, store_schema=False, compression="zstd")

    code, grown = read_alone(path, task)

    assert path.stat().st_size < MIB
    assert code == "E6202"
    assert grown < 160


def test_a_file_that_says_how_much_it_holds_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    with pq.ParquetWriter(path, pa.schema([("id", pa.string()), ("text", pa.string())]),
                          use_dictionary=False, compression="zstd") as writer:  # fmt: skip
        for at in range(16):
            writer.write_table(pa.table({"id": [str(at)], "text": ["x" * (16 * MIB)]}))

    code, grown = read_alone(path, "text")

    assert path.stat().st_size < MIB
    assert code == "E6202"
    assert grown < 40


def test_json_lines_are_decoded_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    line = '{"id": "%d", "text": "甲"}\n'
    path.write_text("".join(line % at for at in range(2_000)) + "\n" * 40 * MIB, "utf-8")

    code, grown = read_alone(path, "text")

    assert code == "-"
    assert grown < 100


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["p.jsonl", "p.csv"])
def test_every_encoding_is_read_line_by_line(
    tmp_path: Path, name: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_file, "PIECE", 7)
    lines = ["id,text", 'a,"甲\n乙"', "b,丙\u3000"]
    if name.endswith("jsonl"):
        lines = ['{"id": "a", "text": "甲\\n乙"}', "\u3000", '{"id": "b", "text": "丙\u3000"}']
    (tmp_path / name).write_bytes("\n".join(lines).encode(encoding))

    read = read_predictions(tmp_path / name, TEXT, ["a", "b"])

    assert read.problems == ()
    assert [read.verdicts[key].answer for key in "ab"] == [
        '{"text":"甲\\n乙"}', '{"text":"丙\u3000"}',
    ]  # fmt: skip
