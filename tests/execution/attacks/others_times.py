"""Slow others down or move them: priorities, processors and classes of whoever is in reach."""

import ctypes
import json
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
ours = {0, 1, os.getpid(), os.getppid()}
reached = []
for number in sorted({*range(2, 5000)} - ours):
    for name, attempt in {
        "priority": lambda: os.getpriority(os.PRIO_PROCESS, number),  # noqa: B023
        "affinity": lambda: os.sched_getaffinity(number),  # noqa: B023
        "group": lambda: os.getpgid(number),  # noqa: B023
    }.items():
        try:
            attempt()
        except OSError:
            continue
        reached.append(f"{name} of {number}")
for name, call in {
    "deadline class": (314, 0, (ctypes.c_uint64 * 6)(48 | 6 << 32, 0, 0, 10**6, 10**7, 10**7), 0),
    "realtime input and output": (251, 1, 0, 1 << 13),
    "all memory locked": (151, 1) if os.sysconf("SC_PAGE_SIZE") else (),
}.items():
    if libc.syscall(*call) >= 0:
        reached.append(name)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
