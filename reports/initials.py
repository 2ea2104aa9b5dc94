"""Initials of a name's pinyin, so that a list can be searched from any keyboard."""

from __future__ import annotations

from bisect import bisect_right

# The characters of the first level of GB 2312 stand in order of their pinyin, so that the first one
# of each letter parts them. Those beyond that level have no order to read a letter from.
_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "abcdefghjklmnopqrstwxyz"
_STARTS = [character.encode("gb2312") for character in _FIRST]
_LEVEL_TWO = b"\xd8\xa1"
# Characters with a second reading that names are often written with.
_OTHER = str.maketrans("行长重厦乐单曾解仇查", "hzcsyszxqz")


def initials(text: str) -> str:
    """Initials of each ideograph, other letters and digits as they are, in small letters.

    A name with a character of two readings is spelled out twice.

    >>> initials("济南智能 AI 有限公司"), initials("青岛银行")
    ('jnznaiyxgs', 'qdyx qdyh')
    """
    first = _spelled(text)
    second = _spelled(text.translate(_OTHER))
    return first if first == second else f"{first} {second}"


def _spelled(text: str) -> str:
    return "".join(filter(None, map(_initial, text)))


def _initial(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if not _STARTS[0] <= code < _LEVEL_TWO:
        return ""
    return _LETTERS[bisect_right(_STARTS, code) - 1]
