"""Find the harness, its samples or answers among what may be imported, or poison what others do."""

import importlib.util
import json
import os
import py_compile
import sys

KEPT = {"board.yaml", "dataset.yaml", "targets.csv", "target.csv", "reserve.csv", "labels.csv"}
KEPT |= {"ledger.jsonl", "journal.sqlite", "predictions.parquet", "order.secret"}

reached = []
for name in ("harness", "scoring", "reports", "scenarios"):
    found = importlib.util.find_spec(name)
    if found is not None and found.origin is not None:
        reached.append(name)
for top in ("/site", "/rt", "/usr"):
    for folder, _, names in os.walk(top):
        reached += [os.path.join(folder, name) for name in names if name in KEPT]
caches = [os.path.dirname(importlib.util.cache_from_source(json.__file__))]
for folder in [*sys.path, *caches]:
    for name in ("poison.pth", "sitecustomize.py", "json.cpython-311.pyc"):
        path = os.path.join(folder, name)
        if path.startswith("/pkg"):
            continue
        try:
            with open(path, "a"):
                reached.append(path)
        except OSError:
            continue
try:
    py_compile.compile(json.__file__, doraise=True)
    reached.append("compiled code of the base environment")
except OSError:
    pass
os.write(int(sys.argv[1]), json.dumps(reached).encode())
