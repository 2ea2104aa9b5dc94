"""Canaries: real attacks, sent through the same launcher right before candidates are."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.execution import intruder
from harness.execution.limits import MIB, Limits
from harness.execution.runtime import base_runtime
from harness.execution.sandbox import Command, Ending, Mount, Running, Sandbox, Tier
from harness.problems import Explanation, Problem

_LIMITS = Limits(
    memory=64 * MIB, cpus=1, wall=10.0, start=10.0, batch_wall=10.0,
    disk=8 * MIB, output=MIB, line=MIB, processes=16,
)  # fmt: skip
_INTRUDER = "/intruder.py"
_SETTINGS = (
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sysrq-trigger",
)
_FOLDERS = ("/", "/etc", "/usr", "/dev", "/rt", "/site")


@dataclass(frozen=True, slots=True)
class Canary:
    """One attack and whether it was stopped; ``detail`` says what it reached, or why it ended."""

    name: str
    zh: str
    en: str
    stopped: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Bait:
    """What the canaries go for: files and sockets that the harness has just made."""

    folder: Path
    label: Path
    package: Path
    port: socket.socket
    abstract: socket.socket
    token: str


def run_canaries(sandbox: Sandbox) -> tuple[Canary, ...]:
    """Send every attack through a sandbox. One that is not stopped must stop the caller."""
    with _bait() as bait:
        return tuple(
            _send(sandbox, name, zh, en, attack, targets, bait)
            for name, zh, en, attack, targets in _table(bait, sandbox.tier)
        )


def breach(canary: Canary) -> Problem:
    """Say that an attack was not stopped."""
    return Problem("E6030", where=canary.name, found=canary.detail)


def _table(bait: _Bait, tier: Tier) -> Iterator[tuple[str, str, str, str, Mapping[str, object]]]:
    # Without a sandbox the attack would succeed: then the bait is enough.
    folders = [str(bait.folder), *(_FOLDERS if tier != "D" else ())]
    yield "read_label", "读取参考答案", "read a label file", "read", {"paths": [str(bait.label)]}
    yield (
        "read_package", "读取其他申报材料包", "read another package", "read",
        {"paths": [str(bait.package), str(bait.package / "package.yaml")]},
    )  # fmt: skip
    yield (
        "connect", "连接评测程序的端口", "connect to the harness", "connect",
        {"port": bait.port.getsockname()[1], "abstract": bait.token},
    )  # fmt: skip
    yield "sockets", "打开网络套接字", "open sockets of the internet", "sockets", {}
    yield (
        "write_outside", "写到沙箱之外", "write outside", "write",
        {"folders": folders, "settings": _SETTINGS, "token": bait.token},
    )  # fmt: skip
    yield "fork", "超额创建进程", "fork above the limit", "fork", {"allowed": _LIMITS.processes}
    yield (
        "memory",
        "超额占用内存",
        "memory above the limit",
        "allocate",
        {"allowed": _LIMITS.memory},
    )
    yield "environ", "读取其他进程的环境变量", "read others' environment", "environ", {}


def _send(
    sandbox: Sandbox,
    name: str,
    zh: str,
    en: str,
    attack: str,
    targets: Mapping[str, object],
    bait: _Bait,
) -> Canary:
    runtime = base_runtime()
    argv = (*runtime.python, _INTRUDER, "{answer}", attack, json.dumps(targets))
    mounts = (*runtime.mounts, Mount(Path(intruder.__file__), _INTRUDER))
    with sandbox.launch(Command(argv, mounts), _LIMITS) as running:
        running.wait(_LIMITS.wall)
        answer = _whole(running)
        ending = running.finish()
    stopped, detail = _verdict(answer, ending)
    if called := _called(bait):
        stopped, detail = False, called
    return Canary(name, zh, en, stopped, detail)


def _verdict(answer: bytes, ending: Ending) -> tuple[bool, str]:
    """Stopped only if the attack ran and reached nothing, or ran into a limit."""
    if ending.sandbox_failure is not None:
        return False, f"did not run: {ending.sandbox_failure}"
    try:
        reached = json.loads(answer)
    except ValueError:
        reached = None
    if reached:
        return False, ", ".join(reached)
    if ending.exceeded is not None:
        return True, f"ended by its {ending.exceeded} limit"
    if reached is None:
        return False, f"did not run to its end: status {ending.exit_code}"
    return True, ""


def _called(bait: _Bait) -> str:
    """Name the sockets that someone called."""
    called = []
    for listener in (bait.port, bait.abstract):
        with contextlib.suppress(BlockingIOError):
            listener.accept()[0].close()
            called.append(str(listener.getsockname()))
    return ", ".join(called)


def _whole(running: Running) -> bytes:
    try:
        return os.read(running.answer, MIB)
    except BlockingIOError:
        return b""


@contextlib.contextmanager
def _bait() -> Iterator[_Bait]:
    """Lay out files that file modes alone would let anyone read, and open two sockets."""
    token = f"jiebang-{secrets.token_hex(8)}"
    with (
        tempfile.TemporaryDirectory(prefix="jiebang-canary-") as root,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as port,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as abstract,
    ):
        folder = Path(root)
        package = folder / "package"
        package.mkdir()
        label = folder / "target.csv"
        label.write_text(token)
        (package / "package.yaml").write_text(token)
        for path in (folder, package):
            path.chmod(0o777)
        for listener, address in ((port, ("127.0.0.1", 0)), (abstract, f"\0{token}")):
            listener.bind(address)
            listener.listen()
            listener.setblocking(False)
        yield _Bait(folder, label, package, port, abstract, token)


PROBLEMS = (
    Explanation(
        "E6030",
        "沙箱自检失败：攻击 {where} 未被拦住（{found}），已停止运行。请运行 jiebang doctor，修复沙箱后再试。",
        "The sandbox failed its own test: the attack {where} was not stopped ({found}), so nothing "
        "was run. Run jiebang doctor and repair the sandbox first.",
    ),
)
