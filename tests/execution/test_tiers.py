"""Why the sandbox does not start, told with a remedy."""

import pytest

from harness.execution import canary, tiers
from harness.problems import Problem

EXPLAINED = {explanation.code: explanation for explanation in tiers.PROBLEMS + canary.PROBLEMS}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", "E6004"),
        ("bwrap: setting up uid map: Permission denied", "E6004"),
        ("bwrap: No permissions to create new namespace, likely because ...", "E6005"),
        (
            "bwrap: Creating new namespace failed: nesting depth or "
            "/proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
            "E6006",
        ),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "E6008"),
        ("bwrap: Can't read /proc/sys/kernel/overflowuid: No such file", "E6008"),
        ("bwrap: setting up uid map: No such file or directory", "E6009"),
        ("bwrap: Unknown option --disable-userns", "E6010"),
        ("launcher: stage: [Errno 1] unshare: Operation not permitted", "E6011"),
        ("bwrap: Unexpected capabilities but not setuid, old file caps config?", "E6012"),
        ("bwrap: execvp /usr/bin/prlimit: No such file or directory", "E6014"),
        ("bwrap: Can't find source path /pkg: Permission denied", "E6015"),
        ("something new", "E6019"),
        ("", "E6019"),
    ],
)
def test_a_known_message_has_a_known_cause(said: str, code: str) -> None:
    assert tiers.cause_of(said).code == code


@pytest.mark.parametrize("code", sorted(EXPLAINED))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_cause_is_told_in_both_languages(code: str, language: str) -> None:
    problem = Problem(code, where="sandbox", found="what was said")

    told = EXPLAINED[code].render(problem, language)

    assert "{" not in told
    assert told


def test_every_cause_that_is_recognised_is_explained() -> None:
    assert {code for _, code in tiers._KNOWN} <= set(EXPLAINED)
