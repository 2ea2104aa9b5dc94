"""Learn of other runs and hidden files from control groups, mounts, maps and lists of locks."""

import json
import os
import sys

hidden = bytes.fromhex(sys.argv[2]).decode()
reached = []
with open("/proc/self/cgroup") as file:
    reached += [line.strip() for line in file if not line.strip().endswith(":/")]
with open("/proc/self/mountinfo") as file:
    for line in file:
        kind = line.split(" - ")[1].split()[0]
        if kind.startswith(("cgroup", "sysfs", "debugfs", "bpf", "nfs", "fuse")):
            reached.append(line.strip())


def content(path):
    """What a file of /proc says, or the links and files in one of its folders."""
    if not os.path.isdir(path):
        with open(path, errors="replace") as file:
            return file.read()
    names = [os.path.join(path, name) for name in os.listdir(path)]
    return " ".join(os.readlink(name) if os.path.islink(name) else content(name) for name in names)


for number in ("self", "1", str(os.getppid())):
    for view in ("mountinfo", "mountstats", "maps", "map_files", "fd", "fdinfo", "cwd", "exe"):
        try:
            found = content(f"/proc/{number}/{view}")
        except OSError:
            continue
        if hidden in found:
            reached.append(f"{view} of {number}")
for path in ("/proc/locks", "/proc/keys", "/proc/sysvipc/shm", "/proc/swaps", "/proc/modules"):
    try:
        found = content(path)
    except OSError:
        continue
    # A lock of an open file description has no owner: it names a number, and nobody.
    owned = [line for line in found.splitlines() if line.strip() and " OFDLCK " not in f" {line} "]
    if path in ("/proc/locks", "/proc/keys") and owned:
        reached.append(f"{path} {owned[0]}")
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) > 60:
        reached.append(f"process {name} of somebody else")
os.write(int(sys.argv[1]), json.dumps(reached).encode())
