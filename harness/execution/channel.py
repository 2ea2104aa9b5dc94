"""Bytes to and from a candidate, one question in flight, within every limit."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass

from harness.execution.excerpt import Excerpt
from harness.execution.journal import Spent
from harness.execution.limits import Limits
from harness.execution.outcomes import Fault
from harness.execution.sandbox import Running

TICK = 0.05
BEAT = 1.0
CHUNK = 1 << 16
STOP = 2.0

Beat = Callable[[float, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What came back for a question, without its newline, and the seconds it took."""

    content: bytes
    seconds: float


class Channel:
    """The two descriptors and the error stream of one running candidate.

    Nothing here waits for an end of file: a child may keep a descriptor open for ever.
    ``beat`` is told about once a second what the launch has used: seconds of wall, of processor.
    """

    def __init__(self, running: Running, limits: Limits, before: Spent, beat: Beat) -> None:
        self.errors = Excerpt()
        self.wall = 0.0
        self.cpu = 0.0
        self._running = running
        self._limits = limits
        self._before = before
        self._beat = beat
        self._received = before.output
        self._poll = select.poll()
        self._poll.register(running.answer, select.POLLIN)
        self._poll.register(running.errors, select.POLLIN)
        self._errors_open = True
        self._beaten = time.monotonic()

    @property
    def spent(self) -> Spent:
        """What this launch alone has used."""
        return Spent(wall=self.wall, cpu=self.cpu, output=self._received - self._before.output)

    def exchange(self, message: bytes, seconds: float, late: str) -> Line:
        """Send one line and wait for one line.

        Raises
        ------
        Fault
            ``late`` after ``seconds``; a spent limit; bytes that nobody asked for; the end.
        """
        start, wall = time.monotonic(), self.wall
        try:
            if self._read():
                raise Fault("violation", "early_bytes")
            content = self._converse(memoryview(message), start, seconds, late)
        finally:
            self.wall = wall + time.monotonic() - start
        took = self.wall - wall
        self._account()
        return Line(content=content, seconds=took)

    def end(self, message: bytes) -> None:
        """Say goodbye and give the candidate a moment to leave by itself."""
        try:
            os.write(self._running.request, message)
        except OSError:
            return
        leave = time.monotonic() + STOP
        while not self._running.poll() and time.monotonic() < leave:
            self._read_errors()
            time.sleep(0.01)

    def drain(self) -> None:
        """Keep what the candidate printed last."""
        for _ in range(64):
            if not self._read_errors():
                return

    def _converse(self, out: memoryview, start: float, seconds: float, late: str) -> bytes:
        wall, received, checked = self.wall, bytearray(), start
        out = self._write(out)
        while True:
            now = time.monotonic()
            if now - start >= seconds:
                raise Fault(late)
            if now - checked >= TICK:
                self.wall, checked = wall + now - start, now
                self._account()
                if self._running.poll():
                    return self._last_words(received, out)
            writable = [self._running.request] if out else []
            ready = self._wait(writable, min(TICK, start + seconds - now))
            if self._running.errors in ready:
                self._read_errors()
                if self.errors.size > self._limits.output:
                    raise Fault("errors_too_long")
            if self._running.request in ready:
                out = self._write(out)
            if self._running.answer in ready:
                chunk = self._read()
                received += chunk
                line = self._line(received, chunk, out)
                if line is not None:
                    return line

    def _wait(self, writable: list[int], seconds: float) -> set[int]:
        for descriptor in writable:
            self._poll.register(descriptor, select.POLLOUT)
        try:
            return {descriptor for descriptor, _ in self._poll.poll(max(1, seconds * 1000))}
        finally:
            for descriptor in writable:
                self._poll.unregister(descriptor)

    def _line(self, received: bytearray, chunk: bytes, out: memoryview) -> bytes | None:
        """The answer, once it is whole; raises for what may not come with it."""
        self._received += len(chunk)
        if self._received > self._limits.output:
            raise Fault("output_spent")
        if chunk and out:
            raise Fault("violation", "unread_question")
        at = received.find(b"\n", len(received) - len(chunk))
        if (len(received) if at < 0 else at) > self._limits.line:
            raise Fault("line_too_long")
        if at < 0:
            return None
        if at < len(received) - 1 or self._read(tolerant=True):
            raise Fault("violation", "late_bytes")
        return bytes(received[:at])

    def _last_words(self, received: bytearray, out: memoryview) -> bytes:
        """The process is gone: what it wrote before still counts, if it is whole."""
        while chunk := self._read(tolerant=True):
            received += chunk
            line = self._line(received, chunk, out)
            if line is not None:
                return line
        raise Fault("gone")

    def _read(self, *, tolerant: bool = False) -> bytes:
        """What can be read at once; raises where the candidate closed its end."""
        try:
            chunk = os.read(self._running.answer, CHUNK)
        except BlockingIOError:
            return b""
        if not chunk and not tolerant:
            raise Fault("gone")
        return chunk

    def _write(self, out: memoryview) -> memoryview:
        try:
            while out:
                out = out[os.write(self._running.request, out) :]
        except BlockingIOError:
            return out
        except OSError as error:
            raise Fault("gone") from error
        return out

    def _read_errors(self) -> bytes:
        if not self._errors_open:
            return b""
        try:
            chunk = os.read(self._running.errors, CHUNK)
        except BlockingIOError:
            return b""
        if not chunk:
            self._errors_open = False
            self._poll.unregister(self._running.errors)
        self.errors.feed(chunk)
        return chunk

    def _account(self) -> None:
        """Compare what is used with what may be; tell the journal now and then."""
        usage = self._running.measure()
        self.cpu = usage.cpu_seconds or 0.0
        if usage.oom_kills:
            raise Fault("memory_spent")
        if self._before.wall + self.wall > self._limits.wall:
            raise Fault("wall_spent")
        if self._limits.cpu is not None and self._before.cpu + self.cpu > self._limits.cpu:
            raise Fault("cpu_spent")
        now = time.monotonic()
        if now - self._beaten >= BEAT:
            self._beaten = now
            self._beat(self.wall, self.cpu)
