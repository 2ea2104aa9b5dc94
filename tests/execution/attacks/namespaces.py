"""Make a user namespace of one's own, and mount in it."""

import ctypes
import json
import os
import sys

NEWUSER, NEWNS, CLONE, CLONE3, UNSHARE, MOUNT = 0x10000000, 0x20000, 56, 435, 272, 165

libc = ctypes.CDLL(None)
reached = []
for name, call in {
    "unshare": (UNSHARE, NEWUSER),
    "unshare mounts": (UNSHARE, NEWUSER | NEWNS),
    "clone": (CLONE, NEWUSER | 17, 0, 0, 0, 0),
    "mount": (MOUNT, b"none", b"/tmp", b"tmpfs", 0, 0),
    "clone3": (CLONE3, (ctypes.c_uint64 * 8)(NEWUSER, 0, 0, 0, 17), 64),
}.items():
    parent = os.getpid()
    if libc.syscall(*call) >= 0:
        if os.getpid() != parent:
            os._exit(0)
        reached.append(name)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
