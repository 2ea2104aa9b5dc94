"""Records are numbered, noted and written one at a time, and a kill -9 in between bricks nothing."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.heads import SignedLedger
from harness.ledger import Ledger, Record, read
from harness.pipeline import attesting, objections, stages
from harness.pipeline.attesting import EFFECT_DATA, Attestation, attest, attestations
from harness.pipeline.panel import import_sheets, sheets
from harness.pipeline.revising import Reason, fail_gate, withdraw
from harness.pipeline.roster import CRITERIA
from harness.pipeline.trail import compare
from harness.pipeline.verifying import heads
from harness.problems import Refusal
from harness.workspace import Workspace, read_json

FORK = multiprocessing.get_context("fork")
EACH = 3


def at_once(write: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]) -> None:
    """Do the same in as many processes, which start together."""
    start = FORK.Barrier(len(arguments))

    def desk(*given: Any) -> None:
        start.wait()
        for _ in range(EACH):
            write(*given)

    desks = [FORK.Process(target=desk, args=given) for given in arguments]
    for one in desks:
        one.start()
    for one in desks:
        one.join()
    assert [one.exitcode for one in desks] == [0] * len(desks)


def object_to(room: Workspace, name: str) -> None:
    objections.add(room, objections.Raised(candidate="C001", name=name, ground="数据有误"))


def decide(room: Workspace) -> None:
    decision = objections.Decision(admitted=True, outcome="revoked", reason="属实", by="李经办")
    objections.decide(room, "O001", decision)


def confirm(room: Workspace, reason: str = "已核对") -> None:
    attest(
        room,
        Attestation(
            candidate="C001",
            subject=EFFECT_DATA,
            holds=True,
            checker="组织方",
            date="2026-07-02",
            reason=reason,
        ),
    )


def hand_in(room: Workspace, judge: str = "J9") -> None:
    rows = ["judge,candidate,criterion,score"]
    rows += [f"{judge},{name},{part},80" for name in room.candidates() for part in CRITERIA]
    path = room.root.parent / f"{judge}.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_sheets(room, [path])


@pytest.fixture(autouse=True)
def _anything_may_be_attested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attesting, "subjects", lambda item: (EFFECT_DATA,))


@pytest.fixture
def room(scored: Callable[..., Workspace]) -> Workspace:
    room = scored(0.9, 0.6)
    object_to(room, "张三")
    return room


def codes(room: Workspace) -> set[str]:
    found = heads.verify(room.ledger, None).problems + compare(room, whole=True).problems
    return {problem.code for problem in found}


def test_objections_of_two_desks_never_share_a_number(room: Workspace) -> None:
    at_once(object_to, [(room, "李四"), (room, "王五")])

    numbers = [one["id"] for one in objections.listed(room)]
    assert numbers == [f"O{number:03d}" for number in range(1, 2 + 2 * EACH)]
    noted = [line.subject for line in read(room.ledger) if line.event == "objection"]
    assert noted == numbers
    assert codes(room) == set()


def test_what_two_desks_attest_is_all_kept(room: Workspace) -> None:
    at_once(confirm, [(room, "甲处核对"), (room, "乙处核对")])

    kept = attesting._entries(room)
    assert sorted(one["reason"] for one in kept) == sorted(["甲处核对", "乙处核对"] * EACH)
    assert attestations(room)["C001", EFFECT_DATA].reason == kept[-1]["reason"]
    assert codes(room) == set()


def test_an_objection_is_decided_once(room: Workspace) -> None:
    def try_to(room: Workspace) -> None:
        try:
            decide(room)
        except objections.Refusal as refused:
            assert [one.code for one in refused.problems] == ["E7523"]

    at_once(try_to, [(room,), (room,)])

    assert [line.event for line in read(room.ledger)].count("objection_decided") == 1


def kill(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tear(self: Ledger, record: Record) -> None:
    """Write half of a line, and die."""
    line = record.line()
    with self._path.open("ab") as file:
        file.write(line[: len(line) // 2])
    kill()


def before_the_signature() -> None:
    SignedLedger._write = kill  # type: ignore[assignment]


def before_the_line() -> None:
    Ledger._write = kill  # type: ignore[assignment]


def within_the_line() -> None:
    Ledger._write = tear  # type: ignore[method-assign]


def after_the_line() -> None:
    write = SignedLedger._write

    def last(self: SignedLedger, record: Record) -> None:
        write(self, record)
        kill()

    SignedLedger._write = last  # type: ignore[method-assign]


VERBS: dict[str, Callable[[Workspace], Any]] = {
    "objection": lambda room: object_to(room, "李四"),
    "decision": decide,
    "attestation": confirm,
    "sheets": hand_in,
    "ranking": stages.rank,
}
MOMENTS = {
    before_the_signature: set(),
    before_the_line: {"E8215"},
    within_the_line: {"E8202"},
    after_the_line: {"E8604", "E8605"},
}


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
@pytest.mark.parametrize("name", VERBS)
def test_a_verb_that_is_killed_is_told_as_unfinished_and_made_good_by_the_next(
    room: Workspace, name: str, moment: Callable[[], None]
) -> None:
    def dies() -> None:
        moment()
        VERBS[name](room)

    lines = len(read(room.ledger))
    child = FORK.Process(target=dies)
    child.start()
    child.join()
    try:
        told = codes(room)
    except objections.Refusal as refused:
        told = {problem.code for problem in refused.problems}

    stages.rank(room)

    assert child.exitcode == -signal.SIGKILL
    assert told <= MOMENTS[moment]
    assert bool(told) == bool(MOMENTS[moment]) or name == "ranking"
    assert codes(room) == set()
    kept = moment is not before_the_signature
    assert len(read(room.ledger)) == lines + kept + 1
    if kept and name == "sheets":
        found = sheets(room)
        assert found is not None
        assert "J9" in {mark.judge for mark in found.marks}
    if kept and name == "objection":
        assert [one["name"] for one in objections.listed(room)] == ["张三", "李四"]


def test_a_change_of_results_that_is_killed_before_it_is_in_force_is_put_in_force(
    room: Workspace,
) -> None:
    def dies() -> None:
        replace = Path.replace

        def last(self: Path, target: Path) -> Path:
            if Path(target).name == "current":
                kill()
            return replace(self, target)

        Path.replace = last  # type: ignore[method-assign]
        withdraw(room, "C002", Reason(reason="申请撤回", by="李经办"))

    child = FORK.Process(target=dies)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert room.current_version() == 1
    assert "E8604" in codes(room)

    stages.rank(room)

    assert room.current_version() == 2
    assert codes(room) == set()


STEPS = ((Path, "replace"), (os, "fsync"), (os, "fdatasync"), (os, "write"), (shutil, "rmtree"))
"""What a stage does one after the other until its records are on disk."""


def before_step(number: int) -> None:
    """Die before the step of that number that makes a record last."""
    steps = itertools.count(1)

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def does(*given: Any, **named: Any) -> Any:
            if next(steps) == number:
                kill()
            return step(*given, **named)

        return does

    for owner, name in STEPS:
        setattr(owner, name, counted(getattr(owner, name)))


def killed(moment: Callable[[], None], verb: Callable[[], Any]) -> bool:
    """Whether a verb dies at some moment, in a process of its own."""

    def dies() -> None:
        moment()
        verb()

    child = FORK.Process(target=dies)
    child.start()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode != 0


def test_a_ranking_that_is_killed_anywhere_leaves_the_version_in_force_whole(
    room: Workspace, tmp_path: Path
) -> None:
    hand_in(room)
    before = ranked(room)
    fates = set()
    for number in itertools.count(1):
        copy = Workspace(tmp_path / f"killed-{number}")
        shutil.copytree(room.root, copy.root)
        if not killed(partial(before_step, number), partial(stages.rank, copy)):
            break
        try:
            withdrawal(copy)
        except Refusal as refused:
            assert {one.code for one in refused.problems} == {"E7510"}
            assert ranked(copy) == before
            stages.rank(copy)
            withdrawal(copy)
            fates.add("before")
        else:
            fates.add("after")
        assert ranked(copy, 1).keys() == before.keys()
        moved = read_json(copy.current() / "difference.json")["moved"]
        assert [one["candidate"] for one in moved] == ["C002"]
        assert codes(copy) == set()

    assert fates == {"before", "after"}
    assert number > 10


def ranked(room: Workspace, version: int = 1) -> dict[str, bytes]:
    folder = room.version(version) / "ranking"
    return {path.name: path.read_bytes() for path in folder.rglob("*.json")}


def before_the_line_of_a_change() -> None:
    write = Ledger._write

    def last(self: Ledger, record: Record) -> None:
        if record.event == "change":
            kill()
        write(self, record)

    Ledger._write = last  # type: ignore[method-assign]


def withdrawal(room: Workspace) -> Any:
    return withdraw(room, "C002", Reason(reason="申请撤回", by="李经办"))


def test_a_change_that_is_signed_and_not_written_is_in_force_before_anything_is_ranked(
    room: Workspace,
) -> None:
    assert killed(before_the_line_of_a_change, lambda: withdrawal(room))
    first = ranked(room)
    assert room.current_version() == 1

    stages.rank(room)

    assert room.current_version() == 2
    assert ranked(room, 1) == first
    assert codes(room) == set()


def test_what_was_begun_on_the_version_before_such_a_change_is_refused_and_nothing_written(
    room: Workspace,
) -> None:
    assert killed(before_the_line_of_a_change, lambda: withdrawal(room))

    with pytest.raises(Refusal) as refused:
        hand_in(room)

    assert [(one.code, one.found) for one in refused.value.problems] == [("E8610", "002")]
    assert (room.current_version(), codes(room)) == (2, set())
    with pytest.raises(Refusal) as again:
        withdrawal(room)
    assert [one.code for one in again.value.problems] == ["E7502"]


def test_an_objection_names_the_version_that_it_led_to_wherever_the_change_was_killed(
    room: Workspace,
) -> None:
    decide(room)
    because = Reason(reason="属实", by="李经办", objection="O001")

    def verb() -> Any:
        return fail_gate(room, "C001", "备案", because)

    assert killed(before_the_line_of_a_change, verb)

    (told,) = objections.listed(room)

    assert told["versions"] == [2]
    assert "结果第 2 版" in objections.in_words(told, "2026-12-01")
    with pytest.raises(Refusal) as refused:
        verb()
    assert [one.code for one in refused.value.problems] == ["E7506"]
    assert codes(room) == set()


@pytest.mark.parametrize("left", [None, b""])
def test_nothing_is_written_once_the_signatures_are_lost(
    room: Workspace, left: bytes | None
) -> None:
    (room.root / "heads.jsonl").unlink()
    if left is not None:
        (room.root / "heads.jsonl").write_bytes(left)
    before = room.ledger.read_bytes()

    for verb in (stages.rank, withdrawal, hand_in, decide):
        with pytest.raises(Refusal) as refused:
            verb(room)
        assert [one.code for one in refused.value.problems] == ["E8218"]

    assert room.ledger.read_bytes() == before
    assert room.current_version() == 1
