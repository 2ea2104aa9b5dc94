"""Whoever holds a workspace and changes one of its records is told by `verify`, file by file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli.keeping import verify as verb
from harness.execution.sandbox import Sandbox
from harness.heads import SignedLedger
from harness.ledger import Ledger, read
from harness.pipeline import keeping, objections, stages
from harness.pipeline.attesting import EFFECT_DATA, Attestation, attest
from harness.pipeline.auditing import audit_path
from harness.pipeline.deciding import decide
from harness.pipeline.editions import Wanted, write_edition
from harness.pipeline.fresh_evidence import by_reserve
from harness.pipeline.panel import CRITERIA, export_sheets, import_sheets
from harness.pipeline.revising import Reason, correct, withdraw
from harness.pipeline.verifying import verify
from harness.problems import Refusal
from harness.signing import open_key
from harness.workspace import Workspace
from reports.text import copied_digest

ROSTER = """schema: jiebang/roster/1
judges:
  - {id: J1, name: 甲, unit: 甲大学}
  - {id: J2, name: 乙, unit: 乙大学}
  - {id: J3, name: 丙, unit: 丙大学}
"""

FILES = (
    "runs/ONE-01/C001/*/run.json",
    "runs/ONE-01/C001/*/host.json",
    "runs/ONE-01/C001/*/predictions.parquet",
    "runs/ONE-01/C001/*/canaries.json",
    "runs/ONE-01/C002/*/host.json",
    "runs/ONE-01/baseline/*/run.json",
    "runs/ONE-01/baseline/*/predictions.parquet",
    "runs/ONE-01/reference*/*/host.json",
    "runs/SC-01/C003-baseline/*/predictions.parquet",
    "board/baselines.json",
    "board/board.lock.json",
    "attestations.json",
    "audits.json",
    "results/current",
    "results/001/scores/ONE-01/C001.json",
    "results/003/scores/SC-01/C003.json",
    "results/001/ranking/vertical_model/ONE-01.json",
    "results/002/ranking/vertical_model.json",
    "results/003/ranking/vertical_model/ONE-01.json",
    "results/002/change.json",
    "results/002/difference.json",
    "results/003/change.json",
    "results/003/difference.txt",
    "results/001/settling/ONE-01/001-reserve_samples.json",
    "results/001/settling/ONE-01/002-committee.json",
    "results/003/settling/ONE-01/002-committee.json",
    "objections/O001.json",
    "panel/codes.json",
    "panel/mapping.json",
    "panel/hearing.json",
    "panel/roster-001.json",
    "panel/exported-001.json",
    "panel/sheets-001.json",
    "panel/sheets-002.json",
    "panel/hearing-001.json",
    "results/001/report/index.zh-CN.html",
    "results/003/report/index.en.html",
    "results/003/report/ranking.xlsx",
    "results/003/report/manifest.json",
    "results/003/report-panel/index.zh-CN.html",
    "results/003/report-notice/notice.docx",
    "results/003/report-applicant/C001/C001.zh-CN.html",
)
"""Every kind of record, in versions of results that are in force and that are not."""

OLDER = (
    "attestations.json",
    "objections/O001.json",
    "results/current",
    "results/001/ranking/vertical_model/ONE-01.json",
    "results/003/report/index.zh-CN.html",
)
"""Records that were written more than once."""

FOREIGN = (
    "runs/ONE-01/C001/0123456789abcdef/run.json",
    "results/note.txt",
    "results/001/scores/ONE-01/C009.json",
    "results/003/ranking/vertical_model/ONE-09.json",
    "results/003/settling/ONE-01/009-committee.json",
    "results/003/report/winners.html",
    "results/003/report-applicant/C001/better.html",
    "results/003/report-other/index.html",
    "panel/sheets-003.json",
    "panel/roster-002.json",
    "panel/list.xlsx",
    "objections/O002.json",
)


@dataclass(frozen=True, slots=True)
class Rich:
    """A workspace with every kind of record, and what its files held before."""

    room: Workspace
    key: Path
    before: dict[str, bytes]


class Keeper:
    """Remembers what files held before they were last written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.last: dict[str, bytes] = {}
        self.before: dict[str, bytes] = {}

    def look(self) -> None:
        for name in OLDER:
            path = self.root / name
            if path.is_file() and (content := path.read_bytes()) != self.last.get(name):
                if name in self.last:
                    self.before[name] = self.last[name]
                self.last[name] = content


