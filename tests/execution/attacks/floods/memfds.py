"""Write 800 MiB to files that have no name."""

import os
import sys

written = 0
try:
    for _ in range(20):
        held = os.memfd_create("x")
        for _ in range(40):
            written += os.write(held, b"x" * (1 << 20))
except OSError:
    pass
os.write(int(sys.argv[1]), b'["800 MiB"]' if written >= 800 << 20 else b"[]")
