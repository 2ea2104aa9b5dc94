"""Control groups: found by what the kernel says, fresh for each run, gone afterwards."""

import os
import shutil
import time
from pathlib import Path

import pytest

from harness.execution.cgroup import Nest, RunGroup, find_nest, sweep
from harness.execution.limits import MIB, Limits
from harness.execution.sandbox import Command, Sandbox
from harness.problems import Problem

LIMITS = Limits(
    memory=64 * MIB, cpus=2, wall=5.0, start=5.0, batch_wall=5.0,
    disk=MIB, output=MIB, line=MIB, processes=20,
)  # fmt: skip


def mounted(point: Path, kind: str, options: str, root: str = "/") -> str:
    return f"40 31 0:35 {root} {point} rw,relatime - {kind} {kind} rw,{options}\n"


@pytest.fixture
def unified(tmp_path: Path) -> Path:
    """A folder with the files of a delegated v2 group that holds only this process."""
    own = tmp_path / "user" / "run.scope"
    own.mkdir(parents=True)
    (own / "cgroup.controllers").write_text("cpu io memory pids\n")
    (own / "cgroup.subtree_control").write_text("")
    (own / "cgroup.procs").write_text(f"{os.getpid()}\n")
    return tmp_path


class TestFinding:
    def test_of_version_1_it_takes_the_group_of_each_controller(self, tmp_path: Path) -> None:
        for name in ("memory/job", "pids", "cpu"):
            (tmp_path / name).mkdir(parents=True)
        memberships = "4:memory:/job\n3:pids:/\n2:cpu,cpuacct:/\n0::/\n"
        mounts = (
            mounted(tmp_path / "memory", "cgroup", "memory")
            + mounted(tmp_path / "pids", "cgroup", "pids")
            + mounted(tmp_path / "cpu", "cgroup", "cpu,cpuacct")
        )

        nest = find_nest(memberships, mounts)

        assert isinstance(nest, Nest)
        assert nest.version == 1
        assert nest.folders == {
            "memory": tmp_path / "memory" / "job",
            "pids": tmp_path / "pids",
            "cpuacct": tmp_path / "cpu",
            "cpu": tmp_path / "cpu",
        }

    def test_a_mount_of_a_part_of_the_hierarchy_is_followed(self, unified: Path) -> None:
        mounts = mounted(unified / "user", "cgroup2", "nsdelegate", root="/machine/user")

        nest = find_nest("0::/machine/user/run.scope\n", mounts)

        assert isinstance(nest, Nest)
        assert nest.folders["memory"] == unified / "user" / "run.scope"

    def test_of_version_2_the_harness_moves_to_a_leaf_and_hands_controllers_down(
        self, unified: Path
    ) -> None:
        nest = find_nest("0::/user/run.scope\n", mounted(unified, "cgroup2", "nsdelegate"))

        own = unified / "user" / "run.scope"
        assert isinstance(nest, Nest)
        assert nest.version == 2
        assert (own / "jiebang-harness" / "cgroup.procs").read_text() == "0"
        assert (own / "cgroup.subtree_control").read_text() == "+memory +pids +cpu"

    def test_a_harness_in_its_leaf_nests_beside_it(self, unified: Path) -> None:
        own = unified / "user" / "run.scope"
        (own / "cgroup.subtree_control").write_text("cpu memory pids\n")
        (own / "jiebang-harness").mkdir()

        nest = find_nest(
            "0::/user/run.scope/jiebang-harness\n", mounted(unified, "cgroup2", "nsdelegate")
        )

        assert isinstance(nest, Nest)
        assert set(nest.folders.values()) == {own}

    def test_processes_of_others_are_never_moved(self, unified: Path) -> None:
        own = unified / "user" / "run.scope"
        (own / "cgroup.procs").write_text(f"{os.getpid()}\n1\n2\n")

        problem = find_nest("0::/user/run.scope\n", mounted(unified, "cgroup2", "nsdelegate"))

        assert problem == Problem("E6023", where=str(own), found="2")

    def test_missing_controllers_are_named(self, unified: Path) -> None:
        own = unified / "user" / "run.scope"
        (own / "cgroup.controllers").write_text("hugetlb pids\n")

        problem = find_nest("0::/user/run.scope\n", mounted(unified, "cgroup2", "nsdelegate"))

        assert problem == Problem("E6022", where=str(own), found="memory")

    def test_a_machine_without_groups_is_told_so(self) -> None:
        assert find_nest("0::/\n", "") == Problem("E6020", where="/proc/self/mountinfo")


class TestVersion2:
    @pytest.fixture
    def group(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunGroup:
        """A group whose files appear with its folder, as the kernel makes them."""
        make = Path.mkdir

        def with_files(folder: Path, *arguments: object) -> None:
            make(folder)
            for name in (
                "memory.max",
                "memory.swap.max",
                "memory.oom.group",
                "pids.max",
                "cpu.max",
            ):
                (folder / name).touch()
            (folder / "memory.peak").write_text("4096\n")
            (folder / "memory.events").write_text("low 0\nmax 7\noom 2\noom_kill 3\n")
            (folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
            (folder / "cgroup.procs").write_text("")

        monkeypatch.setattr(Path, "mkdir", with_files)
        controllers = ("memory", "pids", "cpuacct", "cpu")
        return RunGroup(Nest(2, dict.fromkeys(controllers, tmp_path)), LIMITS)

    def test_limits_are_written(self, group: RunGroup) -> None:
        folder = group.folders["memory"]

        written = {file.name: file.read_text() for file in folder.glob("*.max")}

        assert written["memory.max"] == str(64 * MIB)
        assert written["memory.swap.max"] == "0"
        assert written["pids.max"] == "24"
        assert written["cpu.max"] == "200000 100000"
        assert (folder / "memory.oom.group").read_text() == "1"

    def test_counters_are_read(self, group: RunGroup) -> None:
        usage = group.usage()

        assert usage.cpu_seconds == 1.5
        assert usage.peak_memory == 4096
        assert usage.oom_kills == 3

    def test_what_the_kernel_does_not_count_is_not_measured(self, group: RunGroup) -> None:
        (group.folders["memory"] / "memory.peak").unlink()

        assert group.usage().peak_memory is None

    def test_one_join_is_enough(self, group: RunGroup) -> None:
        assert group.joins == (group.folders["memory"] / "cgroup.procs",)


def test_groups_of_a_dead_harness_are_swept_and_others_kept(tmp_path: Path) -> None:
    dead, recent = tmp_path / "jiebang-99999999-0-aa", tmp_path / "jiebang-99999999-1-bb"
    living = tmp_path / f"jiebang-{os.getpid()}-0-cc"
    for folder in (dead, recent, living):
        folder.mkdir()
    for folder in (dead, living):
        os.utime(folder, (0, time.time() - 3600))

    sweep(Nest(1, {"memory": tmp_path}))

    assert sorted(tmp_path.iterdir()) == sorted([recent, living])


def test_a_run_is_counted_from_nothing() -> None:
    if shutil.which("bwrap") is None or (sandbox := Sandbox.detect()).tier != "A":
        pytest.skip("NOT TESTED: tier A is not reached on this machine")
    usages = []

    for _ in range(2):
        with sandbox.launch(Command(("/usr/bin/true",)), LIMITS) as running:
            running.wait(5.0)
            usages.append(running.finish().usage)

    assert all(usage.oom_kills == 0 for usage in usages)
    assert all(usage.peak_memory and usage.peak_memory < 32 * MIB for usage in usages)
    assert all(usage.cpu_seconds is not None and usage.cpu_seconds < 1.0 for usage in usages)
