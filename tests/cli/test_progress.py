"""Progress: plain lines where nobody watches, bars with an estimate on a terminal."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from harness.cli.progress import Bars


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def job(name: str, samples: int) -> Any:
    return SimpleNamespace(key=name, item="SM-01", candidate=name, samples=range(samples))


def finished(entry: Any) -> Any:
    return SimpleNamespace(job=entry, record=SimpleNamespace(outcomes={"answered": 4, "crash": 0}))


def test_elsewhere_than_on_a_terminal_a_run_is_one_plain_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = job("C001", 4)

    with Bars() as bars:
        bars.planned(4)
        bars.answered(one, 4)
        bars.finished(finished(one))

    assert capsys.readouterr().err == "  · SM-01 C001  answered 4\n"


def test_on_a_terminal_each_run_and_the_whole_have_a_bar_with_an_estimate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    first, second = job("C001", 4), job("C002", 4)

    with Bars() as bars:
        bars.planned(8)
        for entry in (first, second):
            bars.answered(entry, 2)
        bars.finished(finished(first))

    shown = screen.getvalue()
    assert "作答 answers" in shown
    assert "SM-01 C001" in shown
    assert "SM-01 C002" in shown
    assert "<" in shown
    assert "answered 4" in shown
