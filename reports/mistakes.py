"""How a candidate went wrong: which labels it confused, and which samples cost most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import ANSWERED, Record
from reports.geometry import share_step
from reports.text import clean

WORST = 10
MOST_LABELS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts of answers by reference answer; the last column had no valid answer."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, int, bool], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """A sample that cost much."""

    sample: str
    loss: str
    target: str
    answer: str
    outcome: str


def confusion_of(confusion: Record | None, words: Words) -> Confusion | None:
    """Matrix of a score, or none where it is missing or too large to print."""
    if not confusion or len(confusion["labels"]) > MOST_LABELS:
        return None
    labels = [str(label) for label in confusion["labels"]]
    return Confusion(
        columns=(*labels, words("confusion.none")),
        rows=tuple(
            (
                label,
                tuple(
                    (str(count), share_step(count, max(row)), place == index)
                    for place, count in enumerate(row)
                ),
            )
            for index, (label, row) in enumerate(zip(labels, confusion["rows"], strict=True))
        ),
    )


def confused(confusion: Record | None, words: Words) -> tuple[tuple[str, str], ...]:
    """Most frequent confusions of a matrix that is too large to print."""
    if not confusion or len(confusion["labels"]) <= MOST_LABELS:
        return ()
    names = [*map(str, confusion["labels"]), words("confusion.none")]
    found = [
        (-count, place, answer)
        for place, row in enumerate(confusion["rows"])
        for answer, count in enumerate(row)
        if count and place != answer
    ]
    return tuple(
        (words("confusion.pair", truth=names[place], answer=names[answer]), str(-count))
        for count, place, answer in sorted(found)[:WORST]
    )


def worst_of(entries: Sequence[Record] | None, words: Words) -> tuple[Worst, ...]:
    """Samples that cost most, as many as a page holds."""
    return tuple(_worst(entry, words) for entry in (entries or ())[:WORST])


def _worst(entry: Record, words: Words) -> Worst:
    loss = entry.get("loss")
    return Worst(
        sample=str(entry["sample"]),
        loss=numerals.DASH if loss is None else numerals.rounded(loss, 3),
        target=str(entry["target"]) if entry.get("target") is not None else numerals.DASH,
        answer=_answer(entry.get("answer")),
        outcome=words.or_text("outcome", entry.get("outcome") or ANSWERED),
    )


def _answer(answer: object) -> str:
    """What was answered, out of the envelope of one field that it came in."""
    if answer is None:
        return numerals.DASH
    try:
        read = json.loads(str(answer))
    except ValueError:
        return str(answer)
    if not isinstance(read, dict) or len(read) != 1:
        return str(answer)
    value = next(iter(read.values()))
    if isinstance(value, float):
        return f"{value:.6g}"
    # What JSON spells as \u001b is a character again once it is read.
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
