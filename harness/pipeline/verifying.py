"""Verifying: an archive or a workspace held against signatures, ledger and records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness import archive, heads
from harness.canonical import file_digest
from harness.intake.receipt import read_receipt, verify_receipt
from harness.intake.unpacking import FileEntry
from harness.ledger import verify as verify_ledger
from harness.lock import locked
from harness.pipeline.traces import versions
from harness.pipeline.trail import compare, noted, pinned
from harness.problems import Explanation, Problem, Refusal
from harness.signing import PublicKey, key_path, open_key
from harness.workspace import Workspace, read_json
from reports.build import MANIFEST


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What verifying found: the problems, who signed, and what nothing can tell.

    ``confirmed`` says that the signer is whom the caller or this machine's own key names.
    """

    problems: tuple[Problem, ...]
    signer: PublicKey | None = None
    confirmed: bool = False
    unchecked: tuple[Problem, ...] = ()


def verify(path: Path, key: str | None = None, printed: Sequence[str] = ()) -> Verified:
    """Hold an archive against its manifest and its own ledger, or a workspace against its ledger.

    ``key`` is the organizer's public key, or its fingerprint, that all must be signed with;
    ``printed`` are digests of the ledger that a page or a terminal has named.
    """
    if not path.exists():
        raise Refusal([Problem("E8603", str(path))])
    if (path / "workspace.json").is_file() and not (path / archive.MANIFEST).is_file():
        return workspace_verified(Workspace(path), key, printed)
    found: list[Verified] = []

    def inside(folder: Path, withheld: tuple[FileEntry, ...]) -> tuple[Problem, ...]:
        signer = archive.signer(folder)
        if other := tuple(_another(path.name, signer, key)):
            return other
        room = Workspace(folder)
        found.append(_records(room, signer, printed, withheld, confirmed=key is not None))
        return found[-1].problems

    problems = archive.verify(path, inside=inside)
    return found[-1] if found else Verified(problems=problems)


def workspace_verified(
    workspace: Workspace, key: str | None = None, printed: Sequence[str] = ()
) -> Verified:
    """Hold a workspace's ledger, receipts, packages, records and pages against what was signed.

    Without ``key`` the organizer's own key counts where it is; elsewhere what signed the ledger.
    """
    own = key is None and key_path().is_file()
    public = open_key(workspace=workspace.root).public if own else None
    found = _records(workspace, public, printed, (), confirmed=own or key is not None)
    problems = [*found.problems, *_another(workspace.root.name, found.signer, key)]
    try:
        locked(workspace)
    except Refusal as refusal:
        problems += refusal.problems
    return Verified(
        problems=tuple(problems),
        signer=found.signer,
        confirmed=found.confirmed,
        unchecked=found.unchecked,
    )


def _records(
    workspace: Workspace,
    public: PublicKey | None,
    printed: Sequence[str],
    absent: tuple[FileEntry, ...],
    *,
    confirmed: bool,
) -> Verified:
    """Hold the ledger against signatures, receipts and pages, and records against the ledger."""
    if broken := verify_ledger(workspace.ledger):
        return Verified(problems=broken)
    signed = heads.verify(workspace.ledger, public)
    signer = public or signed.signer
    try:
        found = compare(workspace, absent=absent, whole=True)
    except Refusal as refused:
        return Verified(problems=(*signed.problems, *refused.problems))
    problems = [*signed.problems, *found.problems]
    if signer is not None:
        witnesses = []
        for candidate in workspace.candidates():
            receipt, package = workspace.receipt(candidate), found.packages.get(candidate, "")
            wrong = verify_receipt(receipt, signer, package=package)
            problems += wrong
            if not wrong:
                witnesses.append(read_receipt(receipt, signer).ledger_head)
        problems += verify_ledger(workspace.ledger, witnesses=witnesses)
    problems += [
        Problem("E8609", workspace.ledger.name, words)
        for words in printed
        if not pinned(workspace, words)
    ]
    problems += _pages_changed(workspace)
    return Verified(
        problems=tuple(problems),
        signer=signer,
        confirmed=confirmed and signer is not None,
        unchecked=(*signed.unchecked, *found.unchecked),
    )


def _another(where: str, signer: PublicKey | None, key: str | None) -> Iterator[Problem]:
    """Report a signer who is not whom the caller names."""
    named = signer is None or key is None or key.strip() in (str(signer), signer.fingerprint)
    if signer is not None and not named:
        yield Problem("E8607", where, signer.fingerprint)


def _pages_changed(workspace: Workspace) -> Iterator[Problem]:
    """Hold reports that an older version did not note against their own manifests."""
    known = noted(workspace, "report")
    for folder in versions(workspace):
        for path in sorted(folder.glob(f"report*/**/{MANIFEST}")):
            below = path.parent.relative_to(workspace.results).parts[:2]
            if "/".join(below) in known:
                continue
            for entry in read_json(path)["files"]:
                page = path.parent / entry["path"]
                if not page.is_file() or file_digest(page) != entry["sha256"]:
                    yield Problem("E8602", page.relative_to(workspace.root).as_posix())


PROBLEMS = (
    Explanation(
        "E8607",
        "{where}：签名所用公钥的指纹为 {found}，与 --key 所给的不同。请向组织方核对公钥；不符的归档不可采信。",
        "{where}: signed with the key of fingerprint {found}, which is not the one that --key names. Compare it with the organizer's; an archive under another key is not theirs.",
    ),
    Explanation(
        "E8603",
        "{where}：没有这个文件或目录。请给出归档 zip 或工作区目录。",
        "{where}: there is no such file or folder. Give an archive or a workspace.",
    ),
    Explanation(
        "E8602",
        "{where}：报告文件与清单摘要不符。请用 jiebang report 重新生成。",
        "{where}: this file of the report does not have the digest of its manifest. Write it again with `jiebang report`.",
    ),
    Explanation(
        "E8609",
        "{where}：台账从未有过报告或终端上所印的摘要 {found}。请核对所抄的摘要（至少 16 位）；若抄写无误，台账已被截短或改写，或属于另一次评测。",
        "{where}: the ledger never had the digest {found} that a page or a terminal names. Compare the copy (16 digits at least); if it is right, the ledger was cut or rewritten, or is another evaluation's.",
    ),
)
