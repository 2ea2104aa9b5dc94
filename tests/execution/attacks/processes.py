"""Have 400 processes, and 400 threads, at a time."""

import json
import os
import sys
import threading
import time

LIMIT = 64
children = []
try:
    while len(children) < 400:
        child = os.fork()
        if child == 0:
            time.sleep(30)
            os._exit(0)
        children.append(child)
except OSError:
    pass
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
started, end = 0, threading.Event()
try:
    while started < 400:
        threading.Thread(target=end.wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
end.set()
reached = [str(n) for n in (len(children), started) if n >= LIMIT]
os.write(int(sys.argv[1]), json.dumps(reached if children and started else ["nothing"]).encode())
