"""Whether the words around a point deny it: 严禁带压、带电开盖; 不允许操作人员断电; 断电是错误的."""

from __future__ import annotations

import re

_STOP = r",。;:!?\n"
_SAYS = rf"(?:[^、.{_STOP}]|\.(?=[0-9]))"
_WHO = r"(?:操作|作业|工作|检修|维修|施工|值班|专业|无关)?(?:人员|员工|工人|人)"
_MANNER = (
    r"(?:擅自|随意|随便|直接|立即|马上|贸然|私自|自行|盲目|违规|强行|继续|轻易|提前|单独|带压|进行|采取|采用|使用"
    rf"|再|又|在{_SAYS}{{1,8}}?[下时中前后内]|对{_SAYS}{{1,8}}?|由|(?:任何|其他|现场|非|未经培训的?)?{_WHO}"
    rf"|未经{_SAYS}{{0,8}}?(?:许可|批准|同意|审批|授权|允许))"
)
_FORBIDS = r"(?:严禁|禁止(?!标|令|牌|线|规定)|不得(?!不|已|当|力|法)|不准(?!确)|不许|不允许|不建议|切勿|切忌|杜绝|[绝决]不[能可])"
_WARNS = r"(?:不要(?!紧)|不能|不可以?|不应当?|不该|不宜|避免|反对|拒绝|勿)"
_SPARES = r"(?:无需|无须|毋须|不必|不用|不需要?|没有必要|没必要|没有|未(?![来必知]))"
_DENIED = re.compile(
    r"(?:严禁|禁止|不得|不要|不能|不可以?|不应当?|不该|不宜|不许|不准|不允许|不建议|不必|不用|不需要?|不会|不再|不是|并非|而非"
    r"|无需|无须|毋须|没有必要|切勿|请勿|切忌|避免|防止|杜绝|拒绝|停止|反对"
    r"|(?P<bare>没有|没|勿|(?<![分级类区特识判鉴辨差])别|未|莫|不)"
    r"|donot|don['’]t|mustnot|shouldnot|cannot|never|avoid|noneedto|not)"
    rf"{_MANNER}{{0,3}}$"
)
# After these a denial is complete and what follows is another thing, or is what must not be left out.
_WHOLE = (
    rf"{_MANNER}{{0,2}}(?:烟火|通行|入内|犹豫|迟疑|拖延|耽[误搁]|延误|等待|观望|[慌惊怕]|害怕|担心|紧张|顾虑|侥幸|麻痹"
    r"|遗漏|漏|忘|省略|跳过|忽[视略]|疏忽|取消|推迟|中断)"
)
_TURNS = (
    r"(?:但|却|而[应是须当要可]|则|可(?=以|直接|先|立即)|即可|才|须|务必|(?<![反响相供适感效对])应(?![急力变])"
    r"|(?<![不重主需])要(?![求害点素])|改[为用]|超|[大小高低多少长短早晚]于|确保|保证|保持|并(?!非)|且|以[免防]|从而|除非|只)"
)
_URGES = r"(?:立即|马上|及时|迅速|尽快|首先|先|然后|随后|同时)"
_AND = r"(?:和|或|及|与)"
_ITEM = rf"(?:(?!{_TURNS}|{_AND}{_URGES}){_SAYS})"
_LIST = rf"(?:(?!{_TURNS}|(?:、|{_AND}){_URGES})(?:{_SAYS}|、))"
_ENDS = rf"(?!{_URGES}){_ITEM}{{0,10}}{_MANNER}{{0,3}}$"
_ACTS = rf"(?!{_URGES}|直接){_MANNER}{{0,3}}$"
_NEARBY = re.compile(
    rf"{_FORBIDS}(?:(?:以下|下列)?(?:事项|行为|操作|做法)?:)?(?!{_WHOLE})(?:{_ITEM}*{_AND})?{_ENDS}"
    rf"|(?:{_WARNS}|{_SPARES})(?!{_WHOLE}){_ITEM}*{_AND}{_ACTS}"
    r"|(?:donot|don['’]t|mustnot|shouldnot|cannot|never|avoid|noneedto)[a-z-]{1,30}or$"
)
_LISTED = re.compile(
    rf"{_FORBIDS}(?:(?:以下|下列)?(?:事项|行为|操作|做法)?:)?(?!{_WHOLE}){_LIST}*、{_ENDS}"
    rf"|{_WARNS}(?!{_WHOLE}){_LIST}*、(?:{_ITEM}*{_AND})?{_ACTS}"
)
_AFTER = re.compile(
    r"(?:的?(?:做法|行为|操作|方式|说法|处理))?(?:[都均也则是属于为被极很应]|非常|十分|绝对|严格|明令)*"
    r"(?:错误?|不对|不正确|不妥|不当|不可取|不可行|不行|不(?:被)?允许|禁止|严禁|违规|违章|违法|危险|不安全|不必要?|没有?必要|多余|大忌)"
    rf"的?(?:操作|做法|行为)?(?=[、.{_STOP}]|$)(?!\?)"
)
_LACKS = re.compile(rf"(?:(?P<not_done>未|没有?)|不){_MANNER}{{0,3}}$")
_NEEDS = re.compile(rf"{_SAYS}{{0,4}}?(?P<pause>,)?(?:严禁|禁止|不得|不准|不许|不能|不可|切勿)")
"""What makes an omission a condition: 未断电不得检修 tells 断电."""


def is_denied(before: str, own: int, after: str) -> bool:
    """Whether a point is denied an odd number of times by what stands before and after it.

    Parameters
    ----------
    before
        The text before the point, as `close` makes it.
    own
        Where in it the point's own line begins: a denial further up reaches only what is next to it.
    after
        What follows the point in its line.

    Examples
    --------
    >>> is_denied("禁止吸烟、", 0, ""), is_denied("未", 0, "不得检修"), is_denied("", 0, "是错误的")
    (True, False, True)
    """
    lacks, needs = _LACKS.search(before), _NEEDS.match(after)
    asked = lacks and needs and (lacks["not_done"] or not needs["pause"])
    denied, reaches = bool(asked or _AFTER.match(after)), not before.endswith("在")
    while found := _DENIED.search(before) or (_reaching(before, own) if reaches else None):
        denied, before = not denied, before[: found.start()]
        # What is not done may be forbidden from afar; what is forbidden is so once.
        reaches = found.re is _DENIED and found["bare"] is not None
        own = max(own, before.rfind("、") + 1)
    return denied


def _reaching(before: str, own: int) -> re.Match[str] | None:
    """A denial that governs the end of a clause: over a subject, or over a list that it opens.

    In a list of measures (切断电源、严禁合闸、疏散人员) one that is no first member governs itself.
    """
    if found := _NEARBY.search(before, own):
        return found
    found = _LISTED.search(before, own)
    if not found:
        return None
    clause = re.split(rf"[{_STOP}]", before[own : found.start()])[-1]
    return None if "、" in clause else found
