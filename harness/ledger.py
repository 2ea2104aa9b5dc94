"""The audit log: one line an event, each chained to the one before by its digest."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import sleep
from types import TracebackType

from harness.canonical import canonical_json, digest
from harness.durable import flush_folder
from harness.problems import Explanation, Problem, Refusal, why

GENESIS = "sha256:" + "0" * 64
TORN_TAIL = "torn_tail_cut"
TRIES, PAUSE = 100, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the ledger: who did what, when, to what, and the digest of the particulars.

    ``hash`` is the digest of the canonical record without itself; ``prev`` is the hash of
    the line before, and all zeros on the first.
    """

    seq: int
    prev: str
    time: str
    actor: str
    event: str
    subject: str
    body: str
    hash: str = ""

    def sealed(self) -> Record:
        """The same record with its hash."""
        plain = {name: value for name, value in asdict(self).items() if name != "hash"}
        return Record(**{**plain, "hash": digest(canonical_json(plain))})

    def line(self) -> bytes:
        """The only bytes that stand for this record, with the end of line."""
        return canonical_json(asdict(self)) + b"\n"


class Ledger:
    """The open ledger of a workspace, held by one writer at a time.

    Opening cuts a line that a crash left unfinished, and records that it did.

    Raises
    ------
    Refusal
        Another writer holds it, a line does not fit the chain, or the disk is full.
    """

    def __init__(self, path: Path, *, time: str) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o644)
        try:
            _hold(self._file, path)
            flush_folder(path.parent)
            whole, torn = _split(path.read_bytes())
            problems = tuple(_walk(whole, path.name))
            if problems:
                raise Refusal(problems)
            last = _parse(whole[-1]) if whole else None
            self._seq = last.seq if last else 0
            self._head = last.hash if last else GENESIS
            if torn:
                os.ftruncate(self._file, sum(map(len, whole)))
            self._mend(torn, time)
        except BaseException:
            self.close()
            raise

    @property
    def head(self) -> str:
        """The hash of the last line, which receipts carry as a witness."""
        return self._head

    @property
    def length(self) -> int:
        """How many lines there are."""
        return self._seq

    def append(
        self, event: str, *, actor: str, time: str, subject: str = "", body: bytes = b""
    ) -> Record:
        """Add a line that is on disk when this returns.

        Parameters
        ----------
        event
            What happened, a word of the glossary such as ``intake``.
        subject
            What it happened to, such as a candidate's id.
        body
            The particulars, kept elsewhere; their digest is recorded.
        """
        record = Record(
            seq=self._seq + 1,
            prev=self._head,
            time=time,
            actor=actor,
            event=event,
            subject=subject,
            body=digest(body),
        ).sealed()
        self._write(record)
        return record

    def _mend(self, torn: bytes, time: str) -> None:
        """Record what was cut off the end of the file."""
        if torn:
            self.append(TORN_TAIL, actor="jiebang", time=time, body=torn)

    def _write(self, record: Record) -> None:
        before = os.fstat(self._file).st_size
        try:
            left = memoryview(record.line())
            while left:
                left = left[os.write(self._file, left) :]
            (os.fdatasync if hasattr(os, "fdatasync") else os.fsync)(self._file)
        except OSError as error:
            os.ftruncate(self._file, before)
            raise Refusal(
                [Problem("E8205", str(self._path), "", {"reason": why(error)})]
            ) from error
        self._seq, self._head = record.seq, record.hash

    def close(self) -> None:
        """Let another writer in."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read(path: Path) -> tuple[Record, ...]:
    """All records of a ledger that verifies.

    Raises
    ------
    Refusal
        With what :func:`verify` finds.
    """
    problems = verify(path)
    if problems:
        raise Refusal(problems)
    whole, _ = _split(path.read_bytes())
    return tuple(record for line in whole if (record := _parse(line)))


def verify(path: Path, *, witnesses: Iterable[str] = ()) -> tuple[Problem, ...]:
    """Walk the whole chain and name the first line that does not fit.

    Parameters
    ----------
    witnesses
        Heads that receipts or others noted: each must be in the chain, which is what makes
        a ledger cut short visible.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        return (Problem("E8203", str(path), "", {"reason": why(error)}),)
    whole, torn = _split(content)
    broken = next(_walk(whole, path.name), None)
    if broken is not None:
        return (broken,)
    problems = []
    if torn:
        problems.append(Problem("E8202", f"{path.name}: {len(whole) + 1}", str(len(torn))))
    heads = {GENESIS} | {record.hash for line in whole if (record := _parse(line))}
    problems += [Problem("E8204", path.name, head) for head in witnesses if head not in heads]
    return tuple(problems)


