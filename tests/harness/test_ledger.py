from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness import ledger
from harness.canonical import canonical_json, digest
from harness.ledger import GENESIS, TORN_TAIL, Ledger
from harness.problems import Refusal

SENTENCES = {one.code: one for one in ledger.PROBLEMS}
TIME = "2026-06-01T09:00:00+08:00"
WRITER = """
import sys
from pathlib import Path
from harness.ledger import Ledger
with Ledger(Path(sys.argv[1]), time="t0") as ledger:
    print("open", flush=True)
    turn = 0
    while sys.argv[2] == "write":
        turn += 1
        record = ledger.append("intake", actor="organizer", time=f"t{turn}", subject=f"C-{turn}")
        print(record.hash, flush=True)
    sys.stdin.read()
"""


def written(path: Path, events: int = 4) -> Path:
    with Ledger(path, time=TIME) as opened:
        for turn in range(events):
            opened.append("intake", actor="组织方", time=TIME, subject=f"C-{turn}", body=b"x")
    return path


def codes(path: Path, **options: tuple[str, ...]) -> list[str]:
    problems = ledger.verify(path, **options)
    for problem in problems:
        assert SENTENCES[problem.code].render(problem, "zh")
        assert SENTENCES[problem.code].render(problem, "en")
    return [problem.code for problem in problems]


def start(path: Path, what: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def kill(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGKILL)
    # Not by `communicate`, which knows nothing of what the reader of lines holds already.
    with process:
        assert process.stdout is not None
        return process.stdout.read()


def test_each_line_is_chained_to_the_one_before(tmp_path: Path) -> None:
    path = written(tmp_path / "ledger.jsonl")

    records = ledger.read(path)

    assert [record.seq for record in records] == [1, 2, 3, 4]
    assert [record.prev for record in records] == [GENESIS, *(one.hash for one in records[:-1])]
    assert records[0].body == digest(b"x")
    assert codes(path, witnesses=tuple(record.hash for record in records)) == []


def test_the_hash_of_a_line_is_the_digest_of_the_rest_of_it(tmp_path: Path) -> None:
    path = written(tmp_path / "ledger.jsonl", events=1)

    fields = json.loads(path.read_text())
    claimed = fields.pop("hash")

    assert claimed == digest(canonical_json(fields))


def test_a_reopened_ledger_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = written(tmp_path / "ledger.jsonl", events=2)
    head = ledger.read(path)[-1].hash

    with Ledger(path, time=TIME) as opened:
        before = opened.head
        record = opened.append("lock", actor="组织方", time=TIME)

    assert before == head == record.prev
    assert record.seq == 3


def test_a_change_to_any_byte_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "ledger.jsonl", events=3)
    whole = path.read_bytes()

    unseen = []
    for at in range(len(whole)):
        for flip in (0x01, 0x20, 0x80):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
            if not ledger.verify(path):
                unseen.append((at, flip))

    assert unseen == []


def test_the_first_bad_line_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "ledger.jsonl")
    path.write_bytes(path.read_bytes().replace(b"C-2", b"C-9"))

    problems = ledger.verify(path)

    assert [(one.code, one.where, one.found) for one in problems] == [
        ("E8201", "ledger.jsonl: 3", "hash")
    ]


@pytest.mark.parametrize(
    ("order", "found"), [([0, 2, 3], "seq"), ([1, 0], "seq"), ([0, 1, 1], "seq"), ([1], "seq")]
)
def test_a_line_removed_moved_or_repeated_is_found(
    tmp_path: Path, order: list[int], found: str
) -> None:
    path = written(tmp_path / "ledger.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[place] for place in order))

    problems = ledger.verify(path)

    assert [one.found for one in problems] == [found]


def test_a_line_from_another_ledger_does_not_fit(tmp_path: Path) -> None:
    path, other = written(tmp_path / "a.jsonl"), tmp_path / "b.jsonl"
    with Ledger(other, time=TIME) as opened:
        opened.append("intake", actor="someone", time=TIME)
    first = other.read_bytes().splitlines(keepends=True)[0]
    path.write_bytes(first + b"".join(path.read_bytes().splitlines(keepends=True)[1:]))

    problems = ledger.verify(path)

    assert [(one.where, one.found) for one in problems] == [("a.jsonl: 2", "prev")]


def test_a_ledger_cut_short_is_found_by_a_witness(tmp_path: Path) -> None:
    path = written(tmp_path / "ledger.jsonl")
    head = ledger.read(path)[-1].hash
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    assert codes(path) == []
    assert codes(path, witnesses=(head,)) == ["E8204"]


@pytest.mark.parametrize("tail", [b"{", b'{"seq":5', b"\xff\x00", b"x" * 5000])
def test_a_torn_tail_is_cut_on_open_and_that_is_recorded(tmp_path: Path, tail: bytes) -> None:
    path = written(tmp_path / "ledger.jsonl")
    path.write_bytes(path.read_bytes() + tail)
    before = codes(path)

    with Ledger(path, time="later"):
        pass

    last = ledger.read(path)[-1]
    assert before == ["E8202"]
    assert (last.event, last.time, last.body) == (TORN_TAIL, "later", digest(tail))
    assert codes(path) == []


def test_a_broken_chain_is_not_written_on(tmp_path: Path) -> None:
    path = written(tmp_path / "ledger.jsonl")
    broken = path.read_bytes().replace(b"C-1", b"C-7")
    path.write_bytes(broken)

    with pytest.raises(Refusal) as refused:
        Ledger(path, time=TIME)

    assert [one.code for one in refused.value.problems] == ["E8201"]
    assert path.read_bytes() == broken


def test_a_missing_ledger_is_a_problem(tmp_path: Path) -> None:
    assert codes(tmp_path / "ledger.jsonl") == ["E8203"]


def test_a_second_writer_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    process = start(path, "wait")

    with pytest.raises(Refusal) as refused:
        Ledger(path, time=TIME)
    kill(process)
    with Ledger(path, time=TIME) as opened:
        opened.append("lock", actor="组织方", time=TIME)

    assert [one.code for one in refused.value.problems] == ["E8206"]


def test_a_child_that_outlives_the_writer_does_not_keep_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    opened = Ledger(path, time=TIME)
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False
    )
    opened.close()

    with Ledger(path, time=TIME) as again:
        record = again.append("lock", actor="组织方", time=TIME)
    child.communicate(b"\n")

    assert record.seq == 1


def test_no_acknowledged_line_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    acknowledged: list[str] = []

    for turn in range(6):
        process = start(path, "write")
        assert process.stdout is not None
        acknowledged += [process.stdout.readline().strip() for _ in range(5 + 3 * turn)]
        acknowledged += kill(process).split("\n")[:-1]

    with Ledger(path, time=TIME):
        pass
    hashes = [record.hash for record in ledger.read(path)]
    assert len(acknowledged) >= 75
    assert set(acknowledged) <= set(hashes)


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "ledger.jsonl")
    whole = path.read_bytes()
    write = os.write
    answers = iter([True, False])

    def short(file: int, content: bytes) -> int:
        if next(answers):
            return write(file, bytes(content)[:10])
        raise OSError(28, "No space left on device")

    with Ledger(path, time=TIME) as opened:
        monkeypatch.setattr(os, "write", short)
        with pytest.raises(Refusal) as refused:
            opened.append("lock", actor="组织方", time=TIME)
        monkeypatch.undo()
        between = path.read_bytes()
        opened.append("lock", actor="组织方", time=TIME)

    assert [one.code for one in refused.value.problems] == ["E8205"]
    assert between == whole
    assert codes(path) == []
