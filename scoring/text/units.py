"""Units of measurement as they are written, those made of others among them: 元/吨, mg/m3, kW·h."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from scoring.text.unit_names import (
    ALSO,
    BASES,
    COUNTED,
    ENGLISH,
    ENGLISH_PREFIXES,
    INSIDE,
    NAMED,
    PARTS,
    PREFIXED,
    PREFIXES,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: the quantity that it measures, as a product of bases, and its size in their units.

    A unit that nobody knows is a base of its own, equal only to itself.
    """

    quantity: str
    size: Fraction


@dataclass(frozen=True, slots=True)
class _Factor:
    bases: Mapping[str, int]
    size: Fraction


def _listed() -> Iterator[tuple[str, str, Fraction]]:
    """Every name of the table with its quantity and size."""
    for quantity, symbol, chinese, size, prefixes in PREFIXED:
        for prefix in ("", *prefixes):
            word, times = PREFIXES.get(prefix, ("", "1"))
            yield quantity, prefix + symbol, Fraction(size) * Fraction(times)
            for name in chinese.split() if word or not prefix else ():
                yield quantity, word + name, Fraction(size) * Fraction(times)
            english = ENGLISH_PREFIXES.get(prefix, "")
            for name in ENGLISH.get(symbol, "").split() if english or not prefix else ():
                yield quantity, english + name, Fraction(size) * Fraction(times)
    for quantity, names in NAMED.items():
        for name, size in names.items():
            yield quantity, name, Fraction(size)


_FACTORS: Mapping[str, _Factor] = {
    name: _Factor(BASES.get(quantity, {quantity: 1}), size) for quantity, name, size in _listed()
}
_FOLDED: dict[str, list[str]] = {}
for _name in _FACTORS:
    _FOLDED.setdefault(_name.casefold(), []).append(_name)

MAGNITUDE = r"(?:[十百千]?[万亿]亿?|百(?!帕|分)|千(?![克米瓦帕伏卡赫焦牛欧安乏分]))(?!分)"
"""What multiplies the number before it, unless it begins a unit's name."""


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_LETTERS = "A-Za-zμΩ"
_SYMBOL = re.compile(rf"[{_LETTERS}]+")
_NO_UNIT = {
    "年": "年(?![级代])",
    "周": "周(?![年岁边])",
    "里": "里(?![面程外边头的])",
    "两": "两(?![两个种次天年月台件项倍])",
    "成": "成(?![本功立为员品果熟套])",
    "倍": "倍(?![率频])",
    "转": "转(?![为换移化让])",
    "平方": "平方(?!根)",
    "平": "平(?![均面行时台])",
    "圆": "圆(?![形柱周弧])",
}
_PART = {"分": "分(?![之贝析别类布子组比歧])"}
_WORDS = "|".join(
    _NO_UNIT.get(name, re.escape(name))
    for name in sorted(_FACTORS, key=len, reverse=True)
    if not _SYMBOL.match(name)
)
_WORDS_INSIDE = _any([*COUNTED, *(word for word in INSIDE if not word.isascii())])
_KNOWN = _any(name for name in _FACTORS if _SYMBOL.fullmatch(name))
# A run of letters ends where they end; one before digits is a unit only in 1h30min and mmH2O.
_RUN = (
    rf"(?:[{_LETTERS}]{{0,15}}[A-Z][0-9][A-Z][A-Za-z0-9]{{0,9}}(?![0-9{_LETTERS}])"
    rf"|[{_LETTERS}]+(?:[23](?![0-9.{_LETTERS}])|(?![0-9{_LETTERS}])"
    rf"|(?=[0-9]{{1,3}}(?:min|s|m|cm|mm|g)(?![{_LETTERS}]))))"
)
_POWER = rf"(?:\^-?[0-9{_LETTERS}]{{1,8}}){{0,2}}"
_TIMES = rf"(?:10{{1,4}}(?=[{_LETTERS}])|[十百千万亿]{{1,2}})?"
_FACTOR = rf"{_TIMES}(?:{_WORDS}|{_WORDS_INSIDE}|{_RUN}){_POWER}"
_SLASH = r"\s?/\s?"
_NEXT = (
    rf"{_SLASH}\({_FACTOR}(?:[·*.]{_FACTOR}){{0,3}}\)|{_SLASH}{_FACTOR}"
    r"|/[\u4e00-\u9fff](?<![零一二两三四五六七八九十百千万亿或])"
    rf"|每{_TIMES}(?:{_WORDS}|{_WORDS_INSIDE})"
    rf"|\s?·\s?{_FACTOR}(?:-[1-3](?![0-9.]))?|[.*-](?:{_KNOWN})(?![{_LETTERS}]){_POWER}"
    r"|(?<=牛)米"
)
UNIT = (
    rf"(?:(?:{_WORDS}|{_RUN}){_POWER}|(?:{_WORDS_INSIDE})(?=[/每·]|\s/)"
    rf"|{'|'.join(_PART.get(word, word) for word in PARTS)})"
    rf"(?:{_NEXT}){{0,4}}"
)
"""Pattern of a unit after its number; a word of ``PARTS`` alone is one as well."""

