"""The files that samples name, as a candidate sees them: one folder, and names that say nothing.

A name such as ``defect_017.png``, a time or the order of a folder would tell the answer. So each
file is copied under a keyed digest of its contents, in the order of these names, with one time.
"""

from __future__ import annotations

import hmac
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from harness.samples import Sample

FILES = "/files"
_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownFiles:
    """What is shown: the folder to lay it out in, its digest, and each name's source.

    ``named`` gives the opaque name of each path that samples use, ``columns`` the inputs that
    hold such paths.
    """

    folder: Path
    digest: str
    home: Path
    named: Mapping[str, str]
    columns: frozenset[str]

    @classmethod
    def of(
        cls,
        folder: Path,
        digest: str,
        home: Path,
        files: Mapping[str, str],
        columns: frozenset[str],
        secret: bytes,
    ) -> ShownFiles:
        """Name every file of ``home`` (path → digest of its contents) by the secret."""
        named = {
            path: hmac.digest(secret, b"file\0" + content.encode(), "sha256")[:16].hex()
            + _ending(path)
            for path, content in files.items()
        }
        return cls(folder=folder, digest=digest, home=home, named=named, columns=columns)

    def shown(self, samples: Sequence[Sample]) -> tuple[Sample, ...]:
        """The samples as they are asked: paths inside the sandbox in place of declared ones."""
        return tuple(
            replace(
                sample,
                inputs={
                    name: f"{FILES}/{self.named[value]}"
                    if name in self.columns and value is not None
                    else value
                    for name, value in sample.inputs.items()
                },
            )
            for sample in samples
        )

    def lay_out(self) -> None:
        """Copy the files to where they are mounted from, unless they lie there already."""
        if self.folder.is_dir():
            return
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f"{self.folder.name}.", dir=self.folder.parent))
        try:
            for name, path in sorted((name, path) for path, name in self.named.items()):
                copy = room / name
                if not copy.exists():
                    shutil.copyfile(self.home / path, copy)
                    copy.chmod(0o444)
                    os.utime(copy, (0, 0))
            room.chmod(0o755)
            os.utime(room, (0, 0))
            room.rename(self.folder)
        except OSError:
            # Another run may have laid the same files out in the meantime.
            shutil.rmtree(room, ignore_errors=True)
            if not self.folder.is_dir():
                raise


def _ending(path: str) -> str:
    ending = PurePosixPath(path).suffix.lower()
    return ending if _ENDING.fullmatch(ending) else ""
