"""The worker serves a Python function, whatever the function does."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.execution import worker
from harness.execution.executor import execute
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import open_sealed
from harness.package import Solution

WORKER = Path(worker.__file__)


def run(job: Any, sandbox: Sandbox) -> tuple[dict[str, int], str]:
    record = execute(job, sandbox, lambda count: None)
    counts = {name: count for name, count in record.outcomes.items() if count}
    return counts, (job.folder / "candidate.log").read_text()


def test_the_worker_needs_the_standard_library_alone_and_python_3_8() -> None:
    tree = ast.parse(WORKER.read_text(), feature_version=(3, 8))

    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


RETURNS = {
    "a list": ("[{'label': '甲'} for _ in batch]", {"answered": 8}),
    "a generator": ("({'label': '甲'} for _ in batch)", {"answered": 8}),
    "numpy numbers": ("[{'label': '甲', 'score': np.float32(1)} for _ in batch]", {"answered": 8}),
    "not a number": ("[{'label': '甲', 'score': float('nan')}] * len(batch)", {"invalid": 8}),
    "what JSON cannot say": ("[{'label': {1, 2}}] + [{'label': '甲'}]", None),
    "a lone surrogate": ("[{'label': chr(0xd800)}] + [{'label': '甲'}]", None),
    "itself within itself": ("[loop, {'label': '甲'}]", None),
    "abstentions": ("[None] * len(batch)", {"missing": 8}),
    "too few": ("[{'label': '甲'}]", {"crash": 8}),
    "nothing": ("None", {"crash": 8}),
    "an error": ("1 / 0", {"crash": 8}),
}


@pytest.mark.parametrize("name", RETURNS)
def test_each_kind_of_return_ends_in_its_outcome(
    name: str, make_job: Any, package: Any, plain: Sandbox
) -> None:
    expression, expected = RETURNS[name]
    head = "import numpy as np\n" if "np." in expression else ""
    package(f"{head}loop = []\nloop.append(loop)\ndef predict(batch):\n    return {expression}\n")

    counts, _ = run(make_job(), plain)

    assert counts == (expected or {"answered": 4, "invalid": 4})


def test_an_exception_costs_its_batch_and_restarts_nothing(
    make_job: Any, package: Any, plain: Sandbox
) -> None:
    package(
        "calls = []\n"
        "def predict(batch):\n"
        "    calls.append(1)\n"
        "    if len(calls) == 2:\n"
        "        raise KeyError('词表')\n"
        "    return [{'label': '甲'}] * len(batch)\n"
    )

    record = execute(make_job(), plain, lambda count: None)

    assert (record.outcomes["answered"], record.outcomes["crash"]) == (6, 2)
    assert record.content["reasons"] == {"error": 2}
    assert record.content["faults"] == {}
    assert "词表" in (record.folder / "candidate.log").read_text()


def test_the_model_is_loaded_before_time_is_taken(
    make_job: Any, package: Any, plain: Sandbox
) -> None:
    package(
        "import time\n"
        "def load():\n    time.sleep(0.7)\n"
        "def predict(batch):\n    return [{'label': '甲'}] * len(batch)\n"
    )

    record = execute(make_job(batch_wall=0.4), plain, lambda count: None)

    assert record.outcomes["answered"] == 8
    assert record.host["launches"][0]["ready_seconds"] > 0.7
    assert record.host["batch_latency_seconds"]["p99"] < 0.4


def test_load_may_ask_for_the_task(make_job: Any, package: Any, plain: Sandbox) -> None:
    package(
        "task = {}\n"
        "def load(hello):\n    task.update(hello)\n"
        "def predict(batch):\n    return [{'label': task['labels'][1]}] * len(batch)\n"
    )
    job = make_job()

    execute(job, plain, lambda count: None)

    assert set(map(str, open_sealed(job.folder).answers)) == {"{'label': '乙'}"}


def test_whatever_is_printed_goes_to_the_log(make_job: Any, package: Any, plain: Sandbox) -> None:
    package(
        "import os, sys\n"
        "print('from the import')\n"
        "def predict(batch):\n"
        "    print('from print')\n"
        "    os.system('echo from a child')\n"
        "    assert sys.stdin.read() == ''\n"
        "    return [{'label': '甲'}] * len(batch)\n"
    )

    counts, log = run(make_job(), plain)

    assert counts == {"answered": 8}
    assert all(f"from {source}" in log for source in ("the import", "print", "a child"))


@pytest.mark.parametrize(
    "code",
    ["import nothing_of_this_name\n", "def other(): pass\n", "def load(): 1 / 0\npredict = 1"],
)
def test_a_module_that_cannot_be_loaded_is_a_crash_with_its_traceback(
    code: str, make_job: Any, package: Any, plain: Sandbox
) -> None:
    package(code)

    counts, log = run(make_job(), plain)

    assert counts == {"crash": 8}
    assert "Traceback" in log


def test_a_module_in_a_folder_of_the_package_is_found(
    make_job: Any, tmp_path: Path, plain: Sandbox
) -> None:
    folder = tmp_path / "pkg" / "answering"
    folder.mkdir(parents=True)
    (folder / "model.py").write_text(
        "def serve(batch):\n    return [{'label': '甲'} for _ in batch]\n"
    )
    job = make_job(solution=Solution(adapter="python", entry="answering.model:serve"))

    assert run(job, plain)[0] == {"answered": 8}


def test_a_python_candidate_answers_in_the_real_sandbox_with_the_organizers_packages(
    make_job: Any, package: Any, sealed_off: Sandbox
) -> None:
    package(
        "import numpy\n"
        "def predict(batch):\n    return [{'label': '甲', 'score': numpy.float64(1)} for _ in batch]\n"
    )

    assert run(make_job(), sealed_off)[0] == {"answered": 8}


@pytest.mark.parametrize("version", ["3.8.18"])
def test_the_worker_runs_on_the_oldest_python_it_promises(version: str, tmp_path: Path) -> None:
    python = Path.home() / ".pyenv" / "versions" / version / "bin" / "python"
    if not python.exists():
        pytest.skip(f"NO PYTHON {version} HERE: the worker's oldest Python is not tried")
    (tmp_path / "main.py").write_text("def predict(batch):\n    return batch\n")
    request, question = os.pipe()
    reply, answer = os.pipe()
    os.write(
        question, b'{"t":"hello","v":1}\n{"t":"req","id":0,"n":1,"x":[{"a":1}]}\n{"t":"end"}\n'
    )

    done = subprocess.run(
        [python, "-I", WORKER, str(request), str(answer), "main:predict", tmp_path],
        pass_fds=(request, answer),
        timeout=10,
    )

    lines = os.read(reply, 4096).decode().splitlines()
    for descriptor in (request, question, reply, answer):
        os.close(descriptor)
    assert done.returncode == 0
    assert json.loads(lines[1]) == {"t": "ans", "id": 0, "y": [{"a": 1}]}
