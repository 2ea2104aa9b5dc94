"""What a text says of a number without writing it: more than 12, 12 or less."""

from __future__ import annotations

import re

NEAR = 24
_ANY = re.IGNORECASE
_EQUAL = r"(?:或者?|以及)?(?:等于)?"
_ABOUT = r"(?:了|约|大约)?\s*$"
_ADVERB = r"[\u4e00-\u9fff]{0,4}\s*$"
_NOUN = r"(?:(?!的)[\u4e00-\u9fff]){0,6}?(?:可达|达|[为是:])?\s*$"
_BEFORE = (
    (">", re.compile(rf"(?<!不)(?:大于|高于|多于|超过|超出)(?!或?等于){_ABOUT}", _ANY)),
    ("<", re.compile(rf"(?<!不)(?:小于|低于|少于|不足|不到|未满|不满)(?!或?等于){_ABOUT}", _ANY)),
    (">=", re.compile(rf"(?:(?<!不)(?:大于|高于|多于){_EQUAL}|不(?:小|低|少)于){_ABOUT}", _ANY)),
    (
        "<=",
        re.compile(
            rf"(?:(?<!不)(?:小于|低于|少于){_EQUAL}|不(?:大于|高于|多于|超[过出])){_ABOUT}", _ANY
        ),
    ),
    (">=", re.compile(rf"(?:至少|最少|起码){_ADVERB}|(?:最[小低]|下限){_NOUN}")),
    ("<=", re.compile(rf"(?:至多|最多|顶多){_ADVERB}|(?:最[大高]|上限){_NOUN}")),
    (
        ">=",
        re.compile(
            r"(?:\bat least|\bn(?:o|ot) (?:less|fewer) than|\bminimum(?: of| is)?)\s*$", _ANY
        ),
    ),
    ("<=", re.compile(r"(?:\bat most|\bn(?:o|ot) more than|\bmaximum(?: of| is)?)\s*$", _ANY)),
    (
        ">",
        re.compile(r"\b(?<!no )(?<!not )(?:more|greater|larger|higher) than\s*$|\babove\s*$", _ANY),
    ),
    (
        "<",
        re.compile(r"\b(?<!no )(?<!not )(?:less|fewer|smaller|lower) than\s*$|\bbelow\s*$", _ANY),
    ),
    (">=", re.compile(r"(?:≥|≧|>=|⩾)\s*$")),
    ("<=", re.compile(r"(?:≤|≦|<=|⩽)\s*$")),
    (">", re.compile(r"(?<![-=<>~])>\s*$")),
    ("<", re.compile(r"(?<![-=<>~])<\s*$")),
)
_AFTER = (
    (
        ">",
        re.compile(
            r"\s?[个名台]?(?:多(?![少种样个])|余(?![下数]|\s?[-+0-9零一二两三四五六七八九十]))"
        ),
    ),
    (
        ">=",
        re.compile(
            r"\s?[\u4e00-\u9fff]?(?:[及或]|\s?or\s)?(?:以上(?!述)|\s?(?:more|above|larger)\b)"
        ),
    ),
    (
        "<=",
        re.compile(
            r"\s?[\u4e00-\u9fff]?(?:[及或]|\s?or\s)?(?:以下|以内|之内|\s?(?:less|fewer|below)\b)"
        ),
    ),
)
_NOT = re.compile(
    r"(?:(?:不|未|勿)(?:得|能|应该?|应当|可以?|宜|要|会|许|准|允许)?|没有?|严禁|禁止)"
    r"(?=(?:大于|高于|多于|超过|超出|小于|低于|少于))"
)
_NO_SIGN = re.compile(r"(?:</?[A-Za-z][^<>\n]{0,20}>|(?:^|\n)\s*>\s)\s*$")
"""A tag's end or Markdown's sign of quotation, which compare nothing."""


def relation_of(text: str, start: int, end: int) -> str:
    """How a text relates something to the number between two places; ``""`` where it writes it.

    At least and at most are limits like ≥ and ≤, whatever their wording.

    Examples
    --------
    >>> relation_of("大于12", 2, 4), relation_of("12以上", 0, 2), relation_of("至少12", 2, 4)
    ('>', '>=', '>=')
    """
    start += len(text[start:end]) - len(text[start:end].lstrip())
    before = _NOT.sub("不", text[max(0, start - NEAR) : start])
    after = text[end : end + NEAR]
    if not (_NO_SIGN.search(before) or (before.endswith("<") and after.startswith(">"))):
        for relation, words in _BEFORE:
            if words.search(before):
                return relation
    for relation, words in _AFTER:
        if words.match(after):
            return relation
    return ""
