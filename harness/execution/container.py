"""Docker or Podman behind the sandbox's interface, for machines where bubblewrap is not wanted.

The image is empty: what a candidate sees are the same read-only mounts as under bubblewrap. The
engine's client carries the protocol on its standard streams; inside, they become the two
descriptors before the candidate starts.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import math
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.execution import seccomp
from harness.execution.bubblewrap import SITE_OWNED, SYSTEM, Mount, own_folders, pinned
from harness.execution.engines import Engine
from harness.execution.limits import Limits
from harness.problems import Problem, Refusal

IMAGE = "jiebang-empty:2"
REQUEST, ANSWER = "3", "4"
PREFIX = "jiebang-"

_UID = 64000
_FIRST = """
exec 3<&0 4>&1 0</dev/null 1>&2
"$@" & candidate=$!
exec 3<&- 4>&-
wait $candidate; code=$?
[ $code != 137 ] || sleep 0.1
exit $code
"""
"""The first process inside: starts the candidate, holds none of its channels, and stays a moment
after one whom the kernel killed, until that is counted."""

_OWN_PROCESSES = 1
_LOW = (1 << 32) - 1
"""The half of an argument that the kernel reads of a request."""

_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """How a container ended: ``code`` is ``None`` where nothing in it was started."""

    code: int | None
    out_of_memory: bool
    failure: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """A container of one run, known to its engine by name."""

    engine: Engine
    name: str

    def kill(self) -> None:
        """End everything inside, without waiting for it."""
        _ask(self.engine, "kill", "--signal", "KILL", self.name)

    def first(self) -> int | None:
        """Number of its first process on this machine; ``None`` before it started."""
        found = _ask(self.engine, "inspect", "--format", "{{.State.Pid}}", self.name)
        number = found.stdout.decode().strip()
        return int(number) if number.isdigit() and number != "0" else None

    def end(self) -> Stopped:
        """End it, learn how it ended, and remove it."""
        self.kill()
        shape = "{{.State.OOMKilled}} {{.State.ExitCode}} {{.State.StartedAt}}"
        _ask(self.engine, "wait", self.name)
        found = _ask(self.engine, "inspect", "--format", shape, self.name)
        removed = _ask(self.engine, "rm", "--force", self.name)
        failure = None if removed.returncode == 0 else removed.stderr.decode(errors="replace")
        if found.returncode != 0:
            return Stopped(code=None, out_of_memory=False, failure=failure)
        killed, code, started = found.stdout.decode().split(maxsplit=2)
        return Stopped(
            code=None if started.startswith("0001-") else int(code),
            out_of_memory=killed == "true",
            failure=failure,
        )


def prepare(engine: Engine) -> None:
    """Make the empty image unless it is there, and remove containers of harnesses that died.

    Raises
    ------
    Refusal
        The engine cannot make it.
    """
    if _ask(engine, "image", "inspect", IMAGE).returncode != 0:
        made = _ask(engine, "import", "-", IMAGE, given=_empty_image())
        if made.returncode != 0:
            said = made.stderr.decode(errors="replace").strip()[-300:]
            raise Refusal([Problem("E6028", where=engine.name, found=said)])
    listed = _ask(engine, "ps", "--all", "--filter", f"name={PREFIX}", "--format", "{{.Names}}")
    for name in listed.stdout.decode().split():
        owner = name.removeprefix(PREFIX).split("-", 1)[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            _ask(engine, "rm", "--force", name)


def started_by(
    container: Container,
    argv: Sequence[str],
    mounts: Sequence[Mount],
    environment: Mapping[str, str],
    limits: Limits,
    hold: Callable[[bytes], int],
) -> list[str]:
    """Build the command line of the engine's client.

    ``hold`` puts bytes behind a descriptor that the client inherits, and returns its number.
    """
    filtered = hold(json.dumps(_filter()).encode())
    own = (
        ["--read-only-tmpfs=false", "--systemd=false"] if container.engine.name == "podman" else []
    )
    words = [
        _program(container.engine), "run", "--interactive", "--name", container.name,
        "--pull", "never", *own,
        "--network", "none", "--ipc", "private", "--cgroupns", "private", "--hostname", "sandbox",
        "--read-only", "--tmpfs", f"/tmp:rw,exec,nosuid,nodev,size={limits.disk},mode=1777",
        "--shm-size", str(min(limits.disk, limits.memory // 2)),
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
        "--security-opt", f"seccomp=/proc/self/fd/{filtered}",
        "--user", f"{_UID}:{_UID}", "--workdir", "/tmp",
        "--memory", str(limits.memory), "--memory-swap", str(limits.memory),
        "--pids-limit", str(limits.processes + _OWN_PROCESSES), "--cpus", str(limits.cpus),
        "--ulimit", "core=0:0", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096",
        "--ulimit", "memlock=65536:65536", "--ulimit", "msgqueue=0:0",
        "--ulimit", f"fsize={limits.disk}:{limits.disk}",
        "--log-driver", "none", "--stop-timeout", "1",
    ]  # fmt: skip
    if limits.cpu is not None:
        most = math.ceil(limits.cpu)
        words += ["--ulimit", f"cpu={most}:{most}"]
    for mount in (Mount(Path("/usr"), "/usr"), *mounts):
        words += ["--mount", _mounted(mount)]
    # Podman would first copy what is to be hidden.
    hidden = "ro,size=4k" + (",notmpcopyup" if container.engine.name == "podman" else "")
    covered = [folder for folder in SITE_OWNED if Path(folder).is_dir()]
    for folder in ("/sys", *covered, *own_folders(mounts)):
        words += ["--tmpfs", f"{folder}:{hidden}"]
    for name, value in {**pinned(limits, mounts), **environment}.items():
        words += ["--env", f"{name}={value}"]
    return [*words, IMAGE, "/bin/sh", "-c", _FIRST, "sh", *argv]


def _mounted(mount: Mount) -> str:
    """A mount in the engines' own words, a line of comma-separated values."""
    words = ("type=bind", f"source={mount.source.resolve()}", f"target={mount.target}", "readonly")
    return ",".join(
        '"{}"'.format(word.replace('"', '""')) if set(word) & set(',"\n') else word
        for word in words
    )


