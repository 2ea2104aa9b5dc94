"""Reach the harness by its process number, its ports, its sockets and the folder beside its labels."""

import ctypes
import json
import os
import socket
import sys

hidden, harness = bytes.fromhex(sys.argv[2]).decode(), int(sys.argv[4])
port, token = int(sys.argv[5]), bytes.fromhex(sys.argv[6]).decode()
libc = ctypes.CDLL(None, use_errno=True)
reached = []
for name, call in {
    "signal": (62, harness, 0),
    "thread signal": (200, harness, 0),
    "queued signal": (129, harness, 10, bytes(128)),
    "pidfd": (434, harness, 0),
    "ptrace": (101, 16, harness, 0, 0),
    "memory": (310, harness, 0, 0, 0, 0, 0),
    "limits": (302, harness, 7, 0, bytes(16)),
    "priority": (141, 0, harness, 19),
    "scheduler": (145, harness),
    "session": (124, harness),
    "group": (109, 0, harness),
}.items():
    if libc.syscall(*call) >= 0:
        reached.append(name)
for view in ("mem", "environ", "maps", "root/etc/shadow", "cwd", "fd/1", "task"):
    if os.path.lexists(f"/proc/{harness}/{view}"):
        reached.append(f"/proc/{harness}/{view}")
for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port)),
    (socket.AF_INET6, socket.SOCK_STREAM, ("::ffff:127.0.0.1", port)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0" + token),
    (socket.AF_UNIX, socket.SOCK_STREAM, hidden + ".socket"),
):
    try:
        with socket.socket(family, kind) as caller:
            caller.settimeout(1)
            caller.connect(address)
    except OSError:
        continue
    reached.append(str(address))
beside = os.path.dirname(hidden)
for path in (beside, os.path.join(beside, "package", "package.yaml")):
    for view in ("", "/proc/1/root", "/proc/self/cwd/../.."):
        if os.path.lexists(view + path):
            reached.append(view + path)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
