"""Names that a reader may take for one another."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from harness.normal_forms import normalized

_CYRILLIC = dict(zip("авеёкмнорстухіјѕԁԛԝһӏ", "abeekmhopctyxijsdqwhl", strict=True))
_GREEK = dict(zip("αβεικνορτυχ", "abeiknoptux", strict=True))
_SHAPES = {"1": "l", "i": "l", "|": "l", "0": "o"}
_ALIKE = str.maketrans(
    {**_SHAPES, **{k: _SHAPES.get(v, v) for k, v in (_CYRILLIC | _GREEK).items()}}
)


def skeleton(text: str) -> str:
    """What a name looks like: width, case, gaps and letters of other scripts that look alike gone.

    >>> skeleton("Тaishan-1") == skeleton("taishan l")
    True
    """
    folded = normalized("NFKC", text).casefold()
    kept = (c for c in folded if unicodedata.category(c)[0] in "LN")
    return "".join(kept).translate(_ALIKE)


def alike(names: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Groups of ids whose names look alike, each by id."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        mark = skeleton(names[name])
        if mark:
            groups.setdefault(mark, []).append(name)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)
