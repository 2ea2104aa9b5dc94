"""Signed heads: each line of the ledger under the organizer's key, kept beside the ledger.

A chain of digests alone can be made anew from any line on. So a line is signed before it is
written: one that nobody signed was added past the product, and what a crash leaves is at most
one line that is signed and not yet written, which the next writer completes.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness import ledger
from harness.canonical import canonical_json
from harness.durable import flush_folder
from harness.ledger import GENESIS, Ledger, Record
from harness.problems import Explanation, Problem, Refusal, why
from harness.signing import PublicKey, SigningKey, sign
from harness.signing import verify as verify_signature

FILE = "heads.jsonl"
PAYLOAD = "application/vnd.jiebang.ledger-line+json"
BEGIN = "signer"
"""The line with which signing begins; its subject is the key's fingerprint."""


def heads_of(path: Path) -> Path:
    """Where the signed heads of a ledger lie."""
    return path.with_name(FILE)


class SignedLedger(Ledger):
    """The open ledger of a workspace, each line of it signed from :meth:`begin` on.

    Raises
    ------
    Refusal
        What :class:`Ledger` refuses, and a ledger whose end is not what this key signed last.
    """

    def __init__(self, path: Path, *, time: str, key: SigningKey) -> None:
        self._heads, self._key = heads_of(path), key
        self._signs = False
        super().__init__(path, time=time)

    @property
    def signs(self) -> bool:
        """Whether lines are signed yet."""
        return self._signs

    def begin(self, time: str) -> None:
        """Sign every line from here on."""
        self._signs = True
        self._heads.touch()
        flush_folder(self._heads.parent)
        self.append(BEGIN, actor="jiebang", time=time, subject=self._key.public.fingerprint)

    def _mend(self, torn: bytes, time: str) -> None:
        """Complete the line that a crash kept from being written, and go on only from the end."""
        whole, left = _lines(self._heads)
        if not whole and (begun := _begun(ledger.read(self._path))):
            raise Refusal([Problem("E8218", FILE, str(begun.seq))])
        if left:
            os.truncate(self._heads, sum(map(len, whole)))
        if whole:
            last = _opened(whole[-1], f"{FILE}: {len(whole)}", self._key.public)
            if last.seq == self._seq + 1 and last.prev == self._head:
                super()._write(last)
                torn = b"" if last.line().startswith(torn) else torn
            if last.hash != self._head:
                raise Refusal([Problem("E8213", f"{self._path.name}: {self._seq}", str(last.seq))])
            self._signs = True
        super()._mend(torn, time)

    def _write(self, record: Record) -> None:
        if not self._signs:
            super()._write(record)
            return
        payload = canonical_json({"line": asdict(record), "signer": str(self._key.public)})
        line = canonical_json(sign(PAYLOAD, payload, self._key)) + b"\n"
        before = self._heads.stat().st_size if self._heads.is_file() else 0
        try:
            with self._heads.open("ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if self._heads.is_file():
                os.truncate(self._heads, before)
            values = {"reason": why(error)}
            raise Refusal([Problem("E8205", str(self._heads), "", values)]) from error
        try:
            super()._write(record)
        except Refusal:
            os.truncate(self._heads, before)
            raise


def is_unfinished(path: Path) -> bool:
    """Whether a ledger does not end with the line that was signed last, as after a crash."""
    (written, _), (whole, _) = _lines(path), _lines(heads_of(path))
    if not whole:
        return False
    try:
        last = json.loads(base64.b64decode(_envelope(whole[-1], FILE)["payload"]))["line"]
        return [Record(**last).line()] != written[-1:]
    except (Refusal, ValueError, TypeError, KeyError):
        return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Heads:
    """What the signed heads of a ledger say: what is wrong, who signs, what nothing can tell."""

    problems: tuple[Problem, ...] = ()
    signer: PublicKey | None = None
    unchecked: tuple[Problem, ...] = ()


def verify(path: Path, public: PublicKey | None) -> Heads:
    """Hold a ledger whose chain is whole against its signed heads.

    ``public`` is the key that all of them must be signed with; without it that of the first.
    """
    records = ledger.read(path)
    first = _begun(records)
    begun = len(records) if first is None else first.seq - 1
    whole, torn = _lines(heads_of(path))
    if begun == len(records) and not whole:
        return Heads(unchecked=(Problem("E8217", path.name, str(len(records))),))
    if not whole:
        return Heads(problems=(Problem("E8218", FILE, str(records[begun].seq)),))
    try:
        signer = public or (_signer(whole[0]) if whole else None)
        signed = [
            _opened(line, f"{FILE}: {number}", signer)
            for number, line in enumerate(whole, start=1)
            if signer is not None
        ]
    except Refusal as refused:
        return Heads(problems=refused.problems)
    problems = list(_compared(path.name, records[begun:], signed))
    if torn and not problems:
        problems.append(Problem("E8215", f"{FILE}: {len(whole) + 1}", str(len(torn))))
    earlier = (Problem("E8216", path.name, str(begun)),) if begun else ()
    return Heads(problems=tuple(problems), signer=signer, unchecked=earlier)


def _compared(name: str, lines: tuple[Record, ...], signed: list[Record]) -> Iterator[Problem]:
    """Report the first place where a ledger is not what was signed."""
    for line, head in zip(lines, signed, strict=False):
        if line.hash != head.hash:
            yield Problem("E8212", f"{name}: {line.seq}", f"{line.event} {line.subject}".strip())
            return
    if len(lines) > len(signed):
        first = lines[len(signed)]
        found = f"{first.event} {first.subject}".strip()
        yield Problem("E8211", f"{name}: {first.seq}", found)
    elif len(signed) > len(lines):
        first, end = signed[len(lines)], lines[-1].hash if lines else GENESIS
        found = f"{first.event} {first.subject}".strip()
        one = len(signed) == len(lines) + 1 and (first.prev == end or not lines)
        yield Problem("E8215" if one else "E8214", f"{name}: {first.seq}", found)


def _begun(records: tuple[Record, ...]) -> Record | None:
    """The line with which signing began, if it did."""
    return next((one for one in records if one.event == BEGIN), None)


def _lines(path: Path) -> tuple[list[bytes], bytes]:
    content = path.read_bytes() if path.is_file() else b""
    cut = content.rfind(b"\n") + 1
    return content[:cut].splitlines(keepends=True), content[cut:]


def _opened(line: bytes, where: str, public: PublicKey) -> Record:
    """The line of the ledger that a head was signed for; raises ``Refusal`` where it was not."""
    payload = verify_signature(_envelope(line, where), public, payload_type=PAYLOAD, where=where)
    return Record(**json.loads(payload)["line"])


def _signer(line: bytes) -> PublicKey:
    """Whom a head says it is signed by, not yet trusted."""
    envelope = _envelope(line, f"{FILE}: 1")
    try:
        return PublicKey.parse(json.loads(base64.b64decode(envelope["payload"]))["signer"])
    except (ValueError, TypeError, KeyError) as error:
        raise Refusal([Problem("E8510", f"{FILE}: 1")]) from error


def _envelope(line: bytes, where: str) -> Any:
    """A line of the file of heads; only its canonical form is one."""
    try:
        envelope = json.loads(line)
        if canonical_json(envelope) + b"\n" == line:
            return envelope
    except (ValueError, RecursionError):
        pass
    raise Refusal([Problem("E8510", where)])


PROBLEMS = (
    Explanation(
        "E8211",
        "{where}：台账从这一行（{found}）起没有组织方签名，不是由本程序写入的。请从归档恢复台账和 heads.jsonl，并查明来源。",
        "{where}: from this line ({found}) on nobody signed the ledger: it was not written by this program. Restore ledger and heads.jsonl from an archive, and find out whence it came.",
    ),
    Explanation(
        "E8212",
        "{where}：台账这一行（{found}）不是组织方签名的那一行，台账已被改写。请从归档恢复台账和 heads.jsonl。",
        "{where}: this line of the ledger ({found}) is not the one that was signed: the ledger was rewritten. Restore ledger and heads.jsonl from an archive.",
    ),
    Explanation(
        "E8213",
        "{where}：台账的末行不是最后签名的一行（第 {found} 行），不能在其后续写。请先运行 jiebang verify，从归档恢复台账和 heads.jsonl。",
        "{where}: the ledger does not end with the line that was signed last (line {found}) and is not written on. Run `jiebang verify` and restore ledger and heads.jsonl from an archive.",
    ),
    Explanation(
        "E8214",
        "{where}：从这一行（{found}）起，签名在而台账行不在，台账被截短。请从归档恢复台账。",
        "{where}: from this line ({found}) on there are signatures without lines: the ledger was cut. Restore it from an archive.",
    ),
    Explanation(
        "E8215",
        "{where}：末行（{found}）已签名而未写完，应是中途断电或被终止。请运行任一写台账的命令，它会补完这一行。",
        "{where}: the last line ({found}) is signed and not written to its end, as after a power cut. Run any command that writes the ledger; it completes the line.",
    ),
    Explanation(
        "E8216",
        "{where}：前 {found} 行由旧版本写入，没有逐行签名；其后的签名涵盖这些行，但不能证明此前未被改写。",
        "{where}: the first {found} lines are of an older version and unsigned; later signatures cover them, and cannot tell whether they were rewritten before.",
    ),
    Explanation(
        "E8217",
        "{where}：台账（{found} 行）由旧版本写入，没有签名，是否被整体改写无从核验。下一个写台账的命令起会逐行签名。",
        "{where}: the ledger ({found} lines) is of an older version and unsigned, so that nothing tells whether it was rewritten as a whole. The next command that writes it begins to sign.",
    ),
    Explanation(
        "E8218",
        "{where}：台账从第 {found} 行起逐行签名，而签名文件不在或是空的，其间是否被改写无从核验，不能续写。请从归档或备份恢复 heads.jsonl。",
        "{where}: the ledger is signed from line {found} on, and the file of signatures is not there or empty: nothing tells whether it was rewritten, and it is not written on. Restore heads.jsonl from an archive or a copy.",
    ),
)
