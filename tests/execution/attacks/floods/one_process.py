"""Take 1.5 GiB in one process."""

import os
import sys

held = bytearray(1536 << 20)
held[::4096] = b"x" * len(held[::4096])
os.write(int(sys.argv[1]), b'["1.5 GiB"]')
