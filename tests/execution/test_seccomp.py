"""What the filter decides, by running its instructions as the kernel does."""

import errno
import re
import struct
from pathlib import Path

import pytest

from harness.execution import aarch64, seccomp

ALLOWED, KILLED = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
X86_64, I386, AARCH64 = 0xC000003E, 0x40000003, 0xC00000B7
GENERIC = Path("/usr/include/asm-generic/unistd.h")
HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")


def decision(
    number: int, *arguments: int, arch: int = X86_64, counted: bool = True, alone: bool = False
) -> int:
    """Interpret the filter over one ``struct seccomp_data``."""
    filled = [value & (1 << 64) - 1 for value in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    call = struct.pack("=IIQ6Q", number, arch, 0, *filled)
    machine = "aarch64" if arch == AARCH64 else "x86_64"
    program = seccomp.program(counted=counted, alone=alone, machine=machine)
    steps = list(struct.iter_unpack("=HBBI", program))
    at, held = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x20:
            held = struct.unpack_from("=I", call, value)[0]
        elif code == 0x54:
            held &= value
        elif code == 0x15:
            at += if_true if held == value else if_false
        elif code == 0x35:
            at += if_true if held >= value else if_false
        else:
            assert code == 0x06
            return int(value)


@pytest.mark.parametrize("name", sorted(seccomp.DENIED))
def test_a_denied_call_is_not_permitted(name: str) -> None:
    assert decision(seccomp.DENIED[name]) == EPERM


@pytest.mark.parametrize("name", sorted(seccomp.ABSENT))
def test_a_call_with_a_fallback_seems_absent(name: str) -> None:
    assert decision(seccomp.ABSENT[name]) == ENOSYS


@pytest.mark.parametrize("name", sorted(seccomp.UNCOUNTED))
def test_memory_that_polling_cannot_see_is_refused_only_without_a_cgroup(name: str) -> None:
    number = seccomp.UNCOUNTED[name]

    assert decision(number, counted=False) == EPERM
    assert decision(number, counted=True) == (
        EPERM if number in seccomp.DENIED.values() else ALLOWED
    )


@pytest.mark.parametrize("number", [0, 1, 9, 59, 257, 318, 334, 439, 1000])
def test_other_calls_pass(number: int) -> None:
    assert decision(number) == ALLOWED


@pytest.mark.parametrize(
    "flag", [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
)
def test_clone_makes_processes_and_threads_but_no_namespaces(flag: int) -> None:
    threads = 0x3D0F00

    assert decision(56, 17) == ALLOWED
    assert decision(56, threads) == ALLOWED
    assert decision(56, 17 | flag) == EPERM


@pytest.mark.parametrize("call", [41, 53], ids=["socket", "socketpair"])
def test_sockets_are_local_only(call: int) -> None:
    families = {family: decision(call, family) for family in range(50)}

    assert families.pop(1) == ALLOWED
    assert set(families.values()) == {0x50000 | errno.EAFNOSUPPORT}
    assert decision(call, 1 << 32 | 2) == 0x50000 | errno.EAFNOSUPPORT


@pytest.mark.parametrize("name", sorted(seccomp.OWN_ONLY))
def test_limits_are_set_for_oneself_only(name: str) -> None:
    assert decision(seccomp.OWN_ONLY[name], 0) == ALLOWED
    assert decision(seccomp.OWN_ONLY[name], 1) == EPERM
    assert decision(aarch64.NUMBERS[name], 1, arch=AARCH64) == EPERM


def test_without_namespaces_whatever_reaches_the_harness_is_refused_as_well() -> None:
    for name, number in seccomp.ALONE.items():
        assert decision(number, alone=True) == EPERM, name
        assert decision(number, 1) == ALLOWED, name
    for name, number in seccomp.OWN_ONLY_ALONE.items():
        assert decision(number, 4711, alone=True) == EPERM, name
        assert decision(number, 0, alone=True) == ALLOWED, name
        assert decision(number, 4711) == ALLOWED, name
    for name, number in seccomp.IGNORED_ALONE.items():
        assert decision(number, alone=True) == 0x50000, name
        assert decision(number) == ALLOWED, name


@pytest.mark.parametrize("request_code", [0x5412, 0x541C])
def test_typing_into_a_terminal_is_refused_whatever_the_high_bits(request_code: int) -> None:
    assert decision(16, 0, request_code) == EPERM
    assert decision(16, 0, request_code | 1 << 32) == EPERM
    assert decision(16, 0, 0x5401) == ALLOWED


@pytest.mark.parametrize("request_code", [1024, 1026], ids=["lease", "notify"])
def test_watching_a_file_through_its_descriptor_is_refused(request_code: int) -> None:
    assert decision(72, 3, request_code) == 0x50000 | errno.EINVAL
    assert decision(72, 3, request_code | 1 << 32) == 0x50000 | errno.EINVAL
    assert decision(25, 3, request_code, arch=AARCH64) == 0x50000 | errno.EINVAL
    assert decision(72, 3, 1025) == ALLOWED
    assert decision(72, 3, 1030) == ALLOWED


def test_code_of_another_arch_is_killed() -> None:
    assert decision(20, arch=I386) == KILLED


def test_x32_calls_seem_absent() -> None:
    assert decision(0x40000000 + 39) == ENOSYS


def test_numbers_are_those_of_the_kernel() -> None:
    if not HEADER.exists():
        pytest.skip(f"NOT TESTED: {HEADER} is not installed")
    known = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text()))
    known["sysctl"] = known.pop("_sysctl", "156")

    ours = seccomp.DENIED | seccomp.ABSENT | seccomp.UNCOUNTED | seccomp.ALONE
    ours = ours | seccomp.OWN_ONLY | seccomp.OWN_ONLY_ALONE | seccomp.IGNORED_ALONE

    assert {n: str(v) for n, v in ours.items() if n in known} == {
        n: known[n] for n in ours if n in known
    }
    assert len(set(ours.values())) == len(ours)


