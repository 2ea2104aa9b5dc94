"""The stage between the harness and a candidate where there are no namespaces: tier C.

Bounds itself by resource limits, gives up every privilege, lets Landlock close the file system,
the network and signals, installs the system-call filter, and becomes the candidate. Imports
nothing of ours: it is started by path with ``-I -S``.
"""

import ctypes
import functools
import marshal
import os
import platform
import signal
import stat
import struct
import sys

FAILED = 71  # EX_OSERR
OLDEST = 6
"""The Landlock version that also closes abstract sockets and signals (Linux 6.12)."""

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_CAPSET = 91 if platform.machine() in ("aarch64", "arm64") else 126
_NO_NEW_PRIVS, _SECCOMP, _CAPBSET_DROP, _AMBIENT, _PDEATHSIG = 38, 22, 24, 47, 1
_CAPABILITIES = 64
_EVERYTHING = (1 << 16) - 1
_READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read file, read folder
_OF_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
_CONNECT_AND_BIND = 3
_ABSTRACT_AND_SIGNALS = 3


def version() -> int:
    """The Landlock version of this kernel; 0 where there is none."""
    return max(0, int(_libc().syscall(_CREATE, None, 0, 1)))


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _main() -> None:
    import resource  # Unix only, while this file can be imported anywhere.

    with open(int(sys.argv[1]), "rb") as file:  # noqa: PTH123
        plan = marshal.load(file)
    step = "limits"
    try:
        for name, value in plan["limits"].items():
            resource.setrlimit(getattr(resource, name), (value, value))
        step = "bind to the harness"
        _prctl(_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != plan["parent"]:
            sys.exit(FAILED)
        step = "privileges"
        _prctl(_NO_NEW_PRIVS, 1)
        _give_up_privileges()
        step = "landlock"
        _close_off(plan["read"], plan["write"])
        step = "seccomp"
        code = ctypes.create_string_buffer(plan["filter"])
        program = struct.pack("HxxxxxxP", len(plan["filter"]) // 8, ctypes.addressof(code))
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(ignored, signal.SIG_DFL)
        _prctl(_SECCOMP, 2, ctypes.create_string_buffer(program))
        step = "start"
        os.chdir(plan["write"][0])
        os.execve(plan["argv"][0], plan["argv"], plan["environment"])
    except OSError as error:
        sys.stderr.write(f"confiner: {step}: {error}\n")
        sys.exit(FAILED)


def _give_up_privileges() -> None:
    for capability in range(_CAPABILITIES):
        _libc().prctl(_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    _libc().prctl(_AMBIENT, ctypes.c_ulong(4), 0, 0, 0)
    _call(_CAPSET, struct.pack("Ii", 0x20080522, 0), bytes(24))


def _close_off(read: "list[str]", write: "list[str]") -> None:
    handled = struct.pack("QQQ", _EVERYTHING, _CONNECT_AND_BIND, _ABSTRACT_AND_SIGNALS)
    ruleset = _call(_CREATE, handled, len(handled), 0)
    for paths, access in ((read, _READ), (write, _EVERYTHING)):
        for path in paths:
            try:
                opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            allowed = access
            if not stat.S_ISDIR(os.fstat(opened).st_mode):
                allowed &= _OF_FILES
            _call(_ADD, ruleset, 1, struct.pack("=Qi", allowed, opened), 0)
            os.close(opened)
    _call(_RESTRICT, ruleset, 0)


def _prctl(option: int, *values: object) -> None:
    wide = [ctypes.c_ulong(v) if isinstance(v, int) else v for v in values]
    wide += [ctypes.c_ulong(0)] * (4 - len(wide))
    if _libc().prctl(option, *wide) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _call(number: int, *values: object) -> int:
    wide = [ctypes.c_ulong(v) if isinstance(v, int) else v for v in values]
    result = int(_libc().syscall(ctypes.c_long(number), *wide))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


if __name__ == "__main__":
    _main()
