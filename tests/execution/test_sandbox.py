"""What a launch promises: channels, environment, an ending that says what happened."""

import errno
import os
import re
import select
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from harness.execution.limits import MIB, Limits
from harness.execution.running import Ending
from harness.execution.runtime import runtime_of
from harness.execution.sandbox import Command, Mount, Sandbox, base_runtime
from harness.problems import Refusal

LIMITS = Limits(
    memory=256 * MIB, cpus=2, wall=10.0, start=10.0, batch_wall=10.0,
    disk=16 * MIB, output=MIB, line=MIB,
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    shutil.which("bwrap") is None, reason="NOT TESTED: bubblewrap is not installed"
)


@pytest.fixture(scope="module", params=["best", "polled", "none"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    makers = {"best": Sandbox.detect, "polled": Sandbox.uncounted, "none": Sandbox.unsafe}
    return makers[request.param]()


@pytest.fixture(scope="module")
def walled() -> Sandbox:
    return Sandbox.detect()


def python(code: str, *mounts: Mount, **environment: str) -> Command:
    runtime = base_runtime()
    argv = (*runtime.python, "-c", code, "{request}", "{answer}")
    return Command(argv, (*runtime.mounts, *mounts), environment)


def run(sandbox: Sandbox, command: Command) -> tuple[Ending, str, str]:
    """Run to the end; how it ended, what it answered, what it printed."""
    with sandbox.launch(command, LIMITS) as running:
        running.wait(10.0)
        ending = running.finish()
        return ending, _rest(running.answer), _rest(running.errors)


def _rest(descriptor: int) -> str:
    said = b""
    try:
        while chunk := os.read(descriptor, 65536):
            said += chunk
    except BlockingIOError:
        pass
    return said.decode()


class TestChannels:
    def test_a_request_is_answered(self, sandbox: Sandbox) -> None:
        code = """
import os, sys
asked = os.read(int(sys.argv[1]), 100)
os.write(int(sys.argv[2]), asked.upper())
print("noise")
"""
        with sandbox.launch(python(code), LIMITS) as running:
            os.write(running.request, b"question\n")
            running.wait(10.0)
            ending = running.finish()

            assert _rest(running.answer) == "QUESTION\n"
            assert _rest(running.errors) == "noise\n"
        assert ending.exit_code == 0
        assert ending.sandbox_failure is None

    def test_no_channel_ever_blocks_the_harness(self, sandbox: Sandbox) -> None:
        with sandbox.launch(python("import time; time.sleep(9)"), LIMITS) as running:
            with pytest.raises(BlockingIOError):
                os.read(running.answer, 1)
            with pytest.raises(BlockingIOError):
                while True:
                    os.write(running.request, b"x" * 65536)

    def test_what_is_printed_never_reaches_the_answers(self, sandbox: Sandbox) -> None:
        _, answer, said = run(sandbox, python("import os; os.system('echo loud')"))

        assert answer == ""
        assert said == "loud\n"

    def test_leaving_closes_every_descriptor(self, sandbox: Sandbox) -> None:
        before = {entry.name for entry in os.scandir("/proc/self/fd")}

        run(sandbox, python("pass"))

        assert {entry.name for entry in os.scandir("/proc/self/fd")} == before


class TestEnding:
    def test_an_exit_code_is_the_candidates(self, sandbox: Sandbox) -> None:
        ending, _, _ = run(sandbox, python("raise SystemExit(7)"))

        assert ending.exit_code == 7
        assert ending.signal is None
        assert ending.sandbox_failure is None

    def test_a_fatal_signal_is_named(self, sandbox: Sandbox) -> None:
        ending, _, _ = run(sandbox, python("import os; os.kill(os.getpid(), 11)"))

        assert ending.signal == 11
        assert ending.sandbox_failure is None

    def test_a_crash_that_shows_first_as_silence_keeps_its_signal(self, sandbox: Sandbox) -> None:
        with sandbox.launch(python("import os; os.abort()"), LIMITS) as running:
            select.select([running.answer], [], [], 10.0)
            ending = running.finish()

        assert ending.signal == signal.SIGABRT

    def test_a_run_that_is_ended_early_says_so(self, sandbox: Sandbox) -> None:
        with sandbox.launch(python("import time; time.sleep(9)"), LIMITS) as running:
            assert not running.wait(0.1)
            ending = running.finish()

        assert ending.exit_code is None
        assert ending.signal == 9
        assert ending.sandbox_failure is None

    def test_ending_twice_gives_the_same_ending(self, sandbox: Sandbox) -> None:
        with sandbox.launch(python("pass"), LIMITS) as running:
            assert running.finish() is running.finish()

    def test_ending_at_once_leaves_nothing(self, sandbox: Sandbox) -> None:
        for _ in range(10):
            with sandbox.launch(python("pass"), LIMITS) as running:
                assert running.finish().sandbox_failure is None

    def test_a_source_that_is_missing_is_the_sandboxs_failure(
        self, walled: Sandbox, tmp_path: Path
    ) -> None:
        ending, _, _ = run(walled, python("pass", Mount(tmp_path / "gone", "/pkg")))

        assert ending.exit_code is None
        assert ending.sandbox_failure is not None
        assert os.strerror(errno.ENOENT) in ending.sandbox_failure


class TestInside:
    def test_sources_are_seen_read_only_wherever_they_lie(
        self, walled: Sandbox, tmp_path: Path
    ) -> None:
        closed = tmp_path / "closed"
        (closed / "package").mkdir(parents=True)
        (closed / "package" / "model.txt").write_text("weights")
        (closed / "single.txt").write_text("one file")
        if os.geteuid() == 0:
            closed.chmod(0o700)
        code = """
print(open("/pkg/model.txt").read(), open("/single.txt").read())
try: open("/pkg/model.txt", "w")
except OSError as error: print(error.errno)
"""
        mounts = (Mount(closed / "package", "/pkg"), Mount(closed / "single.txt", "/single.txt"))

        _, _, said = run(walled, python(code, *mounts))

        assert said == f"weights one file\n{errno.EROFS}\n"

    def test_packages_of_the_base_environment_can_be_imported(self, walled: Sandbox) -> None:
        code = "import sys; sys.path.insert(0, '/site'); import numpy; print(numpy.__version__)"
        import numpy

        _, _, said = run(walled, python(code))

        assert said.strip() == numpy.__version__

    def test_only_packages_of_the_base_environment_are_there(self, walled: Sandbox) -> None:
        code = "import sys; print(sorted(p for p in sys.path if p.endswith('-packages')))"

        _, _, said = run(walled, python(code))

        if not Path(sys.base_prefix).resolve().is_relative_to("/usr"):
            version = "{}.{}".format(*sys.version_info[:2])
            assert said.strip() == f"['/rt/lib/python{version}/site-packages']"

    def test_our_own_packages_are_hidden_where_they_lie_beside_others(
        self, walled: Sandbox
    ) -> None:
        code = """
import os
print({name: os.listdir(f"/beside/{name}") for name in ("harness", "scenarios", "scoring")})
print(os.path.exists("/beside/docs/protocol.md"))
"""
        _, _, said = run(walled, python(code, Mount(Path(__file__).parents[2], "/beside")))

        assert said == "{'harness': [], 'scenarios': [], 'scoring': []}\nTrue\n"

    def test_what_organizers_keep_below_usr_is_not_seen(self, walled: Sandbox) -> None:
        _, _, said = run(
            walled, Command(("/usr/bin/find", "/usr/local", "/usr/src", "-mindepth", "1"))
        )

        assert said == ""

    def test_what_changes_answers_is_pinned(self, sandbox: Sandbox) -> None:
        code = "import os; print(sorted(os.environ.items()))"
        os.environ["JIEBANG_SECRET"] = "secret"

        _, _, said = run(sandbox, python(code, EXTRA="given"))

        del os.environ["JIEBANG_SECRET"]
        for pair in (
            ("PYTHONHASHSEED", "0"), ("OMP_NUM_THREADS", "2"), ("OPENBLAS_NUM_THREADS", "2"),
            ("MKL_NUM_THREADS", "2"), ("OPENBLAS_CORETYPE", "Haswell"), ("TZ", "UTC"),
            ("LANG", "C.UTF-8"), ("EXTRA", "given"),
        ):  # fmt: skip
            assert str(pair) in said
        assert "JIEBANG_SECRET" not in said

    def test_honest_tools_work(self, walled: Sandbox) -> None:
        code = """
import asyncio, getpass, multiprocessing, socket, sqlite3, subprocess, sys, tempfile
from multiprocessing import shared_memory
from multiprocessing.connection import Client, Listener
def square(n): return n * n
segment = shared_memory.SharedMemory(create=True, size=1024); segment.unlink()
with Listener() as listener: Client(listener.address).close()
assert socket.getaddrinfo("localhost", 80)
with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(square, [1, 2]))
print(subprocess.run([sys.executable, "-c", "print(3)"], capture_output=True).stdout)
async def child():
    return await (await asyncio.create_subprocess_exec("/bin/true")).wait()
print(asyncio.run(child()), getpass.getuser())
with tempfile.NamedTemporaryFile() as file: sqlite3.connect(file.name).execute("create table t(x)")
"""
        ending, _, said = run(walled, python(code))

        assert said == "[1, 4]\nb'3\\n'\n0 sandbox\n"
        assert ending.exit_code == 0


class TestTiers:
    def test_the_best_tier_that_works_is_found(self, walled: Sandbox) -> None:
        assert walled.tier in {"A", "B"}
        assert (walled.tier == "A") == (walled.causes == ())

    def test_without_bubblewrap_only_self_checks_are_left(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        monkeypatch.setattr("harness.execution.confiner.version", lambda: 7)

        found = Sandbox.detect()

        assert found.tier == "C"
        assert [cause.code for cause in found.causes] == ["E6002"]

    def test_without_bubblewrap_and_landlock_nothing_is_run(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nowhere")
        monkeypatch.setattr("harness.execution.confiner.version", lambda: 3)

        with pytest.raises(Refusal) as refusal:
            Sandbox.detect()

        assert [problem.code for problem in refusal.value.problems] == ["E6002", "E6025"]

    def test_on_another_machine_nothing_is_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("platform.machine", lambda: "riscv64")

        with pytest.raises(Refusal) as refusal:
            Sandbox.detect()

        assert [problem.code for problem in refusal.value.problems] == ["E6001"]

    def test_a_sandbox_that_fails_is_not_replaced_by_none(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("harness.execution.bubblewrap._INSIDE", "nobody")
        monkeypatch.setattr("harness.execution.confiner.version", lambda: 0)

        with pytest.raises(Refusal) as refusal:
            Sandbox.detect()

        assert {problem.code for problem in refusal.value.problems} == {"E6019", "E6025"}

    def test_going_without_is_never_silent(self) -> None:
        assert [cause.code for cause in Sandbox.unsafe().causes] == ["E6003"]

    def test_a_run_belongs_to_the_main_thread(self, walled: Sandbox) -> None:
        raised: list[BaseException] = []

        def elsewhere() -> None:
            try:
                walled.launch(python("pass"), LIMITS)
            except RuntimeError as error:
                raised.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

        assert len(raised) == 1


@pytest.mark.parametrize("target", ["pkg", "/", "/pkg/", "/a/../b", "", "//pkg"])
def test_a_mount_has_a_plain_target(target: str) -> None:
    with pytest.raises(ValueError, match="target"):
        Mount(Path("/tmp"), target)


class TestRuntime:
    def test_a_system_interpreter_is_used_where_it_is(self, tmp_path: Path) -> None:
        runtime = runtime_of(prefix=Path("/usr"), site=tmp_path, version="3.11", library=None)

        assert runtime.python == ("/usr/bin/python3.11", "-I", "-B")
        assert [mount.target for mount in runtime.mounts] == ["/site"]

    def test_the_system_interpreter_really_starts(self, walled: Sandbox) -> None:
        version = "3.{}".format(*re.findall(r"3\.(\d+)$", str(Path("/usr/bin/python3").resolve())))
        runtime = runtime_of(
            prefix=Path("/usr"), site=Path("/nowhere"), version=version, library=None
        )

        ending, _, said = run(walled, Command((*runtime.python, "-c", "print(1)"), runtime.mounts))

        assert (ending.exit_code, said) == (0, "1\n")

    def test_packages_of_a_virtual_environment_hide_those_of_its_base(self, tmp_path: Path) -> None:
        site, prefix = tmp_path / "site", tmp_path / "base"
        site.mkdir()
        (prefix / "lib/python3.11/site-packages").mkdir(parents=True)
        values: dict[str, Any] = {"prefix": prefix, "version": "3.11", "library": None}

        runtime = runtime_of(site=site, **values)

        assert runtime.python[0] == "/rt/bin/python3.11"
        assert Mount(site, "/rt/lib/python3.11/site-packages") in runtime.mounts
