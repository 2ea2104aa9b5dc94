"""The line to an endpoint: one request at a time is made good, or its fault is named."""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import ResolveResult

from harness.execution.endpoint.prompting import words_of
from harness.execution.outcomes import Outcome
from harness.package import is_loopback

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
BROKEN_TRIES = 3
CHUNK = 1 << 16
HIDDEN = "[secret]"
ERROR_KEPT = 2000
PATHS = {"chat": "/chat/completions", "completions": "/completions"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How an endpoint may be spoken to; times in seconds, ``longest`` and ``room`` in bytes.

    ``window`` is how long faults of the line are retried, ``patience`` how long one request may
    take, ``room`` what all bodies together may have.
    """

    base_url: str
    api: str
    secret: str | None
    concurrency: int
    rate: float | None
    window: float
    patience: float
    longest: int
    room: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came of a request after all attempts: a body, or the outcome that its fault costs."""

    status: int | None
    body: str
    seconds: float
    attempts: int
    outcome: Outcome | None = None
    reason: str = ""


class _Failed(Exception):
    """One attempt that failed: its reason, its outcome if it is the last, and when to retry."""

    def __init__(
        self,
        reason: str,
        outcome: Outcome = "missing",
        *,
        tries: float = float("inf"),
        after: float | None = None,
        status: int | None = None,
        body: str = "",
    ) -> None:
        self.reason, self.outcome, self.tries = reason, outcome, tries
        self.after, self.status, self.body = after, status, body


class Line:
    """A session with an endpoint: paced, retried with back-off and jitter, never redirected.

    ``clock`` gives monotonic seconds. The secret goes into one header and nowhere else: what
    comes back is searched for it, errors are named by their kind.
    """

    def __init__(self, terms: Terms, clock: Callable[[], float] = time.monotonic) -> None:
        self.down = False
        self._terms = terms
        self._clock = clock
        self._heard = clock()
        self._next = 0.0
        self._received = 0
        self._refused = 0
        self._answered = False
        self._jitter = random.Random()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        terms = self._terms
        resolver = None if is_loopback(terms.base_url) else _Outward()
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if terms.secret:
            headers["Authorization"] = f"Bearer {terms.secret}"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=terms.concurrency, resolver=resolver),
            timeout=aiohttp.ClientTimeout(total=terms.patience),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, question: bytes) -> Reply:
        """Send a question until it is answered, or its fault has outlived the retry window."""
        began, attempts = self._clock(), 0
        while True:
            await self._turn()
            attempts += 1
            sent = self._clock()
            try:
                status, body = await self._once(question)
            except _Failed as failed:
                wait = self._wait(failed, attempts, began)
                if wait is None:
                    return Reply(
                        status=failed.status,
                        body=failed.body,
                        seconds=self._clock() - sent,
                        attempts=attempts,
                        outcome=failed.outcome,
                        reason=failed.reason,
                    )
                await asyncio.sleep(wait)
                continue
            self._heard, self._answered = self._clock(), True
            took = self._heard - sent
            return Reply(status=status, body=body, seconds=took, attempts=attempts)

    async def _turn(self) -> None:
        """Wait until the declared rate, and the endpoint's own wish, allow a request."""
        now = self._clock()
        at = max(now, self._next)
        if self._terms.rate is not None:
            self._next = at + 1 / self._terms.rate
        if at > now:
            await asyncio.sleep(at - now)

    def _wait(self, failed: _Failed, attempts: int, began: float) -> float | None:
        """Seconds until the next attempt; none where the fault is final."""
        now, window = self._clock(), self._terms.window
        if failed.tries <= 1:
            self._refused += 1
            # An endpoint that never answered anyone and refuses each will refuse the rest too.
            self.down |= not self._answered and self._refused >= 2 * BROKEN_TRIES
        if self.down or attempts >= failed.tries:
            return None
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 16)) * self._jitter.uniform(
            0.5, 1.0
        )
        if failed.after is not None:
            wait = max(wait, failed.after)
            self._next = max(self._next, now + min(failed.after, window))
        if now + wait - began > window:
            self.down |= now - self._heard > window
            return None
        return wait

    async def _once(self, question: bytes) -> tuple[int, str]:
        assert self._session is not None
        url = self._terms.base_url.rstrip("/") + PATHS[self._terms.api]
        try:
            async with self._session.post(url, data=question, allow_redirects=False) as response:
                body = await self._body(response)
                if response.status != 200:
                    raise _refusal(response, body[:ERROR_KEPT])
                status = response.status
        except TimeoutError as error:
            raise _Failed("line_timeout", "timeout") from error
        except (aiohttp.InvalidURL, aiohttp.ClientSSLError) as error:
            raise _Failed("line_address", tries=1) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _Failed("line_broken") from error
        try:
            words_of(body)
        except ValueError as error:
            raise _Failed(
                "broken_body", "invalid", tries=BROKEN_TRIES, status=status, body=body
            ) from error
        return status, body

    async def _body(self, response: aiohttp.ClientResponse) -> str:
        """Read a body within its bounds; what could be the secret is covered."""
        received = bytearray()
        while chunk := await response.content.read(CHUNK):
            received += chunk
            self._received += len(chunk)
            if len(received) > self._terms.longest:
                response.close()
                raise _Failed("line_too_long", "over_limit", tries=1, status=response.status)
            if self._received > self._terms.room:
                self.down = True
                response.close()
                raise _Failed("output_spent", "over_limit", tries=1, status=response.status)
        body = received.decode("utf-8", "replace")
        return body.replace(self._terms.secret, HIDDEN) if self._terms.secret else body


class _Outward(aiohttp.ThreadedResolver):
    """Finds a host's addresses, but none on this machine or link: those are not the applicant's."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        for entry in found:
            address = ipaddress.ip_address(entry["host"].partition("%")[0])
            inward = address.is_loopback or address.is_link_local or address.is_unspecified
            if inward or address.is_multicast or address.is_reserved:
                raise OSError("an address of this machine")
        return found


def _refusal(response: aiohttp.ClientResponse, body: str) -> _Failed:
    """What a status other than 200 means: later again, or never."""
    reason = f"line_status_{response.status}"
    later = response.status in (408, 409, 425, 429) or response.status >= 500
    return _Failed(
        reason,
        tries=float("inf") if later else 1,
        after=_retry_after(response.headers.get("Retry-After", "")) if later else None,
        status=response.status,
        body=body,
    )


def _retry_after(words: str) -> float | None:
    """Seconds that a server wishes us to wait: a number, or a date."""
    try:
        seconds = float(words)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(words).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if seconds == seconds else None
