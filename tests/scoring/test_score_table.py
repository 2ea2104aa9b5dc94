"""Every metric scored whole: over samples, over clusters, over nothing answered."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.metric_text import MetricText
from scoring.answers import Anomalies, Answers, Labels, Rankings, Texts, Values
from scoring.catalog import METRICS, resolve
from scoring.metric import Metric
from scoring.resampling import Draws
from scoring.score import Score, score
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

N = 90
CLUSTERS = np.arange(N) % 15
GOLDEN = Path(__file__).parent / "golden" / "replicates.json"


def noise(low: int, high: int) -> np.ndarray:
    """Whole numbers from low up to high that look like chance and are the same everywhere."""
    return (np.arange(N) * 7919 % 104729 * 31 % 97) % (high - low) + low


def labels(share: float) -> Labels:
    truth = noise(0, 3)
    wrong = np.where(noise(0, 11) < 8, truth, (truth + 1) % 3)
    said = noise(0, 10) < 10 * share
    shares = np.full((N, 3), 0.125)
    shares[np.arange(N), wrong] = 0.75
    return Labels(
        probabilities=np.where(said[:, None], shares, math.nan),
        truth=truth,
        predicted=np.where(said, wrong, -1),
        labels=("紧急", "缺陷", "一般"),
        positive="紧急",
        belief=np.where(said, noise(0, 13) / 4 - truth, math.nan),
    )


def values(share: float) -> Values:
    truth = noise(1, 90) / 1.0
    said = noise(0, 10) < 10 * share
    near = truth + (noise(0, 9) - 4) / 8
    lower, given, upper = (
        np.where(said, np.clip(near + shift, 0.0, 100.0), math.nan) for shift in (-0.25, 0, 0.25)
    )
    return Values(truth=truth, predicted=given, low=0.0, high=100.0, lower=lower, upper=upper)


def anomalies(share: float) -> Anomalies:
    truth = noise(0, 5) == 0
    said = noise(0, 10) < 10 * share
    return Anomalies(
        truth=truth,
        score=np.where(said, truth + noise(0, 7) / 4 - 0.75, math.nan),
        series=CLUSTERS,
        time=np.arange(N) * 600.0,
    )


def rankings(share: float) -> Rankings:
    place, said = noise(0, 5), noise(0, 10) < 10 * share
    ranked = [tuple("vwxyz"[k:] + "vwxyz"[:k]) for k in place]
    return Rankings(
        relevant=({"v": 2.0, "x": 1.0},) * N,
        ranked=tuple(row if ok else None for row, ok in zip(ranked, said, strict=True)),
    )


def texts(share: float) -> Texts:
    cut, said = noise(0, 6), noise(0, 10) < 10 * share
    truth = tuple(f"第{k}号工单转办" for k in range(N))
    return Texts(
        truth=truth,
        predicted=tuple(
            text[: len(text) - k] if ok else None
            for text, k, ok in zip(truth, cut, said, strict=True)
        ),
    )


def choices(share: float, count: int = 4) -> Labels:
    truth = noise(0, count)
    chosen = np.where(noise(0, 11) < 8, truth, (truth + 1) % count)
    return Labels(
        truth=truth,
        predicted=np.where(noise(0, 10) < 10 * share, chosen, -1),
        labels=tuple("ABCD"[:count]),
        positive=None,
        belief=np.full(N, math.nan),
        groups=CLUSTERS,
    )


def label_sets(share: float) -> LabelSets:
    truth = np.column_stack([noise(0, k) == 0 for k in (2, 3, 5)])
    said = noise(0, 10) < 10 * share
    return LabelSets(
        truth=truth,
        predicted=(truth ^ (noise(0, 7) == 0)[:, None]) & said[:, None],
        missing=~said,
        labels=("甲", "乙", "丙"),
    )


def numbers_said(share: float) -> Texts:
    return Texts(
        truth=tuple(f"{k}00元" for k in range(1, N + 1)),
        predicted=tuple(
            f"共{k + off}00元" if ok else None
            for k, off, ok in zip(
                range(1, N + 1), noise(0, 4) // 3, noise(0, 10) < 10 * share, strict=True
            )
        ),
    )


def spans(share: float) -> Spans:
    shift, said = noise(0, 6) // 5, noise(0, 10) < 10 * share
    return Spans(
        truth=(frozenset({Span(0, 3, "甲"), Span(5, 8, "乙")}),) * N,
        predicted=tuple(
            frozenset({Span(0, 3, "甲"), Span(5 + 3 * k, 8 + 3 * k, "乙")}) if ok else None
            for k, ok in zip(shift, said, strict=True)
        ),
    )


def fields(share: float) -> Fields:
    off, said = noise(0, 6) // 5, noise(0, 10) < 10 * share
    return Fields(
        types={"单号": "text", "金额": "number"},
        truth=tuple({"单号": f"A{k}", "金额": 100 * k} for k in range(N)),
        predicted=tuple(
            {"单号": f"A{k}", "金额": 100 * k + int(d)} if ok else None
            for k, d, ok in zip(range(N), off, said, strict=True)
        ),
    )


def boxes(share: float) -> Boxes:
    off, said = noise(0, 5), noise(0, 10) < 10 * share
    return Boxes(
        labels=("裂纹",),
        truth=((Box((0.0, 0.0, 9.0, 9.0), "裂纹"),),) * N,
        predicted=tuple(
            (Box((0.0 + d, 0.0, 9.0 + d, 9.0), "裂纹", 1.0 - d / 8),) if ok else None
            for d, ok in zip(off, said, strict=True)
        ),
    )


def masks(share: float) -> Masks:
    off, said = noise(0, 5), noise(0, 10) < 10 * share
    return Masks(
        labels=("裂纹",),
        truth=((Mask((9, 14), (0, 81, 45), "裂纹"),),) * N,
        predicted=tuple(
            (Mask((9, 14), (9 * int(d), 81, 45 - 9 * int(d)), "裂纹", 1.0 - d / 8),) if ok else None
            for d, ok in zip(off, said, strict=True)
        ),
    )


MAKE: dict[str, Callable[[float], Answers]] = {
    "classification": labels,
    "regression": values,
    "forecasting": values,
    "anomaly": anomalies,
    "retrieval": rankings,
    "text": texts,
    "choice": choices,
    "safety": lambda share: choices(share, 2),
    "multilabel": label_sets,
    "spans": spans,
    "fields": fields,
    "detection": boxes,
    "segmentation": masks,
}
EVERY = pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)


def answers_for(metric: Metric, share: float) -> Answers:
    make = numbers_said if metric.name.startswith("number_") else MAKE[metric.task[0]]
    return make(share)


def scored(metric: Metric, share: float, clusters: np.ndarray | None = None) -> Score:
    units = N if clusters is None else int(clusters.max()) + 1
    return score(
        resolve(MetricText.parse(metric.example)),
        answers_for(metric, share),
        clusters=clusters,
        draws=Draws(bytes(32), units, 399),
    )


@EVERY
@pytest.mark.parametrize("clusters", [None, CLUSTERS], ids=["samples", "clusters"])
@pytest.mark.parametrize("share", [1.0, 0.7, 0.0], ids=["all", "some", "none"])
def test_a_score_stands_inside_an_interval_of_plain_numbers(
    metric: Metric, clusters: np.ndarray | None, share: float
) -> None:
    found = scored(metric, share, clusters)

    ends = (found.interval.low, found.value, found.interval.high)
    assert all(type(end) is float and math.isfinite(end) for end in (*ends, found.gate_bound))
    assert metric.bounds[0] <= ends[0] <= ends[2] <= metric.bounds[1]
    assert ends[0] - 1e-9 <= ends[1] <= ends[2] + 1e-9
    assert ends[0] < ends[2]
    assert found.replicates.shape == (399,)
    assert np.isfinite(found.replicates).all()


@EVERY
def test_answering_nothing_is_worth_no_more_than_answering_some(metric: Metric) -> None:
    sign = 1 if metric.better == "higher" else -1

    values = [sign * scored(metric, share).value for share in (0.0, 0.7, 1.0)]

    if metric.rewards_right:
        assert values[0] <= values[1]
    if metric.deletion_safe:
        assert values == sorted(values)


@EVERY
def test_a_gates_bound_is_never_kinder_than_the_value(metric: Metric) -> None:
    found = scored(metric, 0.7)

    safe = found.gate_bound <= found.value + 1e-9
    assert safe if metric.better == "higher" else found.gate_bound >= found.value - 1e-9


def test_values_under_the_common_draws_are_the_same_bytes_everywhere(accept: bool) -> None:
    found = {
        metric.example: hashlib.sha256(
            b"".join(
                scored(metric, 0.7, clusters).replicates.tobytes() for clusters in (None, CLUSTERS)
            )
        ).hexdigest()[:16]
        for metric in METRICS.values()
    }
    if accept:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")

    assert found == json.loads(GOLDEN.read_text("utf-8"))
