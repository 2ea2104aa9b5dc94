"""Readers of single values: text, numbers, choices, sizes, times, paths, metrics."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from harness.metric_text import MetricText
from harness.problems import Words
from harness.structure.reading import Reader, Reading, Schema, T, nearest
from harness.structure.unread import UNREAD
from harness.yaml_text import Location


def text(*, longest: int = 400, pattern: str | None = None, like: str = "") -> Reader[str]:
    """Read a text, optionally of a given form; ``like`` shows a right one."""

    def read(reading: Reading, value: Any, at: Location) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int):
            reading.report("E1012", at, value, expected=Words("文字", "text"))
            return UNREAD
        words = str(value).strip()
        if not words:
            reading.report("E1015", at)
        elif len(words) > longest:
            fits = Words(f"至多 {longest} 个字", f"at most {longest} characters")
            reading.report("E1014", at, words, expected=fits)
        elif pattern and not re.fullmatch(pattern, words):
            reading.report("E1016", at, words, expected=like or pattern)
        else:
            return words
        return UNREAD

    schema: Schema = {"type": ["string", "integer"], "maxLength": longest}
    if pattern:
        schema["pattern"] = f"^{pattern}$"
    return Reader(read, schema)


def integer(low: int, high: int) -> Reader[int]:
    """Read a whole number within a range."""

    def read(reading: Reading, value: Any, at: Location) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            reading.report(
                "E1012", at, value, expected=Words("整数，如 3", "a whole number, such as 3")
            )
        elif not low <= value <= high:
            reading.report("E1014", at, value, expected=f"{low} … {high}")
        else:
            return value
        return UNREAD

    return Reader(read, {"type": "integer", "minimum": low, "maximum": high})


def number(low: float | None = None, high: float | None = None) -> Reader[float]:
    """Read a finite number, optionally within a range."""

    def read(reading: Reading, value: Any, at: Location) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            reading.report(
                "E1012", at, value, expected=Words("数，如 0.5", "a number, such as 0.5")
            )
        elif (low is not None and value < low) or (high is not None and value > high):
            reading.report("E1014", at, value, expected=f"{_bound(low)} … {_bound(high)}")
        else:
            return float(value)
        return UNREAD

    schema: Schema = {"type": "number"}
    schema |= {} if low is None else {"minimum": low}
    schema |= {} if high is None else {"maximum": high}
    return Reader(read, schema)


def flag() -> Reader[bool]:
    """Read ``true`` or ``false``."""

    def read(reading: Reading, value: Any, at: Location) -> bool:
        if isinstance(value, bool):
            return value
        reading.report("E1012", at, value, expected="true / false")
        return UNREAD

    return Reader(read, {"type": "boolean"})


def choice(*options: str) -> Reader[str]:
    """Read one of the listed words."""

    def read(reading: Reading, value: Any, at: Location) -> str:
        if value in options and isinstance(value, str):
            return value
        near = nearest(str(value), options)
        reading.report("E1013", at, value, expected=" | ".join(options), nearest=near)
        return UNREAD

    return Reader(read, {"enum": list(options)})


def either(word: str, reader: Reader[T]) -> Reader[T | str]:
    """Read a fixed word, or else what the reader takes."""

    def read(reading: Reading, value: Any, at: Location) -> T | str:
        return word if value == word and isinstance(value, str) else reader.read(reading, value, at)

    return Reader(read, {"anyOf": [{"const": word}, reader.schema]})


def or_false(reader: Reader[T]) -> Reader[T | bool]:
    """Read ``false``, or else what the reader takes."""

    def read(reading: Reading, value: Any, at: Location) -> T | bool:
        return False if value is False else reader.read(reading, value, at)

    return Reader(read, {"anyOf": [{"const": False}, reader.schema]})


def date() -> Reader[str]:
    """Read a day of the calendar such as ``2026-11-23``."""
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def read(reading: Reading, value: Any, at: Location) -> str:
        try:
            if isinstance(value, str) and re.fullmatch(form, value):
                return datetime.date.fromisoformat(value).isoformat()
        except ValueError:
            pass
        reading.report("E1016", at, value, expected="2026-11-23")
        return UNREAD

    return Reader(read, {"type": "string", "pattern": f"^{form}$"})


SIZES = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
TIMES = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


def size() -> Reader[int]:
    """Read an amount of memory such as ``2GiB``, in bytes."""
    return _amount(SIZES, "2GiB, 512MiB", least=1024, most=1024**5, whole=True)


def duration() -> Reader[float]:
    """Read a length of time such as ``10min``, in seconds."""
    return _amount(TIMES, "60s, 10min", least=0.001, most=30 * 24 * 3600.0, whole=False)


def _amount(
    units: Mapping[str, float], like: str, *, least: float, most: float, whole: bool
) -> Reader[Any]:
    form = r"([0-9]+(?:\.[0-9]+)?) ?(" + "|".join(units) + ")"

    def read(reading: Reading, value: Any, at: Location) -> float | int:
        match = re.fullmatch(form, value) if isinstance(value, str) else None
        if not match:
            reading.report("E1016", at, value, expected=like)
            return UNREAD
        amount = float(match[1]) * units[match[2]]
        if not least <= amount <= most:
            limits = (f"{bound:.0f} B" if whole else f"{bound:g} s" for bound in (least, most))
            reading.report("E1014", at, value, expected=" … ".join(limits))
            return UNREAD
        return int(amount) if whole else amount

    return Reader(read, {"type": "string", "pattern": f"^{form}$"})


def digest_text() -> Reader[str]:
    """Read a digest of the form ``sha256:`` and 64 hexadecimal digits."""
    return text(pattern="sha256:[0-9a-f]{64}", like=f"sha256:{sha256(b'').hexdigest()}")


def relative_path() -> Reader[str]:
    """Read a path that stays inside the folder of its declaration, with ``/``."""

    def read(reading: Reading, value: Any, at: Location) -> str:
        if not isinstance(value, str) or not value.strip():
            reading.report(
                "E1012",
                at,
                value,
                expected=Words(
                    "相对路径，如 datasets/hotline", "a relative path, such as datasets/hotline"
                ),
            )
            return UNREAD
        path = PurePosixPath(value.strip())
        if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value:
            reading.report("E1016", at, value, expected="datasets/hotline")
            return UNREAD
        return str(path)

    return Reader(read, {"type": "string"})


def metric() -> Reader[MetricText]:
    """Read a metric's text such as ``recall(label=紧急)``."""

    def read(reading: Reading, value: Any, at: Location) -> MetricText:
        try:
            return MetricText.parse(value if isinstance(value, str) else "")
        except ValueError:
            reading.report("E1016", at, value, expected="macro_f1, recall(label=紧急)")
            return UNREAD

    return Reader(read, {"type": "string"})


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
