"""Answers of candidates: their shape for each task, and whether one is valid."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from harness.canonical import canonical_json
from harness.dataset import Dataset
from harness.execution.outcomes import Verdict
from harness.normal_forms import normalized
from harness.targets import is_run_length

LONGEST_TEXT = 100_000
"""Characters of the longest answer in text, or in all its fields: some metrics need seconds for more.

They are counted as metrics compare them, in NFKC, in which one character may become eighteen.
"""
GROWTH = 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is asked of a candidate for each sample, and which answers are valid.

    ``low`` and ``high`` bound a value in the target's unit; ``depth`` bounds a ranking.
    """

    name: str
    labels: tuple[str, ...] = ()
    positive: str | None = None
    low: float | None = None
    high: float | None = None
    depth: int = 100


def task_of(dataset: Dataset) -> Task:
    """What a dataset asks of a candidate."""
    return Task(
        name=dataset.task,
        labels=dataset.answer_labels,
        positive=dataset.positive,
        low=dataset.range.low if dataset.range else None,
        high=dataset.range.high if dataset.range else None,
        depth=dataset.depth,
    )


class LabelAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """A label, the belief in the declared positive one, and how likely each label is."""

    label: str
    score: float | UnsetType = UNSET
    probabilities: dict[str, float] | UnsetType = UNSET


class LabelsAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Every label that a sample has; none is an answer too."""

    labels: list[str]


class ValueAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """A number in the target's unit, and the interval that it is expected in."""

    value: float
    low: float | UnsetType = UNSET
    high: float | UnsetType = UNSET


class AnomalyAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """How anomalous a sample is: higher is more."""

    score: float


class RankingAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of documents, best first."""

    ranking: list[str]


class TextAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """A text."""

    text: str


class SpanPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of the text from character ``start`` up to ``end``, which is outside."""

    start: int
    end: int
    label: str


class SpansAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Every span of a text."""

    spans: list[SpanPart]


class FieldsAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The value read for each field; a field without one may be left out or ``null``."""

    fields: dict[str, str | int | float | list[str] | None]


class BoxPart(Struct, frozen=True, forbid_unknown_fields=True):
    """A rectangle (left, top, right, bottom), its label and the belief in it."""

    box: tuple[float, float, float, float]
    label: str
    score: float


class BoxesAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Every object of an image."""

    boxes: list[BoxPart]


class MaskPart(Struct, frozen=True, forbid_unknown_fields=True):
    """The pixels of an object, its label and the belief in it.

    ``counts`` are runs of background and object pixels in turn, column by column, background
    first, of an image of ``size`` (height, width).
    """

    label: str
    score: float
    size: tuple[int, int]
    counts: list[int]


class MasksAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Every object of an image by its pixels."""

    masks: list[MaskPart]


Answer = (
    LabelAnswer
    | LabelsAnswer
    | ValueAnswer
    | AnomalyAnswer
    | RankingAnswer
    | TextAnswer
    | SpansAnswer
    | FieldsAnswer
    | BoxesAnswer
    | MasksAnswer
)
MOST_PARTS = 10_000
FARTHEST = 1 << 53
SUM_SLACK = 1e-6


