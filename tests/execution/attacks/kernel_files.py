"""Read what the kernel tells about the machine, its memory and its keys."""

import json
import os
import sys

reached = []
for path in (
    "/dev/mem",
    "/dev/kmem",
    "/dev/kmsg",
    "/dev/port",
    "/dev/sda",
    "/dev/vda",
    "/dev/fuse",
    "/dev/kvm",
    "/dev/net/tun",
    "/dev/loop-control",
    "/proc/kcore",
    "/proc/kmsg",
    "/proc/1/mem",
    "/proc/1/root/etc/passwd-",
    "/proc/1/fd/3",
    "/proc/1/task/1/fd/3",
    "/sys/kernel/debug",
    "/sys/kernel/security",
    "/sys/fs/cgroup",
    "/sys/firmware",
    "/sys/fs/bpf",
):
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        continue
    try:
        content = os.read(descriptor, 64)
    except OSError:
        content = b""
    os.close(descriptor)
    if content.strip(b"\0") or path.startswith(("/dev", "/sys")):
        reached.append(path)
with open("/proc/kallsyms") as file:
    reached += [line for line in list(file)[:20] if int(line.split()[0], 16)][:1]
os.write(int(sys.argv[1]), json.dumps(reached).encode())
