"""Meet others in what is shared by name: queues, segments, semaphores, abstract sockets."""

import ctypes
import json
import os
import socket
import sys

reached = []
for name in ("shm", "msg", "sem"):
    with open(f"/proc/sysvipc/{name}") as file:
        reached += [f"{name} {line.split()[0]}" for line in list(file)[1:]]
with open("/proc/net/unix") as file:
    reached += [line.strip() for line in list(file)[1:]]
with open("/proc/net/tcp") as file:
    reached += [line.strip() for line in list(file)[1:]]
if [name for name in os.listdir("/dev/shm") if name]:
    reached.append("/dev/shm")
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(240, b"queue", 0o102, 0o600, 0) >= 0:
    reached.append("message queue")
for address in ("\0/tmp/.X11-unix/X0", "/run/dbus/system_bus_socket", "/var/run/docker.sock"):
    with socket.socket(socket.AF_UNIX) as caller:
        if caller.connect_ex(address) == 0:
            reached.append(address)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
