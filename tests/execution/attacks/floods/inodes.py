"""Make 60,000 empty files."""

import os
import sys

made = 0
try:
    for number in range(60_000):
        open(f"/tmp/{number}", "w").close()
        made += 1
except OSError:
    pass
os.write(int(sys.argv[1]), b"[]")
