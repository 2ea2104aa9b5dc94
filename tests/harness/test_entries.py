from __future__ import annotations

from pathlib import Path

import pytest

from harness.checking.entries import LARGEST, bound_names

BOUND = (
    ("a function", "def predict(batch): pass"),
    ("an asynchronous function", "async def predict(batch): pass"),
    ("a class", "class predict: pass"),
    ("a value", "predict = lambda batch: batch"),
    ("an annotated value", "predict: object = print"),
    ("one of two values", "other, predict = 1, 2"),
    ("an import", "from model import predict"),
    ("a renamed import", "from model import run as predict"),
    ("a module", "import predict.deep"),
    ("a choice", "try:\n    import fast as predict\nexcept ImportError:\n    predict = None"),
    ("a condition", "if True:\n    def predict(batch): pass"),
)
UNTOLD = (
    ("a star", "from model import *"),
    ("names on demand", "def __getattr__(name): return print"),
    ("names by text", "globals()['predict'] = print"),
    ("a name bound by a function", "def f():\n    global predict\n    predict = print\nf()"),
    ("code by text", "exec('predict = print')"),
    ("Python of another version", "print 'predict'"),
    ("a byte that no text has", "\0"),
    ("deep nesting", "(" * 5000),
    ("a very large module", "#" * (LARGEST + 1)),
)


def names(text: str, folder: Path) -> frozenset[str] | None:
    (folder / "main.py").write_text(text, "utf-8")
    return bound_names(folder / "main.py")


@pytest.mark.parametrize("text", [case[1] for case in BOUND], ids=[case[0] for case in BOUND])
def test_a_name_is_known_however_it_is_bound(text: str, tmp_path: Path) -> None:
    found = names(text, tmp_path)

    assert found is not None
    assert "predict" in found


@pytest.mark.parametrize("text", [case[1] for case in UNTOLD], ids=[case[0] for case in UNTOLD])
def test_a_module_that_does_not_tell_its_names_is_not_judged(text: str, tmp_path: Path) -> None:
    assert names(text, tmp_path) is None


def test_a_name_inside_of_a_body_is_none_of_the_modules(tmp_path: Path) -> None:
    found = names("class Model:\n    def predict(self): hidden = 1\n", tmp_path)

    assert found == {"Model"}


def test_a_module_is_read_and_never_run(tmp_path: Path) -> None:
    names(f"open({str(tmp_path / 'ran')!r}, 'w')\n", tmp_path)

    assert not (tmp_path / "ran").exists()
