from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.intake.names import collisions, judge_name
from harness.intake.packing import identify, manifest, pack
from harness.intake.survey import survey
from harness.intake.unpacking import Caps, unpack
from harness.problems import Refusal


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def acceptable(files: dict[str, bytes]) -> bool:
    return not any(list(judge_name(one, depth=16, name_bytes=400)) for one in files) and not list(
        collisions(files)
    )


KNOWN_ID = "sha256:a4e387bbc1d3f06c8f2c585d2abeeccca30f26375c2e7037400b0793ce580b6d"
PARTS = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\\0"), min_size=1, max_size=8
) | st.sampled_from(["solution", "模型", "配置.yaml", "a", "B"])
TREES = st.dictionaries(
    st.lists(PARTS, min_size=1, max_size=3).map("/".join),
    st.binary(max_size=200) | st.just(bytes(2 << 20)),
    min_size=1,
    max_size=5,
).filter(acceptable)


@settings(deadline=None, max_examples=60)
@given(files=TREES)
def test_a_packed_folder_unpacks_to_the_same_id(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        folder = write(root / "folder", files)

        packed = pack(folder, root / "package.zip")
        unpacked = unpack(root / "package.zip", root / "tree")
        kept = manifest(root / "tree")

        assert packed.id == identify(unpacked.files).id == kept.id == manifest(folder).id
        assert packed.files == unpacked.files == kept.files
        assert {path: (root / "tree" / path).read_bytes() for path in files} == files
        assert not unpacked.decoded_names


def test_zip_and_id_depend_on_neither_time_nor_mode_nor_order(tmp_path: Path) -> None:
    first = write(tmp_path / "a", {"b.txt": b"two", "a/x.txt": b"one", "模型.txt": b"three"})
    second = write(tmp_path / "b", {"模型.txt": b"three", "a/x.txt": b"one", "b.txt": b"two"})
    for path in second.rglob("*.txt"):
        os.utime(path, (1, 1))
        path.chmod(0o600)

    one, two = pack(first, tmp_path / "1.zip"), pack(second, tmp_path / "2.zip")

    assert one == two
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_the_id_of_a_known_package_never_moves(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {"package.yaml": b"v: 1\n", "solution/模型.py": b"pass\n"})

    identity = pack(folder, tmp_path / "a.zip")

    text = (
        '{{"files":[{{"path":"package.yaml","sha256":"{}","size":5}},'
        '{{"path":"solution/模型.py","sha256":"{}","size":5}}],"v":1}}'
    ).format(sha256(b"v: 1\n").hexdigest(), sha256(b"pass\n").hexdigest())
    assert identity.id == "sha256:" + sha256(text.encode()).hexdigest() == KNOWN_ID
    assert identity.size == 10


@pytest.mark.parametrize("change", ["content", "name", "more"])
def test_another_content_name_or_file_is_another_package(tmp_path: Path, change: str) -> None:
    files = {"a.txt": b"one", "b.txt": b"two"}
    before = manifest(write(tmp_path / "before", files)).id
    changed = {
        "content": {**files, "a.txt": b"One"},
        "name": {"A.txt": b"one", "b.txt": b"two"},
        "more": {**files, "c.txt": b""},
    }[change]

    after = manifest(write(tmp_path / "after", changed)).id

    assert before != after


def test_what_systems_leave_behind_stays_out_and_is_listed(tmp_path: Path) -> None:
    kept = {"package.yaml": b"x", "solution/main.py": b"y"}
    folder = write(
        tmp_path / "a",
        {
            **kept,
            ".DS_Store": b"",
            ".git/config": b"",
            "solution/__pycache__/main.cpython-311.pyc": b"",
            "solution/Thumbs.db": b"",
        },
    )
    (folder / "empty").mkdir()

    identity = pack(folder, tmp_path / "a.zip")

    assert [file.path for file in identity.files] == sorted(kept)
    assert identity.left_out == (
        ".DS_Store",
        ".git/",
        "empty/",
        "solution/Thumbs.db",
        "solution/__pycache__/",
    )


def test_an_accepted_tree_with_a_planted_file_has_no_id(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {"package.yaml": b"x", "__pycache__/evil.pyc": b"y"})

    with pytest.raises(Refusal) as refused:
        manifest(folder)

    assert [one.code for one in refused.value.problems] == ["E5068"]


def test_links_hidden_files_and_bad_names_are_refused_together(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {"package.yaml": b"x", ".env": b"KEY", "a:b.txt": b"z"})
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")

    with pytest.raises(Refusal) as refused:
        pack(folder, tmp_path / "a.zip")

    codes = sorted(one.code for one in refused.value.problems)
    assert codes == ["E5004", "E5013", "E5060", "E5060", "E5061"]
    assert not (tmp_path / "a.zip").exists()


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {"package.yaml": b"x"})
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe"))).write_bytes(b"x")

    with pytest.raises(Refusal) as refused:
        pack(folder, tmp_path / "a.zip")

    assert [one.code for one in refused.value.problems] == ["E5005"]
    assert "\\udcff" in refused.value.problems[0].where


def test_the_caps_at_home_are_the_caps_at_intake(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {f"{turn}.bin": bytes(100) for turn in range(4)})

    seen = survey(folder, Caps(count=3, total=350, single=99))

    codes = sorted({one.code for one in seen.problems})
    assert codes == ["E5040", "E5041", "E5042"]


def test_the_zip_may_not_lie_in_the_folder_that_it_packs(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", {"package.yaml": b"x"})

    with pytest.raises(Refusal) as refused:
        pack(folder, folder / "a.zip")

    assert [one.code for one in refused.value.problems] == ["E5064"]


@pytest.mark.parametrize(("name", "code"), [("nowhere", "E5066"), ("empty", "E5067")])
def test_a_folder_without_files_is_no_package(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(Refusal) as refused:
        pack(tmp_path / name, tmp_path / "a.zip")

    assert [one.code for one in refused.value.problems] == [code]
