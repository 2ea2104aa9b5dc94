"""Signal every process in reach, and the first one above all."""

import json
import os
import signal
import sys

signal.signal(signal.SIGTERM, signal.SIG_IGN)
reached = []
for number in [*range(3, 400), os.getppid() + 1000]:
    if number != os.getpid():
        try:
            os.kill(number, 0)
        except OSError:
            continue
        reached.append(str(number))
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
    os.kill(1, number)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
