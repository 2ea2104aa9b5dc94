"""The stage between the harness and bubblewrap, run by its own bare interpreter.

It joins the run's control groups and, as root, copies the sources to where an unprivileged uid
can reach them (in a mount namespace of its own) and becomes that uid; then it becomes bwrap.
A process of its own, since nothing but exec is safe between fork and exec of a threaded harness.
Imports nothing of ours: it is started by path with ``-I -S``.
"""

# ctypes, signal and stat would double the time that this stage takes: it uses what they wrap.
import _ctypes
import _signal as signal  # type: ignore[import-not-found]
import _stat as stat
import marshal
import os
import sys

STAGE = "/tmp"
"""Covered by a tmpfs that only this process and bwrap see."""

FAILED = 71  # EX_OSERR

_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 0x1000, 0x4000, 0x40000
_CLONE_NEWNS = 0x20000
_PR_SET_PDEATHSIG = 1


def staged(index: int) -> str:
    """Where the source of this index is found after staging."""
    return f"{STAGE}/{index}"


def _main() -> None:
    with open(int(sys.argv[1]), "rb") as file:  # noqa: PTH123  pathlib is slow to import
        plan = marshal.load(file)
    step = "join"
    try:
        for join in plan["joins"]:
            _write(join, b"0")
        _write("/proc/self/oom_score_adj", b"1000")
        os.umask(0o022)
        if plan["uid"] is not None:
            step = "stage"
            _stage(plan["sources"])
            step = "drop"
            os.setgroups([])
            os.setresgid(plan["uid"], plan["uid"], plan["uid"])
            os.setresuid(plan["uid"], plan["uid"], plan["uid"])
        step = "bind to the harness"
        _call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != plan["parent"]:
            sys.exit(FAILED)
        step = "start"
        # Ignored by this interpreter or by the harness, not for others.
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(ignored, signal.SIG_DFL)
        os.execve(plan["argv"][0], plan["argv"], {})
    except OSError as error:
        sys.stderr.write(f"launcher: {step}: {error}\n")
        sys.exit(FAILED)


def _stage(sources: list[str]) -> None:
    _call("unshare", _CLONE_NEWNS)
    _call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    # Opened before the stage covers what may lie below it.
    opened = [os.open(source, os.O_PATH | os.O_CLOEXEC) for source in sources]
    options = _MS_NOSUID | _MS_NODEV
    _call("mount", b"tmpfs", STAGE.encode(), b"tmpfs", options, b"mode=0755,size=1m")
    for index, source in enumerate(opened):
        target = staged(index)
        if stat.S_ISDIR(os.fstat(source).st_mode):
            os.mkdir(target)  # noqa: PTH102
        else:
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        path = f"/proc/self/fd/{source}".encode()
        _call("mount", path, target.encode(), None, _MS_BIND | _MS_REC, None)


def _call(name: str, *arguments: object) -> None:
    function = _ctypes.dlsym(_ctypes.dlopen(None, 0), name)  # type: ignore[arg-type]
    if _ctypes.call_cdeclfunction(function, arguments) == 0:
        return
    import ctypes  # only here: it is slow to import, and tells why a call failed

    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*wide) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def _write(path: str, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text)
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    _main()
