from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.dataset import Dataset, Range, read_dataset
from harness.problems import Refusal
from harness.rows import read_rows
from harness.samples import read_samples, read_targets
from harness.templates import write_template


@pytest.fixture(scope="session")
def hotline(templates: Path) -> Dataset:
    return read_dataset(templates / "board/datasets/hotline")


def with_inputs(dataset: Dataset, name: str, **inputs: str) -> Dataset:
    return replace(dataset, samples=replace(dataset.samples, path=name, inputs=inputs))


def codes(refusal: Refusal) -> list[str]:
    return [problem.code for problem in refusal.problems]


TYPED: tuple[tuple[str, str, Any], ...] = (
    ("string", "012", "012"),
    ("string", "", ""),
    ("string", "𠮷", "𠮷"),
    ("number", "1.50", 1.5),
    ("number", "1e3", 1000.0),
    ("number", "-.5", -0.5),
    ("number", "", None),
    ("integer", "7", 7),
    ("integer", "7.0", 7),
    ("integer", "9007199254740993", 9007199254740993),
    ("boolean", "TRUE", True),
    ("boolean", "0", False),
    ("numbers", '"[1, 2.5]"', [1, 2.5]),
    ("any", "x", "x"),
)
NOT_TYPED = (
    ("number", "1_000"),
    ("number", "１２"),
    ("number", "nan"),
    ("number", "inf"),
    ("number", "1e999"),
    ("number", "0x1F"),
    ("number", '"1,000"'),
    ("integer", "1.5"),
    ("boolean", "是"),
    ("numbers", '"[1, ""2""]"'),
    ("numbers", '"[NaN]"'),
    ("numbers", "1;2"),
)


@pytest.mark.parametrize(("kind", "cell", "value"), TYPED)
def test_a_cell_is_read_as_its_declared_type(
    kind: str, cell: str, value: Any, hotline: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "s.csv").write_text(f"id,x,y\nA,{cell},\n", "utf-8")

    (sample,) = read_samples(tmp_path, with_inputs(hotline, "s.csv", x=kind)).samples

    assert sample.inputs == {"x": value}
    assert type(sample.inputs["x"]) is type(value)


@pytest.mark.parametrize(("kind", "cell"), NOT_TYPED)
def test_a_cell_of_another_type_is_told_by_line_and_column(
    kind: str, cell: str, hotline: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "s.csv").write_text(f"id,x\nA,\nB,{cell}\n", "utf-8")

    with pytest.raises(Refusal) as caught:
        read_samples(tmp_path, with_inputs(hotline, "s.csv", x=kind))

    assert codes(caught.value) == ["E3013"]
    assert caught.value.problems[0].where == "s.csv:3 x"


JSON_FAULTS = (
    ('{"id": "A", "x": NaN}', "E3013"),
    ('{"id": "A", "x": 1e999}', "E3013"),
    ('{"id": "A", "x": "\\ud800"}', "E3013"),
    ('{"id": "A", "x": 1, "x": 2}', "E3004"),
    ('{"id": null, "x": 1}', "E3010"),
    ('{"id": true, "x": 1}', "E3010"),
    ('{"id": ["A"], "x": 1}', "E3010"),
    ('{"id": "A", "y": 1}', "E3005"),
    ("[" * 100_000, "E3004"),
    ("1", "E3004"),
)


@pytest.mark.parametrize(("line", "code"), JSON_FAULTS, ids=[line[:24] for line, _ in JSON_FAULTS])
def test_json_that_no_machine_reads_alike_is_refused(
    line: str, code: str, hotline: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "s.jsonl").write_text(line + "\n", "utf-8")

    with pytest.raises(Refusal) as caught:
        read_samples(tmp_path, with_inputs(hotline, "s.jsonl", x="any"))

    assert codes(caught.value) == [code]


