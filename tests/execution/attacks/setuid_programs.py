"""Gain rights through programs that give them away."""

import json
import os
import subprocess
import sys

reached = []
for folder in ("/usr/bin", "/usr/sbin", "/usr/lib"):
    for above, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(above, name)
            try:
                special = os.lstat(path).st_mode & 0o6000
            except OSError:
                continue
            if special and name in ("mount", "su", "sudo", "pkexec", "newgrp", "chsh"):
                words = {"mount": ["-t", "tmpfs", "x", "/tmp"], "su": ["-c", "id"]}
                ran = subprocess.run(
                    [path, *words.get(name, [])],
                    capture_output=True,
                    stdin=subprocess.DEVNULL,
                    timeout=10,
                )
                if ran.returncode == 0 and name in words:
                    reached.append(path)
os.system("cp /bin/sh /tmp/sh && chmod 6755 /tmp/sh")
out = subprocess.run(["/tmp/sh", "-c", "id -u"], capture_output=True, text=True).stdout
if out.strip() == "0":
    reached.append("a setuid shell")
with open("/proc/self/status") as file:
    reached += [line for line in file if line.startswith("NoNewPrivs") and line.split()[1] != "1"]
os.write(int(sys.argv[1]), json.dumps(reached).encode())
