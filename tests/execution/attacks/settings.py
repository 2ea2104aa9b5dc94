"""Change the kernel's settings for the whole machine."""

import json
import os
import sys

reached = []
for path in (
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/kernel/modprobe",
    "/proc/sysrq-trigger",
    "/proc/sys/kernel/hostname",
    "/proc/1/oom_score_adj",
    "/proc/1/uid_map",
    "/proc/self/uid_map",
):
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError:
        continue
    if path == "/proc/1/oom_score_adj":
        try:
            with open(path, "w") as file:
                file.write("-1000")
        except OSError:
            continue
    if path.endswith("uid_map"):
        try:
            with open(path, "w") as file:
                file.write("0 0 1")
        except OSError:
            continue
    reached.append(path)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
