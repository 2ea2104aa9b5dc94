"""Patterns of personal data in texts: telephone, identity and bank card numbers that check out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from harness.normal_forms import normalized

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_PART = r"[ \u2010-\u2015-]"
_PHONE = re.compile(
    r"(?<![0-9])(?<![0-9][.])(?:(?:\+|00)?86" + _PART + r"?)?"
    r"(?P<number>1[3-9][0-9]{9})(?![0-9]|[.][0-9])"
)
# Neither a part of a longer row of numbers.
_PARTED_PHONE = re.compile(
    rf"(?<![0-9])(?<![0-9][.])(?<![0-9]{_PART})(?:(?:\+|00)?86{_PART}?)?"
    rf"(?P<number>1[3-9][0-9]({_PART})[0-9]{{4}}\2[0-9]{{4}})(?![0-9]|[.][0-9]|{_PART}[0-9])"
)
_IDENTITY = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][.])"
    rf"(?P<number>[1-9][0-9]{{5}}({_PART}?)[0-9]{{8}}\2[0-9]{{3}}[0-9Xx])(?![0-9A-Za-z])"
)
_OLD_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.])(?P<number>[1-9][0-9]{14})(?![0-9A-Za-z]|[.][0-9])"
)
_CARD = re.compile(r"(?<![0-9.])(?P<number>(?:[0-9][ -]?){15,18}[0-9])(?![0-9.])")
_MAIL = re.compile(
    r"(?<![A-Za-z0-9_.])(?P<number>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z]{2,})+)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")
NAMES = {
    "phone": ("手机号", "mobile numbers"),
    "identity": ("身份证号", "identity numbers"),
    "identity_15": ("15位身份证号", "identity numbers of 15 digits"),
    "card": ("银行卡号", "bank card numbers"),
    "mail": ("电子邮箱", "mail addresses"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What looks like personal data: its kind, and itself with the middle hidden."""

    kind: str
    masked: str


def traces(text: str) -> Iterator[Trace]:
    """Find personal data in a text; a number that fails its check digit is none.

    Full-width characters count as the narrow ones that they stand for, and what nobody sees
    (zero-width spaces) parts nothing.

    Examples
    --------
    >>> [trace.masked for trace in traces("电话13812345678")]
    ['138****5678']
    """
    text = _UNSEEN.sub("", normalized("NFKC", text))
    taken: list[tuple[int, int]] = []
    for kind, pattern, holds in (
        ("identity", _IDENTITY, is_identity_number),
        ("identity_15", _OLD_IDENTITY, is_old_identity_number),
        ("card", _CARD, is_card_number),
        ("phone", _PHONE, lambda number: True),
        ("phone", _PARTED_PHONE, is_parted_phone),
        ("mail", _MAIL, lambda address: True),
    ):
        for found in pattern.finditer(text):
            number = found["number"]
            apart = all(found.end() <= start or end <= found.start() for start, end in taken)
            if apart and holds(number):
                taken.append(found.span())
                yield Trace(kind=kind, masked=f"{number[:3]}****{number[-4:]}")


def count_traces(texts: Iterable[str]) -> Counter[str]:
    """How many texts hold each kind of personal data."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({trace.kind for trace in traces(text)})
    return counts


def is_identity_number(number: str) -> bool:
    """Whether a number of 18 digits has a birth date and its check digit (GB 11643)."""
    digits = re.sub(_PART, "", number)
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _was_day(digits[6:14]) and _CHECKS[total % 11] == digits[17].upper()


def is_old_identity_number(number: str) -> bool:
    """Whether a number of 15 digits, issued until 1999, has a province and a birth date.

    It has no check digit, so that one in some seventy numbers of 15 digits looks like it.
    """
    return _PROVINCE.match(number) is not None and _was_day("19" + number[6:12])


def is_parted_phone(number: str) -> bool:
    """Whether a number in three parts is no row of round numbers, such as sizes."""
    return not number.endswith("0") or number[7] != "0"


def _was_day(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100


def is_card_number(number: str) -> bool:
    """Whether a number of 16 to 19 digits passes Luhn's check and is no run of one digit."""
    digits = [int(letter) for letter in number if letter.isdigit()]
    if not 16 <= len(digits) <= 19 or len(set(digits)) < 4 or digits[0] not in (3, 4, 5, 6, 9):
        return False
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
