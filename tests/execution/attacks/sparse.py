"""Claim more than there is: sparse files, room set aside, queued signals, watches."""

import ctypes
import json
import os
import signal
import sys

libc = ctypes.CDLL(None, use_errno=True)
reached = []
for folder in ("/tmp", "/dev/shm"):
    path = f"{folder}/sparse"
    for name, attempt in {
        "truncate": lambda file: os.truncate(file, 1 << 40),
        "fallocate": lambda file: os.posix_fallocate(file, 0, 1 << 30),
        "a far byte": lambda file: os.pwrite(file, b"x", 1 << 41),
    }.items():
        file = os.open(path, os.O_RDWR | os.O_CREAT)
        try:
            attempt(file)
            reached.append(f"{name} in {folder}")
        except OSError:
            pass
        os.close(file)
        os.unlink(path)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
queue = (ctypes.c_int * 32)(signal.SIGRTMIN, 0, -1)
queued = 0
while queued < 200_000 and libc.syscall(129, os.getpid(), signal.SIGRTMIN, queue) >= 0:
    queued += 1
watchers = 0
while watchers < 3000 and libc.inotify_init1(0) >= 0:
    watchers += 1
for name, count, most in (("signals", queued, 200_000), ("watchers", watchers, 3000)):
    if count >= most:
        reached.append(f"{count} {name}")
os.write(int(sys.argv[1]), json.dumps(reached).encode())
