"""Declared data: what it is, who holds its answers, and where its samples lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.canonical import canonical_json, digest
from harness.structure import (
    TRANSLATED,
    Draft,
    Reader,
    Translated,
    choice,
    digest_text,
    flag,
    integer,
    listing,
    number,
    optional,
    or_false,
    read_draft,
    record,
    relative_path,
    said,
    table,
    text,
)
from harness.yaml_text import read_document

SCHEMA = "jiebang/dataset/1"
TASKS = (
    "classification",
    "regression",
    "forecasting",
    "anomaly",
    "retrieval",
    "text",
    "multilabel",
    "choice",
    "safety",
    "spans",
    "fields",
    "detection",
    "segmentation",
)
LABELLED = ("classification", "multilabel", "choice", "spans", "detection", "segmentation")
JUDGEMENTS = ("refuse", "answer")
FIELD_TYPES = ("text", "number", "date", "set")
INPUT_TYPES = ("string", "number", "integer", "boolean", "numbers", "file", "any")
HOLDERS = ("organizer", "third_party", "applicant")
DEPTH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleFile:
    """Where the samples lie: file, digest, id column, cluster column and typed inputs."""

    path: str
    sha256: str
    id: str
    inputs: Mapping[str, str]
    files: FileDigest | None = None
    cluster: str | None = None
    independent: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetFile:
    """Where the reference answers lie: always another file than the samples."""

    path: str
    sha256: str
    id: str
    column: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """The declared range of a numeric target, in its unit."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A public file that every candidate may read while it answers."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FileDigest:
    """A file of the public sample, or a folder of files that samples name, and its digest."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicSample:
    """A few samples with their answers that applicants may try on."""

    samples: FileDigest
    target: FileDigest
    files: FileDigest | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """A declared test dataset of a board's item or of a benchmark scenario."""

    id: str
    version: str
    title: Translated
    task: str
    licence: Translated | str
    source: Translated | str
    stand_in: Translated | bool
    labels_held_by: str
    inputs: str
    redistributable: bool
    samples: SampleFile
    target: TargetFile
    labels: tuple[str, ...]
    positive: str | None
    range: Range | None
    depth: int
    resources: tuple[Resource, ...]
    public_sample: PublicSample | None
    fields: Mapping[str, str]
    options: str | None
    refusals: tuple[str, ...]
    time: str | None
    series: str | None
    slices: tuple[str, ...]

    @property
    def answer_labels(self) -> tuple[str, ...]:
        """The names that an answer may use: labels, or the declared fields."""
        return self.labels or tuple(self.fields)

    def content_digest(self) -> str:
        """Digest of everything in the data that can change a score."""
        content = {
            "samples": self.samples.sha256,
            "target": self.target.sha256,
            "columns": [self.samples.id, self.target.id, self.target.column],
            "inputs": dict(self.samples.inputs),
            "cluster": self.samples.cluster,
            "task": self.task,
            "labels": list(self.labels),
            "positive": self.positive,
            "range": None if self.range is None else [self.range.low, self.range.high],
            "depth": self.depth,
            "resources": [[entry.path, entry.sha256] for entry in self.resources],
        }
        further = {
            "fields": dict(self.fields),
            "options": self.options,
            "refusals": list(self.refusals),
            "files": self.samples.files and self.samples.files.sha256,
            "time": self.time,
            "series": self.series,
        }
        content |= {name: value for name, value in further.items() if value}
        return digest(canonical_json(content))


_FILE: Reader[FileDigest] = record(FileDigest, path=relative_path(), sha256=digest_text())

READER: Reader[Dataset] = record(
    Dataset,
    id=text(pattern="[a-z0-9][a-z0-9_-]{0,40}", like="hotline-2026"),
    version=text(longest=40),
    title=TRANSLATED,
    task=choice(*TASKS),
    licence=said(longest=1000),
    source=said(longest=1000),
    stand_in=or_false(TRANSLATED),
    labels_held_by=choice(*HOLDERS),
    inputs=choice("public", "hidden"),
    redistributable=flag(),
    samples=record(
        SampleFile,
        path=relative_path(),
        sha256=digest_text(),
        id=text(longest=80),
        inputs=table(choice(*INPUT_TYPES)),
        files=optional(
            _FILE,
            says="file 类输入所在的目录及其摘要 / the folder of inputs of type file, and its digest",
        ),
        cluster=optional(
            text(longest=80), says="样本所属的组（患者、文档、设备、日期）/ the sample's group"
        ),
        independent=optional(flag(), says="true：样本相互独立 / samples are independent"),
    ),
    target=record(
        TargetFile,
        path=relative_path(),
        sha256=digest_text(),
        id=text(longest=80),
        column=text(longest=80),
    ),
    labels=optional(listing(text(longest=120)), default=()),
    positive=optional(text(longest=120)),
    range=optional(record(Range, low=number(), high=number())),
    depth=optional(integer(1, 1000), default=DEPTH),
    resources=optional(
        listing(record(Resource, path=relative_path(), sha256=digest_text())), default=()
    ),
    public_sample=optional(
        record(PublicSample, samples=_FILE, target=_FILE, files=optional(_FILE))
    ),
    fields=optional(
        table(choice(*FIELD_TYPES)),
        default={},
        says="要抽取的字段及其比较方式 / fields to read, and how each is compared",
    ),
    options=optional(
        text(longest=80),
        says="样本中写有各选项内容的列 / the input that holds the contents of the options",
    ),
    refusals=optional(
        listing(text(longest=40)),
        default=(),
        says="视为拒答的用语 / phrases that count as a refusal",
    ),
    time=optional(text(longest=80), says="样本的时间列 / the samples' column of times"),
    series=optional(
        text(longest=80), says="样本所属的序列（测点、设备）/ the series that a sample is of"
    ),
    slices=optional(
        listing(text(longest=80)),
        default=(),
        says="分组对比所用的列 / columns whose groups are compared",
    ),
)


def draft_dataset(folder: Path) -> Draft[Dataset]:
    """Read ``dataset.yaml`` of a folder as far as it can be read."""
    return read_draft(READER, read_document(folder / "dataset.yaml"), SCHEMA)


def read_dataset(folder: Path) -> Dataset:
    """Read ``dataset.yaml`` of a folder; raises ``Refusal`` with every problem in it."""
    return draft_dataset(folder).whole()
