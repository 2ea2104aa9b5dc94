"""Write 400 MiB to disk, in one file and then in forty."""

import os
import sys

written = 0
for number in range(41):
    try:
        with open(f"/tmp/{number}", "wb", buffering=0) as file:
            for _ in range(400 if number == 0 else 10):
                written += file.write(b"x" * (1 << 20))
    except OSError:
        continue
os.write(int(sys.argv[1]), b'["400 MiB"]' if written >= 400 << 20 else b"[]")