def confirmation(reason: str) -> Attestation:
    return Attestation(
        candidate="C003",
        subject=EFFECT_DATA,
        holds=True,
        checker="组织方",
        date="2026-11-02",
        reason=reason,
    )


def sheet(room: Workspace, name: str, scores: dict[str, tuple[int, int]]) -> Path:
    """An open sheet: what each judge gives C001 and the others."""
    rows = ["judge,candidate,criterion,score"]
    for judge, (first, others) in scores.items():
        for candidate in room.candidates():
            score = first if candidate == "C001" else others
            rows += [f"{judge},{candidate},{part},{score}" for part in CRITERIA]
    path = room.root.parent / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def declare(small: Any) -> None:
    """Reserve samples, a reference model, and steps at the line."""
    small._dataset(small.board / "held", 60, "organizer")
    shutil.copytree(small.package("crashing"), small.board / "general")
    declared = small.board / "board.yaml"
    text = declared.read_text(encoding="utf-8")
    for old, new in (
        ("    dataset: data\n", "    dataset: data\n    reserve: held\n"),
        ("baseline: base\n", "baseline: base\n    references: [general]\n"),
        (
            "quota: {at_most: 2}\n",
            "quota: {at_most: 2}\n    contested: [reserve_samples, committee]\n",
        ),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    declared.write_text(text, encoding="utf-8")


def live(room: Workspace, sandbox: Sandbox, quiet: Any, kept: Keeper) -> None:
    """Everything that may happen to an evaluation."""
    audit_path(room.root)
    attest(room, confirmation("初核"))
    kept.look()
    attest(room, confirmation("复核"))
    stages.run(room, sandbox, quiet)
    roster = room.root.parent / "roster.yaml"
    roster.write_text(ROSTER, encoding="utf-8")
    export_sheets(room, roster, room.root.parent / "out")
    marks = {"J1": (90, 60), "J2": (60, 88), "J3": (85, 70)}
    import_sheets(room, [sheet(room, "first.csv", marks)])
    stages.score(room)
    stages.rank(room)
    kept.look()
    by_reserve(room, "ONE-01", sandbox, quiet, "李经办")
    export_sheets(room, roster, room.root.parent / "again", only=["C001", "C002"])
    import_sheets(room, [hearing(room)], hearing=True)
    stages.rank(room)
    kept.look()
    decide(room, "ONE-01", ["C002"], {}, "专家组")
    stages.rank(room)
    stages.report(room)
    objections.add(room, objections.Raised(candidate="C001", name="张三", ground="分数有误"))
    kept.look()
    upheld = objections.Decision(admitted=True, outcome="corrected", reason="属实", by="李经办")
    objections.decide(room, "O001", upheld)
    kept.look()
    import_sheets(room, [sheet(room, "second.csv", {"J1": (80, 60)})], reason="笔误")
    correct(room, Reason(reason="更正打分", by="李经办", objection="O001"))
    kept.look()
    withdraw(room, "C001", Reason(reason="申请撤回", by="李经办"))
    stages.report(room)
    kept.look()
    objections.add(room, objections.Raised(candidate="C002", name="李四", ground="排序有误"))
    upheld = objections.Decision(admitted=True, outcome="maintained", reason="无误", by="李经办")
    objections.decide(room, "O002", upheld)
    stages.report(room)
    kept.look()
    for item, left in (("ONE-01", "C002"), ("SC-01", "C003")):
        decide(room, item, [], {left: "宁缺毋滥"}, "专家组")
    stages.rank(room)
    stages.report(room)
    for kind in ("panel", "notice", "applicant"):
        write_edition(room, Wanted(kind=kind))


def hearing(room: Workspace) -> Path:
    path = sheet(room, "hearing.csv", {"J1": (81, 80), "J2": (80, 81), "J3": (80, 80)})
    text = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(row for row in text if "C003" not in row) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def rich(
    board_maker: Callable[[Path], Any],
    make_ready: Callable[..., Workspace],
    sandbox: Sandbox,
    quiet: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Rich]:
    root = tmp_path_factory.mktemp("rich")
    key = root / "keys" / "signing.pem"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIEBANG_KEY", str(key))
        small = board_maker(root / "small")
        declare(small)
        packages = (small.package("fair"), small.package("good"), small.scenario("plant"))
        room = make_ready(small, root / "room", *packages)
        kept = Keeper(room.root)
        live(room, sandbox, quiet, kept)
        yield Rich(room=room, key=key, before=kept.before)


@pytest.fixture
def room(rich: Rich, tmp_path: Path) -> Workspace:
    copy = Workspace(tmp_path / "room")
    shutil.copytree(rich.room.root, copy.root)
    return copy


def one(room: Workspace, pattern: str) -> Path:
    return sorted(room.root.glob(pattern))[0]


def told(room: Workspace) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in verify(room.root).problems]


