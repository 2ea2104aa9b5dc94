"""The text of a metric, which is its identity everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = re.compile(r"[a-z][a-z0-9_]*")
# Such as 准确率, ROUGE-L or mAP@0.5: no metric is called so, but which ones may be meant can be told.
WORD = re.compile(r"\w[\w@.-]*")
RESERVED = frozenset("(),=\n\r\t")


@dataclass(frozen=True, slots=True)
class MetricText:
    """A metric's name and parameters as written in a board, such as ``recall(label=紧急)``.

    Examples
    --------
    >>> str(MetricText.parse("ndcg( k = 10 )"))
    'ndcg(k=10)'
    """

    name: str
    parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> MetricText:
        """Read a metric's text; raises ``ValueError`` with the reason in words."""
        text = text.strip()
        name, bracket, rest = text.partition("(")
        name = name.strip()
        if not WORD.fullmatch(name):
            raise ValueError(f"not a metric name: {name!r}")
        if not bracket:
            return cls(name)
        if not rest.endswith(")"):
            raise ValueError("the closing bracket is missing")
        pairs: dict[str, str] = {}
        for part in rest[:-1].split(","):
            key, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals or not NAME.fullmatch(key) or not value or RESERVED & set(value):
                raise ValueError(f"not a parameter of the form name=value: {part.strip()!r}")
            if key in pairs:
                raise ValueError(f"parameter given twice: {key}")
            pairs[key] = value
        return cls(name, tuple(sorted(pairs.items())))

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        inner = ",".join(f"{key}={value}" for key, value in self.parameters)
        return f"{self.name}({inner})"
