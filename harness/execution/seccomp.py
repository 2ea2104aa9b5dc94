"""The system-call filter of a sandbox, as classic BPF for ``bwrap --seccomp``.

A deny list, since numerical libraries differ in what they call: it closes what namespaces do not
cover (keyrings, BPF, io_uring, other arches) and what would undo them (new namespaces, mounts).
"""

from __future__ import annotations

import errno
import platform
import struct
from collections.abc import Iterable, Iterator, Mapping

from harness.execution import aarch64

AUDIT_ARCH_X86_64 = 0xC000003E
X32_BIT = 0x40000000

_LOAD, _EQUAL, _GREATER_OR_EQUAL, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

_X86_64, _AARCH64 = ("x86_64", "AMD64"), ("aarch64", "arm64")
_CLOSER = {"clone": 56, "fcntl": 72, "ioctl": 16, "socket": 41, "socketpair": 53}
# NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
NEW_NAMESPACES = 0x80 | 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x60000000
LOCAL = 1
"""The only family of sockets, UNIX: what waits in one of the internet is in no cgroup's memory, and
rarer ones have the kernel load a module for whoever asks."""
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
WATCHES = (1024, 1026)
"""Requests of fcntl, F_SETLEASE and F_NOTIFY, that tell what others do with a file."""

DENIED = {
    "acct": 163, "add_key": 248, "adjtimex": 159, "bpf": 321, "cachestat": 451, "chroot": 161,
    "clock_adjtime": 305, "clock_settime": 227, "create_module": 174, "delete_module": 176,
    "fanotify_init": 300, "fanotify_mark": 301, "finit_module": 313, "fsconfig": 431,
    "fsmount": 432, "fsopen": 430, "fspick": 433, "init_module": 175, "ioperm": 173, "iopl": 172,
    "kcmp": 312, "kexec_file_load": 320, "kexec_load": 246, "keyctl": 250, "listmount": 458,
    "listns": 470, "lookup_dcookie": 212, "migrate_pages": 256, "modify_ldt": 154, "mount": 165,
    "mount_setattr": 442, "move_mount": 429, "move_pages": 279, "name_to_handle_at": 303,
    "nfsservctl": 180, "open_by_handle_at": 304, "open_tree": 428, "open_tree_attr": 467,
    "perf_event_open": 298, "personality": 135, "pidfd_getfd": 438, "pivot_root": 155,
    "process_madvise": 440, "process_vm_readv": 310, "process_vm_writev": 311, "ptrace": 101,
    "quotactl": 179, "quotactl_fd": 443, "reboot": 169, "request_key": 249, "setdomainname": 171,
    "sethostname": 170, "setns": 308, "settimeofday": 164, "statmount": 457, "swapoff": 168,
    "swapon": 167, "sysctl": 156, "sysfs": 139, "syslog": 103, "umount2": 166, "unshare": 272,
    "uselib": 134, "userfaultfd": 323, "ustat": 136, "vhangup": 153,
}  # fmt: skip
"""Refused with EPERM, x86-64 numbers."""

ABSENT = {
    "clone3": 435, "inotify_add_watch": 254, "inotify_init": 253, "inotify_init1": 294,
    "io_uring_enter": 426, "io_uring_register": 427, "io_uring_setup": 425,
}  # fmt: skip
"""Reported as ENOSYS, so that libraries fall back: clone3 keeps its flags out of a filter's sight,
and watches on files tell what the host and others open, whatever namespace they are in."""

UNCOUNTED = {
    "memfd_create": 319, "memfd_secret": 447, "mq_open": 240, "msgget": 68, "shmat": 30,
    "shmget": 29,
}  # fmt: skip
"""Memory that no polling of processes sees: refused where no cgroup counts it."""


def supported() -> bool:
    """Whether the filter has a table for this machine."""
    return platform.machine() in {*_X86_64, *_AARCH64}


OWN_ONLY = {"prlimit64": 302}
"""Refused for any process but the caller (pid 0): the sandbox's own first process is in reach."""

ALONE = {
    "chown": 92, "fchownat": 260, "file_setattr": 469, "ioprio_set": 251, "lchown": 94,
    "lremovexattr": 198, "lsetxattr": 189, "removexattr": 197, "removexattrat": 466, "setpgid": 109,
    "setpriority": 141, "setsid": 112, "setxattr": 188, "setxattrat": 463, "socket": 41,
}  # fmt: skip
"""Refused where no namespace parts a run from the host: leaving its group, talking to others,
changing files that the harness's own user has."""

