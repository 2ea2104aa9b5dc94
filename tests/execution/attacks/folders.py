"""Write anywhere but in the two places meant for it, one's own package included."""

import json
import os
import sys

reached = []
for folder, _, names in os.walk("/"):
    if folder.startswith(("/proc", "/tmp", "/dev/shm", "/usr/", "/rt/", "/site/")):
        continue
    path = os.path.join(folder, "planted")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        reached.append(folder)
    except OSError:
        pass
    if folder.startswith(("/pkg", "/etc")):
        for name in names:
            try:
                os.close(os.open(os.path.join(folder, name), os.O_WRONLY))
                reached.append(os.path.join(folder, name))
            except OSError:
                continue
    try:
        os.rename(folder, folder + ".moved")
        reached.append(folder + ".moved")
    except OSError:
        continue
os.write(int(sys.argv[1]), json.dumps(reached).encode())
