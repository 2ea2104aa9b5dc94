"""Every way of answering: a function, a program in any language, a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from harness.execution.adapters import answer_file, command, predictions
from harness.execution.adapters.predictions import Submitted, read_predictions
from harness.execution.answers import Task
from harness.execution.executor import execute
from harness.execution.sandbox import Sandbox
from harness.execution.sealing import open_sealed
from harness.package import Solution
from harness.problems import Problem

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
IDS = ["001", "002", "12345678901", "d"]
LABELS = Task(name="classification", labels=("紧急", "一般"), positive="紧急")
TASKS = {
    "classification": LABELS,
    "regression": Task(name="regression", low=0.0, high=100.0),
    "forecasting": Task(name="forecasting"),
    "anomaly": Task(name="anomaly"),
    "retrieval": Task(name="retrieval", depth=3),
    "text": Task(name="text"),
}

Write = Callable[[str, bytes | str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def file(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


def codes(submitted: Submitted) -> list[str]:
    return [problem.code for problem in submitted.problems]


def outcomes(submitted: Submitted) -> list[str]:
    return [submitted.verdicts[name].outcome for name in IDS]


def client_of(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("tier", ["plain", "sealed_off"])
def test_the_reference_client_in_sh_answers_everything(
    tier: str, make_job: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sandbox: Sandbox = request.getfixturevalue(tier)
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "client.sh").write_text(client_of("sh"))
    (declared,) = yaml.safe_load(client_of("yaml")).values()
    job = make_job(solution=Solution(adapter="command", argv=tuple(declared["argv"])))

    record = execute(job, sandbox, lambda count: None)

    assert record.outcomes["answered"] == 8
    assert open_sealed(job.folder).answers[0] == {"label": "甲"}


def test_the_reference_function_in_python_answers_everything(
    make_job: Any, package: Any, plain: Sandbox
) -> None:
    package(client_of("python"))

    record = execute(make_job(task=LABELS), plain, lambda count: None)

    assert record.outcomes["answered"] == 8


def test_a_program_of_the_package_is_found_there_and_gets_the_descriptors_last(
    make_job: Any,
) -> None:
    words = {
        ("./solve", "--fast"): ("/pkg/solve", "--fast", "{request}", "{answer}"),
        ("bin/solve",): ("/pkg/bin/solve", "{request}", "{answer}"),
        ("sh", "--in={request}", "--out={answer}"): ("sh", "--in={request}", "--out={answer}"),
    }

    for argv, expected in words.items():
        job = make_job(solution=Solution(adapter="command", argv=argv))
        assert command.command(job).argv == expected


FILES = {
    "classification": ("id,label,score", ["001,紧急,0.9", "002,一般,", "12345678901,紧急,1e-3", "d, 一般 ,-2"]),
    "regression": ("id,value", ["001,1", "002,2.5", "12345678901,1e1", "d,+.5"]),
    "forecasting": ("id,value", ["001,1", "002,-2.5", "12345678901,1e1", "d,0"]),
    "anomaly": ("id,score", ["001,1", "002,-2.5", "12345678901,1e1", "d,0"]),
    "retrieval": ("id,ranking", ["001,a b c", "002,", "12345678901,b", "d,c  a"]),
    "text": ("id,text", ["001,早安", "002,", '12345678901,"一, ""二""\n三"', "d, x "]),
}  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_a_clean_csv_file_of_every_task_is_answered(task: str, write: Write) -> None:
    head, rows = FILES[task]

    submitted = read_predictions(write("p.csv", "\n".join([head, *rows])), TASKS[task], IDS)

    assert submitted.problems == ()
    assert outcomes(submitted) == ["answered"] * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_as_office_programs_write_it_is_read(encoding: str, newline: str, write: Write) -> None:
    head, rows = FILES["classification"]

    path = write("p.csv", newline.join([head, *rows, ""]).encode(encoding))

    assert outcomes(read_predictions(path, LABELS, IDS)) == ["answered"] * 4


def test_json_lines_and_parquet_say_the_same_as_csv(write: Write, tmp_path: Path) -> None:
    lines = [
        '{"id":"001","ranking":["a","b"]}',
        '{"id":"002","ranking":"b a"}',
        '{"id":12345678901,"ranking":[]}',
        '{"id":"d","ranking":["c"]}',
    ]
    table = pa.table({"id": IDS, "ranking": [["a", "b"], ["b", "a"], [], ["c"]]})
    pq.write_table(table, tmp_path / "p.parquet")

    texts = read_predictions(write("p.jsonl", "\n".join(lines)), TASKS["retrieval"], IDS)
    columns = read_predictions(tmp_path / "p.parquet", TASKS["retrieval"], IDS)

    assert texts.problems == columns.problems == ()
    assert texts.verdicts == columns.verdicts


def test_every_mangled_id_is_named_at_once_with_its_cause(write: Write) -> None:
    content = "id,label\n1,紧急\n2,紧急\n1.23E+10,一般\nd.0,一般\nd,一般\nd,紧急\nzz,一般\n"

    submitted = read_predictions(write("p.csv", content), LABELS, IDS)

    assert codes(submitted) == ["E6211", "E6212", "E6213", "E6214", "E6215", "E6216"]
    assert submitted.problems[1].values == {"count": "2"}
    assert outcomes(submitted) == ["missing", "missing", "missing", "invalid"]


BAD_CELLS = [
    ("classification", "id,label", "急", "E6221"),
    ("classification", "id,label,score", "紧急,高", "E6224"),
    ("regression", "id,value", "100.1", "E6222"),
    ("regression", "id,value", '"1,000"', "E6224"),
    ("regression", "id,value", "１２", "E6224"),
    ("regression", "id,value", "nan", "E6224"),
    ("regression", "id,value", "1_0", "E6224"),
    ("regression", "id,value", "1e999", "E6223"),
    ("regression", "id,value", "", "E6224"),
    ("retrieval", "id,ranking", "a a", "E6225"),
    ("retrieval", "id,ranking", "a b c d", "E6226"),
]


@pytest.mark.parametrize(("task", "head", "cell", "code"), BAD_CELLS)
def test_a_bad_answer_costs_its_sample_and_is_explained(
    task: str, head: str, cell: str, code: str, write: Write
) -> None:
    submitted = read_predictions(write("p.csv", f"{head}\nd,{cell}\n"), TASKS[task], ["d"])

    assert submitted.verdicts["d"].outcome == "invalid"
    assert codes(submitted) == [code]


UNREADABLE = [
    ("p.csv", "id,label\n1,a\n".encode("utf-16"), "E6204"),
    ("p.csv", b"id,label\n1,\xff\xff\xff\n", "E6204"),
    ("p.csv", "编号,标签\n1,a\n", "E6205"),
    ("p.csv", "id,label,label\n1,a,a\n", "E6205"),
    ("p.csv", "id,label,why\n1,a,a\n", "E6205"),
    ("p.csv", "", "E6205"),
    ("p.csv", "id,label\n1,a,b\n", "E6206"),
    ("p.csv", 'id,label\n1,"a\n', "E6207"),
    ("p.jsonl", "{\n", "E6207"),
    ("p.jsonl", "[" * 100_000, "E6207"),
    ("p.jsonl", '{"id":"1","value":1}', "E6205"),
    ("p.parquet", b"PAR1 not really PAR1", "E6207"),
    ("p.xlsx", b"", "E6203"),
]


@pytest.mark.parametrize(("name", "content", "code"), UNREADABLE)
def test_a_file_that_cannot_be_read_answers_nothing_and_says_why(
    name: str, content: bytes | str, code: str, write: Write
) -> None:
    submitted = read_predictions(write(name, content), LABELS, IDS)

    assert codes(submitted) == [code]
    assert outcomes(submitted) == ["missing"] * 4


def test_a_file_with_far_more_rows_than_samples_is_not_read_on(write: Write) -> None:
    path = write("p.csv", "id,label\n" + "d,一般\n" * 109)

    assert codes(read_predictions(path, LABELS, IDS)) == ["E6208"]


def test_a_small_file_that_unfolds_into_a_huge_one_is_not_read_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_file, "LARGEST", 1 << 20)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 100), pa.array(["x" * 100_000]))
    table = pa.table({"id": [str(at) for at in range(100)], "text": column})
    pq.write_table(table, tmp_path / "p.parquet")

    submitted = read_predictions(tmp_path / "p.parquet", TASKS["text"], IDS)

    assert (tmp_path / "p.parquet").stat().st_size < 1 << 20
    assert codes(submitted) == ["E6202"]


def test_a_file_that_is_not_there_answers_nothing_and_says_so(tmp_path: Path) -> None:
    assert codes(read_predictions(tmp_path / "p.csv", LABELS, IDS)) == ["E6201"]


def test_a_predictions_file_needs_no_sandbox_and_is_sealed_like_any_run(
    make_job: Any, tmp_path: Path
) -> None:
    (tmp_path / "pkg").mkdir()
    rows = "".join(f"{at:05},甲\n" for at in range(7))
    (tmp_path / "pkg" / "p.csv").write_text(f"id,label\n{rows}")
    job = make_job(solution=Solution(adapter="predictions", file="p.csv"), mode="submitted")

    record = execute(job, None, lambda count: None)
    again = execute(job, None, lambda count: None)

    assert (record.outcomes["answered"], record.outcomes["missing"]) == (7, 1)
    assert record.content["tier"] is None
    assert open_sealed(job.folder, record.predictions).ids[0] == "00000"
    assert again.reused


def test_every_problem_of_a_predictions_file_has_its_sentences_in_both_languages() -> None:
    values = {"count": "3", "most": "1", "columns": "id,label", "reason": "…"}

    for entry in predictions.PROBLEMS:
        problem = Problem(entry.code, "p.csv", "那样", values)
        assert all(entry.render(problem, language) for language in ("zh", "en"))

    known = {entry.code for entry in predictions.PROBLEMS}
    assert set(predictions.REASONS.values()) <= known
