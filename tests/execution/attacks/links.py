"""Reach files outside by links, and leave special files for others to trip over."""

import json
import os
import sys

reached = []
hidden = bytes.fromhex(sys.argv[2]).decode()
for number, target in enumerate(
    (hidden, "/etc/shadow", f"/proc/1/root{hidden}", "/../.." + hidden)
):
    name = f"/tmp/link{number}"
    os.symlink(target, name)
    if os.path.exists(name):
        reached.append(target)
    try:
        os.link(target, name + ".hard")
    except OSError:
        continue
    reached.append(f"hard link to {target}")
for kind in (0o60600, 0o20600):
    try:
        os.mknod(f"/tmp/device{kind}", kind, os.makedev(1, 1))
    except OSError:
        continue
    reached.append(oct(kind))
os.mkfifo("/tmp/answer")
os.write(int(sys.argv[1]), json.dumps(reached).encode())