def is_named(room: Workspace, path: Path) -> None:
    """`verify` exits 4 and names a file in Chinese and in English."""
    said = CliRunner().invoke(verb, [str(room.root)])
    name = path.relative_to(room.root).as_posix()

    assert said.exit_code == 4, said.output
    assert f" {name}：" in said.output
    assert f" {name}: " in said.output


def test_what_nobody_touched_verifies_with_nothing_left_unchecked(rich: Rich) -> None:
    found = verify(rich.room.root)

    assert found.problems == found.unchecked == ()
    assert found.confirmed


@pytest.mark.parametrize("pattern", FILES)
def test_a_record_of_which_one_byte_is_changed_is_named(room: Workspace, pattern: str) -> None:
    path = one(room, pattern)
    content = path.read_bytes()
    path.chmod(0o644)
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])

    is_named(room, path)


@pytest.mark.parametrize("pattern", FILES)
def test_a_record_that_is_taken_away_is_named(room: Workspace, pattern: str) -> None:
    path = one(room, pattern)
    path.unlink()

    is_named(room, path)


@pytest.mark.parametrize("name", OLDER)
def test_a_record_that_gives_way_to_an_older_one_is_named(
    rich: Rich, room: Workspace, name: str
) -> None:
    path = room.root / name
    path.write_bytes(rich.before[name])

    is_named(room, path)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_unknown_origin_is_named(room: Workspace, name: str) -> None:
    path = room.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    like = sorted(path.parent.glob(f"*{path.suffix}"))
    path.write_bytes(like[0].read_bytes() if like else b"{}\n")

    is_named(room, path)


@pytest.mark.parametrize("content", [b"", b"two\n", b"-1\n", b"\xff", b"3\n", b"099\n"])
def test_what_names_no_version_in_force_is_named(room: Workspace, content: bytes) -> None:
    path = room.results / "current"
    path.write_bytes(content)

    is_named(room, path)


def test_a_blank_more_in_a_record_is_a_change(room: Workspace) -> None:
    path = room.root / "objections" / "O001.json"
    path.write_bytes(path.read_bytes() + b"\n")

    assert told(room) == [("E8604", "objections/O001.json")]


def test_without_the_bodies_that_name_files_folders_are_named(room: Workspace) -> None:
    shutil.rmtree(room.bodies)
    path = one(room, "results/003/report/index.en.html")
    path.write_bytes(path.read_bytes() + b" ")

    assert told(room) == [("E8604", "results/003/report")]


def test_a_report_that_is_written_again_is_the_same_and_verifies(room: Workspace) -> None:
    folder = room.current() / "report"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    stages.report(room)

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert told(room) == []


def test_a_report_in_one_language_takes_the_place_of_one_in_two(room: Workspace) -> None:
    write_edition(room, Wanted(locales=("zh-CN",)))

    assert not list((room.current() / "report").rglob("*.en.html"))
    assert told(room) == []


def printed_on(room: Workspace) -> str:
    record = json.loads((room.current() / "report" / "manifest.json").read_bytes())
    assert record["edition"] == "organizer"
    page = (room.current() / "report" / "index.zh-CN.html").read_text(encoding="utf-8")
    return page.rpartition("台账摘要： <code>")[2].partition("</code>")[0]


