"""Leave the machine, or reach the host over any address."""

import json
import os
import socket
import sys

with open("/proc/net/dev") as devices:
    reached = [line.split(":")[0] for line in devices if ":" in line and " lo:" not in " " + line]
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    for address in ("192.0.2.1", "10.0.0.1", "169.254.169.254", "255.255.255.255"):
        try:
            with socket.socket(socket.AF_INET, kind) as caller:
                caller.settimeout(0.5)
                caller.connect((address, 53))
                caller.send(b"x")
        except OSError:
            continue
        reached.append(address)
for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket"):
    if os.path.exists(path):
        reached.append(path)
os.write(int(sys.argv[1]), json.dumps(reached).encode())
