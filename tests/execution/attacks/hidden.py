"""Read what others keep on the host, by path and by way of other processes."""

import json
import os
import sys

reached = []
hidden = bytes.fromhex(sys.argv[2]).decode()  # its plain text would be found in our own argv
for number in ["self", *filter(str.isdigit, os.listdir("/proc"))]:
    for view in ("root", "cwd"):
        path = f"/proc/{number}/{view}{hidden}"
        if os.path.exists(path):
            reached.append(path)
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{number}/{name}", "rb") as file:
                content = file.read()
        except OSError:
            continue
        if b"JIEBANG_SECRET" in content or hidden.encode() in content:
            reached.append(f"{name} of {number}")
if "JIEBANG_SECRET" in os.environ:
    reached.append("environment")
for folder, _, names in os.walk("/"):
    if folder.startswith(("/proc", "/usr", "/rt", "/site")):
        continue
    reached += [os.path.join(folder, name) for name in names if name == "labels.csv"]
for path in (
    "/etc/shadow",
    "/etc/machine-id",
    "/var",
    "/home",
    "/root",
    "/sys",
    "/run",
    "/mnt",
    hidden,
):
    if os.path.exists(path):
        reached.append(path)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
