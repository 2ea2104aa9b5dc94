"""A candidate's own environment: locked wheels, installed offline in the sandbox, kept by digest."""

from __future__ import annotations

import os
import select
import shutil
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from harness.canonical import canonical_json, digest, file_digest
from harness.durable import flush_folder
from harness.execution import builder
from harness.execution.excerpt import Excerpt
from harness.execution.limits import MIB, Limits
from harness.execution.runtime import base_runtime
from harness.execution.sandbox import Command, Ending, Mount, Sandbox
from harness.problems import Explanation, Problem, Refusal

LOCK = "requirements.lock"
WHEELHOUSE = "wheelhouse"
_LIMITS = Limits(
    memory=4096 * MIB, cpus=1, wall=1200.0, start=1200.0, batch_wall=1200.0,
    disk=3072 * MIB, output=4096 * MIB, line=MIB, processes=64,
)  # fmt: skip
_LOCK, _WHEELS, _INSTALLER, _BUILDER = "/lock.txt", "/wheels", "/installer", "/builder.py"
_TOLD = 1500
_DEEPEST = 64
"""Folders above an installed file; Python's own ways to make and remove more of them recurse."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """What a lock asks for: the lock, where wheels lie, and the folder that packages come to."""

    lock: Path
    wheelhouses: tuple[Path, ...]
    folder: Path
    digest: str


def environment_of(home: Path, cache: Path, shared: Path) -> Environment | None:
    """The environment that a package's ``requirements.lock`` names; none for the base one."""
    lock = home / LOCK
    if not lock.is_file():
        return None
    found = file_digest(lock)
    return Environment(
        lock=lock,
        wheelhouses=tuple(path for path in (home / WHEELHOUSE, shared) if path.is_dir()),
        folder=cache / _named(found),
        digest=found,
    )


def build(environment: Environment, sandbox: Sandbox, memory: int | None = None) -> None:
    """Install an environment unless it is there already.

    Parameters
    ----------
    memory
        Bytes that building may use, packages included.

    Raises
    ------
    Refusal
        A wheel is missing, has another hash or does not fit this interpreter.
    OSError
        The folder cannot be written.
    """
    if environment.folder.is_dir():
        return
    cache = environment.folder.parent
    cache.mkdir(parents=True, exist_ok=True)
    limits = _LIMITS if memory is None else replace(_LIMITS, memory=min(memory, _LIMITS.memory))
    with tempfile.TemporaryDirectory(prefix=".building-", dir=cache) as room:
        packed = Path(room) / "site.tar"
        ending, log = _install(environment, sandbox, limits, packed)
        if ending.exit_code != 0:
            said = log.text().strip()[-_TOLD:] or str(ending.exceeded or ending.sandbox_failure)
            raise Refusal([Problem("E6501", str(environment.lock), said)])
        try:
            _unpack(packed, Path(room) / "site")
        except (tarfile.TarError, ValueError, EOFError) as error:
            raise Refusal([Problem("E6502", str(environment.lock), str(error))]) from error
        (Path(room) / "site").rename(environment.folder)
    flush_folder(cache)


def remove_unused(cache: Path, used: Iterable[str]) -> tuple[str, ...]:
    """Remove every environment but those of these lock digests; returns what was removed."""
    kept = {_named(one) for one in used}
    removed = []
    for folder in sorted(cache.iterdir()) if cache.is_dir() else []:
        if folder.name not in kept:
            shutil.rmtree(folder)
            removed.append(folder.name)
    return tuple(removed)


def _named(lock: str) -> str:
    """Name an environment by its lock and by the interpreter that its wheels must fit."""
    return digest(canonical_json([lock, *base_runtime().python])).removeprefix("sha256:")[:16]


def _install(
    environment: Environment, sandbox: Sandbox, limits: Limits, packed: Path
) -> tuple[Ending, Excerpt]:
    runtime, installer = base_runtime(), _installer()
    wheels = [f"{_WHEELS}{at}" for at in range(len(environment.wheelhouses))]
    inside = f"{_INSTALLER}/{installer.name}"
    command = Command(
        argv=(*runtime.python, _BUILDER, "{answer}", inside, _LOCK, *wheels),
        mounts=(
            *runtime.mounts,
            Mount(Path(builder.__file__), _BUILDER),
            Mount(installer, inside),
            Mount(environment.lock.resolve(), _LOCK),
            *map(Mount, (path.resolve() for path in environment.wheelhouses), wheels),
        ),
    )
    log = Excerpt()
    with sandbox.launch(command, limits) as running, packed.open("wb") as out:
        deadline = time.monotonic() + limits.wall
        ends: list[tuple[int, Callable[[bytes], object]]] = [
            (running.answer, out.write),
            (running.errors, log.feed),
        ]
        while True:
            gone = running.poll()
            select.select([end for end, _ in ends], [], [], 0 if gone else 0.05)
            took = [_drain(end, take) for end, take in ends]
            if (gone and not any(took)) or time.monotonic() > deadline:
                break
            if out.tell() > limits.output or log.size > limits.output:
                break
        return running.finish(), log


def _drain(descriptor: int, take: Callable[[bytes], object]) -> bool:
    """Take what can be read at once; whether there was anything."""
    try:
        chunk = os.read(descriptor, 1 << 20)
    except BlockingIOError:
        return False
    take(chunk)
    return bool(chunk)


def _installer() -> Path:
    """The folder or wheel that holds pip, or uv where only that is there."""
    import ensurepip
    import importlib.util

    found = importlib.util.find_spec("pip")
    if found is not None and found.submodule_search_locations:
        return Path(found.submodule_search_locations[0]).parent
    bundled = sorted(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    program = shutil.which("uv")
    if not bundled and program is None:
        raise Refusal([Problem("E6503", "pip")])
    return bundled[-1] if bundled else Path(str(program)).resolve()


def _unpack(packed: Path, folder: Path) -> None:
    """Lay out what was installed; nothing but plain files and folders below ``folder``."""
    folder.mkdir()
    with tarfile.open(packed) as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
                raise ValueError(f"{member.name!r} is no plain file")
            if len(path.parts) > _DEEPEST:
                raise ValueError(f"{member.name[:80]!r}… lies too deep")
            target = folder / path
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            assert content is not None
            with target.open("xb") as file:
                shutil.copyfileobj(content, file)
            target.chmod(0o755 if member.mode & 0o100 else 0o644)


def installed(folder: Path) -> Sequence[str]:
    """The packages in an environment, as ``name-version``, in alphabetical order."""
    return sorted(path.name.removesuffix(".dist-info") for path in folder.glob("*.dist-info"))


PROBLEMS = (
    Explanation(
        "E6501",
        "{where}：环境装不出来：{found}\n请把每个包的 wheel 放进申报包或工作区的 wheelhouse/，并核对哈希和 Python 版本。",
        "{where}: the environment cannot be installed: {found}\nPut a wheel of every package into "
        "wheelhouse/ of the package or workspace, and compare hashes and Python version.",
    ),
    Explanation(
        "E6502",
        "{where}：装出的环境含有不允许的文件（{found}）。请换用规范的 wheel。",
        "{where}: what was installed holds files that are not allowed ({found}). Use proper wheels.",
    ),
    Explanation(
        "E6503",
        "没有找到 {where}，无法安装环境。请运行 python -m ensurepip，或安装 uv。",
        "{where} was not found, so no environment can be installed. Run python -m ensurepip, or "
        "install uv.",
    ),
)
