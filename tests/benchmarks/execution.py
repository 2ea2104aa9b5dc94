"""How much running candidates costs, as ratios of things measured side by side in one run.

    .venv/bin/python tests/benchmarks/execution.py [startup] [protocol] [endpoint] [memory]

Run by hand on a quiet machine; every figure names what it is a ratio of.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from harness.board import Prompt
from harness.execution import worker
from harness.execution.answers import Task
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.limits import MIB, Limits
from harness.execution.protocol import hello
from harness.execution.sandbox import Command, Mount, Sandbox, base_runtime
from harness.package import Solution
from harness.samples import Sample

TASK = Task(name="classification", labels=("a", "b"), positive="a")
LIMITS = Limits(
    memory=512 * MIB, cpus=1, wall=3000.0, start=60.0, batch_wall=60.0,
    disk=64 * MIB, output=4096 * MIB, line=64 * MIB,
)  # fmt: skip
TRIVIAL = 'def predict(batch):\n    return [{"label": "a"} for _ in batch]\n'
TEXT = "市民反映某小区二次供水压力不足，希望尽快处理。" * 4


def say(words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def job(folder: Path, count: int, batch: int, **changes: Any) -> Job:
    """A run of a trivial candidate over many samples."""
    package = folder / "pkg"
    package.mkdir(exist_ok=True)
    (package / "main.py").write_text(TRIVIAL)
    given: dict[str, Any] = {
        "candidate": "C1", "item": "B-01", "task": TASK,
        "solution": Solution(adapter="python", entry="main:predict"), "mode": "hosted",
        "package": package, "package_digest": "sha256:00",
        "samples": [Sample(id=f"{at:07}", inputs={"text": TEXT}) for at in range(count)],
        "batch": batch, "limits": LIMITS, "secret": b"s" * 32,
        "folder": folder / f"run-{count}-{batch}-{time.monotonic_ns()}", "tier": "D",
    }  # fmt: skip
    return Job(**(given | changes))


def startup(rounds: int = 30) -> None:
    """From launch to the candidate's `ready`, against the same interpreter started plainly."""
    runtime = base_runtime()
    greeting = hello("0", TASK, LIMITS, 1)
    with tempfile.TemporaryDirectory() as room:
        Path(room).chmod(0o755)
        package = Path(room) / "pkg"
        package.mkdir()
        (package / "main.py").write_text(TRIVIAL)
        shim = Mount(Path(worker.__file__), "/worker.py")
        words = ("/worker.py", "{request}", "{answer}", "main:predict", "/pkg")
        mounts = (*runtime.mounts, shim, Mount(package, "/pkg"))

        def candidate(sandbox: Sandbox, *flags: str) -> Callable[[], float]:
            command = Command((*runtime.python, *flags, *words), mounts)

            def once() -> float:
                began = time.perf_counter()
                with sandbox.launch(command, LIMITS) as running:
                    os.write(running.request, greeting)
                    while True:
                        try:
                            if os.read(running.answer, 100):
                                return time.perf_counter() - began
                        except BlockingIOError:
                            time.sleep(0.0002)

            return once

        def pass_only(sandbox: Sandbox) -> Callable[[], float]:
            command = Command((*runtime.python, "-S", "-c", "pass"), runtime.mounts)

            def once() -> float:
                began = time.perf_counter()
                with sandbox.launch(command, LIMITS) as running:
                    running.wait(20)
                    return time.perf_counter() - began

            return once

        best, polled, plain = Sandbox.detect(), Sandbox.uncounted(), Sandbox.unsafe()
        cases = {
            "worker, plain process": candidate(plain),
            f"worker, tier {best.tier}": candidate(best),
            "worker, tier B": candidate(polled),
            "worker -S, plain process": candidate(plain, "-S"),
            f"worker -S, tier {best.tier}": candidate(best, "-S"),
            "python -S -c pass, plain": pass_only(plain),
            f"python -S -c pass, tier {best.tier}": pass_only(best),
        }
        times: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(rounds):
            for name in random.sample(sorted(cases), len(cases)):
                times[name].append(cases[name]())
    middle = {name: statistics.median(found) * 1e3 for name, found in times.items()}
    for name, base in (
        (f"worker, tier {best.tier}", "worker, plain process"),
        ("worker, tier B", "worker, plain process"),
        (f"worker -S, tier {best.tier}", "worker -S, plain process"),
        (f"python -S -c pass, tier {best.tier}", "python -S -c pass, plain"),
    ):
        ratio = middle[name] / middle[base]
        say(f"start-up  {name}: {middle[name]:.1f} ms, {ratio:.2f}x of {base} ({middle[base]:.1f})")


