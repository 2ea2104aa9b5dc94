from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.intake.receipt import (
    Fingerprint,
    Receipt,
    fingerprint,
    read_receipt,
    receipt_lines,
    verify_receipt,
    write_receipt,
)
from harness.problems import Refusal
from harness.signing import STATEMENT, SigningKey, open_key, sign


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return open_key(tmp_path / "keys" / "signing.pem")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "package.zip"
    path.write_bytes(b"abc")
    return path


@pytest.fixture
def receipt(archive: Path) -> Receipt:
    return Receipt(
        candidate="C-001",
        package="sha256:" + "a" * 64,
        board="SD-2026",
        lock="sha256:" + "b" * 64,
        applicant="示例科技\u202e有限公司",
        archive=fingerprint(archive),
        size=10,
        files=2,
        ledger_head="sha256:" + "c" * 64,
        harness_version="0.1.0",
        time="2026-06-01T09:00:00+08:00",
        decoded_names={"模型/配置.yaml": "gb18030"},
    )


def test_a_receipt_reads_back_as_it_was_written(
    tmp_path: Path, receipt: Receipt, archive: Path, key: SigningKey
) -> None:
    write_receipt(receipt, tmp_path / "receipt.json", key)

    read = read_receipt(tmp_path / "receipt.json", key.public)
    problems = verify_receipt(
        tmp_path / "receipt.json", key.public, archive=archive, package=receipt.package
    )

    assert read == receipt
    assert problems == ()


def test_an_archive_is_known_by_sha256_and_sm3(archive: Path) -> None:
    found = fingerprint(archive)

    assert found.size == 3
    assert found.sha256 == hashlib.sha256(b"abc").hexdigest()
    if "sm3" in hashlib.algorithms_available:
        assert found.sm3 == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_receipt_without_sm3_stands(
    tmp_path: Path, receipt: Receipt, archive: Path, key: SigningKey
) -> None:
    bare = replace(receipt, archive=replace(receipt.archive, sm3=None))
    write_receipt(bare, tmp_path / "receipt.json", key)

    problems = verify_receipt(tmp_path / "receipt.json", key.public, archive=archive)

    assert problems == ()
    assert any("无 / none" in line for line in receipt_lines(bare, key.public))


def test_the_payload_is_an_in_toto_statement_about_archive_and_package(
    tmp_path: Path, receipt: Receipt, key: SigningKey
) -> None:
    write_receipt(receipt, tmp_path / "receipt.json", key)

    envelope = json.loads((tmp_path / "receipt.json").read_bytes())
    statement = json.loads(base64.b64decode(envelope["payload"]))

    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"][1] == {"name": "package", "digest": {"sha256": "a" * 64}}
    assert statement["predicate"]["schema"] == "jiebang/receipt/1"


def test_another_archive_or_package_than_the_receipts_is_found(
    tmp_path: Path, receipt: Receipt, archive: Path, key: SigningKey
) -> None:
    write_receipt(receipt, tmp_path / "receipt.json", key)
    archive.write_bytes(b"abd")

    problems = verify_receipt(
        tmp_path / "receipt.json", key.public, archive=archive, package="sha256:" + "0" * 64
    )

    assert [one.code for one in problems] == ["E8303", "E8304"]


def test_any_change_to_what_a_receipt_says_is_found(
    tmp_path: Path, receipt: Receipt, key: SigningKey
) -> None:
    path = tmp_path / "receipt.json"
    write_receipt(receipt, path, key)
    envelope = json.loads(path.read_bytes())
    payload = base64.b64decode(envelope["payload"]).replace(b"C-001", b"C-002")
    path.write_text(json.dumps({**envelope, "payload": base64.b64encode(payload).decode()}))

    problems = verify_receipt(path, key.public)

    assert [one.code for one in problems] == ["E8513"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "E8301"), (b"{", "E8301"), (b"[]", "E8510"), (b"[" * 100_000, "E8301")],
)
def test_what_is_no_receipt_is_refused(
    tmp_path: Path, key: SigningKey, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / "receipt.json").write_bytes(content)

    problems = verify_receipt(tmp_path / "receipt.json", key.public)

    assert [one.code for one in problems] == [code]


@pytest.mark.parametrize(
    "payload", [b"{}", b"[]", b'{"predicate":1}', b'{"predicate":{"archive":{}}}', b"\xff"]
)
def test_a_signed_statement_of_another_kind_is_no_receipt(
    tmp_path: Path, key: SigningKey, payload: bytes
) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(sign(STATEMENT, payload, key)))

    with pytest.raises(Refusal) as refused:
        read_receipt(path, key.public)

    assert [one.code for one in refused.value.problems] == ["E8302"]


def test_the_lines_for_people_are_in_two_languages_and_safe_to_print(
    receipt: Receipt, key: SigningKey
) -> None:
    lines = receipt_lines(receipt, key.public)

    assert "申报单位 Applicant: 示例科技\\u202e有限公司" in lines
    assert "文件名编码推断 Name read as: 模型/配置.yaml (gb18030)" in lines
    assert all(line.isprintable() for line in lines)


def test_fingerprints_are_equal_for_equal_bytes(archive: Path) -> None:
    assert fingerprint(archive) == Fingerprint(
        size=3, sha256=fingerprint(archive).sha256, sm3=fingerprint(archive).sm3
    )
