"""An endpoint among the candidates, from intake to a rerun that replays what it said."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.execution.sandbox import Sandbox
from harness.pipeline import keeping, stages
from harness.workspace import Workspace

SERVER = Path(__file__).parents[1] / "execution" / "clients" / "mock_endpoint.py"
SECRET = "sk-99-pipeline-secret"
ASKED = """    modes: [hosted, supervised]
    rank_modes_together: true
    prompt: {template: "照抄：{seen}", parse: text}
    retry_window: 1s
"""

_specification = importlib.util.spec_from_file_location("mock_endpoint", SERVER)
assert _specification is not None and _specification.loader is not None
mock: Any = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(mock)


async def copies(server: Any, writer: Any, body: dict[str, Any]) -> None:
    said = body["messages"][-1]["content"].removeprefix("照抄：")
    mock.send(writer, 200, mock.reply(body, said))


def test_an_endpoint_is_evaluated_archived_and_replayed_without_the_network(
    small: Any,
    ready: Callable[..., Workspace],
    sandbox: Sandbox,
    quiet: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JIEBANG_SECRET_DEMO", SECRET)
    board = small.board / "board.yaml"
    place = "    task: text\n    dataset: texts\n"
    board.write_text(board.read_text("utf-8").replace(place, place + ASKED), "utf-8")
    with mock.Server([mock.status(429), mock.cut]).running() as server:
        server.always = copies
        monkeypatch.setenv("JIEBANG_SECRET_DEMO_HOST", urlsplit(server.url).netloc)
        package = small.reader("echo")
        declared = package / "package.yaml"
        solution = f"{{adapter: endpoint, base_url: '{server.url}', model: m, secret: JIEBANG_SECRET_DEMO}}"
        words = declared.read_text("utf-8")
        words = words.replace('{adapter: python, entry: "main:predict"}', solution)
        declared.write_text(words.replace("mode: hosted", "mode: supervised"), "utf-8")
        workspace = ready(package, small.package("good"))
        stages.run(workspace, sandbox, quiet)
        stages.score(workspace)
        stages.rank(workspace)
        stages.report(workspace)
    asked = len(server.asked)
    keeping.make(workspace, tmp_path / "kept.zip")

    found = keeping.rerun(tmp_path / "kept.zip", tmp_path / "again", None, sandbox, quiet)

    score = json.loads((workspace.current() / "scores" / "TWO-01" / "C001.json").read_text())
    assert score["metrics"][0]["value"] == 0.0
    assert score["outcomes"]["answered"] == 30
    assert asked == 32
    assert len(server.asked) == asked
    assert found == []
    for root in (workspace.root, tmp_path / "again"):
        for path in root.rglob("*"):
            if path.is_file():
                assert SECRET.encode() not in path.read_bytes(), path
