"""What the options of ``report`` ask for."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harness.cli.main import main
from harness.ledger import Ledger, read
from harness.pipeline import editions
from harness.pipeline.editions import Wanted
from harness.workspace import Workspace, create
from reports.text import copied_digest


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Wanted]:
    """Every edition that was asked for, none of them written."""
    seen: list[Wanted] = []

    def noted(_: Workspace, wanted: Wanted) -> tuple[Path, ...]:
        seen.append(wanted)
        return (tmp_path / "index.zh-CN.html", tmp_path / "manifest.json")

    monkeypatch.setattr(editions, "write_edition", noted)
    board = tmp_path / "board"
    board.mkdir()
    (board / "board.yaml").write_text("id: ONE-2026\n", encoding="utf-8")
    with Ledger(create(tmp_path / "room", board).ledger, time="2026-06-01T01:00:00Z") as ledger:
        ledger.append("report", actor="jiebang", time="2026-06-01T01:00:00Z")
    return seen


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that was handed to a browser."""
    seen: list[str] = []
    monkeypatch.setattr(click, "launch", seen.append)
    return seen


def report(tmp_path: Path, *options: str) -> None:
    done = CliRunner().invoke(main, ["report", str(tmp_path / "room"), *options])
    assert done.exit_code == 0, done.output
    head = read(tmp_path / "room" / "ledger.jsonl")[-1].hash
    assert copied_digest(head) in done.output


def test_a_report_is_the_organizers_in_both_languages_unless_asked_otherwise(
    asked: list[Wanted], opened: list[str], tmp_path: Path
) -> None:
    report(tmp_path)

    assert asked == [Wanted(kind="organizer", locales=("zh-CN", "en"))]
    assert opened == []


@pytest.mark.parametrize("kind", ["organizer", "panel", "notice", "applicant"])
def test_each_kind_of_report_can_be_asked_for_in_one_language(
    asked: list[Wanted], opened: list[str], tmp_path: Path, kind: str
) -> None:
    report(tmp_path, "--kind", kind, "--lang", "en")

    assert (asked[0].kind, asked[0].locales) == (kind, ("en",))


def test_the_options_of_a_notice_and_of_a_blind_edition_reach_them(
    asked: list[Wanted], opened: list[str], tmp_path: Path
) -> None:
    report(tmp_path, "--until", "2026-06-01", "--contact", "某处", "--totals", "--pdf")
    report(tmp_path, "--kind", "panel", "--hide", "星图", "--hide", "云帆")

    assert (asked[0].until, asked[0].contact) == ("2026-06-01", "某处")
    assert asked[0].totals
    assert asked[0].printed
    assert asked[1].hidden == ("星图", "云帆")


def test_open_hands_the_first_page_to_the_browser(
    asked: list[Wanted], opened: list[str], tmp_path: Path
) -> None:
    report(tmp_path, "--open")

    assert opened == [str(tmp_path / "index.zh-CN.html")]
