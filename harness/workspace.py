"""The folder that holds one evaluation: where each record lies, and what is in force."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.canonical import digest, readable_json
from harness.durable import write_atomically
from harness.problems import Explanation, Problem, Refusal, as_typed

MARK = "jiebang/workspace/1"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The paths of one evaluation; every stage reads and writes through them."""

    root: Path

    @property
    def board(self) -> Path:
        return self.root / "board"

    @property
    def lock(self) -> Path:
        return self.board / "board.lock.json"

    @property
    def baselines(self) -> Path:
        return self.board / "baselines.json"

    @property
    def packages(self) -> Path:
        return self.root / "packages"

    @property
    def environments(self) -> Path:
        """Installed environments of candidates, by digest; made anew whenever they are missing."""
        return self.root / "environments"

    @property
    def shown(self) -> Path:
        """Files that samples name, as candidates see them; laid out anew whenever missing."""
        return self.root / "shown"

    @property
    def wheelhouse(self) -> Path:
        """Wheels that the organizer offers to every candidate's lock."""
        return self.root / "wheelhouse"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def panel(self) -> Path:
        return self.root / "panel"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.jsonl"

    @property
    def bodies(self) -> Path:
        """The bodies that lines of the ledger keep the digests of, by digest."""
        return self.root / "bodies"

    @property
    def secret(self) -> Path:
        return self.root / "order.secret"

    def package(self, candidate: str) -> Path:
        """The accepted tree of a candidate, read-only."""
        return self.packages / candidate

    def receipt(self, candidate: str) -> Path:
        return self.packages / f"{candidate}.receipt.json"

    def candidates(self) -> tuple[str, ...]:
        """Ids of the accepted candidates, in the order of intake."""
        if not self.packages.is_dir():
            return ()
        found = (
            path.name.removesuffix(".receipt.json")
            for path in self.packages.iterdir()
            if path.name.endswith(".receipt.json")
        )
        return tuple(sorted(found))

    def run_folder(self, item: str, candidate: str, key: str) -> Path:
        """The folder of one run, named by what its answers depend on."""
        return self.runs / item / candidate / key.removeprefix("sha256:")[:16]

    def current(self) -> Path:
        """The results in force; a correction adds a version and never changes one."""
        return self.version(self.current_version())

    def current_version(self) -> int:
        pointer = self.results / "current"
        if not pointer.is_file():
            return 1
        found = pointer.read_bytes()[:80].strip()
        if not found.isdigit() or not 0 < int(found) < 10_000:
            words = found.decode(errors="replace")
            raise Refusal([Problem("E9012", "results/current", words)])
        return int(found)

    def version(self, number: int) -> Path:
        return self.results / f"{number:03d}"

    def order_secret(self) -> bytes:
        """The secret that shuffles samples; the lock commits to its digest."""
        return bytes.fromhex(self.secret.read_text().strip())


def create(root: Path, board: Path, secret: bytes | None = None) -> Workspace:
    """Make the folder of an evaluation with a copy of the board as published.

    Raises
    ------
    Refusal
        The folder is there already and not empty.
    """
    if root.exists() and any(root.iterdir()):
        raise Refusal([Problem("E9001", str(root))])
    root.mkdir(parents=True, exist_ok=True)
    workspace = Workspace(root)
    shutil.copytree(board, workspace.board, ignore=LEFT_OUT)
    for folder in (workspace.packages, workspace.runs, workspace.results, workspace.panel):
        folder.mkdir()
    write_atomically(workspace.secret, (secret or secrets.token_bytes(32)).hex().encode())
    workspace.secret.chmod(0o600)
    write_atomically(root / "workspace.json", readable_json({"schema": MARK}))
    return workspace


def open_workspace(root: Path) -> Workspace:
    """Find an evaluation's folder; raises ``Refusal`` where there is none."""
    if not (root / "workspace.json").is_file():
        raise Refusal([Problem("E9002", str(root), "", {"path": as_typed(root)})])
    return Workspace(root)


def read_json(path: Path) -> Any:
    """Read one of our own records."""
    return json.loads(path.read_bytes())


def commitment(secret: bytes) -> str:
    """What the lock says of the order secret without telling it."""
    return digest(b"jiebang order secret\n" + secret)


PROBLEMS = (
    Explanation(
        "E9001",
        "{where}：目录已存在且不为空。请换一个新目录。",
        "{where}: the folder exists and is not empty. Choose a new one.",
    ),
    Explanation(
        "E9002",
        "{where}：不是评测工作区。请先运行 jiebang init {path} --board 榜单目录。",
        "{where}: not a workspace. Run first: jiebang init {path} --board BOARD.",
    ),
    Explanation(
        "E9003",
        "{where}：规则尚未封存。请先运行 jiebang lock {path}。",
        "{where}: the rules are not locked yet. Run first: jiebang lock {path}.",
    ),
    Explanation(
        "E9004",
        "{where}：规则已封存（{found}）。如确需修改，请写 --amend 理由。",
        "{where}: the rules are locked already ({found}). To change them, give --amend REASON.",
    ),
    Explanation(
        "E9005",
        "{where}：榜单文件在封存后被改动（{found}）。请恢复原文件，或用 lock --amend 重新封存。",
        "{where}: a file of the board was changed after the lock ({found}). Restore it, or lock again with --amend.",
    ),
    Explanation(
        "E9006",
        "{where}：没有可评测的参评对象。请先运行 jiebang intake。",
        "{where}: there is no candidate to evaluate. Run jiebang intake first.",
    ),
    Explanation(
        "E9007",
        "{where}：缺少上一步的记录（{found}）。请先运行该步骤，或直接运行 jiebang evaluate。",
        "{where}: the record of the step before is missing ({found}). Run that step first, or jiebang evaluate.",
    ),
    Explanation(
        "E9008",
        "{where}：达到的沙箱等级 {found} 低于榜单要求的 {expected}。请按 jiebang doctor 的提示处理。",
        "{where}: the sandbox reaches tier {found}, the board demands {expected}. Do what `jiebang doctor` says.",
    ),
    Explanation(
        "E9009",
        "{where}：次序密钥与封存的承诺不符。请恢复原来的 order.secret。",
        "{where}: the order secret is not the one that the lock commits to. Restore the original order.secret.",
    ),
    Explanation(
        "E9012",
        "{where}：应为现行结果版本的编号，如 001（现为“{found}”）。请从归档或备份恢复。",
        "{where}: names no version of the results, such as 001 (now '{found}'). Restore it from an archive or a copy.",
    ),
    Explanation(
        "E9011",
        "{where}：基线不是在现行规则下测得的。请运行 jiebang lock {path}，继续实测基线。",
        "{where}: the baselines were not measured under the rules in force. Run `jiebang lock {path}` to measure them.",
    ),
)