def protocol() -> None:
    """Samples per second through the whole run, against calling the function in this process."""
    scope: dict[str, Any] = {}
    exec(TRIVIAL, scope)
    sandbox = Sandbox.detect()
    for batch, count in ((1, 3_000), (32, 60_000), (256, 200_000)):
        with tempfile.TemporaryDirectory() as room:
            Path(room).chmod(0o755)
            made = job(Path(room), count, batch)
            inputs = [dict(sample.inputs) for sample in made.samples]
            began = time.perf_counter()
            for at in range(0, count, batch):
                scope["predict"](inputs[at : at + batch])
            bare = time.perf_counter() - began
            assert made.key
            assert made.order
            wall, cpu = time.perf_counter(), time.process_time()
            execute(made, sandbox, lambda samples: None)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        say(
            f"protocol  batch {batch}: {count / wall:,.0f} samples/s, {wall / bare:,.0f}x the time "
            f"of bare calls ({count / bare:,.0f}/s), harness CPU {cpu / count * 1e6:.1f} µs a sample"
        )


SERVER = """
import asyncio, json, sys
answer = json.dumps({"model": "m", "choices": [{"message": {"content": "a"}}]}).encode()
answer = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(answer) + answer
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            at = head.lower().index(b"content-length:")
            await reader.readexactly(int(head[at + 15:].split(b"\\r\\n")[0]))
            await asyncio.sleep(DELAY)
            writer.write(answer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def endpoint(count: int = 4_000, concurrency: int = 64, delay: float = 0.05) -> None:
    """Asking a local mock server, against a bare client that sends the same bodies."""
    import aiohttp

    from harness.execution.endpoint.prompting import question

    served = subprocess.Popen(
        [sys.executable, "-c", SERVER.replace("DELAY", str(delay))], stdout=subprocess.PIPE
    )
    assert served.stdout is not None
    url = f"http://127.0.0.1:{int(served.stdout.readline())}/v1"
    prompt = Prompt(template="{text}", parse="label")

    async def bare(bodies: list[bytes]) -> None:
        left = iter(bodies)

        async def serve(session: aiohttp.ClientSession) -> None:
            for body in left:
                headers = {"Content-Type": "application/json"}
                async with session.post(
                    f"{url}/chat/completions", data=body, headers=headers
                ) as reply:
                    await reply.json()

        connector = aiohttp.TCPConnector(limit=concurrency)
        async with aiohttp.ClientSession(connector=connector) as session:
            await asyncio.gather(*(serve(session) for _ in range(concurrency)))

    walls: dict[str, list[float]] = {"bare": [], "ours": []}
    cpus: dict[str, list[float]] = {"bare": [], "ours": []}
    try:
        for _ in range(3):
            with tempfile.TemporaryDirectory() as room:
                solution = Solution(
                    adapter="endpoint", base_url=url, model="m", concurrency=concurrency
                )
                made = job(Path(room), count, 1, solution=solution, package=None, prompt=prompt)
                bodies = [
                    question(prompt, TASK, "m", "chat", sample.inputs) for sample in made.samples
                ]
                assert made.key
                assert made.order
                for name, run in (
                    ("bare", lambda bodies=bodies: asyncio.run(bare(bodies))),
                    ("ours", lambda made=made: execute(made, None, lambda samples: None)),
                ):
                    wall, cpu = time.perf_counter(), time.process_time()
                    run()
                    walls[name].append(time.perf_counter() - wall)
                    cpus[name].append(time.process_time() - cpu)
    finally:
        served.kill()
        served.wait()
    wall = {name: statistics.median(found) for name, found in walls.items()}
    cpu = {name: statistics.median(found) / count * 1e3 for name, found in cpus.items()}
    say(
        f"endpoint  concurrency {concurrency}, {delay * 1e3:.0f} ms: {count / wall['ours']:.0f} "
        f"samples/s, {wall['bare'] / wall['ours']:.2f}x of the bare client's "
        f"{count / wall['bare']:.0f}; harness CPU {cpu['ours']:.3f} ms a sample "
        f"(bare client {cpu['bare']:.3f})"
    )


def memory() -> None:
    """The largest resident memory of a run, each in a process of its own."""
    for count in (10_000, 100_000, 1_000_000):
        words = [sys.executable, __file__, "one", str(count)]
        found = subprocess.run(words, capture_output=True, text=True, check=True)
        say(f"memory    {found.stdout.strip()}")


def one(count: int) -> None:
    """Run once; say what the samples took before it and what the run added."""
    with tempfile.TemporaryDirectory() as room:
        Path(room).chmod(0o755)
        made = job(Path(room), count, 256)
        assert made.key
        assert made.order
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        execute(made, Sandbox.unsafe(), lambda samples: None)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    say(
        f"{count:,} samples: {after / 1024:.0f} MiB, of which {before / 1024:.0f} hold the samples "
        f"and {(after - before) / 1024:.0f} the run"
    )


def main() -> None:
    """Run the named measurements, or all."""
    table: dict[str, Callable[[], None]] = {
        "startup": startup, "protocol": protocol, "endpoint": endpoint, "memory": memory,
    }  # fmt: skip
    if sys.argv[1:2] == ["one"]:
        one(int(sys.argv[2]))
        return
    for name in sys.argv[1:] or table:
        table[name]()


if __name__ == "__main__":
    main()
