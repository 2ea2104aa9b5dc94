from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

from harness.problems import FAILURES, why


@pytest.mark.parametrize("number", sorted(FAILURES), ids=errno.errorcode.get)
def test_a_failure_of_the_system_is_told_in_each_language_alone(number: int) -> None:
    said = why(OSError(number, "as the system says it"))

    assert not re.search("[a-zA-Z]", said.zh)
    assert said.en.isascii()


@pytest.mark.parametrize("error", [OSError(errno.EXDEV, "Cross-device link"), OSError()])
def test_a_rare_failure_keeps_its_number(error: OSError) -> None:
    said = why(error)

    assert said.zh == f"系统错误 {error.errno or '?'}"
    assert said.en


def test_a_folder_in_the_place_of_a_file_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        tmp_path.read_bytes()

    assert why(caught.value).en == "it is a folder"
