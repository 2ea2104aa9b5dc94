"""Find open files that the harness left behind."""

import json
import os
import sys

answer = int(sys.argv[1])
allowed = {0, 1, 2, answer, int(sys.argv[3])}
reached = []
for number in range(1024):
    try:
        os.fstat(number)
    except OSError:
        continue
    if number not in allowed:
        reached.append(f"{number} " + os.readlink(f"/proc/self/fd/{number}"))
os.write(answer, json.dumps(reached).encode())
