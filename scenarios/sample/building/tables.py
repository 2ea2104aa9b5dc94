"""Rows of a dataset, and the same bytes for the same rows on every machine."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Files = dict[str, bytes]
"""Contents by path, relative to the folder that is being built."""

SEED = 20240601
PUBLIC = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Inputs and targets in one order, with the cluster of each where samples hang together."""

    inputs: Sequence[Mapping[str, Any]]
    targets: Sequence[Any]
    clusters: Sequence[str] | None = None

    def take(self, places: Iterable[int]) -> Rows:
        """Rows at the given places, in the given order."""
        chosen = [int(place) for place in places]
        return Rows(
            inputs=[self.inputs[place] for place in chosen],
            targets=[self.targets[place] for place in chosen],
            clusters=None if self.clusters is None else [self.clusters[one] for one in chosen],
        )


def plain(value: Any) -> Any:
    """Turn a number of numpy or a missing value into what JSON knows."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def cell(value: Any) -> str:
    """Text of one CSV cell: empty when missing, JSON for a list, the shortest exact number."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, (list, tuple, np.ndarray)):
        return json.dumps([plain(one) for one in value], separators=(",", ":"))
    return value if isinstance(value, str) else repr(value)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 CSV with a header and line feeds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def jsonl_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON object a line."""
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def training_csv(rows: Rows, column: str) -> bytes:
    """Inputs and target side by side, as applicants get them."""
    names = list(rows.inputs[0])
    pairs = zip(rows.inputs, rows.targets, strict=True)
    return csv_bytes([*names, column], ([*one.values(), target] for one, target in pairs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a dataset is written: its folder, the prefix of its ids, its target column."""

    folder: str
    prefix: str
    column: str
    cluster: str | None = None


def dataset_files(shape: Shape, test: Rows, public: Rows) -> Files:
    """Samples and targets in separate files, for the test and for the public sample."""
    files: Files = {}
    for part, mark, rows in (("", "", test), ("public_", "P", public)):
        ids = [f"{shape.prefix}{mark}{number:05d}" for number in range(1, len(rows.targets) + 1)]
        header = ["id", *rows.inputs[0]]
        table = [[key, *one.values()] for key, one in zip(ids, rows.inputs, strict=True)]
        if shape.cluster and rows.clusters is not None:
            header.insert(1, shape.cluster)
            for row, cluster in zip(table, rows.clusters, strict=True):
                row.insert(1, cluster)
        files[f"{shape.folder}/{part}samples.csv"] = csv_bytes(header, table)
        files[f"{shape.folder}/{part}target.csv"] = csv_bytes(
            ["id", shape.column], zip(ids, rows.targets, strict=True)
        )
    return files


def shuffled_split(size: int, fraction: float, strata: Sequence[str] | None = None) -> list[Any]:
    """Places of a seeded training and test part, stratified where labels are given."""
    from sklearn.model_selection import train_test_split

    parts: list[Any] = train_test_split(
        np.arange(size),
        test_size=fraction,
        random_state=SEED,
        stratify=None if strata is None else np.array(strata, dtype=object),
    )
    return parts


def for_public(rows: Rows) -> Rows:
    """Pick a seeded handful of training rows that anyone may see."""
    places = np.random.default_rng(SEED).permutation(len(rows.targets))[:PUBLIC]
    return rows.take(np.sort(places))


def shipped_to(packages: Sequence[str], name: str, content: bytes) -> Files:
    """Put the same file into the solution folder of several packages."""
    return {f"{package}/solution/{name}": content for package in packages}
