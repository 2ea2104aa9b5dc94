"""Intake: a package is checked as at home, stored read-only, and answered by a receipt."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.board import read_board
from harness.checking import CheckedPackage, check_package
from harness.clock import now
from harness.intake.packing import manifest
from harness.intake.receipt import Receipt, fingerprint, read_receipt, write_receipt
from harness.intake.unpacking import unpack
from harness.ledger import read as read_ledger
from harness.lock import lock_digest, locked
from harness.package import read_package
from harness.pipeline.noting import append, held
from harness.pipeline.traces import intake_body
from harness.problems import Explanation, Problem, Refusal
from harness.signing import SigningKey, open_key
from harness.version import harness_version
from harness.workspace import Workspace

PACKAGES_EACH = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Admitted:
    """A package that was taken in: who it is now, and what its applicant is handed."""

    candidate: str
    source: Path
    receipt: Receipt


@dataclass(frozen=True, kw_only=True, slots=True)
class Turned:
    """A package that was not taken in, with every problem found in it."""

    source: Path
    problems: tuple[Problem, ...]


def admit(
    workspace: Workspace,
    sources: Sequence[Path],
    *,
    actor: str = "organizer",
    key: Path | None = None,
) -> tuple[list[Admitted], list[Turned]]:
    """Take packages in, one after the other; a faulty one does not hold up the others.

    Raises
    ------
    Refusal
        The rules are not locked, or their files changed since.
    """
    lock = lock_digest(locked(workspace))
    if not workspace.baselines.is_file():
        raise Refusal([Problem("E9007", str(workspace.root), "board/baselines.json")])
    signing = open_key(key, workspace=workspace.root)
    admitted: list[Admitted] = []
    turned: list[Turned] = []
    for source in sources:
        try:
            admitted.append(_admit(workspace, source, lock, actor, signing))
        except Refusal as refusal:
            named = tuple(_in(source.name, problem) for problem in refusal.problems)
            turned.append(Turned(source=source, problems=named))
    return admitted, turned


def _admit(
    workspace: Workspace, source: Path, lock: str, actor: str, signing: SigningKey
) -> Admitted:
    if not source.is_file():
        raise Refusal([Problem("E5301", str(source))])
    board = read_board(workspace.board)
    with (
        held(workspace, signing) as ledger,
        tempfile.TemporaryDirectory(dir=workspace.root, prefix=".intake-") as room,
    ):
        _undo_unfinished(workspace, Path(room))
        tree = Path(room) / "package"
        taken = Path(room) / "package.zip"
        shutil.copyfile(source, taken)
        unpacked = unpack(taken, tree)
        checked = check_package(tree, board)
        identity = manifest(tree)
        _not_twice(workspace, signing, checked, tree, source)
        candidate = _next_number(workspace)
        receipt = Receipt(
            candidate=candidate,
            package=identity.id,
            board=board.id,
            lock=lock,
            applicant=checked.package.applicant.name,
            archive=fingerprint(taken),
            size=identity.size,
            files=len(identity.files),
            ledger_head=ledger.head,
            harness_version=harness_version(),
            time=now(),
            decoded_names=unpacked.decoded_names,
        )
        # The ledger speaks last: what a crash leaves before its line was never taken in.
        write_receipt(receipt, workspace.receipt(candidate), signing)
        tree.rename(workspace.package(candidate))
        body = intake_body(candidate, identity.id, lock)
        append(workspace, ledger, "intake", candidate, body, actor=actor, time=receipt.time)
    return Admitted(candidate=candidate, source=source, receipt=receipt)


def _undo_unfinished(workspace: Workspace, room: Path) -> None:
    """Take out what a crash left of intakes that the ledger does not speak of, and their rooms."""
    known = {line.subject for line in read_ledger(workspace.ledger) if line.event == "intake"}
    left = [
        path for path in workspace.packages.iterdir() if path.name.partition(".")[0] not in known
    ]
    left += [path for path in workspace.root.glob(".intake-*") if path != room]
    for number, path in enumerate(left):
        path.rename(room / f"left-{number}")


def _next_number(workspace: Workspace) -> str:
    """A number that no package, receipt or line of the ledger has had, whatever became of them."""
    used = {path.name.partition(".")[0] for path in workspace.packages.iterdir()}
    used |= {line.subject for line in read_ledger(workspace.ledger) if line.event == "intake"}
    numbers = [int(name[1:]) for name in used if name[:1] == "C" and name[1:].isdecimal()]
    return f"C{max(numbers, default=0) + 1:03d}"


def _in(name: str, problem: Problem) -> Problem:
    """The same problem, with the file that it was found in before its place."""
    if problem.where.startswith(name):
        return problem
    return replace(problem, where=f"{name} → {problem.where}")


def _not_twice(
    workspace: Workspace, signing: SigningKey, checked: CheckedPackage, tree: Path, source: Path
) -> None:
    problems: list[Problem] = []
    holders: list[str] = []
    mine = checked.package.applicant.credit_code
    identity, solution = manifest(tree).id, _solution(tree)
    for candidate in workspace.candidates():
        home = workspace.package(candidate)
        receipt = read_receipt(workspace.receipt(candidate), signing.public)
        other = read_package(home)
        if receipt.package == identity:
            problems.append(Problem("E5302", source.name, candidate))
        elif other.applicant.credit_code == mine and solution and _solution(home) == solution:
            problems.append(Problem("E5304", source.name, candidate))
        if other.applicant.credit_code == mine:
            holders.append(f"{candidate} {other.applicant.name}")
    if len(holders) >= PACKAGES_EACH:
        values = {"expected": "; ".join(holders)}
        problems.append(Problem("E5303", source.name, str(len(holders)), values))
    if problems:
        raise Refusal(problems)


def _solution(tree: Path) -> str:
    home = tree / "solution"
    return manifest(home).id if home.is_dir() else ""


PROBLEMS = (
    Explanation(
        "E5301",
        "{where}：没有这个文件。请给出 jiebang pack 生成的 zip。",
        "{where}: no such file. Give a zip made by `jiebang pack`.",
    ),
    Explanation(
        "E5302",
        "{where}：同一材料包已作为 {found} 接收。请勿重复提交。",
        "{where}: the same package was taken in as {found}. Do not submit it twice.",
    ),
    Explanation(
        "E5303",
        "{where}：该统一社会信用代码已有 {found} 个材料包（{expected}），每家最多 3 个。请先核对这些材料包是否确由该单位提交，再决定撤回哪一个。",
        "{where}: this credit code has {found} packages already ({expected}), at most 3 each. Check first that they are this applicant's own, then decide which to withdraw.",
    ),
    Explanation(
        "E5304",
        "{where}：与该单位的 {found} 是同一个解决方案。请勿以不同名称重复申报。",
        "{where}: this is the same solution as the applicant's {found}. Do not submit it again under another title.",
    ),
)
