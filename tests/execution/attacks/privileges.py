"""Become someone else, or take more than one's share of the machine."""

import json
import os
import resource
import sys

reached = []
ATTEMPTS = {
    "setuid": lambda: os.setuid(0),
    "setgroups": lambda: os.setgroups([0]),
    "nice": lambda: os.nice(-5),
    "realtime": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    "chroot": lambda: os.chroot("/tmp"),
    "block device": lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(254, 0)),
    "more files": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536)),
    "more processes": lambda: resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999)),
    "larger files": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40)),
    "core dumps": lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30)),
    "locked memory": lambda: resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 30, 1 << 30)),
    "hostname": lambda: __import__("socket").sethostname("mine"),
}
for name, attempt in ATTEMPTS.items():
    try:
        attempt()
    except (OSError, ValueError):
        continue
    reached.append(name)
with open("/proc/self/status") as file:
    reached += [line for line in file if line.startswith("Cap") and int(line.split()[1], 16)]
os.write(int(sys.argv[1]), json.dumps(reached).encode())
