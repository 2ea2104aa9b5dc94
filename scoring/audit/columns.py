"""What an input is when samples are compared: sentences, content, or a mere number of the sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from harness.canonical import PREFIX, canonical_json

ALMOST, CODED = 0.9, 0.9
SHAPES = 20
CHARACTERS, WORDS = 6, 3
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"(?:^|(?<=\s))[^\W\d_]{2,}")
_MOMENT = re.compile(r"\s*[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}(?![0-9]).{0,20}")
_RUN = re.compile(r"\w+")


def holds_sentences(column: Sequence[Any]) -> bool:
    """Whether most values say something: six Chinese characters at least, or three words.

    Examples
    --------
    >>> holds_sentences(["三号阀门漏水了"]), holds_sentences(["WX-1024"]), holds_sentences(["张三"])
    (True, False, False)
    """
    said = sum(isinstance(value, str) and is_sentence(value) for value in column)
    return said > len(column) / 2


def is_sentence(text: str) -> bool:
    """Whether a text says something, and is no name, code or kind."""
    return len(_HAN.findall(text)) >= CHARACTERS or len(_WORD.findall(text)) >= WORDS


def numbers_samples(column: Sequence[Any]) -> bool:
    """Whether an input only tells samples apart: times, or codes or whole numbers hardly ever the same.

    Codes hold a digit and have few shapes, such as ``WX-0731`` or a UUID. Measurements, words and
    digests of files are content.

    Examples
    --------
    >>> numbers_samples(["WX-1", "WX-2"]), numbers_samples([3, 1]), numbers_samples([0.5, 1.5])
    (True, True, False)
    """
    values = [value for value in column if value is not None]
    if not values or not all(_is_plain(value) for value in values):
        return False
    words = [value for value in values if isinstance(value, str)]
    if words and sum(_MOMENT.fullmatch(word) is not None for word in words) >= CODED * len(values):
        return True
    if len(set(map(str, values))) < ALMOST * len(values):
        return False
    if not words:
        return all(float(value).is_integer() for value in values)
    coded = sum(any(map(str.isdigit, word)) for word in words) >= CODED * len(values)
    shapes = {_RUN.sub("a", word) for word in words}
    return (
        coded
        and len(shapes) <= max(1, len(values) // SHAPES)
        and not holds_sentences(column)
        and not any(word.startswith(PREFIX) for word in words)
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def variety(column: Sequence[Any]) -> float:
    """Share of the values of an input that are not a repetition."""
    return len(_counts(column)) / max(len(column), 1)


def chance_of_agreement(column: Sequence[Any]) -> float:
    """How likely two different samples have the same value of an input."""
    pairs = len(column) * (len(column) - 1)
    return sum(n * (n - 1) for n in _counts(column).values()) / pairs if pairs else 0.0


def is_digests(column: Sequence[Any]) -> bool:
    """Whether an input names files, which are known by their digests."""
    return all(isinstance(value, str) and value.startswith(PREFIX) for value in column)


def _counts(column: Sequence[Any]) -> Counter[object]:
    return Counter(
        canonical_json(value) if isinstance(value, list | dict) else value for value in column
    )
