"""Canonical bytes and digests: the same value gives the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

PREFIX = "sha256:"


def canonical_json(value: Any) -> bytes:
    """One JSON text per value: sorted keys, no spaces, UTF-8, shortest floats.

    Raises
    ------
    ValueError
        A number that is not finite, or a key that is not text.
    """
    return json.dumps(
        _plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def readable_json(value: Any) -> bytes:
    """Canonical content, one entry a line, for records that people open."""
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return (text + "\n").encode()


def digest(content: bytes) -> str:
    """SHA-256 of some bytes as ``sha256:<hex>``."""
    return PREFIX + hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file as ``sha256:<hex>``, read in blocks."""
    with path.open("rb") as file:
        return PREFIX + hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"not a finite number: {value}")
        return value
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"not a text key: {key!r}")
        return {key: _plain(entry) for key, entry in value.items()}
    raise ValueError(f"no canonical form for {type(value).__name__}")
