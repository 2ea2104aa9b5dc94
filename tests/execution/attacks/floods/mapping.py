"""Take 700 MiB in a mapping shared with a child."""

import mmap
import os
import sys
import time

held = mmap.mmap(-1, 700 << 20)
if os.fork() == 0:
    time.sleep(5)
    os._exit(0)
for at in range(0, 700 << 20, 4096):
    held[at] = 1
os.write(int(sys.argv[1]), b'["700 MiB"]')
