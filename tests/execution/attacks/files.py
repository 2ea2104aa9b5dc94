"""Open more files than a process may."""

import json
import os
import sys

opened = 0
try:
    while opened < 15000:
        os.open("/dev/null", os.O_RDONLY)
        opened += 1
except OSError:
    pass
os.write(int(sys.argv[1]), json.dumps([str(opened)] if opened > 1024 else []).encode())
