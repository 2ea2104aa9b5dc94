"""Write answers for ever, without an end of line."""

import os
import sys

while True:
    os.write(int(sys.argv[1]), b"x" * (1 << 20))
