"""Score records: how values, intervals and counts are written down."""

from __future__ import annotations

import heapq
import io
import itertools
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.canonical import readable_json
from harness.columns import Columns
from harness.durable import write_atomically
from harness.execution.sealing import Sealed
from harness.pipeline.losses import losses
from harness.pipeline.planning import Planned
from harness.problems import Explanation, Problem, Refusal
from harness.version import SCORING
from scoring.answers import Labels
from scoring.interval import Interval
from scoring.per_sample import PerSample
from scoring.resampling import Draws
from scoring.score import Score
from scoring.signature import Signature
from scoring.slices import Slice, gap

Floats = NDArray[np.float64]

SCHEMA = "jiebang/score/1"
WORST = 20
SHOWN = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A candidate's score record, and its points on each criterion under every draw, shape (B,).

    Points are 0 to 100, and seen past that scale; ``answered`` the scores
    sample by sample on the weightiest metric that is a mean of them; ``by_sample`` each metric on
    every sample by itself, in the order of their ids, where the metric has such a thing.
    """

    record: dict[str, Any]
    criteria: Mapping[str, Floats] = field(default_factory=dict)
    answered: PerSample | None = None
    by_sample: Mapping[str, Floats] = field(default_factory=dict)


def keep(results: Path, marked: Marked) -> None:
    """Write a score record, the draws of its measured points and the scores by sample."""
    record = marked.record
    folder = results / "scores" / record["item"]
    stem = record["candidate"]
    record = record | {
        "criteria_drawn": list(marked.criteria),
        "by_sample": list(marked.by_sample),
        "answered": None,
    }
    if marked.criteria:
        _keep_array(folder / f"{stem}.criteria.npy", np.stack(list(marked.criteria.values())))
    if marked.by_sample:
        _keep_array(folder / f"{stem}.samples.npy", np.stack(list(marked.by_sample.values())))
    if marked.answered is not None:
        found = marked.answered
        clustered = found.clusters is not None
        record["answered"] = {"metric": found.metric, "clusters": clustered}
        codes = found.clusters if found.clusters is not None else np.arange(len(found.scores))
        _keep_array(folder / f"{stem}.answered.npy", np.stack([found.scores, codes]))
    write_atomically(folder / f"{stem}.json", readable_json(record))


def read_marked(results: Path, item: str, candidate: str) -> Marked | None:
    """Read back what :func:`keep` wrote; ``None`` where the candidate is not scored."""
    folder = results / "scores" / item
    path = folder / f"{candidate}.json"
    if not path.is_file():
        return None
    record = json.loads(path.read_bytes())
    drawn = record.get("criteria_drawn", ())
    criteria = np.load(folder / f"{candidate}.criteria.npy") if drawn else ()
    told_by_sample = record.get("by_sample", ())
    by_sample = (
        np.load(folder / f"{candidate}.samples.npy", allow_pickle=False) if told_by_sample else ()
    )
    answered = None
    if told := record.get("answered"):
        scores, codes = np.load(folder / f"{candidate}.answered.npy", allow_pickle=False)
        clusters = codes.astype(np.int64) if told["clusters"] else None
        answered = PerSample(metric=told["metric"], scores=scores, clusters=clusters)
    return Marked(
        record=record,
        criteria=dict(zip(drawn, criteria, strict=True)),
        answered=answered,
        by_sample=dict(zip(told_by_sample, by_sample, strict=True)),
    )


def _keep_array(path: Path, values: NDArray[Any]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    write_atomically(path, buffer.getvalue())


def head_of_record(
    planned: Planned, joined: Columns, sealed: Sealed, run: Mapping[str, Any]
) -> dict[str, Any]:
    """The part of a score record that does not depend on the kind of item."""
    outcomes = dict(run["outcomes"])
    dataset = planned.data.dataset
    return {
        "schema": SCHEMA,
        "item": planned.item.id,
        "candidate": planned.candidate,
        "dataset": dataset.content_digest(),
        "run": run["key"],
        "predictions": run["predictions"],
        "samples": len(joined.ids),
        "units": joined.units,
        "clustered": joined.clusters is not None,
        "missing": len(joined.ids) - outcomes.get("answered", 0),
        "outcomes": outcomes,
        "claims": [],
        "skill": None,
        "self_attested": dataset.labels_held_by == "applicant",
        "confusion": confusion(joined),
        "worst": worst(joined, sealed) if dataset.redistributable else [],
    }


def draws_entry(draws: Draws) -> dict[str, Any]:
    """The bootstrap draws of a score: how many, and the digest that tells them from all others."""
    return {"draws": draws.count, "draw_digest": draws.digest()}


def samples_apart(found: Iterable[Score]) -> dict[str, Floats]:
    """What each metric says of every sample by itself, by the metric's text."""
    every = {one.text: one.by_sample for one in found}
    return {text: values for text, values in every.items() if values is not None}


