"""A mock OpenAI-compatible server on 127.0.0.1 that misbehaves on demand.

``python mock_endpoint.py PORT_FILE COUNT_FILE [DELAY]`` answers 甲 to everything and appends each
prompt to COUNT_FILE; tests also run it inside their own process.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Act = Callable[["Server", asyncio.StreamWriter, dict[str, Any]], Any]


class Server:
    """Counts what it is asked; ``acts`` says what to do with the first, second, … request."""

    def __init__(self, acts: list[Act] | None = None, say: str = "甲") -> None:
        self.acts = list(acts or [])
        self.always: Act | None = None
        self.say = say
        self.asked: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.paths: list[str] = []
        self.port = 0
        self.under_way = 0
        self.most = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                text = head.decode()
                length = next(
                    int(line.split(":")[1])
                    for line in text.splitlines()
                    if line.lower().startswith("content-length")
                )
                body = json.loads(await reader.readexactly(length))
                self.asked.append(body)
                self.headers.append(text)
                self.paths.append(text.split()[1])
                act = self.acts.pop(0) if self.acts else self.always
                self.under_way += 1
                self.most = max(self.most, self.under_way)
                try:
                    await (act or ok)(self, writer, body)
                finally:
                    self.under_way -= 1
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @contextmanager
    def running(self) -> Iterator[Server]:
        loop = asyncio.new_event_loop()
        started = threading.Event()

        async def main() -> None:
            self._stop = asyncio.Event()
            server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
            self.port = server.sockets[0].getsockname()[1]
            started.set()
            await self._stop.wait()
            server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        thread = threading.Thread(target=lambda: loop.run_until_complete(main()))
        thread.start()
        started.wait()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(self._stop.set)
            thread.join()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()


def send(writer: asyncio.StreamWriter, status: int, body: bytes, *headers: str) -> None:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    writer.write("\r\n".join(lines).encode() + body)


def reply(body: dict[str, Any], said: str) -> bytes:
    part = (
        {"message": {"role": "assistant", "content": said}}
        if "messages" in body
        else {"text": said}
    )
    return json.dumps({"model": body["model"], "choices": [part]}, ensure_ascii=False).encode()


async def ok(server: Server, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    send(writer, 200, reply(body, server.say))


def status(code: int, *headers: str) -> Act:
    async def act(server: Server, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
        send(writer, code, b'{"error": "no"}', *headers)

    return act


def body(content: bytes) -> Act:
    async def act(server: Server, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
        send(writer, 200, content)

    return act


def slow(seconds: float) -> Act:
    async def act(server: Server, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
        await asyncio.sleep(seconds)
        await ok(server, writer, body)

    return act


async def cut(server: Server, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"choi')
    await writer.drain()
    writer.close()


async def echo_secret(server: Server, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
    said = next(line for line in server.headers[-1].splitlines() if "Bearer" in line)
    send(writer, 200, reply(body, f"甲 {said}"), f"X-Echo: {said}")


def redirect(to: str) -> Act:
    return status(307, f"Location: {to}")


def main() -> None:
    port_file, count_file, delay = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])

    async def act(server: Server, writer: asyncio.StreamWriter, body: dict[str, Any]) -> None:
        with count_file.open("a") as counts:
            counts.write(body["messages"][-1]["content"] + "\n")
        await asyncio.sleep(delay)
        await ok(server, writer, body)

    server = Server()
    server.always = act
    with server.running():
        port_file.write_text(str(server.port))
        threading.Event().wait()


if __name__ == "__main__":
    main()
