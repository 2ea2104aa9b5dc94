"""Leave sockets where others look; hold what no group counts; load rare protocols for the asking."""

import ctypes
import errno
import json
import os
import socket
import sys

FAMILIES = {"INET": 2, "INET6": 10, "INET in the low half": 1 << 32 | 2}
PROTOCOLS = {
    "any": 0, "ICMP": 1, "TCP": 6, "UDP": 17, "DCCP": 33, "GRE": 47, "SCTP": 132, "UDPLITE": 136,
    "RAW": 255, "MPTCP": 262,
}  # fmt: skip
CALLS = {"socket": 41, "socketpair": 53}

libc = ctypes.CDLL(None, use_errno=True)
reached = []
for folder in ("/", "/pkg", "/usr", "/rt", "/site", "/dev", "/etc"):
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(os.path.join(folder, "socket"))
        except OSError:
            continue
        reached.append(folder)
for call, number in CALLS.items():
    for family, code in FAMILIES.items():
        for kind in range(1, 6):
            for name, protocol in PROTOCOLS.items():
                ends = (ctypes.c_int * 2)()
                made = libc.syscall(number, ctypes.c_ulong(code), kind, protocol, ends)
                if made >= 0 or ctypes.get_errno() != errno.EAFNOSUPPORT:
                    reached.append(f"{call} {family} {kind} {name}")
os.write(int(sys.argv[1]), json.dumps(reached).encode())
