"""Advice on a predictions file before it is handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.inspection import inspect
from harness.templates import write_template


@pytest.fixture
def handed_in(tmp_path: Path) -> tuple[Path, Path]:
    board, package = tmp_path / "board", tmp_path / "package"
    write_template("board", board)
    write_template("package", package)
    text = (package / "package.yaml").read_text(encoding="utf-8")
    lines = [
        line
        for line in text.splitlines()
        if not line.startswith(("solution:", "mode:", "  adapter:", "  entry:"))
    ]
    lines += ["solution: {adapter: predictions, file: answers.csv}", "mode: submitted"]
    (package / "package.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    declared = (board / "board.yaml").read_text(encoding="utf-8")
    (board / "board.yaml").write_text(
        declared.replace("modes: [hosted]", "modes: [hosted, submitted]"), encoding="utf-8"
    )
    return board, package


def test_ids_that_the_board_does_not_ask_are_advice_and_not_a_refusal(
    handed_in: tuple[Path, Path],
) -> None:
    board, package = handed_in
    (package / "solution" / "answers.csv").write_text("id,label\nnobody,nothing\n")

    passed = inspect(package, board)

    assert {problem.code[:2] for problem in passed.advice} == {"E6"}
