"""Write to the log for ever, without an end of line."""

import os

while True:
    os.write(2, b"x" * (1 << 20))
