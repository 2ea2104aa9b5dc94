"""Builds an environment inside the sandbox: installs locked wheels and sends them out as a tar.

Standard library only, and nothing of ours. Started as ``builder.py ANSWER PIP LOCK FOLDER...``;
PIP is a folder or a wheel that holds pip, or the program uv; each FOLDER holds wheels.
"""

import os
import subprocess
import sys
import tarfile
import tempfile


def main() -> int:
    """Install what the lock names, offline and by hash; returns pip's own exit code."""
    answer, installer, lock, folders = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    os.set_inheritable(answer, False)
    site = os.path.join(tempfile.mkdtemp(), "site")  # noqa: PTH118  like the rest of this file
    words = [
        "install", "--no-index", "--only-binary", ":all:", "--require-hashes", "--target", site,
        "--requirement", lock,
    ]  # fmt: skip
    for folder in folders:
        words += ["--find-links", folder]
    if os.path.basename(installer) == "uv":  # noqa: PTH119
        start = [installer, "pip", *words, "--no-cache", "--offline", "--python", sys.executable]
    else:
        run = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('pip', run_name='__main__')"
        quiet = ["--no-cache-dir", "--no-compile", "--disable-pip-version-check", "--no-input"]
        start = [sys.executable, "-I", "-c", run, installer, *words, *quiet]
    code = subprocess.run(start, stdin=subprocess.DEVNULL, check=False).returncode
    if code == 0:
        with (
            os.fdopen(answer, "wb") as out,
            tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        ):
            archive.add(site, arcname=".")
    return code


if __name__ == "__main__":
    sys.exit(main())