def _filter() -> Mapping[str, Any]:
    """The filter of :mod:`harness.execution.seccomp`, by names, as engines read it."""
    rules: list[dict[str, Any]] = [
        _refused(seccomp.DENIED, errno.EPERM),
        _refused(seccomp.ABSENT, errno.ENOSYS),
        _refused(seccomp.OWN_ONLY, errno.EPERM, index=0, value=0, op="SCMP_CMP_NE"),
        _refused(
            ["socket", "socketpair"],
            errno.EAFNOSUPPORT,
            index=0,
            value=seccomp.LOCAL,
            op="SCMP_CMP_NE",
        ),
    ]
    for bit in (1 << place for place in range(32) if seccomp.NEW_NAMESPACES >> place & 1):
        rules.append(
            _refused(["clone"], 1, index=0, value=bit, valueTwo=bit, op="SCMP_CMP_MASKED_EQ")
        )
    for call, requests, code in (
        ("ioctl", seccomp.TERMINAL_INPUT, errno.EPERM),
        ("fcntl", seccomp.WATCHES, errno.EINVAL),
    ):
        for request in requests:
            low = {"value": _LOW, "valueTwo": request, "op": "SCMP_CMP_MASKED_EQ"}
            rules.append(_refused([call], code, index=1, **low))
    return {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": rules}


def _refused(names: Any, code: int, **argument: Any) -> dict[str, Any]:
    rule = {"names": sorted(names), "action": "SCMP_ACT_ERRNO", "errnoRet": code}
    return rule | {"args": [argument] if argument else []}


def _empty_image() -> bytes:
    """A file system with nothing but where things are mounted, and the names of one user."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as image:
        for entry, content in _entries():
            image.addfile(entry, None if content is None else io.BytesIO(content))
    return held.getvalue()


def _entries() -> Iterator[tuple[tarfile.TarInfo, bytes | None]]:
    for folder in ("usr", "tmp", "etc", "proc", "dev", "sys"):
        entry = tarfile.TarInfo(folder)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755
        yield entry, None
    for name in SYSTEM:
        if Path("/usr", name).is_dir():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, f"usr/{name}"
            yield entry, None
    for name, text in (
        ("etc/passwd", f"sandbox:x:{_UID}:{_UID}:sandbox:/tmp:/bin/sh\n"),
        ("etc/group", f"sandbox:x:{_UID}:\n"),
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
    ):
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(text.encode()), 0o644
        yield entry, text.encode()


def _program(engine: Engine) -> str:
    return shutil.which(engine.name) or engine.name


def _ask(engine: Engine, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [_program(engine), *words]
    with contextlib.suppress(subprocess.TimeoutExpired):
        return subprocess.run(
            command, input=given, capture_output=True, timeout=_PATIENCE, check=False
        )
    return subprocess.CompletedProcess(command, 1, b"", os.strerror(errno.ETIME).encode())
