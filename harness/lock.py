"""The lock: the frozen rules, as digests of the board and of everything that it declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.canonical import canonical_json, digest, file_digest, readable_json
from harness.durable import write_atomically
from harness.problems import Problem, Refusal, as_typed
from harness.workspace import Workspace, commitment, read_json

SCHEMA = "jiebang/lock/1"
BASELINES = "baselines.json"
LOCKS = "board.lock"


def freeze(workspace: Workspace, *, version: str, reason: str | None) -> dict[str, Any]:
    """Write the lock of a board; with a reason, a new lock that keeps the old one's digest.

    Raises
    ------
    Refusal
        The rules are locked already and no reason for an amendment is given.
    """
    earlier: list[dict[str, str]] = []
    if workspace.lock.is_file():
        old = read_json(workspace.lock)
        if reason is None:
            raise Refusal([Problem("E9004", str(workspace.root), lock_digest(old))])
        earlier = [*old["amended"], {"lock": lock_digest(old), "reason": reason}]
        kept = workspace.board / f"board.lock.{len(earlier):03d}.json"
        write_atomically(kept, workspace.lock.read_bytes())
    lock = {
        "schema": SCHEMA,
        "files": board_files(workspace.board),
        "order_secret": commitment(workspace.order_secret()),
        "harness": version,
        "amended": earlier,
    }
    write_atomically(workspace.lock, readable_json(lock))
    return lock


def locked(workspace: Workspace) -> dict[str, Any]:
    """Read the lock in force and hold the board's files against it.

    Raises
    ------
    Refusal
        No lock yet, or files of the board that were changed, removed or added since.
    """
    if not workspace.lock.is_file():
        raise Refusal(
            [Problem("E9003", str(workspace.root), "", {"path": as_typed(workspace.root)})]
        )
    lock: dict[str, Any] = read_json(workspace.lock)
    if commitment(workspace.order_secret()) != lock["order_secret"]:
        raise Refusal([Problem("E9009", str(workspace.secret))])
    now = board_files(workspace.board)
    changed = sorted(
        path for path in {*now, *lock["files"]} if now.get(path) != lock["files"].get(path)
    )
    if changed:
        raise Refusal([Problem("E9005", str(workspace.root), path) for path in changed])
    return lock


def earlier_locks(workspace: Workspace) -> tuple[Path, ...]:
    """The locks that amendments have replaced, the first first."""
    return tuple(sorted(workspace.board.glob(f"{LOCKS}.[0-9]*.json")))


def lock_digest(lock: dict[str, Any]) -> str:
    """The digest that names a lock: draws are derived from it."""
    return digest(canonical_json(lock))


def board_files(board: Path) -> dict[str, str]:
    """Digest of every file that a board consists of, by relative path."""
    return {
        path.relative_to(board).as_posix(): file_digest(path)
        for path in sorted(board.rglob("*"))
        if path.is_file() and _is_rule(path.relative_to(board).as_posix())
    }


def _is_rule(path: str) -> bool:
    """Whether a file is part of the rules, not a record made from them."""
    return path != BASELINES and not path.startswith((LOCKS, "."))
