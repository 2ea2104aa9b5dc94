"""What a run leaves in a folder of the host: removed, however deep or closed it was made."""

from __future__ import annotations

import contextlib
import itertools
import secrets
from pathlib import Path


def remove(folder: Path) -> bool:
    """Remove a folder whose owner's processes are gone; whether it is gone as well.

    Folders are emptied into ``folder`` itself before they go, so that no depth of nesting makes a
    path too long or a recursion too deep. Links are removed and never followed.
    """
    token, serial = secrets.token_hex(8), itertools.count()
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
        while entries := [*folder.iterdir()]:
            for entry in entries:
                if entry.is_symlink() or not entry.is_dir():
                    entry.unlink()
                    continue
                entry.chmod(0o700)
                for inner in entry.iterdir():
                    inner.rename(folder / f"{token}-{next(serial)}")
                entry.rmdir()
        folder.rmdir()
    return not folder.exists()
