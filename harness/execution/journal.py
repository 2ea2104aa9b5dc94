"""The journal of a run: what was asked and answered, kept so that no crash loses it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from harness.execution.outcomes import InstrumentFailure, Verdict
from harness.problems import Explanation, Problem, Refusal

VERSION = 2

_SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE launch (number INTEGER PRIMARY KEY, tier TEXT NOT NULL, ready REAL,
    wall REAL NOT NULL DEFAULT 0, cpu REAL NOT NULL DEFAULT 0) STRICT;
CREATE TABLE ending (launch INTEGER PRIMARY KEY, fault TEXT, detail TEXT NOT NULL,
    restarted INTEGER NOT NULL, facts TEXT NOT NULL, log TEXT NOT NULL) STRICT;
CREATE TABLE sent (batch INTEGER NOT NULL, launch INTEGER NOT NULL,
    PRIMARY KEY (batch, launch)) STRICT;
CREATE TABLE answered (batch INTEGER PRIMARY KEY, launch INTEGER NOT NULL,
    seconds REAL NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE outcome (sample TEXT PRIMARY KEY, outcome TEXT NOT NULL, answer TEXT,
    reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE reply (sample TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER,
    attempts INTEGER NOT NULL, response TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One finished batch: its number, the seconds it took, the bytes that came back."""

    batch: int
    seconds: float
    size: int
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """One exchange with an endpoint, kept word for word so that it can be replayed.

    ``request`` is the digest of the question's bytes; ``status`` is the last attempt's.
    """

    sample: str
    request: str
    status: int | None
    attempts: int
    response: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Close:
    """How a launch ended: the fault if there was one, and what the machine measured."""

    fault: str | None
    detail: str
    restarted: bool
    facts: str
    log: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What a run has used so far: seconds of wall and processor time, bytes of answers."""

    wall: float
    cpu: float
    output: int


class Journal:
    """The record of one run on disk; one process at a time may hold it."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._instrument():
            self._base = sqlite3.connect(path, isolation_level=None, timeout=0)
            try:
                self._open(key)
            except BaseException:
                self._base.close()
                raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()

    def _open(self, key: str) -> None:
        # The exclusive mode is the lock: the system drops it with the process, however it ends.
        self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")
        with self._transaction():
            (version,) = self._row("PRAGMA user_version")
            if version == 0 and self._row("SELECT count(*) FROM sqlite_schema") == (0,):
                for statement in _SCHEMA.strip().split(";\n"):
                    self._base.execute(statement)
                self._base.execute(f"PRAGMA user_version={VERSION}")
                self._base.execute("INSERT INTO fact VALUES ('key', ?)", (key,))
                version = VERSION
        if version != VERSION:
            raise Refusal([Problem("E6103", str(self.path), str(version))])
        if self._row("PRAGMA integrity_check") != ("ok",):
            raise InstrumentFailure([Problem("E6104", str(self.path), "integrity_check")])
        if self.fact("key") != key:
            raise Refusal([Problem("E6102", str(self.path), str(self.fact("key")))])

    def fact(self, name: str) -> str | None:
        """Something settled once for the whole run, such as its batch size."""
        row = self._row("SELECT value FROM fact WHERE name = ?", name)
        return None if row is None else str(row[0])

    def settle(self, name: str, value: str) -> None:
        """Write down a fact; it never changes afterwards."""
        with self._transaction():
            self._base.execute("INSERT INTO fact VALUES (?, ?)", (name, value))

    def launched(self, tier: str) -> int:
        """Write down that a process is about to be started; returns its number."""
        with self._transaction():
            cursor = self._base.execute("INSERT INTO launch (tier) VALUES (?)", (tier,))
        return int(cursor.lastrowid or 0)

    def ready(self, launch: int, seconds: float) -> None:
        """Write down how long a process took to get ready."""
        with self._transaction():
            self._base.execute("UPDATE launch SET ready = ? WHERE number = ?", (seconds, launch))

    def spend(self, launch: int, wall: float, cpu: float) -> None:
        """Write down what a launch has used so far, in seconds."""
        with self._transaction():
            self._spend(launch, wall, cpu)

    def step(self, launch: int, spent: Spent, done: Exchange | None, sent: int | None) -> None:
        """Keep one batch's verdicts and, in the same transaction, that the next is being sent."""
        with self._transaction():
            self._spend(launch, spent.wall, spent.cpu)
            if done is not None:
                self._keep(launch, done)
            if sent is not None:
                self._base.execute("INSERT INTO sent VALUES (?, ?)", (sent, launch))

    def replied(
        self,
        launch: int,
        spent: Spent,
        done: Sequence[tuple[Exchange, Recorded]],
        sent: Sequence[int],
    ) -> None:
        """Keep exchanges with an endpoint and, in the same transaction, which go out next."""
        with self._transaction():
            self._spend(launch, spent.wall, spent.cpu)
            for exchange, recorded in done:
                self._keep(launch, exchange)
                self._base.execute(
                    "INSERT INTO reply VALUES (?, ?, ?, ?, ?)",
                    (
                        recorded.sample,
                        recorded.request,
                        recorded.status,
                        recorded.attempts,
                        recorded.response,
                    ),
                )
            self._base.executemany(
                "INSERT INTO sent VALUES (?, ?)", [(batch, launch) for batch in sent]
            )

    def replies(self) -> Iterator[Recorded]:
        """Every exchange with an endpoint, by sample id."""
        with self._instrument():
            for row in self._base.execute("SELECT * FROM reply ORDER BY sample"):
                yield Recorded(**dict(zip(Recorded.__slots__, row, strict=True)))

    def attempts(self) -> int:
        """How many requests were made in all."""
        return int(self._row("SELECT total(attempts) FROM reply")[0])

    def close(
        self,
        launch: int,
        close: Close,
        done: Exchange | None = None,
        rest: Mapping[str, Verdict] | None = None,
    ) -> None:
        """Keep how a launch ended, what that cost, and the verdicts of samples never asked."""
        with self._transaction():
            if done is not None:
                self._keep(launch, done)
            self._outcomes(rest or {})
            self._base.execute(
                "INSERT INTO ending VALUES (?, ?, ?, ?, ?, ?)",
                (launch, close.fault, close.detail, close.restarted, close.facts, close.log),
            )

    def decided(self) -> dict[str, Verdict]:
        """Every sample whose outcome is known, by id."""
        rows = self._rows("SELECT sample, outcome, answer, reason FROM outcome")
        return {sample: Verdict(*rest) for sample, *rest in rows}

    def verdicts(self) -> Iterator[tuple[str, Verdict]]:
        """Every sample whose outcome is known, in the order of their ids, one at a time."""
        with self._instrument():
            for sample, *rest in self._base.execute(
                "SELECT sample, outcome, answer, reason FROM outcome ORDER BY sample"
            ):
                yield sample, Verdict(*rest)

    def decided_ids(self) -> Iterator[str]:
        """The ids of samples whose outcome is known."""
        with self._instrument():
            for (sample,) in self._base.execute("SELECT sample FROM outcome"):
                yield sample

    def faults(self) -> tuple[str, ...]:
        """The candidate's faults so far, in their order."""
        rows = self._rows("SELECT fault FROM ending WHERE fault IS NOT NULL ORDER BY launch")
        return tuple(fault for (fault,) in rows)

    def restarts(self) -> int:
        """How many times the candidate was started anew after a fault of its own."""
        return int(self._row("SELECT count(*) FROM ending WHERE restarted = 1")[0])

    def resent(self) -> int:
        """How many batches were asked again because the harness, not the candidate, stopped."""
        return int(self._row("SELECT count(*) - count(DISTINCT batch) FROM sent")[0])

    def spent(self) -> Spent:
        """What all launches so far have used."""
        wall, cpu = self._row("SELECT total(wall), total(cpu) FROM launch")
        (output,) = self._row("SELECT CAST(total(bytes) AS INTEGER) FROM answered")
        return Spent(wall=wall, cpu=cpu, output=output)

    def launches(self) -> Sequence[tuple[Any, ...]]:
        """Each launch: number, tier, seconds to ready, wall, cpu, fault, detail, facts, log."""
        return self._rows(
            "SELECT number, tier, ready, wall, cpu, fault, detail, facts, log"
            " FROM launch LEFT JOIN ending ON launch = number ORDER BY number"
        )

    def seconds(self, first: int = 0) -> tuple[float, ...]:
        """How long each answered batch took, from first byte sent to the answer's newline.

        Batches with numbers below ``first`` are left out.
        """
        rows = self._rows("SELECT batch, seconds FROM answered WHERE bytes > 0 ORDER BY batch")
        return tuple(seconds for batch, seconds in rows if batch >= first)

    def times(self, before: int) -> Sequence[tuple[int, int, float]]:
        """Number, launch and seconds of each answered batch below a number, in their order."""
        rows = self._rows(
            "SELECT batch, launch, seconds FROM answered WHERE bytes > 0 ORDER BY batch"
        )
        return [(batch, launch, seconds) for batch, launch, seconds in rows if batch < before]

    def _spend(self, launch: int, wall: float, cpu: float) -> None:
        self._base.execute(
            "UPDATE launch SET wall = ?, cpu = ? WHERE number = ?", (wall, cpu, launch)
        )

    def _keep(self, launch: int, done: Exchange) -> None:
        self._base.execute(
            "INSERT INTO answered VALUES (?, ?, ?, ?)",
            (done.batch, launch, done.seconds, done.size),
        )
        self._outcomes(done.verdicts)

    def _outcomes(self, verdicts: Mapping[str, Verdict]) -> None:
        self._base.executemany(
            "INSERT INTO outcome VALUES (?, ?, ?, ?)",
            [(name, v.outcome, v.answer, v.reason) for name, v in verdicts.items()],
        )

    def _row(self, statement: str, *values: Any) -> Any:
        with self._instrument():
            return self._base.execute(statement, values).fetchone()

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self._instrument():
            return self._base.execute(statement).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._instrument():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._base.execute("COMMIT")
            except BaseException:
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise

    @contextmanager
    def _instrument(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise Refusal([Problem("E6101", str(self.path))]) from error
            raise InstrumentFailure([Problem("E6104", str(self.path), str(error))]) from error
        except OSError as error:
            raise InstrumentFailure([Problem("E6104", str(self.path), str(error))]) from error


PROBLEMS = (
    Explanation(
        "E6101",
        "{where}：另一个评测进程正在写这份运行日志。请等它结束，或先停止它，再重新运行。",
        "{where}: another process is writing this journal. Wait until it ends, or stop it, "
        "then run again.",
    ),
    Explanation(
        "E6102",
        "{where}：此文件夹属于另一次运行（{found}），样本、材料包、设置或限额已经不同。"
        "请为新的运行使用新的文件夹。",
        "{where}: this folder belongs to another run ({found}); samples, package, settings or "
        "limits differ. Use a new folder for the new run.",
    ),
    Explanation(
        "E6103",
        "{where}：运行日志的版本是 {found}，本程序只认识版本 2。请使用写下它的版本，或换一个新文件夹。",
        "{where}: the journal has version {found}, this program knows version 2. Use the version "
        "that wrote it, or a new folder.",
    ),
    Explanation(
        "E6104",
        "{where}：运行日志无法读写（{found}）。请检查磁盘空间和权限后重新运行；已答的批次不会丢失。",
        "{where}: the journal cannot be read or written ({found}). Check disk space and "
        "permissions, then run again; answered batches are not lost.",
    ),
)
