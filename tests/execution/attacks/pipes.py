"""Turn one's own pipes against the harness: huge ones, reopened ones, leases and signals on them."""

import fcntl
import json
import os
import sys

SET_SIZE = 1031  # F_SETPIPE_SZ

answer, request = int(sys.argv[1]), int(sys.argv[3])
reached = []
for number in (answer, request, 2):
    try:
        if fcntl.fcntl(number, SET_SIZE, 64 << 20) >= 64 << 20:
            reached.append(f"a pipe of 64 MiB at {number}")
    except OSError:
        pass
    again = []
    for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR | os.O_TRUNC):
        try:
            again.append(os.open(f"/proc/self/fd/{number}", flags | os.O_NONBLOCK))
        except OSError:
            continue
    if not all(os.path.samestat(os.fstat(one), os.fstat(number)) for one in again):
        reached.append(f"another file at {number}")
    for attempt in ((fcntl.F_SETLEASE, fcntl.F_WRLCK), (fcntl.F_NOTIFY, 0x8000003F)):
        try:
            fcntl.fcntl(number, *attempt)
        except OSError:
            continue
        reached.append(f"{attempt} at {number}")
    for owner in (os.getppid(), 1):
        try:
            fcntl.fcntl(number, fcntl.F_SETOWN, owner)
            fcntl.fcntl(number, fcntl.F_SETFL, os.O_ASYNC)
        except OSError:
            continue
    for one in again:
        os.close(one)
os.set_blocking(answer, True)
os.write(answer, json.dumps(reached).encode())
