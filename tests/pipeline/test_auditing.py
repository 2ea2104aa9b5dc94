"""Audits of declared data: what they find, and where judges and third parties meet it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.execution.sandbox import Sandbox
from harness.pipeline import keeping, stages
from harness.pipeline.auditing import audit_path
from harness.workspace import Workspace

Ready = Callable[..., Workspace]


def test_the_audit_of_a_workspace_stands_on_its_report_and_a_rescored_archive_agrees(
    small: Any, ready: Ready, sandbox: Sandbox, quiet: Any, tmp_path: Path
) -> None:
    workspace = ready(small.package("good"))
    found = audit_path(workspace.root)
    stages.run(workspace, sandbox, quiet)
    stages.score(workspace)
    stages.rank(workspace)
    pages = stages.report(workspace)

    data = next(record for record in found if record["items"] == ["ONE-01"])
    shown = {
        language: "".join(
            html.unescape(page.read_text("utf-8"))
            for page in pages
            if page.name.endswith(f"{name}.html")
        )
        for language, name in (("zh", "zh-CN"), ("en", "en"))
    }
    assert {"copies", "few_samples", "few_clusters"} <= {
        entry["code"] for entry in data["findings"]
    }
    for entry in data["findings"]:
        if entry["code"] != "stand_in":
            assert entry["zh"] in shown["zh"]
            assert entry["en"] in shown["en"]

    for line in data["summary"]:
        for language in ("zh", "en"):
            assert line["label"][language] in shown[language]
            assert line["text"][language] in shown[language]

    keeping.make(workspace, tmp_path / "archive.zip")
    assert keeping.rescore(tmp_path / "archive.zip", tmp_path / "again", None) == []


def test_an_audit_says_what_data_of_every_kind_can_tell_apart(small: Any) -> None:
    found = {record["items"][0]: record for record in audit_path(small.board)}

    for record in found.values():
        assert record["detectable"]["difference"] > 0
        assert {"licence", "source"}.isdisjoint(entry["code"] for entry in record["findings"])
    labels = found["ONE-01"]
    names = [one["name"] for one in labels["learners"]["reached"]]
    assert names == ["trivial", "one_feature", "linear", "tree"]
    assert labels["floor"] == max(one["value"] for one in labels["learners"]["reached"])
    assert {entry["label"] for entry in labels["balance"]} == {"hot", "cold"}
    assert sum(entry["samples"] for entry in labels["balance"]) == labels["samples"] == 120


def test_an_audit_says_what_it_looked_for_also_where_it_found_nothing(small: Any) -> None:
    for record in audit_path(small.board):
        lines = {line["label"]["en"]: line["text"]["en"] for line in record["summary"]}

        assert set(lines) - {"Balance of labels"} == {
            "Duplicates",
            "Overlap with the public sample",
            "Simple learners",
            "What one input tells",
            "Floor and ceiling",
            "Least difference that shows",
            "Licence and source",
            "What looks like personal data",
        }
        assert ("Balance of labels" in lines) == bool(record["balance"])
        assert lines["Licence and source"] == "both are named"
        told = " ".join(lines.values())
        assert "balanced_accuracy" not in told and "r2" not in told
        assert lines["What looks like personal data"].startswith("none found (mobile numbers")
        assert all(line["text"]["zh"] for line in record["summary"])


@pytest.mark.parametrize("written", ["未知", "{zh: 公开数据, en: unknown}"])
@pytest.mark.parametrize(("key", "code"), [("licence: CC0", "licence"), ("source: made", "source")])
def test_data_without_a_licence_or_source_that_can_be_checked_are_a_serious_finding(
    key: str, code: str, written: str, small: Any
) -> None:
    path = small.board / "data" / "dataset.yaml"
    line = next(line for line in path.read_text("utf-8").splitlines() if line.startswith(key))
    path.write_text(path.read_text("utf-8").replace(line, f"{code}: {written}"), "utf-8")

    (record,) = audit_path(small.board / "data")

    assert (code, "serious") in {(entry["code"], entry["weight"]) for entry in record["findings"]}
    assert {"en": f"not named: {code}"}.items() <= record["summary"][-2]["text"].items()


@pytest.mark.parametrize(
    ("number", "kind", "weight", "said"),
    [
        ("11010519491231002X", "identity", "serious", "identity numbers: 1"),
        ("110105491231002", "identity_15", "warning", "identity numbers of 15 digits: 1"),
        ("138 1234 5678", "phone", "warning", "mobile numbers: 1"),
    ],
)
def test_personal_data_in_samples_are_counted_and_never_shown(
    number: str, kind: str, weight: str, said: str, small: Any
) -> None:
    folder = small.board / "texts"
    for name in ("samples.jsonl", "target.jsonl"):
        path = folder / name
        path.write_text(path.read_text("utf-8").replace("泰山0", number), "utf-8")
    small._declare(folder, "samples.jsonl", "target.jsonl", "organizer", TEXT_REST)

    (record,) = audit_path(folder)

    assert record["personal"] == {kind: 1}
    finding = next(entry for entry in record["findings"] if entry["code"] == "personal")
    assert finding["weight"] == weight
    assert record["summary"][-1]["text"]["en"] == said
    assert number not in json.dumps(record, ensure_ascii=False)


TEXT_REST = """  inputs: {seen: string}
  independent: true
task: text
"""
