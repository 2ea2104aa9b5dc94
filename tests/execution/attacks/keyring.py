"""Read the session keyring, which no namespace parts."""

import ctypes
import json
import os
import sys

KEYCTL, SESSION, READ = 250, -3, 11

libc = ctypes.CDLL(None)
buffer = ctypes.create_string_buffer(64)
got = libc.syscall(KEYCTL, READ, SESSION, buffer, 64)
joined = libc.syscall(KEYCTL, 0, SESSION, 1)
os.write(int(sys.argv[1]), json.dumps([str(n) for n in (got, joined) if n >= 0]).encode())
