"""The receipt: signed proof of what was taken in, when, and under which rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO

from harness.canonical import canonical_json, readable_json
from harness.durable import write_atomically
from harness.intake.names import shown
from harness.problems import Explanation, Problem, Refusal, Words, why
from harness.signing import STATEMENT, STATEMENT_TYPE, PublicKey, SigningKey, sign, verify

SCHEMA = "jiebang/receipt/1"
PREDICATE = "urn:jiebang:receipt:1"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """An archive's bytes: their number, SHA-256 and, where the system has it, SM3 (hex)."""

    size: int
    sha256: str
    sm3: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an applicant is handed: what came in, its ids, the rules, the ledger's head before.

    ``size`` and ``files`` count the unpacked package; ``decoded_names`` maps each name that
    was read by a guess to the encoding guessed; ``time`` is text given by the caller.
    """

    candidate: str
    package: str
    board: str
    lock: str
    applicant: str
    archive: Fingerprint
    size: int
    files: int
    ledger_head: str
    harness_version: str
    time: str
    decoded_names: Mapping[str, str] = field(default_factory=dict)


def fingerprint(path: Path) -> Fingerprint:
    """Size and digests of a file, read once."""
    with path.open("rb") as file:
        return _fingerprint(file)


def write_receipt(receipt: Receipt, path: Path, key: SigningKey) -> None:
    """Sign a receipt and store it: a DSSE envelope around an in-toto statement."""
    envelope = sign(STATEMENT, canonical_json(_statement(receipt)), key)
    write_atomically(path, readable_json(envelope))


def read_receipt(path: Path, public: PublicKey) -> Receipt:
    """The receipt that this key signed.

    Raises
    ------
    Refusal
        Not readable, not signed by this key, or no receipt.
    """
    try:
        envelope = json.loads(path.read_bytes())
    except OSError as error:
        raise Refusal([Problem("E8301", str(path), "", {"reason": why(error)})]) from error
    except (ValueError, RecursionError) as error:
        raise Refusal(
            [Problem("E8301", str(path), "", {"reason": Words("不是 JSON", "not JSON")})]
        ) from error
    payload = verify(envelope, public, payload_type=STATEMENT, where=str(path))
    receipt = _parse(payload)
    if receipt is None:
        raise Refusal([Problem("E8302", str(path), SCHEMA)])
    return receipt


def verify_receipt(
    path: Path, public: PublicKey, *, archive: Path | None = None, package: str | None = None
) -> tuple[Problem, ...]:
    """Check a receipt's signature and, where given, the archive and package id it speaks of."""
    try:
        receipt = read_receipt(path, public)
    except Refusal as refused:
        return refused.problems
    problems = []
    if package is not None and package != receipt.package:
        problems.append(Problem("E8303", str(path), package, {"expected": receipt.package}))
    if archive is not None:
        try:
            found = fingerprint(archive)
        except OSError as error:
            return (*problems, Problem("E8301", str(archive), "", {"reason": why(error)}))
        same_sm3 = None in (found.sm3, receipt.archive.sm3) or found.sm3 == receipt.archive.sm3
        if (found.size, found.sha256) != (receipt.archive.size, receipt.archive.sha256) or (
            not same_sm3
        ):
            values = {"expected": receipt.archive.sha256}
            problems.append(Problem("E8304", str(archive), found.sha256, values))
    return tuple(problems)


def receipt_lines(receipt: Receipt, public: PublicKey) -> tuple[str, ...]:
    """A receipt for people, one fact a line, Chinese and English."""
    facts = [
        ("申报材料回执", "Receipt", SCHEMA),
        ("参评对象", "Candidate", receipt.candidate),
        ("申报单位", "Applicant", receipt.applicant),
        ("榜单", "Board", receipt.board),
        ("规则封存", "Lock", receipt.lock),
        ("材料包编号", "Package id", receipt.package),
        ("文件数", "Files", str(receipt.files)),
        ("解压后字节数", "Bytes unpacked", str(receipt.size)),
        ("压缩包字节数", "Bytes of the archive", str(receipt.archive.size)),
        ("压缩包 SHA-256", "Archive SHA-256", receipt.archive.sha256),
        ("压缩包 SM3", "Archive SM3", receipt.archive.sm3 or "无 / none"),
        ("接收前台账摘要", "Ledger head before", receipt.ledger_head),
        ("接收时间", "Taken in at", receipt.time),
        ("软件版本", "Harness version", receipt.harness_version),
        ("签名公钥", "Public key", str(public)),
        ("公钥指纹", "Fingerprint", public.fingerprint),
    ]
    facts += [
        ("文件名编码推断", "Name read as", f"{name} ({guess})")
        for name, guess in sorted(receipt.decoded_names.items())
    ]
    return tuple(f"{zh} {en}: {shown(value)}" for zh, en, value in facts)


def _fingerprint(file: BinaryIO) -> Fingerprint:
    digests = {"sha256": hashlib.sha256()}
    if "sm3" in hashlib.algorithms_available:
        digests["sm3"] = hashlib.new("sm3")
    size = 0
    while block := file.read(_BLOCK):
        size += len(block)
        for one in digests.values():
            one.update(block)
    return Fingerprint(size=size, **{name: one.hexdigest() for name, one in digests.items()})


def _statement(receipt: Receipt) -> dict[str, Any]:
    archive = {"sha256": receipt.archive.sha256}
    if receipt.archive.sm3 is not None:
        archive["sm3"] = receipt.archive.sm3
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": "archive", "digest": archive},
            {"name": "package", "digest": {"sha256": receipt.package.removeprefix("sha256:")}},
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "schema": SCHEMA,
            **asdict(receipt),
            "decoded_names": dict(receipt.decoded_names),
        },
    }


def _parse(payload: bytes) -> Receipt | None:
    """The receipt of a statement, if the statement is the one that the receipt makes."""
    try:
        predicate = dict(json.loads(payload)["predicate"])
        known = {one.name for one in fields(Receipt)} & set(predicate)
        receipt = Receipt(
            **{
                **{name: predicate[name] for name in known},
                "archive": Fingerprint(**predicate["archive"]),
            }
        )
        return receipt if canonical_json(_statement(receipt)) == payload else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


PROBLEMS = (
    Explanation(
        "E8301",
        "{where}：无法读取（{reason}）；请给出接收时发放的原文件。",
        "{where}: cannot be read ({reason}); name the original file handed out at intake.",
    ),
    Explanation(
        "E8302",
        "{where}：签名内容不是回执；请给出 {found} 格式的回执。",
        "{where}: what is signed is no receipt; name a receipt of schema {found}.",
    ),
    Explanation(
        "E8303",
        "{where}：回执所记的材料包是 {expected}，现在是 {found}；请核对候选材料是否被替换，"
        "使用回执对应的材料包。",
        "{where}: the receipt speaks of package {expected}, found is {found}; use the package "
        "that the receipt was issued for.",
    ),
    Explanation(
        "E8304",
        "{where}：SHA-256 为 {found}，与回执所记的 {expected} 不同；请使用当时提交的那个文件。",
        "{where}: its SHA-256 is {found}, the receipt says {expected}; use the file that was "
        "handed in.",
    ),
)
