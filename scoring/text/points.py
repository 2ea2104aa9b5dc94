"""Whether a text tells a point: writes it as a thing of its own, and does not deny it."""

from __future__ import annotations

import re
from itertools import islice

from scoring.text.plain import close, places

NEAR = 40
MOST = 1000
_INSIDE = re.compile(r"(?<=[\u4e00-\u9fff])[*_~`^|\\·•-]+(?=[\u4e00-\u9fff])")
_MANNER = (
    r"(?:任何人员?|擅自|随意|随便|直接|立即|马上|贸然|私自|自行|盲目|违规|强行|继续|轻易|提前|单独|带压|进行|采取|采用|使用"
    r"|再|又|在[^,。;:!?、\n]{1,8}?[下时中前后内]|对[^,。;:!?、\n]{1,8}?)"
)
_DENIAL = re.compile(
    r"(?:严禁|禁止|不得|不要|不能|不可以?|不应当?|不该|不宜|不许|不准|不允许|不必|不用|不需要?|不会|不再|不是|并非"
    r"|无需|无须|毋须|没有必要|没有|没|切勿|请勿|勿|切忌|避免|防止|杜绝|拒绝|停止|反对|(?<![分级类区特识判鉴辨差])别|未|莫|不"
    r"|donot|don['’]t|mustnot|shouldnot|cannot|never|avoid|noneedto|not)"
    rf"{_MANNER}{{0,3}}$"
)


def tells(text: str, point: str) -> bool:
    """Whether a text holds a point in one place at least where it is not denied.

    A denial right before it turns it round, two leave it as it is: 不得不断电 tells 断电. One that
    is denied in its first ``MOST`` places is not told, so that no answer takes long.

    Examples
    --------
    >>> tells("先断电。严禁带压开盖", "断电"), tells("先断电。严禁带压开盖", "带压开盖")
    (True, False)
    """
    text, point = (_INSIDE.sub("", close(some)) for some in (text, point))
    first = islice(places(text, point), MOST)
    return any(not _denied(text[max(0, at - NEAR) : at]) for at in first)


def _denied(before: str) -> bool:
    denied = False
    while found := _DENIAL.search(before):
        denied, before = not denied, before[: found.start()]
    return denied
