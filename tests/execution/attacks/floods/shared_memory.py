"""Write 700 MiB to shared memory."""

import os
import sys

written = 0
try:
    with open("/dev/shm/x", "wb", buffering=0) as file:
        while written < 700 << 20:
            written += file.write(b"x" * (1 << 20))
except OSError:
    pass
os.write(int(sys.argv[1]), b'["700 MiB"]' if written >= 700 << 20 else b"[]")