def slice_entries(found: Sequence[Slice]) -> list[dict[str, Any]]:
    """Groups apart as they are kept: one entry for each column and metric, with its gap."""
    entries = []
    for (column, metric), group in itertools.groupby(
        found, key=lambda entry: (entry.column, entry.found.text)
    ):
        parts = tuple(group)
        apart = gap(parts)
        entries.append(
            {
                "column": column,
                "metric": metric,
                "gap": None if apart is None else apart.value,
                "gap_by_chance": None if apart is None else apart.by_chance,
                "groups": [
                    {
                        "group": part.group,
                        "n": part.found.n,
                        "missing": part.found.missing,
                        "value": finite(part.found.value),
                        "interval": interval_entry(part.found.interval),
                        "notes": list(part.found.notes),
                    }
                    for part in parts
                ],
            }
        )
    return entries


def refuse_unlike(marked: Mapping[str, Marked], *, same_data: bool) -> None:
    """Refuse scores that were made differently, which cannot be ranked together.

    Raises
    ------
    Refusal
        Scores by different versions of scoring or of another package's metrics, or (with
        ``same_data``) by different metrics or on different data.
    """
    signatures = {
        name: [Signature.parse(scored["signature"]) for scored in entry.record["metrics"]]
        for name, entry in sorted(marked.items())
    }
    codes = {code for signed in signatures.values() for one in signed for code in one.codes}
    versions = Counter(_package(code) for code in codes)
    made: dict[tuple[str, ...], list[str]] = {}
    for name, signed in signatures.items():
        used = {code for one in signed for code in one.codes}
        # Applicants of scenarios bring metrics of their own, so that not all use every package.
        parts = {code for code in used if same_data or versions[_package(code)] > 1}
        if same_data:
            parts |= {f"data:{one.data}" for one in signed}
            parts |= {f"{one.metric} n:{one.n}" for one in signed}
        made.setdefault(tuple(sorted(parts)), []).append(name)
    if len(made) > 1:
        common = set.intersection(*map(set, made))
        shown = " / ".join(
            f"{names[0]}: {'、'.join(part[:SHOWN] for part in parts if part not in common) or '–'}"
            for parts, names in made.items()
        )
        raise Refusal([Problem("E7701", next(iter(marked.values())).record["item"], shown)])


def _package(code: str) -> str:
    return code.rpartition(" ")[0]


def score_entry(found: Score, dataset: str) -> dict[str, Any]:
    """A score as it is kept: value, interval, counts, notes and signature."""
    return {
        "metric": found.text,
        "value": finite(found.value),
        "interval": interval_entry(found.interval),
        "standard_error": finite(found.standard_error),
        "n": found.n,
        "missing": found.missing,
        "effective_samples": found.statistic.effective,
        "effective_units": found.effective_units,
        "signature": str(found.signature(dataset, SCORING)),
        "notes": list(found.notes),
    }


def interval_entry(interval: Interval | None) -> dict[str, Any] | None:
    """An interval as it is kept; none where an end is not a number."""
    if interval is None or not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return None
    return {
        "low": float(interval.low),
        "high": float(interval.high),
        "level": interval.level,
        "method": interval.method,
    }


def finite(value: float) -> float | None:
    """A number as it is kept: ``None`` where the metric is undefined."""
    return float(value) if math.isfinite(value) else None


def confusion(joined: Columns) -> dict[str, Any] | None:
    """Counts of labels wanted against labels given; the last column is no valid answer."""
    answers = joined.answers
    if not isinstance(answers, Labels):
        return None
    return {"labels": list(answers.labels), "rows": answers.confusion.tolist()}


def worst(joined: Columns, sealed: Sealed) -> list[dict[str, Any]]:
    """The samples that cost most: target, answer and outcome beside each other."""
    cost = [
        (-loss, sample, target)
        for sample, (loss, target) in zip(joined.ids, losses(joined), strict=True)
        if loss > 0
    ]
    places = {sample: place for place, sample in enumerate(sealed.ids)}
    entries: list[dict[str, Any]] = []
    for loss, sample, target in heapq.nsmallest(WORST, cost):
        place = places.get(sample)
        answer = None if place is None else sealed.answers[place]
        entries.append(
            {
                "sample": sample,
                "loss": -loss,
                "target": target[:200],
                "answer": None if answer is None else json.dumps(answer, ensure_ascii=False)[:200],
                "outcome": "missing" if place is None else sealed.outcomes[place],
            }
        )
    return entries


PROBLEMS = (
    Explanation(
        "E7701",
        "{where}：各参评对象的指标值出自不同的指标、数据或计分版本（{found}），不能一起排名。"
        "请运行 jiebang score --anew 全部重新计分。",
        "{where}: the scores come from different metrics, data or versions of scoring ({found}) "
        "and cannot be ranked together. Score all of them again with `jiebang score --anew`.",
    ),
)
