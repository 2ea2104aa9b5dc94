"""Signed heads: lines that nobody signed, signatures without lines, and what a crash leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import heads, ledger
from harness.heads import PROBLEMS, SignedLedger
from harness.ledger import Ledger
from harness.problems import Refusal
from harness.signing import SigningKey, open_key

SENTENCES = {one.code: one for one in (*PROBLEMS, *ledger.PROBLEMS)}
TIME = "2026-06-01T09:00:00+08:00"


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return open_key(tmp_path / "keys" / "signing.pem")


@pytest.fixture
def path(tmp_path: Path, key: SigningKey) -> Path:
    path = tmp_path / "room" / "ledger.jsonl"
    with SignedLedger(path, time=TIME, key=key) as opened:
        opened.begin(TIME)
        for turn in range(4):
            opened.append("intake", actor="组织方", time=TIME, subject=f"C-{turn}", body=b"x")
    return path


def codes(path: Path, key: SigningKey | None = None) -> list[str]:
    found = heads.verify(path, key.public if key else None)
    for problem in (*found.problems, *found.unchecked):
        if problem.code in SENTENCES:
            assert SENTENCES[problem.code].render(problem, "zh")
            assert SENTENCES[problem.code].render(problem, "en")
    return [problem.code for problem in found.problems]


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def keep(path: Path, count: int) -> None:
    path.write_bytes(b"".join(lines(path)[:count]))


def test_every_line_is_signed_by_the_key_that_begins(path: Path, key: SigningKey) -> None:
    found = heads.verify(path, key.public)

    assert found.problems == found.unchecked == ()
    assert found.signer == key.public
    assert heads.verify(path, None).signer == key.public
    assert len(lines(heads.heads_of(path))) == len(lines(path)) == 5
    assert ledger.read(path)[0].subject == key.public.fingerprint


def test_a_change_to_any_byte_of_a_head_is_found(path: Path, key: SigningKey) -> None:
    place = heads.heads_of(path)
    whole = place.read_bytes()

    unseen = []
    for at in range(0, len(whole), 7):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 0x01]) + whole[at + 1 :])
        if not codes(path, key):
            unseen.append(at)

    assert unseen == []


@pytest.mark.parametrize("left", [0, 1, 3])
def test_a_ledger_that_was_cut_is_told_by_the_signatures(
    path: Path, key: SigningKey, left: int
) -> None:
    keep(path, left)

    assert codes(path, key) == ["E8214"]
    with pytest.raises(Refusal) as refused:
        SignedLedger(path, time=TIME, key=key)
    assert [one.code for one in refused.value.problems] == ["E8213"]


@pytest.mark.parametrize("left", [1, 3])
def test_lines_without_a_signature_are_told(path: Path, key: SigningKey, left: int) -> None:
    keep(heads.heads_of(path), left)

    assert codes(path, key) == ["E8211"]


@pytest.mark.parametrize("left", [None, b"", b'{"payload":'])
def test_where_all_signatures_are_lost_signing_does_not_begin_anew(
    path: Path, key: SigningKey, left: bytes | None
) -> None:
    place, before = heads.heads_of(path), path.read_bytes()
    place.unlink()
    if left is not None:
        place.write_bytes(left)

    with pytest.raises(Refusal) as refused:
        SignedLedger(path, time=TIME, key=key)

    assert [(one.code, one.found) for one in refused.value.problems] == [("E8218", "1")]
    assert codes(path, key) == ["E8218"]
    assert path.read_bytes() == before
    assert (place.read_bytes() if place.is_file() else None) == left


def test_a_ledger_is_unfinished_until_the_line_that_was_signed_last_is_written(
    path: Path, key: SigningKey
) -> None:
    whole = lines(path)
    found = [heads.is_unfinished(path)]
    for end in (b"", whole[-1][:40]):
        path.write_bytes(b"".join(whole[:-1]) + end)
        found.append(heads.is_unfinished(path))
    with SignedLedger(path, time=TIME, key=key):
        pass

    assert found == [False, True, True]
    assert not heads.is_unfinished(path)


def test_a_line_made_anew_is_told(path: Path, key: SigningKey) -> None:
    keep(path, 4)
    with Ledger(path, time=TIME) as opened:
        opened.append("intake", actor="组织方", time=TIME, subject="C-3", body=b"y")

    assert ledger.verify(path) == ()
    assert codes(path, key) == ["E8212"]


def test_heads_of_another_key_are_told_and_not_written_on(path: Path, tmp_path: Path) -> None:
    theirs = open_key(tmp_path / "keys" / "theirs.pem")

    assert codes(path, theirs) == ["E8512"]
    with pytest.raises(Refusal) as refused:
        SignedLedger(path, time=TIME, key=theirs)
    assert [one.code for one in refused.value.problems] == ["E8512"]


@pytest.mark.parametrize("torn", [b"", b'{"actor":"', b"\xff\xff"])
def test_a_line_that_is_signed_and_not_written_is_unfinished_and_then_completed(
    path: Path, key: SigningKey, torn: bytes
) -> None:
    whole = lines(path)
    path.write_bytes(b"".join(whole[:-1]))
    assert codes(path, key) == ["E8215"]
    path.write_bytes(b"".join(whole[:-1]) + torn)

    with SignedLedger(path, time=TIME, key=key):
        pass

    assert lines(path)[:5] == whole
    assert codes(path, key) == []
    cut = [record.event for record in ledger.read(path)].count(ledger.TORN_TAIL)
    assert cut == (torn == b"\xff\xff")


def test_a_signature_that_was_torn_is_unfinished_and_then_cut(path: Path, key: SigningKey) -> None:
    place = heads.heads_of(path)
    whole = place.read_bytes()
    place.write_bytes(whole + lines(place)[-1][:100])
    assert codes(path, key) == ["E8215"]

    with SignedLedger(path, time=TIME, key=key):
        pass

    assert place.read_bytes() == whole
    assert codes(path, key) == []


def test_a_line_that_no_disk_holds_leaves_no_signature(
    path: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refusal([])

    with SignedLedger(path, time=TIME, key=key) as opened:
        with monkeypatch.context() as patched:
            patched.setattr(Ledger, "_write", full)
            with pytest.raises(Refusal):
                opened.append("lock", actor="组织方", time=TIME)
        opened.append("lock", actor="组织方", time=TIME)

    assert codes(path, key) == []
    assert len(lines(heads.heads_of(path))) == 6


def test_a_ledger_of_an_older_version_is_unchecked_and_signed_from_there_on(
    tmp_path: Path, key: SigningKey
) -> None:
    path = tmp_path / "old" / "ledger.jsonl"
    with Ledger(path, time=TIME) as opened:
        opened.append("lock", actor="组织方", time=TIME)
    before = heads.verify(path, key.public)

    with SignedLedger(path, time=TIME, key=key) as signed:
        signed.begin(TIME)
    after = heads.verify(path, key.public)

    assert [one.code for one in before.unchecked] == ["E8217"]
    assert [one.code for one in after.unchecked] == ["E8216"]
    assert before.problems == after.problems == ()