def _walk(whole: list[bytes], name: str) -> Iterator[Problem]:
    """Report the first line that is not what the lines before it demand."""
    head = GENESIS
    for seq, line in enumerate(whole, start=1):
        record = _parse(line)
        wrong = ""
        if record is None:
            wrong = "JSON"
        elif record.seq != seq:
            wrong = "seq"
        elif record.prev != head:
            wrong = "prev"
        elif record.sealed().hash != record.hash:
            wrong = "hash"
        if record is None or wrong:
            yield Problem("E8201", f"{name}: {seq}", wrong)
            return
        head = record.hash


def _parse(line: bytes) -> Record | None:
    """The record of a line, if the line is its canonical form."""
    try:
        fields = json.loads(line)
        record = Record(**fields)
        texts = [value for name, value in asdict(record).items() if name != "seq"]
        if type(record.seq) is not int or not all(type(text) is str for text in texts):
            return None
        return record if record.line() == line else None
    except (ValueError, TypeError, RecursionError):
        return None


def _split(content: bytes) -> tuple[list[bytes], bytes]:
    """The finished lines, and what follows the last end of line."""
    cut = content.rfind(b"\n") + 1
    return content[:cut].splitlines(keepends=True) if cut else [], content[cut:]


def _hold(file: int, path: Path) -> None:
    """Take the lock that ends with this process; children do not inherit the descriptor.

    A process that is just being started holds a copy for an instant, hence the patience.
    """
    for attempt in range(TRIES):
        try:
            _lock(file)
        except OSError as error:
            if attempt == TRIES - 1:
                raise Refusal([Problem("E8206", str(path))]) from error
            sleep(PAUSE)
        else:
            return


def _lock(file: int) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(file, 1 << 62, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


PROBLEMS = (
    Explanation(
        "E8201",
        "{where}：台账从这一行起与前文不衔接（{found}）；请从归档恢复未改动的台账。",
        "{where}: from this line on the ledger does not fit what stands before ({found}); restore "
        "the unchanged ledger from an archive.",
    ),
    Explanation(
        "E8202",
        "{where}：最后一行没有写完（{found} 字节）；请运行任一写台账的命令，"
        "它会截去这一行并记录在案。",
        "{where}: the last line is unfinished ({found} bytes); run any command that writes the "
        "ledger, which cuts it and records that it did.",
    ),
    Explanation(
        "E8203",
        "{where}：无法读取台账（{reason}）；请给出工作区或归档中的 ledger.jsonl。",
        "{where}: the ledger cannot be read ({reason}); name the ledger.jsonl of a workspace or an "
        "archive.",
    ),
    Explanation(
        "E8204",
        "{where}：台账中没有回执所记的 {found}，台账可能被截短或替换；请提供完整的台账。",
        "{where}: {found}, which a receipt notes, is not in the ledger: it was cut short or "
        "replaced; provide the whole ledger.",
    ),
    Explanation(
        "E8205",
        "{where}：台账写入失败（{reason}），未留下半行；请腾出磁盘空间后重试。",
        "{where}: the ledger could not be written ({reason}), no half line was left; make room on "
        "the disk and try again.",
    ),
    Explanation(
        "E8206",
        "{where}：另一个进程正在写台账；请等它结束后重试。",
        "{where}: another process is writing the ledger; wait for it to end and try again.",
    ),
)
