"""Change one's own package, runtime or shim while the run goes on."""

import json
import os
import sys

reached = []
for path in ("/pkg", "/pkg/files.py", "/rt", "/site", "/usr", "/etc", "/etc/passwd", "/"):
    attempts = {
        "chmod": lambda path=path: os.chmod(path, 0o777),
        "utime": lambda path=path: os.utime(path, (0, 0)),
        "rename": lambda path=path: os.rename(path, path + ".old"),
        "append": lambda path=path: open(path, "a").close(),
        "chown": lambda path=path: os.chown(path, os.getuid(), os.getgid()),
        "link": lambda path=path: os.link(path, path.rstrip("/") + ".link"),
        "attribute": lambda path=path: os.setxattr(path, "user.x", b"1"),
    }
    for name, attempt in attempts.items():
        if os.path.lexists(path):
            try:
                attempt()
            except OSError:
                continue
            reached.append(f"{name} {path}")
os.write(int(sys.argv[1]), json.dumps(reached).encode())
