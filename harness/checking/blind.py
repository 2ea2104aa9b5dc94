"""Answers made without a look at what is asked, as a candidate would give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from harness.canonical import canonical_json
from harness.checking.asked import Answer, Asked
from harness.targets import read_time
from scoring.metric import BoundMetric

if TYPE_CHECKING:
    from scoring.answers import Answers

NEUTRAL = "好的。"
SURE = 1e9
EVERY = (1, 2, 3, 5, 10)
"""Every how many points a detector alarms that looks at none."""


def blind_answers(asked: Asked) -> Iterator[Answers]:
    """Answers that could suit all samples of a dataset: the commonest, none, all, now and then."""
    for answers in _BLIND[asked.dataset.task](asked):
        yield asked.answered(answers)


def fitted_answers(asked: Asked, bound: BoundMetric) -> Iterator[Answers]:
    """The text that a metric's tolerance or limit may let stand for all."""
    if asked.dataset.task != "text":
        return
    text = ""
    if "tolerance" in bound.parameters:
        text = _middle(asked.wanted)
    elif "limit" in bound.parameters:
        text = _every_point(asked.wanted)
    if 0 < len(text) <= int(bound.parameters.get("limit", len(text))):
        yield asked.alike({"text": text})


Blind = Iterator[Mapping[str, Answer]]


def _same(asked: Asked, answer: Answer) -> Mapping[str, Answer]:
    return dict.fromkeys(asked.targets, answer)


def _commonest(targets: Iterable[Any]) -> Any:
    """What most targets are, the first of equals."""
    told = list(targets)
    marks = Counter(map(_mark, told))
    return max(told, key=lambda target: marks[_mark(target)])


def _mark(target: Any) -> bytes:
    return canonical_json(sorted(target) if isinstance(target, tuple) else target)


def _label(asked: Asked) -> Blind:
    label, positive = _commonest(asked.wanted), asked.dataset.positive
    belief = float(label == positive)
    yield _same(asked, {"label": label, "score": belief, "probabilities": {label: 1.0}})


def _letter(asked: Asked) -> Blind:
    yield _same(asked, {"text": _commonest(asked.wanted)})


def _judgement(asked: Asked) -> Blind:
    for text in (*asked.dataset.refusals[:1], NEUTRAL):
        yield _same(asked, {"text": text})


def _labels(asked: Asked) -> Blind:
    yield _same(asked, {"labels": list(_commonest(asked.wanted))})


def _number(asked: Asked) -> Blind:
    low, high = min(asked.wanted), max(asked.wanted)
    yield _same(asked, {"value": low + (high - low) / 2, "low": low, "high": high})


def _alarms(asked: Asked) -> Blind:
    """Alarms at regular points of each series, in the order of time where there is one."""
    dataset, samples = asked.dataset, asked.samples
    series = samples.columns[dataset.series] if dataset.series else samples.clusters
    places: Iterable[int] = range(len(asked.targets))
    if dataset.time is not None:
        times = [read_time(cell) or 0.0 for cell in samples.columns[dataset.time]]
        places = sorted(places, key=lambda at: (series[at] if series else "", times[at]))
    names = [samples.samples[at].id for at in places]
    for every in EVERY:
        yield {
            name: {"score": SURE if at % every == every - 1 else -SURE}
            for at, name in enumerate(names)
        }


def _ranking(asked: Asked) -> Blind:
    counts = Counter(name for gains in asked.wanted for name in gains)
    best = [name for name, _ in counts.most_common(asked.dataset.depth)]
    yield _same(asked, {"ranking": best})


def _text(asked: Asked) -> Blind:
    for text in (NEUTRAL, _commonest(asked.wanted)):
        yield _same(asked, {"text": text})


def _spans(asked: Asked) -> Blind:
    """No span; the whole of each text, by the commonest label and by every label."""
    furthest = max((end for wanted in asked.wanted for _, end, _ in wanted), default=1)
    counts = Counter(label for wanted in asked.wanted for _, _, label in wanted)
    yield _same(asked, {"spans": []})
    for labels in ([label for label, _ in counts.most_common(1)], asked.dataset.labels):
        yield {
            sample.id: {"spans": [{"start": 0, "end": end, "label": label} for label in labels]}
            for sample in asked.samples.samples
            for end in (_length(sample.inputs) or furthest,)
        }


def _length(inputs: Mapping[str, Any]) -> int:
    """Characters of the longest text of a sample."""
    return max((len(value) for value in inputs.values() if isinstance(value, str)), default=0)


def _fields(asked: Asked) -> Blind:
    """The value that each field has most often, which may be none."""
    usual = {
        name: _commonest(wanted.get(name) for wanted in asked.wanted)
        for name in asked.dataset.fields
    }
    yield _same(asked, {"fields": usual})


def _boxes(asked: Asked) -> Blind:
    boxes = _commonest(asked.wanted)
    yield _same(
        asked,
        {"boxes": [{"box": list(edges), "label": label, "score": 1.0} for edges, label in boxes]},
    )


def _masks(asked: Asked) -> Blind:
    masks = _commonest(asked.wanted)
    told = [
        {"size": list(size), "counts": list(counts), "label": label, "score": 1.0}
        for size, counts, label in masks
    ]
    yield _same(asked, {"masks": told})


def _middle(targets: Iterable[str]) -> str:
    """The number midway between the least and the greatest of texts, if all hold one of a unit."""
    from scoring.text.numerals import quantities

    found = [some[0] for target in targets if len(some := quantities(target)) == 1]
    if len({one.unit for one in found}) != 1:
        return ""
    values = [one.value for one in found]
    middle: Fraction = (min(values) + max(values)) / 2
    return f"{float(middle)!r}{found[0].unit}"


def _every_point(targets: Iterable[str]) -> str:
    """One wording of every key point that some text asks for."""
    from scoring.metrics.short_answers import PARTED

    points = {
        part.split("|")[0].strip()
        for target in targets
        for part in PARTED.split(target)
        if part.strip() and part.strip()[0] not in "!！"
    }
    return ";".join(sorted(points))


_BLIND: Mapping[str, Callable[[Asked], Blind]] = {
    "classification": _label,
    "choice": _letter,
    "safety": _judgement,
    "multilabel": _labels,
    "regression": _number,
    "forecasting": _number,
    "anomaly": _alarms,
    "retrieval": _ranking,
    "text": _text,
    "spans": _spans,
    "fields": _fields,
    "detection": _boxes,
    "segmentation": _masks,
}
