"""Move the machine's clocks, alarms and power."""

import ctypes
import json
import os
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
reached = []
try:
    time.clock_settime(time.CLOCK_REALTIME, time.time() + 1)
    reached.append("clock")
except OSError:
    pass
for name, call in {
    "settimeofday": (164, bytes(16), 0),
    "adjtimex": (159, bytes(208)),
    "reboot": (169, 0xFEE1DEAD, 672274793, 0, 0),
    "swapon": (167, b"/tmp/x", 0),
    "delete_module": (176, b"loop", 0),
    "acct": (163, b"/tmp/x"),
    "iopl": (172, 3),
    "ioperm": (173, 0x80, 1, 1),
    "timerfd alarm": (283, 9, 0),
}.items():
    if libc.syscall(*call) >= 0:
        reached.append(name)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