class AnswerReader:
    """The reader of one task's answers: a JSON text or a plain value in, a verdict out."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._shape, self._fault = _SHAPES[task.name]
        self._decoder = msgspec.json.Decoder(self._shape)

    def read(self, raw: bytes) -> Verdict:
        """Judge the JSON text of one answer; ``null`` is an abstention."""
        if raw == b"null":
            return Verdict("missing", reason="abstained")
        return self._verdict(lambda: self._decoder.decode(raw))

    def judge(self, value: Any) -> Verdict:
        """Judge one answer that is already a plain value, such as a row of a file."""
        return self._verdict(lambda: msgspec.convert(value, self._shape, strict=True))

    def _verdict(self, shaped: Callable[[], Answer]) -> Verdict:
        try:
            return self._judge(shaped())
        except msgspec.MsgspecError as error:
            return Verdict("invalid", reason=_reason(str(error)))
        # What cannot even be judged, such as text that no UTF-8 can hold, is no answer: one
        # candidate's fault must not become a failure of the harness.
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError):
            return Verdict("invalid", reason="wrong_type")

    def _judge(self, answer: Answer) -> Verdict:
        plain: dict[str, Any] = msgspec.to_builtins(answer)
        if not all(_finite(part) for part in plain.values()):
            return Verdict("invalid", reason="not_finite")
        reason = self._fault(self._task, answer)
        if reason:
            return Verdict("invalid", reason=reason)
        return Verdict("answered", canonical_json(plain).decode())


def shape_of(task: str) -> type[Struct]:
    """The shape of an answer to a task."""
    shape: type[Struct] = _SHAPES[task][0]
    return shape


def _finite(part: Any) -> bool:
    if isinstance(part, float):
        return math.isfinite(part)
    if isinstance(part, dict):
        return all(_finite(inner) for inner in part.values())
    if isinstance(part, list | tuple):
        return all(_finite(inner) for inner in part if not isinstance(inner, str | int))
    return True


def _label_fault(task: Task, answer: LabelAnswer) -> str:
    if answer.label not in task.labels:
        return "unknown_label"
    if answer.probabilities is UNSET:
        return ""
    if not answer.probabilities.keys() <= set(task.labels):
        return "unknown_label"
    shares = answer.probabilities.values()
    if not all(0 <= share <= 1 + SUM_SLACK for share in shares):
        return "out_of_range"
    return "" if abs(math.fsum(shares) - 1) <= SUM_SLACK else "out_of_range"


def _labels_fault(task: Task, answer: LabelsAnswer) -> str:
    if not set(answer.labels) <= set(task.labels):
        return "unknown_label"
    return "repeated_id" if len(set(answer.labels)) < len(answer.labels) else ""


def _value_fault(task: Task, answer: ValueAnswer) -> str:
    numbers = [answer.value]
    if answer.low is not UNSET and answer.high is not UNSET:
        if not answer.low <= answer.value <= answer.high:
            return "out_of_range"
        numbers += [answer.low, answer.high]
    elif (answer.low is UNSET) != (answer.high is UNSET):
        return "missing_field"
    below = task.low is not None and min(numbers) < task.low
    above = task.high is not None and max(numbers) > task.high
    return "out_of_range" if below or above else ""


def _spans_fault(task: Task, answer: SpansAnswer) -> str:
    if len(answer.spans) > MOST_PARTS:
        return "too_deep"
    if not {span.label for span in answer.spans} <= set(task.labels):
        return "unknown_label"
    if not all(0 <= span.start < span.end <= FARTHEST for span in answer.spans):
        return "out_of_range"
    distinct = {(span.start, span.end, span.label) for span in answer.spans}
    return "repeated_id" if len(distinct) < len(answer.spans) else ""


def _fields_fault(task: Task, answer: FieldsAnswer) -> str:
    if not answer.fields.keys() <= set(task.labels):
        return "unknown_label"
    words: list[str] = []
    for value in answer.fields.values():
        words += value if isinstance(value, list) else [value] if isinstance(value, str) else []
    return _length_fault("".join(words))


def _boxes_fault(task: Task, answer: BoxesAnswer) -> str:
    if len(answer.boxes) > MOST_PARTS:
        return "too_deep"
    if not {box.label for box in answer.boxes} <= set(task.labels):
        return "unknown_label"
    return "" if all(_upright(*part.box) for part in answer.boxes) else "out_of_range"


def _upright(left: float, top: float, right: float, bottom: float) -> bool:
    # Beyond FARTHEST an area could not be told from infinity.
    return -FARTHEST <= left < right <= FARTHEST and -FARTHEST <= top < bottom <= FARTHEST


def _masks_fault(task: Task, answer: MasksAnswer) -> str:
    if len(answer.masks) > MOST_PARTS:
        return "too_deep"
    if not {mask.label for mask in answer.masks} <= set(task.labels):
        return "unknown_label"
    whole = all(is_run_length(mask.size, mask.counts) for mask in answer.masks)
    return "" if whole else "out_of_range"


def _ranking_fault(task: Task, answer: RankingAnswer) -> str:
    if len(answer.ranking) > task.depth:
        return "too_deep"
    return "repeated_id" if len(set(answer.ranking)) < len(answer.ranking) else ""


def _text_fault(task: Task, answer: TextAnswer) -> str:
    return _length_fault(answer.text)


def _length_fault(text: str) -> str:
    length = len(text)
    if length <= LONGEST_TEXT < length * GROWTH and not text.isascii():
        length = len(normalized("NFKC", text))
    return "text_too_long" if length > LONGEST_TEXT else ""


def _no_fault(task: Task, answer: Answer) -> str:
    return ""


def _reason(message: str) -> str:
    if "unknown field" in message:
        return "unknown_field"
    if "missing required field" in message:
        return "missing_field"
    return "not_finite" if "out of range" in message else "wrong_type"


_SHAPES: dict[str, tuple[Any, Callable[[Task, Any], str]]] = {
    "classification": (LabelAnswer, _label_fault),
    "regression": (ValueAnswer, _value_fault),
    "forecasting": (ValueAnswer, _value_fault),
    "anomaly": (AnomalyAnswer, _no_fault),
    "retrieval": (RankingAnswer, _ranking_fault),
    "text": (TextAnswer, _text_fault),
    "multilabel": (LabelsAnswer, _labels_fault),
    "choice": (TextAnswer, _text_fault),
    "safety": (TextAnswer, _text_fault),
    "spans": (SpansAnswer, _spans_fault),
    "fields": (FieldsAnswer, _fields_fault),
    "detection": (BoxesAnswer, _boxes_fault),
    "segmentation": (MasksAnswer, _masks_fault),
}
