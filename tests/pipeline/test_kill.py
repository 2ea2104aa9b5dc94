"""kill -9 in the middle of `jiebang run`, and the same command again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.execution.sandbox import Sandbox
from harness.pipeline import stages
from harness.workspace import Workspace

JIEBANG = [sys.executable, "-m", "harness.cli.main"]
SLOW = (
    "import time\n"
    "def predict(batch):\n"
    "    time.sleep(0.03)\n"
    "    return [{'label': 'hot' if x['t'] > 50 else 'cold'} for x in batch]\n"
)


def sealed(workspace: Workspace) -> dict[str, bytes]:
    return {
        path.relative_to(workspace.root).as_posix(): path.read_bytes()
        for name in ("run.json", "predictions.parquet")
        for path in sorted(workspace.runs.rglob(name))
    }


def test_ten_kills_of_the_whole_run_change_no_byte_and_ask_nothing_twice(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    packages = [small.package("good"), small.package("fair"), small.package("rubbish")]
    for package in packages:
        (package / "solution" / "main.py").write_text(SLOW)
        (package / "solution" / "name.txt").write_text(package.name)
    workspace = ready(*packages)
    whole = Workspace(tmp_path / "whole")
    shutil.copytree(workspace.root, whole.root)
    stages.run(whole, sandbox, quiet)
    clock = random.Random(7)

    for _ in range(10):
        process = subprocess.Popen(
            [*JIEBANG, "run", str(workspace.root)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(clock.uniform(0.4, 1.6))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    _wait_until_gone(workspace.root)
    final = subprocess.run(
        [*JIEBANG, "run", str(workspace.root)], capture_output=True, text=True, check=False
    )

    assert final.returncode == 0, final.stderr
    assert sealed(workspace) == sealed(whole)


def _wait_until_gone(root: Path) -> None:
    """Workers die with the command; give the kernel a moment."""
    for _ in range(100):
        if not _alive(root):
            return
        time.sleep(0.05)
    raise AssertionError("a worker outlived the command that was killed")


def _alive(root: Path) -> bool:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(root).encode() in words or b"bwrap\0--args" in words:
                return True
    return False
