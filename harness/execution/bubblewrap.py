"""The command line of bubblewrap, down to the last flag; each closes an attack that worked."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.execution import launcher
from harness.execution.limits import Limits

LIBRARIES = "/rt-lib"
"""Where shared libraries are mounted that the dynamic linker would not find by itself."""

_INSIDE = 1000
_OPEN_FILES, _LOCKED = 1024, 65536
_FILES = {
    "/etc/passwd": f"sandbox:x:{_INSIDE}:{_INSIDE}:sandbox:/tmp:/bin/sh\n",
    "/etc/group": f"sandbox:x:{_INSIDE}:\n",
    "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SITE_OWNED = ("/usr/local", "/usr/src")
"""Where organizers keep their own things below /usr: covered, unless a mount puts them back."""

HOME = Path(__file__).resolve().parents[2]
"""The folder that holds our own packages: this checkout, or where they were installed."""

OURS = ("harness", "scoring", "reports", "scenarios")
"""Never candidates' to import; what ships holds answers to the samples that ship."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A file or folder of the host, seen read-only at ``target`` inside."""

    source: Path
    target: str

    def __post_init__(self) -> None:
        path = PurePosixPath(self.target)
        plain = str(path) == self.target and ".." not in path.parts and path.name
        if not plain or path.root != "/":
            raise ValueError(f"a mount's target is an absolute, plain path: {self.target!r}")


def pinned(limits: Limits, mounts: Sequence[Mount], home: str = "/tmp") -> dict[str, str]:
    """Environment that a run sees: what changes answers is fixed, and nothing of ours leaks."""
    threads = str(limits.cpus)
    environment = {
        "PATH": "/usr/bin",
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "OPENBLAS_CORETYPE": "Haswell",
    }
    if any(mount.target.startswith(f"{LIBRARIES}/") for mount in mounts):
        environment["LD_LIBRARY_PATH"] = LIBRARIES
    return environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What one launch hands to the launcher: everything but the descriptors' owner."""

    argv: tuple[str, ...]
    mounts: tuple[Mount, ...]
    environment: Mapping[str, str]
    limits: Limits
    joins: tuple[Path, ...]
    uid: int | None
    filter: bytes
    status: int


def started_by(
    interpreter: str, bwrap: str, launch: Launch, hold: Callable[[bytes], int]
) -> list[str]:
    """Build the launcher's command line.

    ``hold`` puts bytes behind a descriptor that the launcher inherits, and returns its number.
    """
    sources = [os.fspath(mount.source.resolve()) for mount in launch.mounts]
    seen = sources if launch.uid is None else [launcher.staged(i) for i in range(len(sources))]
    options = _options(launch, seen, hold)
    arguments = hold(b"".join(os.fsencode(option) + b"\0" for option in options))
    limits = launch.limits
    plan = {
        "joins": [os.fspath(join) for join in launch.joins],
        "uid": launch.uid,
        "sources": sources,
        "parent": os.getpid(),
        "argv": [
            bwrap, "--args", str(arguments), "--",
            "/usr/bin/prlimit", f"--nproc={limits.processes}", f"--nofile={_OPEN_FILES}",
            "--core=0", f"--fsize={limits.disk}", f"--memlock={_LOCKED}", "--msgqueue=0", "--",
            *launch.argv,
        ],
    }  # fmt: skip
    stage = os.fspath(Path(launcher.__file__).resolve())
    return [interpreter, "-I", "-S", stage, str(hold(marshal.dumps(plan)))]


def _options(launch: Launch, sources: Sequence[str], hold: Callable[[bytes], int]) -> list[str]:
    limits = launch.limits
    shared_memory = min(limits.disk, limits.memory // 2)
    options = [
        "--unshare-all", "--unshare-user", "--disable-userns",
        "--die-with-parent", "--new-session", "--clearenv",
        "--uid", str(_INSIDE), "--gid", str(_INSIDE), "--hostname", "sandbox",
        "--ro-bind", "/usr", "/usr",
    ]  # fmt: skip
    for name in SYSTEM:
        if Path("/usr", name).is_dir():
            options += ["--symlink", f"usr/{name}", f"/{name}"]
    for folder in SITE_OWNED:
        if Path(folder).is_dir():
            options += ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]
    options += [
        "--proc", "/proc", "--dev", "/dev",
        "--size", str(shared_memory), "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
        "--size", str(limits.disk), "--tmpfs", "/tmp",
    ]  # fmt: skip
    for target, text in _FILES.items():
        options += ["--ro-bind-data", str(hold(text.encode())), target]
    order = sorted(range(len(sources)), key=lambda i: launch.mounts[i].target.count("/"))
    for i in order:
        options += ["--ro-bind", sources[i], launch.mounts[i].target]
    for folder in own_folders(launch.mounts):
        options += ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]
    options += ["--chdir", "/tmp", "--remount-ro", "/", "--cap-drop", "ALL"]
    environment = {**pinned(limits, launch.mounts), **launch.environment}
    for name, value in environment.items():
        options += ["--setenv", name, value]
    filtered = str(hold(launch.filter))
    return [*options, "--seccomp", filtered, "--json-status-fd", str(launch.status)]


def own_folders(mounts: Sequence[Mount]) -> Iterator[str]:
    """Where our own packages would be seen inside, as when they are installed beside others."""
    for mount in (Mount(Path("/usr"), "/usr"), *mounts):
        source = mount.source.resolve()
        if HOME.is_relative_to(source):
            seen = PurePosixPath(mount.target, HOME.relative_to(source))
            yield from (str(seen / name) for name in OURS if (HOME / name).is_dir())
