"""Editions of a real workspace's report: from packages taken in to what each reader gets."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.canonical import file_digest
from harness.execution.sandbox import Sandbox
from harness.package import read_package
from harness.pipeline import stages
from harness.pipeline.deciding import decide
from harness.pipeline.editions import Wanted, write_edition
from harness.pipeline.panel import import_sheets
from harness.pipeline.roster import CRITERIA
from harness.problems import Refusal
from harness.workspace import Workspace

NAMES = ("泰岱星图人工智能科技有限公司", "蓬莱云帆信息技术有限公司")
TITLES = ("济水明珠大模型", "崂山听涛助手")


@pytest.fixture
def finished(
    small: Any, ready: Callable[..., Workspace], sandbox: Sandbox, quiet: Any
) -> Workspace:
    workspace = ready(
        small.package("good", title=TITLES[0], applicant=NAMES[0]),
        small.package("rubbish", title=TITLES[1], applicant=NAMES[1]),
    )
    stages.run(workspace, sandbox, quiet)
    stages.score(workspace)
    stages.rank(workspace)
    return workspace


def text_of(files: tuple[Path, ...]) -> str:
    parts = [path.read_bytes().decode(errors="ignore") for path in files]
    return unicodedata.normalize("NFKC", "\n".join(parts)).casefold()


def test_judges_read_codes_and_the_list_of_codes_stays_sealed(finished: Workspace) -> None:
    files = write_edition(finished, Wanted(kind="panel"))

    text = text_of(files)
    packages = [read_package(finished.package(name)) for name in finished.candidates()]
    telling = [
        *NAMES,
        *TITLES,
        "泰岱星图",
        "济水明珠",
        *(p.applicant.credit_code for p in packages),
    ]
    assert not [name for name in telling if name.casefold() in text]
    assert file_digest(finished.panel / "mapping.json") in text
    assert "table class=rank" not in text
    assert not [path for path in files if path.suffix in (".csv", ".xlsx", ".docx")]


def test_the_organizer_alone_gets_samples(finished: Workspace) -> None:
    whole = write_edition(finished, Wanted())
    applicants = write_edition(finished, Wanted(kind="applicant"))

    assert {path.name for path in whole if path.parent.name == "samples"} == {
        f"{name}.{locale}.html" for name in finished.candidates() for locale in ("zh-CN", "en")
    }
    assert not [path for path in applicants if path.parent.name == "samples"]
    for name in finished.candidates():
        others = set(finished.candidates()) - {name}
        own = text_of(tuple(path for path in applicants if path.parent.name == name))
        assert not [other for other in others if f">{other}<".casefold() in own]


def test_nothing_is_made_public_before_all_score_sheets_are_in(finished: Workspace) -> None:
    with pytest.raises(Refusal, match="E7711"):
        write_edition(finished, Wanted(kind="notice"))


def test_nothing_is_made_public_before_the_committee_has_decided_on_every_item(
    finished: Workspace,
) -> None:
    rows = ["judge,candidate,criterion,score"]
    rows += [f"J1,{name},{part},80" for name in finished.candidates() for part in CRITERIA]
    sheet = finished.root.parent / "sheet.csv"
    sheet.write_text("\n".join(rows) + "\n", encoding="utf-8")
    import_sheets(finished, [sheet])
    stages.rank(finished)

    with pytest.raises(Refusal) as proposed:
        write_edition(finished, Wanted(kind="notice"))
    decide(finished, "ONE-01", ["C001"], {}, "专家组")
    with pytest.raises(Refusal) as recorded:
        write_edition(finished, Wanted(kind="notice"))
    stages.rank(finished)
    files = write_edition(finished, Wanted(kind="notice"))

    told = [(one.code, one.where) for one in proposed.value.problems]
    assert told == [(one.code, one.where) for one in recorded.value.problems]
    assert told == [("E7713", "ONE-01")]
    assert TITLES[0].casefold() in text_of(files)


def test_a_rebuild_gives_the_same_bytes(finished: Workspace) -> None:
    first = {path: path.read_bytes() for path in write_edition(finished, Wanted())}
    again = {path: path.read_bytes() for path in write_edition(finished, Wanted())}

    assert first == again


def test_a_report_in_one_language_has_no_page_and_no_link_of_the_other(
    finished: Workspace,
) -> None:
    files = write_edition(finished, Wanted(locales=("en",)))

    pages = [path for path in files if path.suffix == ".html"]
    assert pages
    assert all(path.name.endswith(".en.html") for path in pages)
    assert "zh-cn.html" not in text_of(tuple(pages))
