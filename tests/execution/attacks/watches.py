"""Learn what the host and other runs do with the files that all of them see."""

import ctypes
import errno
import fcntl
import json
import os
import sys

IN_OPEN, DN_ACCESS = 0x20, 1
SHARED = ("/usr", "/usr/bin", "/usr/lib", "/rt", "/site", "/pkg", "/tmp", "/")

libc = ctypes.CDLL(None, use_errno=True)
reached = []
for name, call in {
    "inotify_init": (253,),
    "inotify_init1": (294, 0),
    "inotify_add_watch": (254, 0, b"/usr", IN_OPEN),
    "fanotify_init": (300, 0, 0),
    "fanotify_mark": (301, 0, 1, ctypes.c_ulong(IN_OPEN), -100, b"/usr"),
}.items():
    if libc.syscall(*call) >= 0 or ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM):
        reached.append(name)
for path in SHARED:
    try:
        folder = os.open(path, os.O_RDONLY)
        fcntl.fcntl(folder, fcntl.F_NOTIFY, DN_ACCESS)
    except OSError:
        continue
    reached.append(f"F_NOTIFY {path}")
for path in (__file__, "/tmp/own"):
    try:
        file = os.open(path, os.O_RDONLY | (os.O_CREAT if path == "/tmp/own" else 0))
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError:
        continue
    reached.append(f"F_SETLEASE {path}")
os.write(int(sys.argv[1]), json.dumps(reached).encode())
