"""Attacks that worked against plain processes, sent through the real launcher."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.execution.cgroup import Nest
from harness.execution.engines import ENGINES
from harness.execution.limits import MIB, Limits
from harness.execution.running import Ending
from harness.execution.sandbox import Command, Sandbox, base_runtime
from harness.execution.tree import descendants
from harness.problems import Refusal

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
CONTAINED = sorted(script.stem for script in (HERE / "attacks").glob("*.py"))
FLOODS = sorted(script.stem for script in (HERE / "attacks" / "floods").glob("*.py"))
SORTIES = [f"attacks/{name}" for name in CONTAINED] + [f"attacks/floods/{name}" for name in FLOODS]
NOBODY = 65534
SYSTEM_PYTHON = "/usr/bin/python3"
SHOWN_BY_ENGINES = {
    "groups": (" cgroup ", " sysfs "),
    "hidden": ("/sys", "/run"),
    "kernel_files": ("/sys/fs/cgroup",),
    "calls": ("statmount",),
}
"""What an engine shows of a container to itself: its own control group, read-only; folders with
nothing of the host; a call younger than the engine's filter, which tells no more than
``/proc/self/mountinfo``."""

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="NOT TESTED: bubblewrap is not installed"
)


def limits(**changed: Any) -> Limits:
    usual = {
        "memory": 128 * MIB, "cpus": 1, "wall": 10.0, "start": 10.0, "batch_wall": 10.0,
        "disk": 32 * MIB, "output": MIB, "line": MIB,
    }  # fmt: skip
    return Limits(**{**usual, **changed})


@pytest.fixture(scope="module")
def detected() -> Sandbox:
    return Sandbox.detect()


@pytest.fixture(scope="module", params=["counted", "uncounted"])
def sandbox(request: pytest.FixtureRequest, detected: Sandbox) -> Sandbox:
    if request.param == "counted" and detected.tier != "A":
        pytest.skip(f"NOT TESTED: tier A is not reached: {detected.causes}")
    return detected if request.param == "counted" else Sandbox.uncounted()


def attack(
    sandbox: Sandbox, code: str, bounds: Limits, seconds: float = 10.0
) -> tuple[Ending, str]:
    runtime = base_runtime()
    command = Command((*runtime.python, "-c", code, "{request}", "{answer}"), runtime.mounts)
    with sandbox.launch(command, bounds) as running:
        running.wait(seconds)
        ending = running.finish()
        try:
            return ending, os.read(running.errors, MIB).decode(errors="replace")
        except BlockingIOError:
            return ending, ""


DROP = (
    'for join in $JOINS; do echo $$ > "$join" || exit 9; done; '
    'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
)


@contextlib.contextmanager
def delegated(nest: Nest | None) -> Iterator[list[str]]:
    """Hand control groups over to an ordinary user, as an administrator would."""
    if nest is None:
        pytest.skip("NOT TESTED: tier A is not reached, so nothing can be delegated")
    folders = [
        folder / f"delegated-{os.getpid()}" for folder in dict.fromkeys(nest.folders.values())
    ]
    try:
        for folder in folders:
            folder.mkdir()
            for path in (folder, *folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)
        yield [str(folder / "cgroup.procs") for folder in folders]
    finally:
        for folder in folders:
            _wait_until(lambda folder=folder: _removed(folder))


def _removed(folder: Path) -> bool:
    for inner in folder.glob("jiebang-*"):
        with contextlib.suppress(OSError):
            inner.rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def answering(engine: str) -> None:
    """Skip where a container engine starts no container."""
    try:
        Sandbox.contained(engine)
    except Refusal as refusal:
        pytest.skip(f"NOT TESTED: {engine} starts no container here: {refusal.problems[0].code}")


@pytest.fixture(
    scope="module",
    params=[
        "root, counted",
        "root, polled",
        "ordinary user, counted",
        "ordinary user, polled",
        *ENGINES,
    ],
)
def found(detected: Sandbox, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """What each attack reached, all sent in one go, with a label file that any user may read."""
    who, _, how = request.param.partition(", ")
    python = sys.executable
    user: dict[str, Any] = {}
    start: list[str] = []
    if who in ENGINES:
        answering(who)
    if who == "root" and os.geteuid() != 0:
        pytest.skip("NOT TESTED: only root can try what root does")
    if who == "ordinary user" and os.geteuid() == 0:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        python = SYSTEM_PYTHON
        probe = "import sys; sys.path.insert(0, sys.argv[1]); import harness.execution.sandbox"
        can = subprocess.run(
            [python, "-B", "-I", "-c", probe, str(REPOSITORY)], capture_output=True, **user
        )
        if can.returncode != 0:
            pytest.skip(f"NOT TESTED: an ordinary user cannot be the harness: {can.stderr!r}")
    with tempfile.TemporaryDirectory() as folder:
        if user:
            os.chown(folder, NOBODY, NOBODY)
        Path(folder).chmod(0o755)
        other = Path(folder, "package")
        other.mkdir()
        (other / "package.yaml").write_text("secret")
        label = Path(folder, "labels.csv")
        label.write_text("secret")
        label.chmod(0o644)
        backend = {"counted": "counted", "polled": "uncounted"}.get(how, who)
        words = (str(REPOSITORY), backend, str(label))
        with contextlib.ExitStack() as stack:
            environment = dict(os.environ)
            if user and how == "counted":
                joins = stack.enter_context(delegated(detected.nest))
                environment["JOINS"] = " ".join(joins)
                start, user = ["/bin/sh", "-c", DROP, "sh"], {}
            sortie = subprocess.run(
                [*start, python, "-B", "-I", str(HERE / "sortie.py"), *words, *SORTIES],
                capture_output=True, text=True, timeout=300, cwd="/", env=environment, **user,
            )  # fmt: skip
            assert sortie.returncode == 0, sortie.stderr
            told = json.loads(sortie.stdout)
            assert told["tier"] == ("A" if how == "counted" else "B")
            yield told | {"backend": backend}


@pytest.mark.parametrize("name", CONTAINED)
def test_an_attack_reaches_nothing(found: dict[str, Any], name: str) -> None:
    result = found[f"attacks/{name}"]
    shown = SHOWN_BY_ENGINES.get(name, ()) if found["backend"] in ENGINES else ()

    assert result["failure"] is None
    assert result["exit_code"] == 0, result["said"]
    reached = [one for one in result["reached"] if not any(word in one for word in shown)]
    assert reached == [], result["said"]


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_stays_within_its_limit(found: dict[str, Any], name: str) -> None:
    result = found[f"attacks/floods/{name}"]
    counted = found["tier"] == "A"
    contained = found["backend"] in ENGINES

    assert result["failure"] is None
    assert not result["reached"], result["said"]
    assert result["seconds"] < 15.0
    if counted:
        assert result["peak"] <= 256 * MIB
        assert result["cpu"] < 3.0
    if name in ("one_process", "children", "mapping"):
        assert result["exceeded"] == "memory"
    if name in ("busy", "fleeting_children") and (counted or contained or name == "busy"):
        assert result["exceeded"] == "cpu"


class TestMemory:
    def test_children_share_one_limit(self, sandbox: Sandbox) -> None:
        code = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(40 << 20); held[::4096] = b"x" * len(held[::4096])
        time.sleep(1); os._exit(0)
time.sleep(1)
"""
        ending, _ = attack(sandbox, code, limits())

        assert ending.exceeded == "memory"
        assert ending.usage.oom_kills
        assert ending.sandbox_failure is None

    def test_a_shared_mapping_counts(self, sandbox: Sandbox) -> None:
        code = """
import mmap, time
held = mmap.mmap(-1, 300 << 20)
for at in range(0, 300 << 20, 4096): held[at] = 1
time.sleep(5)
"""
        ending, _ = attack(sandbox, code, limits())

        assert ending.exceeded == "memory"

    @pytest.mark.parametrize(
        "call",
        ["os.memfd_create('x')", "os.open('/dev/shm/x', 66)", "os.open('/tmp/x', 66)"],
        ids=["memfd", "shared memory", "disk"],
    )
    def test_files_in_memory_stay_bounded(self, sandbox: Sandbox, call: str) -> None:
        code = f"""
import os
descriptor, written = {call}, 0
while written < 400 << 20: written += os.write(descriptor, b"x" * (1 << 20))
print("unbounded")
"""
        ending, said = attack(sandbox, code, limits())

        assert "unbounded" not in said
        assert ending.sandbox_failure is None

    def test_detached_segments_stay_bounded(self, sandbox: Sandbox) -> None:
        code = """
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
for _ in range(20):
    segment = libc.shmget(0, 40 << 20, 0o1600)
    if segment < 0: break
    at = libc.shmat(segment, None, 0)
    ctypes.memset(at, 1, 40 << 20)
    libc.shmdt(ctypes.c_void_p(at))
else:
    print("unbounded")
"""
        _, said = attack(sandbox, code, limits())

        assert "unbounded" not in said

    def test_a_parent_that_outlives_its_killed_children_is_still_over_the_limit(
        self, detected: Sandbox
    ) -> None:
        if detected.tier != "A":
            pytest.skip("NOT TESTED: tier A is not reached")
        code = """
import os
if os.fork() == 0:
    bytearray(600 << 20); os._exit(0)
os.wait()
"""
        ending, _ = attack(detected, code, limits())

        assert ending.exit_code == 0
        assert ending.exceeded == "memory"

    def test_sixty_thousand_empty_files_are_charged(self, detected: Sandbox) -> None:
        if detected.tier != "A":
            pytest.skip("NOT TESTED: tier A is not reached")
        code = "for n in range(60_000): open(f'/tmp/{n}', 'w').close()\nprint('unbounded')"

        ending, said = attack(detected, code, limits(memory=32 * MIB))

        assert ending.exceeded == "memory"
        assert "unbounded" not in said

    def test_a_shared_segment_does_not_survive_the_run(self, sandbox: Sandbox) -> None:
        before = Path("/proc/sysvipc/shm").read_text()
        code = "import ctypes\nctypes.CDLL(None).shmget(4711, 1 << 20, 0o1666)"

        attack(sandbox, code, limits())

        assert Path("/proc/sysvipc/shm").read_text() == before

    def test_exit_status_137_is_not_taken_for_want_of_memory(self, sandbox: Sandbox) -> None:
        ending, _ = attack(sandbox, "raise SystemExit(137)", limits())

        assert ending.exit_code == 137
        assert ending.exceeded is None


