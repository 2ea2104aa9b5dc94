"""Tier C: what Landlock, a filter and limits hold without namespaces, for self-checks only."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.execution.canary import run_canaries
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.landlock import lacking
from harness.execution.limits import MIB, Limits
from harness.execution.running import Ending
from harness.execution.sandbox import Command, Sandbox, base_runtime
from harness.execution.tree import descendants
from harness.problems import Refusal

pytestmark = pytest.mark.skipif(
    lacking() is not None, reason="NOT TESTED: this kernel has no Landlock of version 6"
)

LIMITS = Limits(
    memory=128 * MIB, cpus=1, wall=10.0, start=10.0, batch_wall=10.0, disk=MIB, output=MIB,
    line=MIB, processes=16,
)  # fmt: skip


def attack(code: str, seconds: float = 10.0) -> tuple[Ending, str]:
    runtime = base_runtime()
    command = Command((*runtime.python, "-c", code), runtime.mounts)
    with Sandbox.confined().launch(command, LIMITS) as running:
        running.wait(seconds)
        ending = running.finish()
        try:
            return ending, os.read(running.errors, MIB).decode(errors="replace")
        except BlockingIOError:
            return ending, ""


def test_every_canary_is_stopped() -> None:
    canaries = run_canaries(Sandbox.confined())

    assert [canary.name for canary in canaries if not canary.stopped] == []


def test_a_candidate_answers_as_in_any_sandbox(
    make_job: Callable[..., Job], package: Callable[[str], Path]
) -> None:
    code = "import numpy\ndef predict(batch):\n    return [{'label': '甲'} for _ in batch]\n"
    job = make_job(package=package(code), tier="C", start=20.0)

    record = execute(job, Sandbox.confined(), lambda count: None)

    assert record.outcomes["answered"] == 8
    assert record.content["tier"] == "C"


def test_a_board_that_demands_more_refuses_it(
    make_job: Callable[..., Job], package: Callable[[str], Path]
) -> None:
    with pytest.raises(Refusal) as refusal:
        execute(make_job(package=package(""), tier="B"), Sandbox.confined(), lambda count: None)

    assert refusal.value.problems[0].code == "E6105"


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill({harness}, 0)",
        "import socket; socket.socket(socket.AF_UNIX).connect({path!r})",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "import os; os.setsid()",
        "import os; os.listdir('/root')",
        "open('/etc/passwd').read()",
        "open('/proc/{harness}/environ').read()",
        "open('/proc/self/status').read()",
        "open('/tmp/outside', 'w')",
        "import os; os.memfd_create('x')",
        "open('/dev/mem')",
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True); "
        "assert libc.ptrace(16, {harness}, 0, 0) == 0",
        "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
        "import os; os.setuid(1); os.setuid(0); os.chown('.', 1, 1)",
        "import resource; resource.prlimit({harness}, resource.RLIMIT_FSIZE, (0, 0))",
        "import os; os.setpriority(os.PRIO_PROCESS, {harness}, 19)",
        "import os; os.sched_setaffinity({harness}, [0])",
        "import os; os.sched_setscheduler({harness}, os.SCHED_IDLE, os.sched_param(0))",
        "import os; os.chown({path!r}, 0, 0)",
        "import os; os.setxattr({path!r}, 'user.x', b'1')",
        "import ctypes; libc = ctypes.CDLL(None); "
        "assert libc.inotify_add_watch(libc.inotify_init1(0), b'/tmp', 0xfff) >= 0",
    ],
)
def test_what_reaches_out_is_refused(code: str) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = f"{folder}/socket"
        listener.bind(path)
        listener.listen()
        words = code.replace("{harness}", str(os.getpid())).replace("{path!r}", repr(path))

        ending, said = attack(words)

    assert ending.exit_code == 1, said
    assert "Error" in said


def test_files_of_the_host_keep_their_modes_and_times(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("secret")
    before = file.stat()
    code = f"import os; os.chmod({str(file)!r}, 0); os.utime({str(file)!r}, (0, 0))"

    ending, said = attack(f"{code}; open('a', 'w'); import shutil; shutil.copy('a', 'b')")

    assert ending.exit_code == 0, said
    assert (file.stat().st_mode, file.stat().st_mtime) == (before.st_mode, before.st_mtime)


@pytest.mark.parametrize(
    "code",
    [
        "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
        "import os; os.mkdir('shut'); open('shut/x', 'w').close(); os.chmod('shut', 0)",
        "import os; os.mkdir('shut'); f = os.open('shut', 0); open('shut/x', 'w'); os.fchmod(f, 0)",
        "import os; os.symlink('/', 'root'); os.mkfifo('fifo'); os.symlink('loop', 'loop')",
    ],
    ids=["deep", "closed", "closed by its descriptor", "links"],
)
def test_what_is_left_is_removed_however_deep_or_closed(code: str) -> None:
    rooms = set(Path(tempfile.gettempdir()).glob("jiebang-run-*"))

    ending, said = attack(code)

    assert ending.exit_code == 0, said
    assert set(Path(tempfile.gettempdir()).glob("jiebang-run-*")) <= rooms


def test_too_many_processes_are_over_the_limit(
    make_job: Callable[..., Job], package: Callable[[str], Path]
) -> None:
    code = """
import os, time
def predict(batch):
    for _ in range(150):
        if os.fork() == 0:
            time.sleep(60)
    time.sleep(2)
    return [{"label": "甲"} for _ in batch]
"""
    job = make_job(package=package(code), tier="C", start=20.0, batch_wall=5.0)

    record = execute(job, Sandbox.confined(), lambda count: None)

    assert record.outcomes["over_limit"] == 8
    assert record.content["faults"] == {"processes_spent": 3}


def test_nothing_outlives_the_run_and_nothing_is_left_behind() -> None:
    rooms = set(Path(tempfile.gettempdir()).glob("jiebang-run-*"))
    before = set(descendants(os.getpid()))
    code = """
import os, time
open("kept", "w").write("x")
for _ in range(3):
    if os.fork() == 0:
        if os.fork() == 0: time.sleep(1000)
        os._exit(0)
time.sleep(0.2)
"""

    ending, said = attack(code)

    assert ending.exit_code == 0, said
    deadline = time.monotonic() + 5
    while _sleepers() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _sleepers()
    assert set(descendants(os.getpid())) <= before
    assert set(Path(tempfile.gettempdir()).glob("jiebang-run-*")) <= rooms


def test_a_file_is_bounded() -> None:
    ending, _ = attack("open('big', 'wb').write(b'x' * (2 << 20))")

    assert ending.exit_code != 0
    assert ending.sandbox_failure is None


def _sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if b"time.sleep(1000)" in words and b"kept" in words:
            found.append(path.parent.name)
    return found