class TestArm:
    """The table of 64-bit ARM: its numbers and decisions; it has not run on such a machine."""

    def test_every_number_is_the_kernels(self) -> None:
        if not GENERIC.exists():
            pytest.skip("NOT TESTED: the kernel's headers are not installed (linux-libc-dev)")
        found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)$", GENERIC.read_text(), re.M)
        known = {name: int(number) for name, number in found}

        wrong = {
            name: number
            for name, number in aarch64.NUMBERS.items()
            if known.get(name, number if number >= 424 else None) != number
        }

        assert wrong == {}
        refused = {*seccomp.DENIED, *seccomp.ABSENT}
        assert {name for name in refused if name in known} <= set(aarch64.NUMBERS)

    @pytest.mark.parametrize("name", sorted({*seccomp.DENIED} & {*aarch64.NUMBERS}))
    def test_what_is_denied_is_denied_there_too(self, name: str) -> None:
        assert decision(aarch64.NUMBERS[name], arch=AARCH64) == EPERM

    def test_namespaces_families_and_terminals_are_looked_into(self) -> None:
        numbers = aarch64.NUMBERS

        assert decision(numbers["clone"], 0x10000000, arch=AARCH64) == EPERM
        assert decision(numbers["clone"], 17, arch=AARCH64) == ALLOWED
        for name in {*seccomp.ABSENT} & {*numbers}:
            assert decision(numbers[name], arch=AARCH64) == ENOSYS
        for family in (2, 10, 40):
            refused = decision(numbers["socket"], family, arch=AARCH64)
            assert refused == 0x50000 | errno.EAFNOSUPPORT
        assert decision(numbers["socket"], 1, arch=AARCH64) == ALLOWED
        assert decision(numbers["ioctl"], 0, 0x5412, arch=AARCH64) == EPERM
        assert decision(63, arch=AARCH64) == ALLOWED
