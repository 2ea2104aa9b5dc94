"""Leave sockets where others look, and have the kernel load rare protocols for the asking."""

import json
import os
import socket
import sys

RARE = {"ICMP": 1, "DCCP": 33, "GRE": 47, "SCTP": 132, "UDPLITE": 136, "RAW": 255, "MPTCP": 262}

reached = []
for folder in ("/", "/pkg", "/usr", "/rt", "/site", "/dev", "/etc"):
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(os.path.join(folder, "socket"))
        except OSError:
            continue
        reached.append(folder)
for family in (socket.AF_INET, socket.AF_INET6):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        for name, protocol in RARE.items():
            try:
                socket.socket(family, kind, protocol).close()
            except OSError:
                continue
            reached.append(f"{name} {kind.name}")
os.write(int(sys.argv[1]), json.dumps(reached).encode())
