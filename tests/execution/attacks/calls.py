"""Reach the parts of the kernel that no honest solution needs."""

import ctypes
import errno
import json
import os
import signal
import socket
import sys

REFUSED = {errno.EPERM, errno.ENOSYS}
CALLS = {
    "bpf": (321, 0, 0, 0),
    "io_uring_setup": (425, 1, 0),
    "userfaultfd": (323, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0),
    "ptrace": (101, 16, 1, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0),
    "open_by_handle_at": (304, -100, 0, 0),
    "name_to_handle_at": (303, -100, 0, 0, 0, 0),
    "pidfd_getfd": (438, -1, 0, 0),
    "open_tree": (428, -100, b"/", 0),
    "fsopen": (430, b"tmpfs", 0),
    "mount_setattr": (442, -100, b"/", 0, 0, 0),
    "setns": (308, -1, 0),
    "personality": (135, 0x0040000),
    "add_key": (248, 0, 0, 0, 0, 0),
    "fanotify_init": (300, 0, 0),
    "quotactl": (179, 0, 0, 0, 0),
    "syslog": (103, 3, 0, 0),
    "statmount": (457, 0, 0, 0, 0),
}

libc = ctypes.CDLL(None, use_errno=True)
reached = []
for name, call in CALLS.items():
    if libc.syscall(*call) >= 0 or ctypes.get_errno() not in REFUSED:
        reached.append(name)
child = os.fork()  # some filters end whoever speaks another tongue
if child == 0:
    os._exit(libc.syscall(0x40000000 + 39) >= 0)
status = os.waitpid(child, 0)[1]
if status and os.WTERMSIG(status) != signal.SIGSYS:
    reached.append("x32 getpid")
for family, number in {
    "netlink": 16,
    "packet": 17,
    "bluetooth": 31,
    "alg": 38,
    "vsock": 40,
}.items():
    try:
        socket.socket(number, socket.SOCK_RAW).close()
    except OSError as error:
        if error.errno == errno.EAFNOSUPPORT:
            continue
    reached.append(family)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
