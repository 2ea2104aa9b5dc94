"""Every verb, as its users type it, on a board made from the templates."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from harness.cli.main import main

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
JIEBANG = (sys.executable, "-m", "harness.cli.main")


class Desk:
    """A user's desk: a folder to work in, and what was typed on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.typed: set[str] = set()

    def type(self, *words: str, expect: int = 0) -> str:
        self.typed.add(words[0])
        done = subprocess.run(
            [*JIEBANG, *words],
            cwd=self.folder,
            env={**os.environ, "JIEBANG_KEY": str(self.folder / "keys" / "signing.pem")},
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == expect, said
        assert "Traceback" not in said
        return said


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed: apt-get install bubblewrap")
    yield Desk(tmp_path_factory.mktemp("desk"))


def test_from_templates_to_a_report_and_back_with_every_verb(desk: Desk) -> None:
    desk.type("doctor")
    desk.type("metrics", "--task", "classification")
    desk.type("schema", "board")
    desk.type("explain", "E1010")
    for kind in ("board", "package", "scenario"):
        desk.type("new", kind, kind)
        desk.type("check", kind)
    desk.type("check", "package", "--board", "board")
    desk.type("try", "package", "--board", "board")
    for package in ("package", "scenario"):
        desk.type("pack", package, "--board", "board", "-o", f"{package}.zip")
    desk.type("init", "room", "--board", "board")
    desk.type("lock", "room")
    desk.type("intake", "room", "package.zip", "scenario.zip")
    attested = ("--checker", "组织方", "--date", "2026-11-02", "--reason", "已核对")
    desk.type("attest", "room", "C002", "effect_data", *attested)
    unasked = desk.type("attest", "room", "C001", "effect_data", *attested, expect=2)
    unknown = desk.type("attest", "room", "C002", "luck", *attested, expect=2)
    desk.type("audit", "board")
    first = desk.type("run", "room")
    desk.type("score", "room")
    desk.type("rank", "room")
    desk.type("report", "room")
    (desk.folder / "sheet.csv").write_text(
        "judge,candidate,criterion,score\n"
        + "".join(
            f"J1,{name},{part},80\n"
            for name in ("C001", "C002")
            for part in ("innovation", "benefit", "replicability", "compliance")
        )
    )
    desk.type("panel", "import", "room", "sheet.csv", "--sample")
    again = desk.type("evaluate", "room")
    desk.type("archive", "room", "-o", "room.zip")
    desk.type("verify", "room.zip")
    desk.type("verify", "room")
    desk.type("rerun", "room.zip", "rescored", "--rescore")
    desk.type("rerun", "room.zip", "reran")
    desk.type("compare", "room", "reran")

    assert "没有需人工核验的事项" in unasked
    assert "E7602" in unknown
    assert "made" in first
    assert "0 made" in again
    report = desk.folder / "room" / "results" / "001" / "report"
    assert (report / "index.zh-CN.html").is_file()
    assert json.loads((report / "manifest.json").read_bytes())


def test_a_try_that_leaves_samples_unanswered_says_so_and_ends_incomplete(desk: Desk) -> None:
    desk.type("new", "board", "tried")
    desk.type("new", "package", "faulty")
    (desk.folder / "faulty" / "solution" / "main.py").write_text(
        "def predict(batch):\n    return [{'label': 'nothing known'} for sample in batch]\n"
    )

    said = desk.type("try", "faulty", "--board", "tried", expect=3)

    assert "invalid: 9" in said
    assert "9 个样本没有有效答案" in said


def test_what_went_wrong_in_a_try_is_shown_once_with_the_last_line_first(desk: Desk) -> None:
    desk.type("new", "board", "trying")
    desk.type("new", "package", "broken")
    (desk.folder / "broken" / "solution" / "main.py").write_text(
        "import os\n"
        "def predict(batch):\n"
        "    print('loading', 'no model', sep='\\n', flush=True)\n"
        "    os._exit(1)\n"
    )

    said = desk.type("try", "broken", "--board", "trying", expect=3).splitlines()

    first = said.index("运行日志（节选）/ the candidate's log, an excerpt:") + 1
    assert said[first].startswith("no model (× ")
    assert said[first + 1] == "  loading"
    assert len([line for line in said if "no model" in line]) == 1


def test_a_draft_is_tried_without_its_statement_of_truth_and_neither_checked_nor_packed(
    desk: Desk,
) -> None:
    desk.type("new", "board", "for-drafts")
    desk.type("new", "package", "draft")
    declared = desk.folder / "draft" / "package.yaml"
    words = declared.read_text("utf-8").replace("truth_statement: true", "truth_statement: false")
    declared.write_text(words, "utf-8")

    said = desk.type("try", "draft", "--board", "for-drafts")

    assert "草稿" in said
    assert "answered: 9" in said
    for verb in ("check", "pack"):
        assert "E4002" in desk.type(verb, "draft", expect=2)


def test_a_packed_package_can_be_tried_as_it_is(desk: Desk) -> None:
    desk.type("new", "board", "for-zips")
    desk.type("new", "package", "zipped")
    desk.type("pack", "zipped", "-o", "zipped.zip")

    said = desk.type("try", "zipped.zip", "--board", "for-zips")

    assert "answered: 9" in said


@pytest.mark.parametrize("language", ["python", "sh"])
def test_the_clients_of_the_protocol_page_pass_a_try(desk: Desk, language: str) -> None:
    board, package = f"{language}-board", f"{language}-client"
    desk.type("new", "board", board)
    desk.type("new", "package", package)
    found = re.search(rf"```{language}\n(.*?)```", PROTOCOL.read_text("utf-8"), re.DOTALL)
    assert found is not None
    home = desk.folder / package
    if language == "python":
        (home / "solution" / "main.py").write_text(found[1].replace("一般", "市容环境"), "utf-8")
    else:
        (home / "solution" / "client.sh").write_text(found[1], "utf-8")
        spoken = re.search(r"```yaml\n(solution: .*?)\n```", PROTOCOL.read_text("utf-8"), re.DOTALL)
        assert spoken is not None
        declared = home / "package.yaml"
        written = re.sub(r"(?m)^solution: .*$", lambda _: spoken[1], declared.read_text("utf-8"))
        declared.write_text(written, "utf-8")

    said = desk.type("try", package, "--board", board)

    assert "answered: 9" in said


def test_bad_input_ends_with_exit_code_2_and_sentences_in_two_languages(desk: Desk) -> None:
    (desk.folder / "bad").mkdir()
    (desk.folder / "bad" / "package.yaml").write_text(
        "schema: jiebang/package/1\nkind: modle\nitm: X\n", encoding="utf-8"
    )

    said = desk.type("check", "bad", expect=2)
    machine = desk.type("check", "bad", "--json", expect=2)

    assert "最接近" in said
    assert "nearest" in said
    assert {problem["code"] for problem in json.loads(machine)} >= {"E1010", "E1011", "E1013"}


@pytest.mark.parametrize(
    "words",
    [
        ("run", "nowhere"),
        ("check", "nowhere"),
        ("verify", "nowhere"),
        ("report", "nowhere"),
        ("intake", "nowhere", "x.zip"),
        ("init", "w", "--board", "nowhere"),
        ("rerun", "nowhere", "into"),
        ("archive", "nowhere"),
        ("compare", "nowhere", "nowhere"),
        ("try", "nowhere", "--board", "nowhere"),
        ("pack", "nowhere"),
        ("lock", "nowhere"),
        ("panel", "import", "nowhere", "x.csv"),
    ],
    ids=lambda words: words[0],
)
def test_a_path_that_is_not_there_is_a_problem_and_never_a_traceback(
    desk: Desk, words: tuple[str, ...]
) -> None:
    said = desk.type(*words, expect=2)

    assert "nowhere" in said


def test_a_command_that_is_suggested_can_be_pasted(desk: Desk) -> None:
    said = desk.type("rank", "我的 项目", expect=2)
    made = desk.type("new", "board", "我的 榜单")

    assert "jiebang init '我的 项目' --board" in said
    assert "jiebang check '我的 榜单'" in made


def test_a_package_is_packed_into_folders_that_are_there(desk: Desk) -> None:
    desk.type("new", "package", "to-pack")

    said = desk.type("pack", "to-pack", "-o", "nowhere/deep/a.zip", expect=2)

    assert "E5069" in said
    assert not (desk.folder / "nowhere").exists()


def test_the_audit_of_one_dataset_is_headed_by_its_title_and_id(desk: Desk) -> None:
    desk.type("new", "board", "lone")

    head = desk.type("audit", "lone/datasets/hotline").splitlines()[0]

    assert re.fullmatch(r"■ .+（[a-z0-9_-]+）：.+", head)


def test_an_audit_names_the_file_that_it_cannot_read_with_its_folder(desk: Desk) -> None:
    desk.type("new", "board", "half")
    (desk.folder / "half" / "datasets" / "hotline" / "samples.csv").unlink()

    said = desk.type("audit", "half", expect=2)

    assert "half/datasets/hotline/samples.csv" in said


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_verb_explains_itself_in_chinese_and_english(name: str) -> None:
    command: click.Command = main.commands[name]

    words = command.help or ""

    assert any("\u4e00" <= sign <= "\u9fff" for sign in words), name
    assert any(sign.isascii() and sign.isalpha() for sign in words), name


@pytest.mark.parametrize("words", [("metrics", "没有的指标"), ("metrics", "--task", "nothing")])
def test_a_metric_that_nobody_has_is_said_to_be_unknown(desk: Desk, words: tuple[str, ...]) -> None:
    said = desk.type(*words, expect=2)

    assert "没有这样的指标" in said
    assert "classification" in said


def test_an_unknown_code_is_answered_with_the_nearest_known_ones(desk: Desk) -> None:
    said = desk.type("explain", "E4001", "E4000", expect=2)

    assert "E4001\n" in said
    assert "E4000" in said.split("E4001\n")[1]
