from __future__ import annotations

import re
import string
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from harness import archive, ledger, signing
from harness.intake import listing, names, packing, receipt, survey, unpacking
from harness.problems import Explanation

MODULES = (names, listing, unpacking, survey, packing, receipt, signing, ledger, archive)
EXPLAINED = [(module, one) for module in MODULES for one in module.PROBLEMS]


def test_each_code_is_explained_once() -> None:
    repeated = [
        code for code, count in Counter(one.code for _, one in EXPLAINED).items() if count > 1
    ]

    assert repeated == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_code_that_a_module_reports_has_a_sentence(module: ModuleType) -> None:
    assert module.__file__ is not None
    reported = set(re.findall(r'"(E[0-9]{4})"', Path(module.__file__).read_text("utf-8")))

    unexplained = reported - {one.code for _, one in EXPLAINED}

    assert unexplained == set()


def test_every_sentence_belongs_to_a_code_that_is_reported() -> None:
    sources = "".join(Path(str(module.__file__)).read_text("utf-8") for module in MODULES)

    unused = [one.code for _, one in EXPLAINED if sources.count(f'"{one.code}"') < 2]

    assert unused == []


@pytest.mark.parametrize("explained", [one for _, one in EXPLAINED], ids=lambda one: one.code)
def test_both_languages_say_the_same_facts_and_end_with_what_to_write(
    explained: Explanation,
) -> None:
    zh, en = (
        {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for text in (explained.zh, explained.en)
    )

    assert zh == en
    assert "where" in zh
    assert re.search("；.*请|，请", explained.zh)
    assert zh <= {"where", "found", "reason", "limit", "expected"}
