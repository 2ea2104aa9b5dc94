"""A candidate's own packages: installed from locked wheels, offline, in the sandbox, once."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.execution.environment import (
    Environment,
    build,
    environment_of,
    installed,
    remove_unused,
)
from harness.execution.executor import execute
from harness.execution.job import Job
from harness.execution.sandbox import Sandbox
from harness.problems import Refusal

Wheel = Callable[..., Path]
USES = """
import greeting
def predict(batch):
    try:
        import msgspec
    except ImportError:
        return [{"label": greeting.WORD} for _ in batch]
    return [{"label": "乙"} for _ in batch]
"""


@pytest.fixture
def wheel(tmp_path: Path) -> Wheel:
    """Write a small wheel by hand."""

    def write(word: str = "甲", folder: str = "home/wheelhouse", **extra: str) -> Path:
        info = "greeting-1.0.dist-info"
        files = {
            "greeting/__init__.py": f"WORD = {word!r}\n",
            f"{info}/METADATA": "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            **extra,
        }
        record = ""
        for name, content in files.items():
            found = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest())
            record += f"{name},sha256={found.decode().rstrip('=')},{len(content.encode())}\n"
        path = tmp_path / folder / "greeting-1.0-py3-none-any.whl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in {**files, f"{info}/RECORD": record}.items():
                archive.writestr(name, content)
        return path

    return write


@pytest.fixture
def locked(tmp_path: Path) -> Callable[[str], Environment]:
    def write(digest: str) -> Environment:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        (home / "requirements.lock").write_text(f"greeting==1.0 --hash=sha256:{digest}\n")
        found = environment_of(home, tmp_path / "cache", tmp_path / "shared")
        assert found is not None
        return found

    return write


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_candidate_sees_its_own_packages_and_not_the_organizers(
    wheel: Wheel,
    locked: Callable[[str], Environment],
    make_job: Callable[..., Job],
    package: Callable[[str], Path],
    sealed_off: Sandbox,
) -> None:
    environment = locked(sha256(wheel()))
    build(environment, sealed_off)
    job = make_job(package=package(USES), environment=environment, tier="B", start=20.0)

    record = execute(job, sealed_off, lambda count: None)

    assert record.outcomes["answered"] == 8
    assert installed(environment.folder) == ["greeting-1.0"]
    assert record.content["inputs"]["environment"]["lock"] == environment.digest
    answers = (record.folder / "predictions.parquet").read_bytes()
    assert "甲".encode() in answers


def test_an_environment_is_built_once_and_removed_when_nobody_has_its_lock(
    wheel: Wheel, locked: Callable[[str], Environment], sealed_off: Sandbox, tmp_path: Path
) -> None:
    environment = locked(sha256(wheel()))
    build(environment, sealed_off)
    built = environment.folder.stat().st_mtime_ns

    build(environment, sealed_off)
    kept = remove_unused(tmp_path / "cache", [environment.digest])
    unchanged = environment.folder.stat().st_mtime_ns
    removed = remove_unused(tmp_path / "cache", [])

    assert (kept, unchanged) == ((), built)
    assert removed == (environment.folder.name,)
    assert not environment.folder.exists()


def test_the_organizers_wheels_serve_everyone(
    wheel: Wheel, locked: Callable[[str], Environment], sealed_off: Sandbox
) -> None:
    found = sha256(wheel(folder="shared"))

    environment = locked(found)
    build(environment, sealed_off)

    assert (environment.folder / "greeting" / "__init__.py").is_file()


def test_another_wheel_than_the_locked_one_is_refused_and_leaves_nothing(
    wheel: Wheel, locked: Callable[[str], Environment], sealed_off: Sandbox, tmp_path: Path
) -> None:
    wheel()
    environment = locked("0" * 64)

    with pytest.raises(Refusal) as refusal:
        build(environment, sealed_off)

    assert refusal.value.problems[0].code == "E6501"
    assert "HASH" in refusal.value.problems[0].found.upper()
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_source_archive_is_never_built(
    wheel: Wheel, locked: Callable[[str], Environment], sealed_off: Sandbox, tmp_path: Path
) -> None:
    wheel().unlink()
    source = tmp_path / "home" / "wheelhouse" / "greeting-1.0.tar.gz"
    source.write_bytes(b"would run setup.py")

    with pytest.raises(Refusal):
        build(locked(sha256(source)), sealed_off)


def test_a_wheel_with_bottomless_folders_is_refused_and_leaves_nothing(
    wheel: Wheel, locked: Callable[[str], Environment], sealed_off: Sandbox, tmp_path: Path
) -> None:
    deep = {"a/" * 900 + "x.py": "", "b/" * 70 + "x.py": ""}
    environment = locked(sha256(wheel(**deep)))

    with pytest.raises(Refusal) as refusal:
        build(environment, sealed_off)

    assert refusal.value.problems[0].code in ("E6501", "E6502")
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_lock_is_part_of_the_key(
    wheel: Wheel, locked: Callable[[str], Environment], make_job: Callable[..., Job]
) -> None:
    environment = locked(sha256(wheel()))
    base = make_job()

    assert replace(base, environment=environment).key != base.key