class TestTime:
    def test_short_lived_children_that_nobody_waits_for_spend_cpu_time(
        self, detected: Sandbox
    ) -> None:
        if detected.tier != "A":
            pytest.skip("NOT TESTED: tier A is not reached")
        code = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    if os.fork() == 0:
        end = time.process_time() + 0.02
        while time.process_time() < end: pass
        os._exit(0)
    time.sleep(0.02)
"""
        ending, _ = attack(detected, code, limits(cpu=0.5))

        assert ending.exceeded == "cpu"
        assert ending.usage.cpu_seconds is not None
        assert 0.5 <= ending.usage.cpu_seconds < 2.0

    def test_a_busy_process_is_ended_at_its_cpu_time(self, sandbox: Sandbox) -> None:
        ending, _ = attack(sandbox, "while True: pass", limits(cpu=0.3))

        assert ending.exceeded == "cpu"
        assert ending.sandbox_failure is None

    @pytest.mark.deep
    @pytest.mark.parametrize(
        "code",
        [
            "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
            "import os, sys\nos.execv(sys.executable, [sys.executable, '-I', '-c', open(0).read()"
            " if 0 else 'import os,sys; os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])'])",
            "import threading\ndef spin():\n    while True: pass\n"
            "for _ in range(60): threading.Thread(target=spin).start()",
            "import os, signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
            "while True:\n    if os.fork() == 0: os.setsid(); os.fork(); os._exit(0)",
            "import os\nheld = []\nwhile True:\n"
            "    try: held += [*os.pipe(), os.memfd_create('x')]\n"
            "    except OSError: held and [os.close(one) for one in held]; held = []",
            "import mmap\nheld = []\nwhile True: held.append(mmap.mmap(-1, 1 << 20))",
        ],
        ids=["fork bomb", "exec storm", "sixty spinning threads", "orphan storm", "descriptors",
             "mappings"],
    )  # fmt: skip
    def test_storms_end_with_the_run(self, sandbox: Sandbox, code: str) -> None:
        before, began = set(_descendants()), time.monotonic()

        ending, _ = attack(sandbox, code, limits(cpu=3.0), seconds=6.0)

        assert time.monotonic() - began < 12.0
        assert ending.sandbox_failure is None
        assert set(_descendants()) <= before

    def test_ignoring_signals_does_not_delay_the_end(self, sandbox: Sandbox) -> None:
        code = """
