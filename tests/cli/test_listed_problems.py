from __future__ import annotations

import pytest

from harness.cli.speech import OF_A_CODE, OF_A_KIND, report
from harness.problems import Problem


def said(problems: list[Problem], capsys: pytest.CaptureFixture[str]) -> str:
    report(problems)
    return capsys.readouterr().err


def test_one_mistake_that_floods_a_file_hides_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    flood = [Problem("E3015", f"target.csv:{n} water", "3") for n in range(2, 32)]

    words = said([*flood, Problem("E4002", "package.yaml:9 truth_statement")], capsys)

    assert words.count("✕ E3015") == OF_A_KIND
    assert "另有 25 处同类问题 / 25 more of this kind" in words
    assert "✕ E4002" in words
    assert "共 31 个问题" in words


def test_the_same_mistake_in_another_file_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("E3010", f"{name}:{n}") for name in ("a.csv", "b.csv") for n in range(9)]

    words = said(problems, capsys)

    assert words.count("✕ E3010 a.csv") == words.count("✕ E3010 b.csv") == OF_A_KIND


def test_a_mistake_in_very_many_files_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    problems = [Problem("E3012", f"{n}.csv") for n in range(100)]

    words = said(problems, capsys)

    assert words.count("✕ E3012") == OF_A_CODE
    assert "其他文件中另有 80 处同类问题 / 80 more of this kind in other files" in words
