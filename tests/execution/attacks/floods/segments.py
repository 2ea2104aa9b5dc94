"""Fill 20 segments of 40 MiB and let go of them."""

import ctypes
import os
import sys

libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
filled = 0
for _ in range(20):
    segment = libc.shmget(0, 40 << 20, 0o1600)
    if segment < 0:
        break
    at = libc.shmat(segment, None, 0)
    ctypes.memset(at, 1, 40 << 20)
    libc.shmdt(ctypes.c_void_p(at))
    filled += 1
os.write(int(sys.argv[1]), b'["20 segments"]' if filled == 20 else b"[]")
