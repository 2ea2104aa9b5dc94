"""Type into the operator's terminal, or write escape codes to it."""

import fcntl
import json
import os
import sys
import termios

reached = []
for path in ("/dev/tty", "/proc/1/fd/0", "/proc/self/fd/0", "/proc/self/fd/2"):
    try:
        terminal = os.open(path, os.O_RDWR | os.O_NOCTTY)
    except OSError:
        continue
    if os.isatty(terminal):
        reached.append(path)
    try:
        fcntl.ioctl(terminal, termios.TIOCSTI, b"x")
    except OSError:
        continue
    reached.append("TIOCSTI " + path)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
