"""Folders that a run leaves on the host go away whole, whatever was made in them."""

import os
from pathlib import Path

from harness.execution.leftovers import remove


def test_a_folder_deeper_than_any_path_is_removed(tmp_path: Path) -> None:
    room, before = tmp_path / "room", Path.cwd()
    room.mkdir()
    os.chdir(room)
    try:
        for _ in range(3000):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(before)

    assert remove(room)
    assert list(tmp_path.iterdir()) == []


def test_links_are_removed_and_what_they_lead_to_stays(tmp_path: Path) -> None:
    room, kept = tmp_path / "room", tmp_path / "kept"
    for folder in (room, room / "inner", kept):
        folder.mkdir()
    (kept / "file").write_text("x")
    (room / "link").symlink_to(kept)
    (room / "inner" / "link").symlink_to(kept)
    (room / "inner" / "broken").symlink_to("nowhere")
    os.mkfifo(room / "fifo")
    (room / "inner").chmod(0)

    assert remove(room)
    assert (kept / "file").read_text() == "x"


def test_a_folder_that_is_not_there_is_gone(tmp_path: Path) -> None:
    assert remove(tmp_path / "never")