OWN_ONLY_ALONE = {
    "sched_setaffinity": 203, "sched_setattr": 314, "sched_setparam": 142,
    "sched_setscheduler": 144,
}  # fmt: skip
"""As :data:`OWN_ONLY`, where no namespace hides the harness itself."""

IGNORED_ALONE = {
    "chmod": 90, "fchmodat": 268, "fchmodat2": 452, "futimesat": 261, "utime": 132,
    "utimensat": 280, "utimes": 235,
}  # fmt: skip
"""Seem to succeed there, since every copy of a file ends in them, and change nothing: Landlock
does not close them, and they would reach whatever the harness's own user has."""


def program(*, counted: bool, alone: bool = False, machine: str = "") -> bytes:
    """Assemble the filter.

    Parameters
    ----------
    counted
        A cgroup counts the run's memory; otherwise what polling cannot see is refused as well.
    alone
        No namespace parts the run from the host.
    machine
        The kind of processor; this one's where it is empty.

    Returns
    -------
    Instructions of eight bytes each, as the kernel's ``struct sock_filter``.
    """
    arm = (machine or platform.machine()) in _AARCH64
    lone = {**ALONE, **OWN_ONLY_ALONE, **IGNORED_ALONE}
    everything = {**_CLOSER, **DENIED, **ABSENT, **UNCOUNTED, **OWN_ONLY, **lone}
    numbers = aarch64.NUMBERS if arm else everything
    refused = {**DENIED, **({} if counted else UNCOUNTED), **(ALONE if alone else {})}
    return b"".join(
        [
            *_of_one_arch(aarch64.AUDIT_ARCH if arm else AUDIT_ARCH_X86_64, x32=not arm),
            *_refusals(numbers, refused, IGNORED_ALONE if alone else ()),
            *_looked_into(numbers, {**OWN_ONLY, **(OWN_ONLY_ALONE if alone else {})}),
        ]
    )


def _of_one_arch(arch: int, *, x32: bool) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCH)
    yield _step(_EQUAL, arch, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    if x32:
        yield _step(_GREATER_OR_EQUAL, X32_BIT, 0, 1)
        yield _refusal(errno.ENOSYS)


def _refusals(
    numbers: Mapping[str, int], refused: Iterable[str], ignored: Iterable[str]
) -> Iterator[bytes]:
    for number in sorted(numbers[name] for name in ABSENT if name in numbers):
        yield from _on(number, _refusal(errno.ENOSYS))
    for number in sorted(numbers[name] for name in ignored if name in numbers):
        yield from _on(number, _refusal(0))
    for number in sorted(numbers[name] for name in refused if name in numbers):
        yield from _on(number, _refusal(errno.EPERM))


def _looked_into(numbers: Mapping[str, int], own_only: Iterable[str]) -> Iterator[bytes]:
    """Decide by an argument where some uses of a call are honest."""
    for number in sorted(numbers[name] for name in own_only):
        own = _on(0, _step(_RETURN, _ALLOW))
        yield from _on(number, _argument(0), *own, _refusal(errno.EPERM))
    yield from _on(
        numbers["clone"],
        _argument(0),
        _step(_AND, NEW_NAMESPACES),
        *_on(0, _step(_RETURN, _ALLOW)),
        _refusal(errno.EPERM),
    )
    local = _on(LOCAL, _step(_RETURN, _ALLOW))
    for name in ("socket", "socketpair"):
        yield from _on(numbers[name], _argument(0), *local, _refusal(errno.EAFNOSUPPORT))
    for name, requests, code in (
        ("ioctl", TERMINAL_INPUT, errno.EPERM),
        ("fcntl", WATCHES, errno.EINVAL),
    ):
        refused = [step for request in requests for step in _on(request, _refusal(code))]
        yield from _on(numbers[name], _argument(1), *refused, _step(_RETURN, _ALLOW))
    yield _step(_RETURN, _ALLOW)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _on(value: int, *block: bytes) -> tuple[bytes, ...]:
    """Run a block, which must return, when the accumulator equals a value."""
    return (_step(_EQUAL, value, 0, len(block)), *block)


def _argument(index: int) -> bytes:
    """Load the low 32 bits: all that the kernel reads of a family, a request or clone flags."""
    return _step(_LOAD, _ARGUMENTS + 8 * index)


def _refusal(code: int) -> bytes:
    return _step(_RETURN, _ERRNO | code)
