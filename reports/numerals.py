"""Numbers as text: the only place where the report rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

MINUS = "\u2212"
DASH = "—"
POINT_DIGITS = 2
MOST_DIGITS = 12


def rounded(value: float, digits: int) -> str:
    """Half up on the decimal digits of a number, as people round and spreadsheets show.

    >>> rounded(84.145, 2), rounded(-0.001, 2)
    ('84.15', '0.00')
    """
    step = Decimal(1).scaleb(-digits)
    result = Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)
    return format(abs(result) if result == 0 else result, "f")


def shown(text: str) -> str:
    """A number's text with a true minus sign, for pages; files keep the hyphen."""
    return text.replace("-", MINUS)


def count(number: int) -> str:
    """A count; from 10,000 on its thousands are set apart.

    >>> count(9999), count(41120)
    ('9999', '41,120')
    """
    return str(number) if number < 10_000 else f"{number:,}"


def points(value: float | None) -> str:
    """Points on the declared anchors, two decimals."""
    return DASH if value is None else rounded(value, POINT_DIGITS)


def like(value: float, published: str) -> str:
    """A number with as many decimals as a published one.

    >>> like(75.126, "78.1")
    '75.1'
    """
    return rounded(value, len(published.partition(".")[2]))


def score(value: float | None, digits: int) -> str:
    """A metric's value with the digits that its column uses."""
    return DASH if value is None else rounded(value, digits)


def score_digits(bounds: Sequence[float | None], magnitudes: Iterable[float | None]) -> int:
    """How many decimals a metric's column needs, from its bounds or its largest number.

    >>> score_digits([0.0, 1.0], []), score_digits([0.0, None], [89.7])
    (4, 2)
    """
    ends = [abs(bound) for bound in bounds if bound is not None]
    if len(ends) == 2 and max(ends) <= 1:
        return 4
    largest = max((abs(value) for value in magnitudes if value is not None), default=1.0)
    if largest < 1:
        return 4
    return 3 if largest < 10 else 2 if largest < 10000 else 0


def against(value: float | None, threshold: float, digits: int) -> str:
    """A value with enough decimals not to read as the threshold that it misses.

    >>> against(0.84999, 0.85, 4)
    '0.84999'
    """
    if value is None:
        return DASH
    while (
        value != threshold
        and digits < MOST_DIGITS
        and Decimal(rounded(value, digits)) == Decimal(repr(float(threshold)))
    ):
        digits += 1
    return rounded(value, digits)


def plain(value: float) -> str:
    """A declared number, as it was declared.

    >>> plain(0.5), plain(90.0), plain(1e-7)
    ('0.5', '90', '0.0000001')
    """
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def pair(low: str, high: str) -> str:
    """An interval's two ends.

    >>> pair("0.1", "0.2")
    '[0.1, 0.2]'
    """
    return f"[{low}, {high}]"


def frequency(value: float | None) -> str:
    """A bootstrap frequency; never 0 % and never 100 %, which it cannot show.

    >>> frequency(0.0), frequency(0.9951), frequency(0.5)
    ('<1%', '>99%', '50%')
    """
    if value is None:
        return DASH
    if value < 0.01:
        return "<1%"
    return ">99%" if value > 0.99 else f"{rounded(100 * value, 0)}%"


def rank_range(ends: Sequence[int] | None) -> str:
    """A rank set, by its two ends.

    >>> rank_range([1, 3]), rank_range([2, 2])
    ('1–3', '2')
    """
    if not ends:
        return DASH
    low, high = ends
    return str(low) if low == high else f"{low}–{high}"


def relation(gate: Mapping[str, float] | None) -> str:
    """A gate as a relation and its threshold.

    >>> relation({"at_least": 0.85}), relation(None)
    ('≥ 0.85', '')
    """
    if not gate:
        return ""
    kind, threshold = next(iter(gate.items()))
    return f"{'≥' if kind == 'at_least' else '≤'} {plain(threshold)}"


def probability(value: float | None) -> str:
    """A p value: three decimals, and never 0.

    >>> probability(0.0004), probability(0.0312), probability(None)
    ('<0.001', '0.031', '—')
    """
    if value is None:
        return DASH
    return "<0.001" if value < 0.001 else rounded(value, 3)


def width(share: float | None) -> str:
    """A share as the length of a bar, in per cent.

    >>> width(0.355), width(None)
    ('35.5%', '0')
    """
    return "0" if not share else rounded(100 * min(1.0, share), 1).removesuffix(".0") + "%"


def number(text: str | None) -> float | None:
    """The number that a published text is, if it is one.

    >>> number("78.12"), number("—")
    (78.12, None)
    """
    return None if text in (None, "", DASH) else float(str(text))


def percent(value: float) -> str:
    """A length in per cent of a figure.

    >>> percent(28.26), percent(40.0)
    ('28.3%', '40%')
    """
    return rounded(value, 1).removesuffix(".0") + "%"
