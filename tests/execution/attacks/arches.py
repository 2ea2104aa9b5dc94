"""Call the kernel as 32-bit code does, past a filter for 64-bit numbers."""

import ctypes
import json
import mmap
import os
import sys

# mov eax, 20 (getpid); int 0x80; ret
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
child = os.fork()
if child == 0:
    os._exit(0 if call() > 0 else 1)
_, status = os.waitpid(child, 0)
reached = ["int 0x80"] if status == 0 else []
os.write(int(sys.argv[1]), json.dumps(reached).encode())