PER = rf"每(?P<per>{_TIMES}(?:{_WORDS}|{_WORDS_INSIDE}))[ \u4e00-\u9fff]{{0,8}}?"
"""Pattern of what a number is said to be for each of: 每小时用水10立方米."""


@lru_cache(maxsize=4096)
def units_of(name: str) -> tuple[Unit, ...]:
    """What a name may stand for, the likeliest first: 度 is a kilowatt-hour or a degree.

    Examples
    --------
    >>> units_of("mg/L") == units_of("g/m3"), units_of("kW·h") == units_of("千瓦时")
    (True, True)
    """
    names = PARTS.get(name) or (name, *ALSO.get(_listed_as(name, inside=False) or name, ()))
    return tuple(_unit(some) for some in names)


def is_known(name: str) -> bool:
    """Whether a unit begins with a name of the table."""
    first = re.match(r"[^/·.*^每\s-]+", name)
    return (
        first is not None and _listed_as(re.sub(r"[23]$", "", first[0]), inside=False) is not None
    )


def _unit(name: str) -> Unit:
    above, *below = re.sub(r"\s", "", name).replace("每", "/").split("/")
    signed = [(factor, 1) for factor in _parts(above)]
    signed += [(factor, -1) for part in below for factor in _parts(part.strip("()"))]
    bases: Counter[str] = Counter()
    size = Fraction(1)
    for text, sign in signed:
        factor = _factor(text, inside=len(signed) > 1)
        size *= factor.size**sign
        for base, power in factor.bases.items():
            bases[base] += sign * power
    if len(signed) > 1:
        # A difference of one degree is one kelvin.
        bases["kelvin"] += bases.pop("celsius", 0)
    made = [
        f"{base}^{power}" if power != 1 else base for base, power in sorted(bases.items()) if power
    ]
    return Unit("·".join(made) or "share", size)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[·*.]|-(?![0-9])|(?<=牛)(?=米)", text) if part]


def _factor(text: str, *, inside: bool) -> _Factor:
    """A factor with its power and what multiplies it; an unknown one is a base of its own."""
    name = _listed_as(text, inside=inside) or _listed_as(text.replace("^", ""), inside=inside)
    if name:
        return _FACTORS[name]
    raised = re.fullmatch(r"(.+?)(\^?)(-?[1-9])", text)
    if raised and (raised[2] or raised[3][0] == "-" or _listed_as(raised[1], inside=inside)):
        factor, power = _factor(raised[1], inside=inside), int(raised[3])
        bases = {base: exponent * power for base, exponent in factor.bases.items()}
        return _Factor(bases, factor.size**power)
    times = re.fullmatch(r"(10+|[十百千万亿]+)(.+)", text) if inside else None
    if times:
        factor = _factor(times[2], inside=inside)
        return _Factor(factor.bases, factor.size * _times(times[1]))
    return _Factor({text: 1}, Fraction(1))


def _times(text: str) -> int:
    if text.isascii():
        return int(text)
    found = 1
    for letter in text:
        found *= {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[letter]
    return found


def _listed_as(name: str, *, inside: bool) -> str | None:
    """The table's name for a unit; another case is taken where it can mean one unit only.

    An English name may stand in the plural.
    """
    if inside and name in INSIDE:
        return INSIDE[name]
    if name in _FACTORS:
        return name
    if len(name) < 2 and not inside:
        return None
    if len(name) > 2 and name[-1] == "s" and name[:-1] in _FACTORS and name.islower():
        return name[:-1]
    alike = _FOLDED.get(name.casefold(), [])
    sure = [some for some in alike if some[0] == name[0]] or alike
    return sure[0] if len({(str(_FACTORS[some])) for some in sure}) == 1 else None
