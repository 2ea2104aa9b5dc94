"""Sends attacks through the launcher and prints what they reached, as JSON.

Started as ``sortie.py REPOSITORY BACKEND HIDDEN FOLDER/ATTACK...`` by whichever user is to be the
harness: root drops to an unprivileged uid, an ordinary user stays what it is. BACKEND is
``counted``, ``uncounted`` or a container engine.
"""

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])

from harness.execution.engines import ENGINES
from harness.execution.limits import MIB, Limits
from harness.execution.running import Running
from harness.execution.sandbox import Command, Mount, Sandbox, base_runtime

LIMITS = Limits(
    memory=256 * MIB, cpus=1, wall=6.0, start=6.0, batch_wall=6.0,
    disk=64 * MIB, output=MIB, line=MIB, processes=64, cpu=1.5,
)  # fmt: skip
PATIENCE = {"deaf": 0.5, "answers_without_end": 0.5, "errors_without_end": 0.5}
"""Seconds after which a flood is ended that never ends by itself."""


def backend(name: str) -> Sandbox:
    """The sandbox to attack."""
    if name in ENGINES:
        return Sandbox.contained(name)
    return Sandbox.detect() if name == "counted" else Sandbox.uncounted()


def listening(hidden: str) -> tuple[int, str, list[socket.socket]]:
    """Open what a harness might have open: a port, an abstract socket and one with a path."""
    token = f"jiebang-{os.getpid()}"
    port, abstract = socket.socket(), socket.socket(socket.AF_UNIX)
    port.bind(("127.0.0.1", 0))
    abstract.bind(f"\0{token}")
    sockets = [port, abstract]
    if os.access(Path(hidden).parent, os.W_OK):
        named = socket.socket(socket.AF_UNIX)
        named.bind(f"{hidden}.socket")
        Path(f"{hidden}.socket").chmod(0o777)
        sockets.append(named)
    for one in sockets:
        one.listen()
    return port.getsockname()[1], token, sockets


def read(descriptor: int) -> bytes:
    """What can be read at once."""
    try:
        return os.read(descriptor, MIB)
    except BlockingIOError:
        return b""


def main() -> None:
    """Send each attack in a sandbox of its own."""
    name, hidden, attacks = sys.argv[2], sys.argv[3], sys.argv[4:]
    sandbox = backend(name)
    os.environ["JIEBANG_SECRET"] = "secret"
    # Left inheritable by mistake: it must not pass into the sandbox.
    os.set_inheritable(os.open(hidden, os.O_RDONLY), True)
    port, token, _sockets = listening(hidden)
    runtime = base_runtime()
    found: dict[str, object] = {"tier": sandbox.tier}
    for attack in attacks:
        folder, _, script = attack.rpartition("/")
        argv = (
            *runtime.python, f"/pkg/{script}.py", "{answer}", hidden.encode().hex(), "{request}",
            str(os.getpid()), str(port), token.encode().hex(),
        )  # fmt: skip
        package = Mount(Path(__file__).parent / folder, "/pkg")
        began = time.monotonic()
        with sandbox.launch(Command(argv, (*runtime.mounts, package)), LIMITS) as running:
            found[attack] = told(running, PATIENCE.get(script, LIMITS.wall)) | {
                "seconds": time.monotonic() - began
            }
    sys.stdout.write(json.dumps(found))


def told(running: Running, patience: float) -> dict[str, Any]:
    """What an attack said of itself, and what was seen of it."""
    running.wait(patience)
    answer = read(running.answer)
    ending = running.finish()
    try:
        reached = json.loads(answer) if answer else None
    except ValueError:
        reached = None
    return {
        "reached": reached,
        "exit_code": ending.exit_code,
        "exceeded": ending.exceeded,
        "failure": ending.sandbox_failure,
        "peak": ending.usage.peak_memory,
        "cpu": ending.usage.cpu_seconds,
        "said": read(running.errors).decode(errors="replace")[-2000:],
    }


if __name__ == "__main__":
    main()
