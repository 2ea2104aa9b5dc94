"""Container engines as sandboxes, wherever one answers; that none does is said loudly."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from harness.execution import container
from harness.execution.canary import run_canaries
from harness.execution.cgroup import Others
from harness.execution.container import Container
from harness.execution.engines import ENGINES, Engine, demanded, engines
from harness.execution.executor import execute
from harness.execution.limits import MIB, Limits
from harness.execution.sandbox import Command, Mount, Sandbox, base_runtime
from harness.package import Solution
from harness.problems import Refusal

BOUNDS = Limits(
    memory=256 * MIB, cpus=1, wall=8.0, start=8.0, batch_wall=8.0,
    disk=16 * MIB, output=MIB, line=MIB, processes=16,
)  # fmt: skip


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """An engine that starts containers here."""
    name: str = request.param
    try:
        Sandbox.contained(name)
    except Refusal as refusal:
        pytest.skip(f"NOT TESTED: {name} runs no container here: {refusal.problems[0].code}")
    return name


def test_every_canary_is_stopped(engine: str) -> None:
    assert all(canary.stopped for canary in run_canaries(Sandbox.contained(engine)))


def said(sandbox: Sandbox, code: str) -> tuple[int | None, int | None, bytes]:
    runtime = base_runtime()
    command = Command((*runtime.python, "-c", code, "{request}", "{answer}"), runtime.mounts)
    with sandbox.launch(command, BOUNDS) as running:
        running.wait(BOUNDS.wall)
        ending = running.finish()
        try:
            return ending.exit_code, ending.signal, os.read(running.answer, MIB)
        except BlockingIOError:
            return ending.exit_code, ending.signal, b""


@pytest.mark.parametrize(
    ("ends", "code", "number"),
    [("sys.exit(0)", 0, None), ("sys.exit(5)", 5, None), ("os.kill(os.getpid(), 11)", 139, 11)],
    ids=["rightly", "with a number", "by a signal"],
)
def test_how_a_program_ended_is_told(engine: str, ends: str, code: int, number: int | None) -> None:
    told = said(
        Sandbox.contained(engine),
        f"import os, sys; os.write(int(sys.argv[2]), b'there'); {ends}",
    )

    assert told == (code, number, b"there")


def test_a_folder_with_a_strange_name_is_mounted(engine: str, tmp_path: Path) -> None:
    folder = tmp_path / '数据, "最终" 版'
    folder.mkdir()
    (folder / "note").write_text("read")
    tmp_path.chmod(0o755)
    runtime = base_runtime()
    code = "import os, sys; os.write(int(sys.argv[1]), open('/files/note', 'rb').read())"
    command = Command(
        (*runtime.python, "-c", code, "{answer}"), (*runtime.mounts, Mount(folder, "/files"))
    )

    with Sandbox.contained(engine).launch(command, BOUNDS) as running:
        running.wait(BOUNDS.wall)
        running.finish()
        assert os.read(running.answer, MIB) == b"read"


def test_nothing_is_left_of_a_run(engine: str) -> None:
    said(Sandbox.contained(engine), "import time; print('x', flush=True)")

    assert f"{container.PREFIX}{os.getpid()}-" not in listed(engine)


def test_what_a_dead_harness_left_is_removed(engine: str) -> None:
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    name = f"{container.PREFIX}{gone.pid}-0-left"
    subprocess.run(
        [engine, "create", "--name", name, "--ulimit", "nofile=1024:1024", "--ulimit",
         "nproc=4096:4096", container.IMAGE, "/bin/sh"],
        check=True, capture_output=True,
    )  # fmt: skip
    assert name in listed(engine)

    container.prepare(Engine(name=engine, answers=True))

    assert name not in listed(engine)


HOSTILE = {
    "good": {"answered": 8},
    "dies": {"crash": 8},
    "dies_by_signal": {"crash": 8},
    "endless_line": {"over_limit": 8},
    "floods_the_log": {"over_limit": 8},
    "wrong_id": {"invalid": 6, "missing": 2},
    "nan": {"answered": 4, "invalid": 4},
    "child_keeps": {"crash": 8},
    "closes_and_lives": {"timeout": 8},
    "never_reads": {"timeout": 8},
}
"""As without a container, but that the engine keeps a channel open which its candidate closed."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_candidate_in_a_container_ends_in_its_outcome(
    engine: str, name: str, make_job: Any
) -> None:
    argv = ("{python}", "/pkg/hostile.py", "{request}", "{answer}", name)
    job = make_job(
        solution=Solution(adapter="command", argv=argv),
        package=Path(__file__).parent / "clients",
        start=20.0,
        batch_wall=1.5,
        tier="B",
    )

    record = execute(job, Sandbox.contained(engine), lambda count: None)

    assert {name: count for name, count in record.outcomes.items() if count} == HOSTILE[name]


def listed(engine: str) -> str:
    asked = [engine, "ps", "--all", "--format", "{{.Names}}"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def test_an_engine_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert [found.answers for found in engines()] == [False, False]
    for name in ENGINES:
        with pytest.raises(Refusal) as refusal:
            demanded(name)
        assert [problem.code for problem in refusal.value.problems] == ["E6027"]


def test_the_command_line_shuts_everything(tmp_path: Path) -> None:
    held: list[bytes] = []

    def hold(content: bytes) -> int:
        held.append(content)
        return 9

    words = container.started_by(
        Container(engine=Engine(name="docker", answers=True), name="jiebang-1-0-x"),
        ("/bin/true",), (Mount(tmp_path, "/pkg"),), {"A": "b"}, BOUNDS, hold,
    )  # fmt: skip

    line = " ".join(words)
    for flag in (
        "--network none", "--read-only", "--cap-drop ALL", "--pull never", "--log-driver none",
        "--security-opt no-new-privileges", "--user 64000:64000", "--ipc private",
        f"--memory {BOUNDS.memory}", f"--memory-swap {BOUNDS.memory}", "--env A=b",
    ):  # fmt: skip
        assert flag in line
    rules = json.loads(held[0])["syscalls"]
    assert {"ptrace", "bpf", "setns"} <= {name for rule in rules for name in rule["names"]}
    local = {"index": 0, "value": 1, "op": "SCMP_CMP_NE"}
    assert {
        "names": ["socket", "socketpair"], "action": "SCMP_ACT_ERRNO", "errnoRet": 97,
        "args": [local],
    } in rules  # fmt: skip
    assert {"inotify_init1", "inotify_add_watch"} <= {
        name for rule in rules if rule["errnoRet"] == 38 for name in rule["names"]
    }


def test_a_group_that_is_the_harness_s_own_is_not_read() -> None:
    child = subprocess.Popen(["/bin/sleep", "30"])
    try:
        time.sleep(0.05)
        assert Others.of(child.pid) is None
        assert Others.of(2**22 - 1) is None
    finally:
        child.kill()
        child.wait()