def test_a_printed_page_pins_the_ledger(rich: Rich, room: Workspace) -> None:
    page, head = printed_on(room), copied_digest(read(room.ledger)[-1].hash)
    assert len(page.replace(" ", "")) == 32
    for words in (page, head, page.upper(), head[:17]):
        assert verify(room.root, printed=[words]).problems == (), words
    lines = room.ledger.read_bytes().splitlines(keepends=True)
    shorter = next(at for at, line in enumerate(lines) if b'"subject":"O002"' in line)
    for path in (room.ledger, room.ledger.with_name("heads.jsonl")):
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:shorter]))

    said = CliRunner().invoke(verb, [str(room.root), "--head", page, "--head", head])

    assert said.exit_code == 4
    assert said.output.count("✕ E8609") == 2, said.output
    assert page in said.output
    assert head in said.output


@pytest.mark.parametrize("words", ["", "sha256:", "0" * 32, "0123"])
def test_no_other_words_pin_it(room: Workspace, words: str) -> None:
    (problem,) = verify(room.root, printed=[words]).problems

    assert problem.code == "E8609"


def rewritten(room: Workspace, subject: str) -> None:
    """Let the chain be made anew from the first line on a subject, as whoever holds it can."""
    lines = read(room.ledger)
    first = next(at for at, line in enumerate(lines) if line.subject == subject)
    content = room.ledger.read_bytes().splitlines(keepends=True)
    room.ledger.write_bytes(b"".join(content[:first]))
    with Ledger(room.ledger, time="2026-01-01T00:00:00Z") as ledger:
        for line in lines[first:]:
            ledger.append(line.event, actor=line.actor, time=line.time, subject=line.subject)


def cut(room: Workspace, subject: str) -> None:
    content = room.ledger.read_bytes().splitlines(keepends=True)
    first = next(at for at, line in enumerate(read(room.ledger)) if line.subject == subject)
    room.ledger.write_bytes(b"".join(content[:first]))


def extended(room: Workspace, subject: str) -> None:
    body = next(line for line in read(room.ledger) if line.subject == subject)
    with Ledger(room.ledger, time="2026-01-01T00:00:00Z") as ledger:
        ledger.append(body.event, actor="李经办", time=body.time, subject="O003", body=b"{}")


@pytest.mark.parametrize(
    ("edit", "code"), [(rewritten, "E8212"), (cut, "E8214"), (extended, "E8211")]
)
def test_a_ledger_made_anew_cut_or_extended_past_the_key_is_told_and_not_written_on(
    room: Workspace, edit: Callable[[Workspace, str], None], code: str
) -> None:
    edit(room, "O001")

    said = CliRunner().invoke(verb, [str(room.root)])

    assert said.exit_code == 4
    assert code in said.output
    with pytest.raises(Refusal, match="E8213"):
        attest(room, confirmation("再核"))


def test_a_workspace_that_somebody_else_signed_anew_is_told_by_the_key(
    rich: Rich, room: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = read(room.ledger)
    for path in (room.ledger, room.ledger.with_name("heads.jsonl")):
        path.unlink()
    monkeypatch.setenv("JIEBANG_KEY", str(tmp_path / "theirs.pem"))
    with SignedLedger(room.ledger, time="t", key=open_key()) as ledger:
        ledger.begin("t")
        for line in lines[1:]:
            ledger.append(line.event, actor=line.actor, time=line.time, subject=line.subject)
    monkeypatch.setenv("JIEBANG_KEY", str(rich.key))

    assert {"E8512"} <= {code for code, _ in told(room)}


def test_an_archive_holds_the_same_trail(room: Workspace, tmp_path: Path) -> None:
    keeping.make(room, tmp_path / "room.zip")

    found = verify(tmp_path / "room.zip", printed=[printed_on(room)])

    assert found.problems == found.unchecked == ()


def test_rescoring_an_archive_gives_the_same_pages(room: Workspace, tmp_path: Path) -> None:
    keeping.make(room, tmp_path / "room.zip")

    assert keeping.rescore(tmp_path / "room.zip", tmp_path / "again", None) == []
