"""The attacks of the canaries, run inside the sandbox like any candidate.

Standard library only, and nothing of ours. Started as ``intruder.py DESCRIPTOR NAME TARGETS``;
answers one line of JSON that lists what the attack reached, never what it read there.
"""

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

Targets = dict[str, Any]

HOLD = 0.3
"""Seconds to keep what was taken: polling needs a look at it too."""


def read(targets: Targets) -> list[str]:
    """Read the files and list the folders of others, directly and through /proc."""
    reached = []
    for path in targets["paths"]:
        for view in ("", "/proc/1/root", "/proc/self/root", "/proc/self/cwd/../.."):
            try:
                found = Path(view + path)
                if found.is_dir():
                    list(found.iterdir())
                else:
                    found.read_bytes()
            except OSError:
                continue
            reached.append(view + path)
    return reached


def connect(targets: Targets) -> list[str]:
    """Talk to a port and to an abstract socket of the host."""
    reached = []
    addresses: tuple[tuple[int, Any], ...] = (
        (socket.AF_INET, ("127.0.0.1", targets["port"])),
        (socket.AF_UNIX, "\0" + targets["abstract"]),
    )
    for family, address in addresses:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as caller:
                caller.settimeout(1)
                caller.connect(address)
        except OSError:
            continue
        reached.append(str(targets["port"] if family == socket.AF_INET else targets["abstract"]))
    return reached


def sockets(targets: Targets) -> list[str]:
    """Open sockets of the internet, in which memory waits that no control group counts."""
    reached = []
    for family in (socket.AF_INET, socket.AF_INET6):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                socket.socket(family, kind).close()
            except OSError:
                continue
            reached.append(f"{family.name} {kind.name}")
    return reached


def write(targets: Targets) -> list[str]:
    """Leave a file in each folder, and open each setting of the kernel for writing."""
    reached = []
    for folder in targets["folders"]:
        path = Path(folder, targets["token"])
        try:
            path.touch(exist_ok=False)
            path.unlink()
        except OSError:
            continue
        reached.append(folder)
    for path in targets["settings"]:
        try:
            os.close(os.open(path, os.O_WRONLY))
        except OSError:
            continue
        reached.append(path)
    return reached


def environ(targets: Targets) -> list[str]:
    """Read what the environment of every other process that can be seen has beyond our own."""
    own = {b"", *(name + b"=" + value for name, value in os.environb.items())}
    reached = []
    for process in Path("/proc").glob("[0-9]*"):
        if process.name != str(os.getpid()):
            try:
                if set((process / "environ").read_bytes().split(b"\0")) - own:
                    reached.append(f"{process}/environ")
            except OSError:
                continue
    return reached


def fork(targets: Targets) -> list[str]:
    """Have more processes at a time than allowed."""
    children: list[int] = []
    try:
        while len(children) < 2 * targets["allowed"]:
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    if len(children) >= targets["allowed"]:
        time.sleep(HOLD)
    for child in children:
        os.kill(child, 9)
    return [str(len(children))] if len(children) >= targets["allowed"] else []


def allocate(targets: Targets) -> list[str]:
    """Hold more memory than allowed, spread over children that are each within the limit."""
    share = targets["allowed"] * 3 // 4
    children = []
    for _ in range(2):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            held = bytearray(share)
            held[::4096] = b"x" * len(held[::4096])
            os.write(writer, b"x")
            time.sleep(30)
            os._exit(0)
        os.close(writer)
        children.append((child, reader))
    full = [os.read(reader, 1) for _, reader in children]
    time.sleep(HOLD)
    alive = [os.waitpid(child, os.WNOHANG) == (0, 0) for child, _ in children]
    for child, _ in children:
        try:
            os.kill(child, 9)
        except OSError:
            continue
    return [str(2 * share)] if all(full) and all(alive) else []


ATTACKS = (read, connect, sockets, write, environ, fork, allocate)


def main() -> None:
    """Run the named attack and answer what it reached."""
    answer, name, targets = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    attack = {attack.__name__: attack for attack in ATTACKS}[name]
    os.write(answer, json.dumps(attack(targets)).encode() + b"\n")


if __name__ == "__main__":
    main()
