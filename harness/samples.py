"""Samples and targets read from declared files: typed inputs, stable ids, clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.attached import attached_files
from harness.canonical import canonical_json, digest
from harness.dataset import Dataset
from harness.problems import Explanation, Problem, Refusal, Words
from harness.rows import read_rows
from harness.targets import (
    TRUTHS,
    is_finite,
    is_sound,
    read_integer,
    read_json,
    read_number,
    read_target,
    read_time,
)

TIME = Words("时间，如 2026-11-23 08:00", "a time, such as 2026-11-23 08:00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One item of a dataset: its id, which never leaves the harness, and its inputs."""

    id: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleSet:
    """The samples of a dataset in file order, with their clusters where declared.

    ``columns`` holds what else the dataset names of each sample: its time, series and slices;
    ``files`` the digest of each file that its inputs may name.
    """

    samples: tuple[Sample, ...]
    clusters: tuple[str, ...] | None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """Digest of ids and inputs in file order."""
        return digest(canonical_json([[entry.id, dict(entry.inputs)] for entry in self.samples]))


def read_samples(folder: Path, dataset: Dataset, path: str | None = None) -> SampleSet:
    """Read the samples of a dataset (or of its public sample at ``path``).

    Raises
    ------
    Refusal
        Columns missing, cells of the wrong type, ids empty or repeated: all at once.
    """
    name = path or dataset.samples.path
    problems: list[Problem] = []
    samples: list[Sample] = []
    clusters: list[str] = []
    seen: set[str] = set()
    declared = dataset.samples
    named = [name for name in (dataset.time, dataset.series, *dataset.slices) if name]
    further: dict[str, list[str]] = {name: [] for name in named}
    needed = [declared.id, *declared.inputs, *([declared.cluster] if declared.cluster else [])]
    needed += named
    files = attached_files(folder / declared.files.path) if declared.files else {}
    for row in read_rows(folder / name, needed):
        where = f"{name}:{row.line}"
        identity = _identity(row.cells.get(declared.id), seen, where, problems)
        if not identity:
            continue
        inputs = {
            column: _typed(row.cells.get(column), kind, f"{where} {column}", problems, files)
            for column, kind in declared.inputs.items()
        }
        samples.append(Sample(id=identity, inputs=inputs))
        if declared.cluster:
            clusters.append(_word(row.cells.get(declared.cluster)))
            if not clusters[-1]:
                problems.append(Problem("E3016", where, declared.cluster))
        for column, words in further.items():
            words.append(_word(row.cells.get(column)))
            if not words[-1]:
                problems.append(Problem("E3016", where, column))
        if dataset.time and read_time(further[dataset.time][-1]) is None:
            found = further[dataset.time][-1][:60]
            problems.append(Problem("E3013", where, found, {"expected": TIME}))
    if not samples and not problems:
        problems.append(Problem("E3012", name))
    if problems:
        raise Refusal(problems)
    return SampleSet(
        samples=tuple(samples),
        clusters=tuple(clusters) if declared.cluster else None,
        columns={column: tuple(words) for column, words in further.items()},
        files=files,
    )


def read_targets(folder: Path, dataset: Dataset, path: str | None = None) -> dict[str, Any]:
    """Read the reference answers of a dataset (or of its public sample) by sample id.

    Raises
    ------
    Refusal
        A target of the wrong type, out of range, not among the labels, or given twice.
    """
    name = path or dataset.target.path
    problems: list[Problem] = []
    targets: dict[str, Any] = {}
    seen: set[str] = set()
    declared = dataset.target
    for row in read_rows(folder / name, [declared.id, declared.column]):
        where = f"{name}:{row.line}"
        identity = _identity(row.cells.get(declared.id), seen, where, problems)
        if identity:
            targets[identity] = read_target(
                row.cells.get(declared.column), dataset, where, problems
            )
    if problems:
        raise Refusal(problems)
    return targets


def _identity(value: Any, seen: set[str], where: str, problems: list[Problem]) -> str:
    """Take a row's id; empty where it has none or one that was there before."""
    identity = _word(value)
    if not identity or identity in seen:
        problems.append(Problem("E3011" if identity else "E3010", where, identity))
        return ""
    seen.add(identity)
    return identity


def _word(value: Any) -> str:
    """Take an id or a group as text; what is neither text nor a number is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    word = str(value).strip()
    return word if is_sound(word) else ""


def _typed(
    value: Any, kind: str, where: str, problems: list[Problem], files: Mapping[str, str]
) -> Any:
    if value is None or (value == "" and kind not in ("string", "any")):
        return None
    typed: Any = None
    if kind == "file":
        if value not in files:
            problems.append(Problem("E3034", where, str(value)[:60]))
        return value
    if kind == "any":
        typed = value
    elif kind == "string":
        typed = str(value) if isinstance(value, str | int | float) else None
    elif kind == "numbers":
        parsed = read_json(value) if isinstance(value, str) else value
        if isinstance(parsed, list) and all(is_finite(entry) for entry in parsed):
            typed = parsed
    elif kind == "boolean":
        typed = TRUTHS.get(str(value).lower())
    elif kind == "integer":
        typed = read_integer(value)
    else:
        typed = read_number(value)
    if typed is None or not is_sound(typed):
        problems.append(Problem("E3013", where, str(value)[:60], {"expected": kind}))
        return None
    return typed


PROBLEMS = (
    Explanation(
        "E3010",
        "{where}：样本编号为空。请给每个样本一个不变的编号。",
        "{where}: the sample's id is empty. Give every sample a stable id.",
    ),
    Explanation(
        "E3011",
        "{where}：样本编号“{found}”重复。请让每个编号只出现一次。",
        "{where}: the sample id '{found}' appears twice. Let each id appear once.",
    ),
    Explanation(
        "E3012",
        "{where}：没有任何样本。请至少写一行数据。",
        "{where}: there are no samples. Write at least one row.",
    ),
    Explanation(
        "E3013",
        "{where}：“{found}”不是声明的类型。请写：{expected}。",
        "{where}: '{found}' is not of the declared type. Write: {expected}.",
    ),
    Explanation(
        "E3014",
        "{where}：参考答案“{found}”不在 labels 中。请把它加入 labels 或改正。",
        "{where}: the target '{found}' is not among the labels. Add it to labels or correct it.",
    ),
    Explanation(
        "E3015",
        "{where}：参考答案“{found}”不是声明范围 range 内的数。请改正数据或范围。",
        "{where}: the target '{found}' is not a number within the declared range. Correct the data or the range.",
    ),
    Explanation(
        "E3016",
        "{where}：声明的组“{found}”为空。请写明该样本所属的组。",
        "{where}: the declared group '{found}' is empty. Write the group that the sample belongs to.",
    ),
    Explanation(
        "E3034",
        "{where}：samples.files 的目录中没有文件“{found}”。请补上，或改正路径（从该目录起写，用 /）。",
        "{where}: there is no file '{found}' in the folder of samples.files. Add it, or correct the path, written from that folder with /.",
    ),
)