def test_csv_json_lines_and_parquet_give_the_same_samples(hotline: Dataset, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes("\ufeffid,x,n\r\nA,停水,1.5\r\nB,,\r\n".encode())
    (tmp_path / "s.jsonl").write_text(
        '{"id": "A", "x": "停水", "n": 1.5}\n\n{"id": "B", "x": "", "n": null}\n', "utf-8"
    )
    columns = {"id": ["A", "B"], "x": ["停水", ""], "n": [1.5, None]}
    pq.write_table(pa.table(columns), tmp_path / "s.parquet")

    digests = {
        read_samples(tmp_path, with_inputs(hotline, name, x="string", n="number")).digest()
        for name in ("s.csv", "s.jsonl", "s.parquet")
    }

    assert len(digests) == 1


def test_parquet_cells_without_a_plain_form_are_refused(hotline: Dataset, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["A"], "x": [b"\x00"]}), tmp_path / "s.parquet")

    with pytest.raises(Refusal) as caught:
        read_samples(tmp_path, with_inputs(hotline, "s.parquet", x="any"))

    assert codes(caught.value) == ["E3013"]


def test_every_cell_that_is_wrong_is_told(hotline: Dataset, tmp_path: Path) -> None:
    rows = "".join(f"S{n},x\n" for n in range(50))
    (tmp_path / "s.csv").write_text("id,x\n" + rows, "utf-8")

    with pytest.raises(Refusal) as caught:
        read_samples(tmp_path, with_inputs(hotline, "s.csv", x="number"))

    assert codes(caught.value) == ["E3013"] * 50


def test_a_quoted_cell_may_hold_commas_and_lines(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text('id,x\nA,"a,\nb"\nB,c\n', "utf-8")

    rows = read_rows(tmp_path / "s.csv", ["id", "x"])

    assert [row.cells["x"] for row in rows] == ["a,\nb", "c"]


def test_clusters_stand_beside_their_samples(tmp_path: Path) -> None:
    write_template("scenario", tmp_path / "scenario")
    folder = tmp_path / "scenario/datasets/irrigation"

    samples = read_samples(folder, read_dataset(folder))

    assert samples.clusters is not None
    assert len(samples.clusters) == len(samples.samples)
    assert samples.clusters[:5] == ("A棚",) * 5


TARGETS: tuple[tuple[str, str, Any], ...] = (
    ("classification", "供水供热", "供水供热"),
    ("regression", "2.5", 2.5),
    ("anomaly", "1", True),
    ("anomaly", "False", False),
    ("retrieval", '"{""d1"": 1, ""d2"": 0.5}"', {"d1": 1.0, "d2": 0.5}),
    ("text", "鲁A12345", "鲁A12345"),
)
NO_TARGETS = (
    ("classification", "供电", "E3014"),
    ("regression", "11", "E3015"),
    ("regression", "", "E3015"),
    ("anomaly", "2", "E3013"),
    ("retrieval", "{}", "E3013"),
    ("retrieval", '"{""d1"": 0}"', "E3013"),
    ("text", "", "E3013"),
)


def of_task(dataset: Dataset, task: str) -> Dataset:
    return replace(
        dataset,
        task=task,
        range=Range(low=0.0, high=10.0),
        target=replace(dataset.target, path="t.csv", column="y"),
    )


@pytest.mark.parametrize(("task", "cell", "value"), TARGETS)
def test_a_target_is_read_as_its_task_demands(
    task: str, cell: str, value: Any, hotline: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(f"id,y\nA,{cell}\n", "utf-8")

    assert read_targets(tmp_path, of_task(hotline, task)) == {"A": value}


@pytest.mark.parametrize(("task", "cell", "code"), NO_TARGETS)
def test_a_target_that_no_answer_could_meet_is_refused(
    task: str, cell: str, code: str, hotline: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(f"id,y\nA,{cell}\n", "utf-8")

    with pytest.raises(Refusal) as caught:
        read_targets(tmp_path, of_task(hotline, task))

    assert codes(caught.value) == [code]
    assert caught.value.problems[0].where == "t.csv:2"
