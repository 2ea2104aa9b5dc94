"""What applicants do at home works without the modules that only Unix has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ELSEWHERE = """
import os, sys
import asyncio, click, concurrent.futures.process, ctypes, multiprocessing.connection, platform, random, subprocess, tempfile
import aiohttp, cryptography.hazmat.primitives.asymmetric.ed25519, numpy, pandas, pyarrow, scipy.stats

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {"fcntl", "grp", "pty", "pwd", "resource", "termios"}:
            raise ImportError(name)

sys.meta_path.insert(0, Missing())
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios"):
    sys.modules.pop(name, None)
for name in ("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "chown", "fchmod", "fork", "geteuid",
             "getuid", "mkfifo", "sched_getaffinity", "uname"):
    delattr(os, name)
sys.platform = "win32"
ctypes.CDLL = lambda name, **options: {}[name]

from harness.cli.main import main
for line in sys.stdin.read().splitlines():
    try:
        code = main(line.split(), standalone_mode=False) or 0
    except SystemExit as ended:
        code = ended.code
    print("ended", code, line, flush=True)
"""


def typed(folder: Path, *lines: str) -> str:
    """What verbs answer, one after the other, on a machine that has nothing of Unix."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        cwd=folder,
        input="\n".join(lines),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def test_declarations_are_written_checked_and_packed_on_any_system(tmp_path: Path) -> None:
    lines = (
        "new board board",
        "new package package",
        "new scenario scenario",
        "check board",
        "check package --board board",
        "pack scenario --board board -o scenario.zip",
        "check scenario.zip --board board",
        "explain E4001 E6001",
        "metrics mae",
        "schema package",
    )

    said = typed(tmp_path, *lines)

    assert [f"ended 0 {line}" in said for line in lines] == [True] * len(lines), said


def test_a_machine_that_cannot_run_candidates_says_what_can(tmp_path: Path) -> None:
    said = typed(tmp_path, "new board b", "new package p", "check p", "doctor", "try p --board b")

    assert "ended 2 doctor" in said, said
    assert "ended 2 try p --board b" in said, said
    assert said.count("✕ E6001") == 2
    assert "WSL2" in said
