"""Predictions beside targets: from sealed records to the typed columns that metrics read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.dataset import JUDGEMENTS, Dataset
from harness.execution.sealing import Sealed
from harness.samples import SampleSet
from harness.targets import read_json, read_time
from harness.thinking import TAG, spoken
from scoring.answers import Anomalies, Answers, Labels, Rankings, Texts, Values
from scoring.structured_answers import (
    Box,
    Boxes,
    Fields,
    LabelSets,
    Mask,
    Masks,
    Span,
    Spans,
)
from scoring.text.options import option_of
from scoring.text.refusals import judgement_of

NONE = float("nan")
Codes = np.ndarray[Any, np.dtype[Any]]
Given = list[Mapping[str, Any] | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """A candidate's answers in the one order of samples that all candidates share: by id.

    ``clusters`` holds codes from 0, shape (n,), or is ``None`` for independent samples. ``slices``
    holds the groups of each declared column, one name a sample.
    """

    ids: tuple[str, ...]
    answers: Answers
    clusters: Codes | None
    units: int
    slices: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Joined:
    """Targets, answers and what the dataset names of each sample, in one order."""

    dataset: Dataset
    wanted: list[Any]
    given: Given
    inputs: Sequence[Mapping[str, Any]]
    clusters: Codes | None
    further: Mapping[str, tuple[str, ...]]


def columns(
    dataset: Dataset, samples: SampleSet, targets: Mapping[str, Any], sealed: Sealed
) -> Columns:
    """Join samples, targets and sealed predictions by id."""
    answered = dict(zip(sealed.ids, sealed.answers, strict=True))
    return columns_of(dataset, samples, targets, answered)


def columns_of(
    dataset: Dataset,
    samples: SampleSet,
    targets: Mapping[str, Any],
    answered: Mapping[str, Mapping[str, Any] | None],
) -> Columns:
    """Join samples, targets and answers by id; an absent answer is none."""
    order = sorted(range(len(samples.samples)), key=lambda place: samples.samples[place].id)
    ids = tuple(samples.samples[place].id for place in order)
    clusters = None
    units = len(ids)
    if samples.clusters is not None:
        clusters = _coded([samples.clusters[place] for place in order])
        units = int(clusters.max()) + 1
    further = {
        name: tuple(cells[place] for place in order) for name, cells in samples.columns.items()
    }
    joined = _Joined(
        dataset=dataset,
        wanted=[targets[identity] for identity in ids],
        given=[answered.get(identity) for identity in ids],
        inputs=[samples.samples[place].inputs for place in order],
        clusters=clusters,
        further=further,
    )
    return Columns(
        ids=ids,
        answers=_TYPED[dataset.task](joined),
        clusters=clusters,
        units=units,
        slices={name: further[name] for name in dataset.slices},
    )


def label_codes(names: Sequence[str | None] | pa.Array, labels: tuple[str, ...]) -> Codes:
    """Place of each name among the labels, shape (n,); -1 for none, in as few bytes as will do.

    An Arrow column may be plain or dictionary-encoded, as Parquet keeps labels.
    """
    column = names if isinstance(names, pa.Array) else pa.array(names, pa.string())
    if isinstance(column, pa.DictionaryArray):
        places = label_codes(column.dictionary, labels)
        places = np.append(places, np.array([-1], dtype=places.dtype))
        indices = column.indices
        if indices.null_count:
            indices = pc.fill_null(indices, len(column.dictionary))
        codes: Codes = places.take(indices.to_numpy(zero_copy_only=False), mode="clip")
        return codes
    found = pc.fill_null(pc.index_in(column, pa.array(labels, pa.string())), -1)
    return np.asarray(found).astype(np.min_scalar_type(-len(labels) - 1))


def _coded(names: Sequence[str]) -> Codes:
    """Codes of names from 0, in the order of the names."""
    return np.unique(np.array(names, dtype=object), return_inverse=True)[1].astype(np.int64)


def _numbers(given: Given, key: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    found = [NONE if answer is None else answer.get(key, NONE) for answer in given]
    return np.array(found, dtype=np.float64)


def _classification(joined: _Joined) -> Labels:
    labels = joined.dataset.labels
    some = any(answer and "probabilities" in answer for answer in joined.given)
    probabilities = None
    if some:
        nothing = [NONE] * len(labels)
        probabilities = np.array(
            [
                [answer["probabilities"].get(label, 0.0) for label in labels]
                if answer and "probabilities" in answer
                else nothing
                for answer in joined.given
            ]
        )
    return Labels(
        truth=label_codes(joined.wanted, labels),
        predicted=label_codes([None if a is None else a["label"] for a in joined.given], labels),
        labels=labels,
        positive=joined.dataset.positive,
        belief=_numbers(joined.given, "score"),
        probabilities=probabilities,
    )


def _choice(joined: _Joined) -> Labels:
    """Letters read from free answers; an answer that chooses none or several has no letter."""
    labels, column = joined.dataset.labels, joined.dataset.options
    contents = [_contents(row.get(column), labels) if column else {} for row in joined.inputs]
    chosen = [
        None if answer is None else option_of(answer["text"], labels, content)
        for answer, content in zip(joined.given, contents, strict=True)
    ]
    return _coded_labels(joined, labels, chosen)


def _contents(value: Any, labels: tuple[str, ...]) -> dict[str, str]:
    found = read_json(value) if isinstance(value, str) else value
    if isinstance(found, list):
        found = dict(zip(labels, found, strict=False))
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _safety(joined: _Joined) -> Labels:
    """Whether each text refuses or answers; an empty one does neither."""
    phrases = joined.dataset.refusals
    found = [None if a is None else judgement_of(a["text"], phrases) for a in joined.given]
    return _coded_labels(joined, JUDGEMENTS, found)


def _coded_labels(joined: _Joined, labels: tuple[str, ...], names: Sequence[str | None]) -> Labels:
    return Labels(
        truth=label_codes(joined.wanted, labels),
        predicted=label_codes(names, labels),
        labels=labels,
        positive=None,
        belief=None,
        groups=joined.clusters,
    )


def _multilabel(joined: _Joined) -> LabelSets:
    labels = joined.dataset.labels
    missing = np.array([answer is None for answer in joined.given], dtype=np.bool_)

    def marks(rows: Sequence[Sequence[str]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array([[label in row for label in labels] for row in rows], dtype=np.bool_)

    return LabelSets(
        truth=marks(joined.wanted),
        predicted=marks([() if a is None else a["labels"] for a in joined.given]),
        missing=missing,
        labels=labels,
    )


def _values(joined: _Joined) -> Values:
    if joined.dataset.range is None:
        raise ValueError("a numeric target has a declared range")
    return Values(
        truth=np.array(joined.wanted, dtype=np.float64),
        predicted=_numbers(joined.given, "value"),
        low=joined.dataset.range.low,
        high=joined.dataset.range.high,
        lower=_numbers(joined.given, "low"),
        upper=_numbers(joined.given, "high"),
    )


def _anomalies(joined: _Joined) -> Anomalies:
    dataset, series = joined.dataset, joined.clusters
    if dataset.series is not None:
        series = _coded(joined.further[dataset.series])
    time = None
    if dataset.time is not None:
        time = np.array(
            [read_time(cell) for cell in joined.further[dataset.time]], dtype=np.float64
        )
    return Anomalies(
        truth=np.array(joined.wanted, dtype=np.bool_),
        score=_numbers(joined.given, "score"),
        series=np.zeros(len(joined.wanted), dtype=np.int64) if series is None else series,
        time=time,
    )


def _rankings(joined: _Joined) -> Rankings:
    return Rankings(
        relevant=tuple(joined.wanted),
        ranked=tuple(None if a is None else tuple(a["ranking"]) for a in joined.given),
    )


def _texts(joined: _Joined) -> Texts:
    """Texts as `option_of` and `judgement_of` read theirs: without a model's thinking.

    They are whole where the wanted one itself holds a tag of thinking.
    """
    given = zip(joined.given, joined.wanted, strict=True)
    return Texts(
        truth=tuple(joined.wanted),
        predicted=tuple(
            None if a is None else a["text"] if TAG.search(wanted) else spoken(a["text"])
            for a, wanted in given
        ),
    )


def _spans(joined: _Joined) -> Spans:
    return Spans(
        truth=tuple(frozenset(Span(*span) for span in wanted) for wanted in joined.wanted),
        predicted=tuple(
            None if a is None else frozenset(Span(**span) for span in a["spans"])
            for a in joined.given
        ),
    )


def _fields(joined: _Joined) -> Fields:
    def plain(values: Mapping[str, Any]) -> dict[str, Any]:
        return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}

    return Fields(
        types=joined.dataset.fields,
        truth=tuple(plain(wanted) for wanted in joined.wanted),
        predicted=tuple(None if a is None else plain(a["fields"]) for a in joined.given),
    )


def _boxes(joined: _Joined) -> Boxes:
    return Boxes(
        labels=joined.dataset.labels,
        truth=tuple(tuple(Box(edges, label) for edges, label in row) for row in joined.wanted),
        predicted=tuple(
            None
            if a is None
            else tuple(Box(tuple(b["box"]), b["label"], b["score"]) for b in a["boxes"])
            for a in joined.given
        ),
    )


def _masks(joined: _Joined) -> Masks:
    return Masks(
        labels=joined.dataset.labels,
        truth=tuple(tuple(Mask(*mask) for mask in row) for row in joined.wanted),
        predicted=tuple(
            None
            if a is None
            else tuple(
                Mask(tuple(m["size"]), tuple(m["counts"]), m["label"], m["score"])
                for m in a["masks"]
            )
            for a in joined.given
        ),
    )


_TYPED: Mapping[str, Callable[[_Joined], Answers]] = {
    "classification": _classification,
    "multilabel": _multilabel,
    "choice": _choice,
    "safety": _safety,
    "regression": _values,
    "forecasting": _values,
    "anomaly": _anomalies,
    "retrieval": _rankings,
    "text": _texts,
    "spans": _spans,
    "fields": _fields,
    "detection": _boxes,
    "segmentation": _masks,
}
