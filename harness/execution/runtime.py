"""The organizer's base environment as candidates see it: interpreter and installed packages."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

from harness.execution.bubblewrap import LIBRARIES, Mount

RUNTIME, SITE = "/rt", "/site"


class Runtime(NamedTuple):
    """Mounts of the environment, and the words that start its Python inside."""

    mounts: tuple[Mount, ...]
    python: tuple[str, ...]


def base_runtime(site: Path | None = None) -> Runtime:
    """Find the running interpreter and its site-packages, read-only at ``/rt`` and ``/site``.

    ``site`` is a candidate's own packages, which then stand in the place of ours.

    Of a virtual environment, its packages also stand where the base interpreter's own would, so
    that those are hidden and ``import`` works without a search path. The system's own interpreter
    is used where it is, and needs ``/site`` on its search path.
    """
    return runtime_of(
        prefix=Path(sys.base_prefix).resolve(),
        site=(site or Path(sysconfig.get_path("purelib"))).resolve(),
        version="{}.{}".format(*sys.version_info[:2]),
        library=_shared_library(),
    )


def runtime_of(*, prefix: Path, site: Path, version: str, library: Path | None) -> Runtime:
    """Lay out an interpreter: its prefix, its packages, ``3.11``, and its ``libpython`` if any."""
    mounts = [Mount(site, SITE)] if site.is_dir() else []
    inside = "/usr"
    if str(prefix) != inside:
        inside = RUNTIME
        own = f"lib/python{version}/site-packages"
        hides = bool(mounts) and (prefix / own).is_dir() and (prefix / own).resolve() != site
        mounts.append(Mount(prefix, RUNTIME))
        mounts += [Mount(site, f"{RUNTIME}/{own}")] if hides else []
    if library is not None:
        mounts.append(Mount(library, f"{LIBRARIES}/{library.name}"))
    return Runtime(tuple(mounts), (f"{inside}/bin/python{version}", "-I", "-B"))


def _shared_library() -> Path | None:
    """Find the interpreter's own shared library, whose built-in search path is the host's."""
    name = sysconfig.get_config_var("INSTSONAME")
    if not sysconfig.get_config_var("Py_ENABLE_SHARED") or not name:
        return None
    folders = (Path(sys.base_prefix, "lib"), Path(sysconfig.get_config_var("LIBDIR") or "/"))
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
