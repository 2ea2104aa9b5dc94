"""What a score was computed from, in one line that is written beside it and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The metric's own text comes first and may hold any sign; nothing after it holds a bar.
_PARTS = re.compile(
    r"(?P<metric>.*)\|n:(?P<n>\d+)\|missing:(?P<missing>\d+)\|data:(?P<data>[^|]*)"
    r"\|scoring:(?P<scoring>[^|]*)",
    re.DOTALL,
)
PLUS = " + "
"""Between the version of scoring and the package that the metric comes from, if it is not ours."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """A metric's text, its counts, the digest of the data and the version of scoring.

    Examples
    --------
    >>> Signature.parse("recall(label=a|n:1)|n:9|missing:0|data:sha256:ab|scoring:2").metric
    'recall(label=a|n:1)'
    """

    metric: str
    n: int
    missing: int
    data: str
    scoring: str

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Read a signature back; raises ``ValueError`` for a text that is none."""
        found = _PARTS.fullmatch(text)
        if found is None:
            raise ValueError(f"not the signature of a score: {text!r}")
        return cls(
            metric=found["metric"],
            n=int(found["n"]),
            missing=int(found["missing"]),
            data=found["data"],
            scoring=found["scoring"],
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """What computed it, each with its version: scoring, then the metric's own package.

        Examples
        --------
        >>> Signature.parse("its_own|n:9|missing:0|data:x|scoring:7 + elsewhere 1.0").codes
        ('scoring 7', 'elsewhere 1.0')
        """
        ours, _, origin = self.scoring.partition(PLUS)
        return (f"scoring {ours}", origin) if origin else (f"scoring {ours}",)

    def __str__(self) -> str:
        counts = f"n:{self.n}|missing:{self.missing}"
        return f"{self.metric}|{counts}|data:{self.data}|scoring:{self.scoring}"
