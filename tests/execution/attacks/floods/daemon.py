"""Leave a process of another session behind that holds every pipe open."""

import os
import sys
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
os.wait()
os.write(int(sys.argv[1]), b"[]")