import signal, time
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: time.sleep(1)
"""
        began = time.monotonic()

        ending, _ = attack(sandbox, code, limits(), seconds=0.3)

        assert time.monotonic() - began < 3.0
        assert ending.signal == signal.SIGKILL


class TestEnding:
    def test_an_orphan_that_holds_the_pipes_ends_with_the_run(self, sandbox: Sandbox) -> None:
        code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
os.wait()
"""
        before = set(_descendants())
        began = time.monotonic()

        ending, _ = attack(sandbox, code, limits())

        assert time.monotonic() - began < 3.0
        assert ending.exit_code == 0
        assert ending.sandbox_failure is None
        assert set(_descendants()) <= before

    def test_flooding_the_error_stream_costs_the_harness_nothing(self, sandbox: Sandbox) -> None:
        code = "import os\nwhile True: os.write(1, b'x' * (1 << 20))"

        ending, said = attack(sandbox, code, limits(), seconds=0.3)

        assert ending.signal == signal.SIGKILL
        assert len(said) <= MIB

    def test_destroying_the_first_process_inside_is_the_candidates_fault(
        self, sandbox: Sandbox
    ) -> None:
        code = """
import os
target = os.open("/proc/1/mem", os.O_RDWR)
for line in open("/proc/1/maps"):
    if " r-xp " in line or "[stack]" in line:
        low, high = (int(end, 16) for end in line.split()[0].split("-"))
        try: os.pwrite(target, bytes(high - low), low)
        except OSError: pass
"""
        ending, _ = attack(sandbox, code, limits(), seconds=0.5)

        assert ending.sandbox_failure is None

    def test_killing_the_harness_ends_the_run(self, tmp_path: Path) -> None:
        code = f"""
import sys, time
sys.path.insert(0, {str(REPOSITORY)!r})
from harness.execution.limits import Limits
from harness.execution.sandbox import Command, Sandbox
bounds = Limits(memory=1 << 28, cpus=1, wall=60.0, start=9.0, batch_wall=9.0, disk=1 << 20,
                output=1 << 20, line=1 << 20)
running = Sandbox.uncounted().launch(Command(("/usr/bin/sleep", "987654")), bounds)
time.sleep(0.3)
print(running.pid, flush=True)
time.sleep(60)
"""
        harness = subprocess.Popen(
            [sys.executable, "-B", "-c", code], stdout=subprocess.PIPE, text=True
        )
        assert harness.stdout is not None
        outer = int(harness.stdout.readline())
        tree = _descendants(outer)
        assert any("987654" in _command_line(pid) for pid in tree)

        harness.kill()
        harness.wait()
        harness.stdout.close()

        _wait_until(lambda: not any("987654" in _command_line(pid) for pid in tree))

    def test_no_group_is_left(self, detected: Sandbox) -> None:
        if detected.nest is None:
            pytest.skip("NOT TESTED: tier A is not reached")

        attack(detected, "pass", limits())

        for folder in detected.nest.folders.values():
            assert not list(folder.glob(f"jiebang-{os.getpid()}-*"))


def _descendants(root: int | None = None) -> list[int]:
    return descendants(os.getpid() if root is None else root)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _wait_until(condition: Any) -> None:
    deadline = time.monotonic() + 5.0
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
