"""Reference answers as files hold them: each task's form, read from a cell or a JSON value."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from harness.canonical import canonical_json
from harness.dataset import JUDGEMENTS, Dataset
from harness.problems import Problem, Words

Problems = list[Problem]

MOST_PIXELS = 1 << 28
DECIMAL = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def read_target(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    """Read one reference answer; reports what is wrong and returns ``None`` then."""
    return _READERS[dataset.task](value, dataset, where, problems)


def read_number(value: Any) -> float | None:
    """Take a finite number, or its plain decimal text as a table holds it."""
    if isinstance(value, str) and DECIMAL.fullmatch(value.strip()):
        value = float(value)
    return float(value) if is_finite(value) else None


def read_integer(value: Any) -> int | None:
    """A whole number, or its decimal text; ``None`` otherwise."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch("-?[0-9]{1,18}", value.strip()):
        return int(value)
    number = read_number(value)
    return int(number) if number is not None and number.is_integer() else None


def is_finite(value: Any) -> bool:
    """Whether a value is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max


def is_sound(value: Any) -> bool:
    """Whether a value has a canonical form: finite numbers, valid text, plain JSON."""
    try:
        canonical_json(value)
    except (ValueError, RecursionError):
        return False
    return True


def read_json(value: str) -> Any:
    """What a JSON text says, or ``None`` where it is none."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def read_time(value: str) -> float | None:
    """Seconds of a time that is written as a number or as ISO 8601 says; ``None`` otherwise.

    Examples
    --------
    >>> read_time("60"), read_time("1970-01-01T00:01:00Z")
    (60.0, 60.0)
    """
    seconds = read_number(value)
    if seconds is not None:
        return seconds
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _label(value: Any, dataset: Dataset, where: str, problems: Problems) -> str | None:
    if str(value) in dataset.labels:
        return str(value)
    problems.append(Problem("E3014", where, str(value)[:60]))
    return None


def _value(value: Any, dataset: Dataset, where: str, problems: Problems) -> float | None:
    number = read_number(value)
    limits = dataset.range
    if number is not None and (limits is None or limits.low <= number <= limits.high):
        return number
    problems.append(Problem("E3015", where, str(value)[:60]))
    return None


def _anomaly(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    del dataset
    truth = TRUTHS.get(str(value).lower())
    if truth is not None:
        return truth
    return _wrong("0 / 1", value, where, problems)


def _gains(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    del dataset
    gains = _parsed(value)
    if (
        isinstance(gains, dict)
        and gains
        and all((read_number(gain) or 0) > 0 for gain in gains.values())
    ):
        return {str(key): float(gain) for key, gain in gains.items()}
    return _wrong('{"doc": 1.0, ...}', value, where, problems)


def _text(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    del dataset
    if isinstance(value, str) and value and is_sound(value):
        return value
    return _wrong(Words("文字", "text"), value, where, problems)


def _labels(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    names = _parsed(value)
    if not isinstance(names, list) or len(set(map(str, names))) < len(names):
        return _wrong(Words('["标签", ...]', '["label", ...]'), value, where, problems)
    found = [_label(name, dataset, where, problems) for name in names]
    return None if None in found else tuple(found)


def _judgement(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    del dataset
    if value in JUDGEMENTS:
        return str(value)
    return _wrong(" / ".join(JUDGEMENTS), value, where, problems)


def _spans(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    spans = _parsed(value)
    if isinstance(spans, list) and all(_is_span(span, dataset) for span in spans):
        return tuple((span["start"], span["end"], span["label"]) for span in spans)
    return _wrong('[{"start": 0, "end": 2, "label": "…"}, ...]', value, where, problems)


def _is_span(span: Any, dataset: Dataset) -> bool:
    return (
        isinstance(span, dict)
        and set(span) == {"start", "end", "label"}
        and all(isinstance(span[end], int) for end in ("start", "end"))
        and 0 <= span["start"] < span["end"]
        and span["label"] in dataset.labels
    )


def _fields(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    fields = _parsed(value)
    if isinstance(fields, dict) and all(
        name in dataset.fields and is_field_value(part) for name, part in fields.items()
    ):
        return fields
    return _wrong(
        "{" + ", ".join(f'"{name}": …' for name in dataset.fields) + "}", value, where, problems
    )


def is_field_value(value: Any) -> bool:
    """Whether a value may stand in a field: text, number, truth value, list of texts or null."""
    if isinstance(value, list):
        return all(isinstance(part, str) for part in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


def _boxes(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    boxes = _parsed(value)
    if isinstance(boxes, list) and all(_is_box(box, dataset) for box in boxes):
        return tuple((tuple(map(float, box["box"])), box["label"]) for box in boxes)
    return _wrong('[{"box": [x1, y1, x2, y2], "label": "…"}, ...]', value, where, problems)


def _is_box(box: Any, dataset: Dataset) -> bool:
    if not (isinstance(box, dict) and set(box) == {"box", "label"}):
        return False
    edges = box["box"]
    return (
        isinstance(edges, list)
        and len(edges) == 4
        and all(read_number(edge) is not None for edge in edges)
        and edges[0] < edges[2]
        and edges[1] < edges[3]
        and box["label"] in dataset.labels
    )


def _masks(value: Any, dataset: Dataset, where: str, problems: Problems) -> Any:
    masks = _parsed(value)
    if isinstance(masks, list) and all(_is_mask(mask, dataset) for mask in masks):
        return tuple((tuple(m["size"]), tuple(m["counts"]), m["label"]) for m in masks)
    return _wrong(
        '[{"label": "…", "size": [h, w], "counts": [0, 5, …]}, ...]', value, where, problems
    )


def _is_mask(mask: Any, dataset: Dataset) -> bool:
    return (
        isinstance(mask, dict)
        and set(mask) == {"label", "size", "counts"}
        and isinstance(mask["size"], list)
        and len(mask["size"]) == 2
        and isinstance(mask["counts"], list)
        and all(type(number) is int for number in (*mask["size"], *mask["counts"]))
        and is_run_length(mask["size"], mask["counts"])
        and mask["label"] in dataset.labels
    )


def is_run_length(size: Sequence[int], counts: Sequence[int]) -> bool:
    """Whether runs of pixels make up an image of a height and width."""
    height, width = size
    sound = min(height, width) > 0 and height * width <= MOST_PIXELS
    return sound and min(counts, default=0) >= 0 and sum(counts) == height * width


def _parsed(value: Any) -> Any:
    return read_json(value) if isinstance(value, str) else value


def _wrong(expected: str | Words, value: Any, where: str, problems: Problems) -> Any:
    problems.append(Problem("E3013", where, str(value)[:60], {"expected": expected}))
    return None


_READERS: dict[str, Callable[[Any, Dataset, str, Problems], Any]] = {
    "classification": _label,
    "regression": _value,
    "forecasting": _value,
    "anomaly": _anomaly,
    "retrieval": _gains,
    "text": _text,
    "multilabel": _labels,
    "choice": _label,
    "safety": _judgement,
    "spans": _spans,
    "fields": _fields,
    "detection": _boxes,
    "segmentation": _masks,
}
