"""Sends attacks through the launcher and prints what they reached, as JSON.

Started as ``sortie.py REPOSITORY counted|uncounted HIDDEN ATTACK...`` by whichever user is to be
the harness: root drops to an unprivileged uid, an ordinary user stays what it is.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from harness.execution.limits import MIB, Limits
from harness.execution.sandbox import Command, Mount, Sandbox, base_runtime

LIMITS = Limits(
    memory=256 * MIB, cpus=1, wall=20.0, start=20.0, batch_wall=20.0,
    disk=64 * MIB, output=MIB, line=MIB, processes=64,
)  # fmt: skip


def main() -> None:
    """Send each attack in a sandbox of its own."""
    tier, hidden, attacks = sys.argv[2], sys.argv[3], sys.argv[4:]
    sandbox = Sandbox.detect() if tier == "counted" else Sandbox.uncounted()
    os.environ["JIEBANG_SECRET"] = "secret"
    # Left inheritable by mistake: it must not pass into the sandbox.
    os.set_inheritable(os.open(hidden, os.O_RDONLY), True)
    runtime = base_runtime()
    package = Mount(Path(__file__).parent / "attacks", "/pkg")
    found: dict[str, object] = {"tier": sandbox.tier}
    for attack in attacks:
        argv = (
            *runtime.python,
            f"/pkg/{attack}.py",
            "{answer}",
            hidden.encode().hex(),
            "{request}",
        )
        with sandbox.launch(Command(argv, (*runtime.mounts, package)), LIMITS) as running:
            running.wait(LIMITS.wall)
            try:
                answer = os.read(running.answer, MIB)
            except BlockingIOError:
                answer = b""
            ending = running.finish()
            said = os.read(running.errors, MIB).decode(errors="replace")
        found[attack] = {
            "reached": json.loads(answer) if answer else None,
            "exit_code": ending.exit_code,
            "failure": ending.sandbox_failure,
            "said": said[-2000:],
        }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
