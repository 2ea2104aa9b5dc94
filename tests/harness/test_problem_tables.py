from __future__ import annotations

import importlib
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from harness.cli.tables import MODULES, every_explanation, explanations
from harness.problems import Explanation, Problem

ROOT = Path(__file__).parents[2]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text("utf-8")
    for room in ("harness", "scoring", "reports", "scenarios")
    for path in sorted((ROOT / room).rglob("*.py"))
}
QUOTED = 4
"""A word that people must write in Chinese may stand in the English sentence."""
OF_THE_MACHINE, SHELL = "E60", "sudo "


def tables() -> dict[str, tuple[Explanation, ...]]:
    """Every ``PROBLEMS`` table of the product by its module's name."""
    names = [name for name, text in SOURCES.items() if re.search("^PROBLEMS\\b", text, re.M)]
    return {name: tuple(importlib.import_module(name).PROBLEMS) for name in names}


TABLES = tables()
EXPLAINED = {entry.code: entry for table in TABLES.values() for entry in table}


def test_every_table_can_be_reached_from_the_command_line() -> None:
    reachable = {name for names in MODULES.values() for name in names}

    missing = {
        (name, code[:2])
        for name, table in TABLES.items()
        for code in sorted({entry.code for entry in table})
        if name not in MODULES.get(code[:2], ())
    }

    assert missing == set()
    assert reachable <= set(TABLES)


def test_no_code_has_two_explanations() -> None:
    written = Counter(
        code
        for text in SOURCES.values()
        for code in re.findall(r'Explanation\(\s*(?:code=)?"(E[0-9]{4})"', text)
    )

    assert set(written) == set(EXPLAINED)
    assert [code for code, times in written.items() if times > 1] == []


@pytest.mark.parametrize("name", TABLES)
def test_a_table_lists_each_code_once(name: str) -> None:
    codes = [entry.code for entry in TABLES[name]]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", sorted(EXPLAINED))
def test_every_sentence_is_written_in_both_languages_and_renders(code: str) -> None:
    entry = EXPLAINED[code]
    gaps = {
        language: {
            name for _, name, _, _ in string.Formatter().parse(getattr(entry, language)) if name
        }
        for language in ("zh", "en")
    }
    values = {name: "甲" for name in gaps["zh"] | gaps["en"] if name not in ("where", "found")}

    zh, en = (entry.render(Problem(code, "x.yaml:1", "乙", values), one) for one in ("zh", "en"))

    assert gaps["zh"] == gaps["en"]
    assert "where" in gaps["zh"] or code.startswith(OF_THE_MACHINE)
    assert re.search("[\u4e00-\u9fff]", entry.zh)
    assert len(re.findall("[\u4e00-\u9fff]", entry.en)) <= QUOTED
    assert zh.endswith("。") or SHELL in zh
    assert en.endswith(".") or SHELL in en


def test_every_code_that_is_reported_is_explained() -> None:
    reported = {code for text in SOURCES.values() for code in re.findall(r"\"(E[0-9]{4})\"", text)}

    assert reported - set(every_explanation()) == set()


def test_every_code_that_is_explained_is_reported() -> None:
    written = "".join(SOURCES.values())

    unused = [code for code in EXPLAINED if written.count(f'"{code}"') < 2]

    assert unused == []


def test_a_code_is_explained_without_loading_the_other_tables() -> None:
    assert set(explanations(["E1010"])) == {"E1010"}
    assert explanations(["E0000"]) == {}
