"""Pages printed to PDF by a Chromium that is installed; the only files that bear their hour."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PATIENCE = 120

Printer = Callable[[Path], bytes]


def find_printer() -> Printer | None:
    """A way from a page's file to its PDF; none where no Chromium is installed."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        return None

    def printed(page: Path) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "page.pdf"
            command = [
                program, "--headless", "--disable-gpu", "--disable-extensions", "--no-first-run",
                "--disable-dev-shm-usage", "--no-pdf-header-footer",
                f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}",
                *(["--no-sandbox"] if _is_root() else []),
                page.resolve().as_uri(),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
            return target.read_bytes()

    return printed


def _is_root() -> bool:
    """Whether this is root, whom Chromium refuses a sandbox; the pages load nothing anyway."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
