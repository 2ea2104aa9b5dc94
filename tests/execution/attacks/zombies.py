"""Flood the list of processes with dead ones, and stop those that are left."""

import json
import os
import signal
import sys
import time

LIMIT = 64
dead = []
try:
    while len(dead) < 1000:
        child = os.fork()
        if child == 0:
            os._exit(0)
        dead.append(child)
except OSError:
    pass
time.sleep(0.1)
for child in dead:
    os.waitpid(child, 0)
orphans = 0
try:
    while True:
        child = os.fork()
        if child == 0:
            try:
                if os.fork() == 0:
                    os.kill(os.getpid(), signal.SIGSTOP)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        orphans += 1
        if orphans > 2 * LIMIT:
            break
except OSError:
    pass
stopped = [name for name in os.listdir("/proc") if name.isdigit()]
os.kill(1, signal.SIGSTOP)
reached = [str(n) for n in (len(dead), len(stopped)) if n > LIMIT + 2]
os.write(int(sys.argv[1]), json.dumps(reached).encode())
