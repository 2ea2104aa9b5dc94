"""The option that a free answer to a multiple-choice question chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scoring.text.plain import plain

NEAR, REACH = 24, 40
_OPEN, _CLOSE = r"[\[(“\"'*]*\s*", r"\s*[)\]”\"'*]*\s*"
_CHOICE = re.compile(
    r"(?:正确答案|答案|正确选项|正确的是|故选|应选|选择|选项|选|answer|option|choose)"
    rf"\s*(?:应该?)?(?:是|为|选|is)?\s*[:,]?\s*{_OPEN}$",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s*(?:[类型级股]|超(?!过))|\+\+|#|-[0-9]")
_ASKED = re.compile(_CLOSE + r"选?项?[吗么]")
_DENIED_BEFORE = re.compile(
    r"(?:不(?:可能|应该?|会|能|要|该|宜)?|(?<![分级类区性特])别|勿|排除|剔除|舍去|除了"
    r"|(?<![\u4e00-\u9fff])除|并非|绝非|而非"
    r"|\b(?:not|isn't|excluding|except|rule out|rather than|instead of))"
    rf"[了掉]?\s*(?:选择?|选项|是|为)*\s*{_OPEN}$",
    re.IGNORECASE,
)
_WRONG = r"错|有误|有问题|排除|不对|不正确|不可|不符|不选|不是|不成立|is wrong|is incorrect|is not"
_CONTENT_DENIED = re.compile(rf"{_CLOSE}(?:选?项)?\s*(?:[是都均并也]*)(?:{_WRONG})", re.IGNORECASE)
_DENIED_AFTER = re.compile(
    rf"{_CLOSE}(?:选?项)?\s*(?:的?(?:说法|描述|表述|内容|答案))?"
    r"(?:[是为都均全则也并可应需被]|可以|应该|应当|显然|明显|肯定|予以|由此)*\s*"
    rf"(?:{_WRONG}|剔除|舍去|干扰|[✗✘❌]|×(?![A-Za-z0-9])|不(?:[能行妥当合宜应]|会(?!错))|[并绝]?非|未必|以?外|之外"
    r"|are (?:wrong|incorrect|not)|isn't)"
    r"|\s*(?:选?项)?\s*:\s*(?:错误?|不正确|不对)(?=[,。;\s]|$)",
    re.IGNORECASE,
)
_TIGHT = re.compile(
    r" *(?:[、/&+|~-]|和|与|及|或者?|以及|还是|[至到]|and|or) *(?:选项?)?[(\[\"“]*", re.IGNORECASE
)
_LOOSE = re.compile(r"[ ,;]+")
_LIST_ENDS = re.compile(rf"{_CLOSE}(?:[、,;。.]*\s*$|[、,;。\n]| (?=[A-Z](?![A-Za-z])))")
_JUDGED = re.compile(
    r"\s*(?:选?项)?\s*(?:[是为才最更也都均应较]|应该|完全|唯一)*"
    r"(?:正确|准确|符合|合适|合理|恰当|成立|可选|可行|答案|无误|没错|没有?(?:错误?|问题)|不会?错|[✓✔√]|最[佳优好]|对(?=[的了吧,。;!\s]|$))"
    r"|\s+(?:is|are) (?:the |my )?(?:correct|right|true|best|answer)"
)
_BOUNDED = re.compile(
    r"(?:选?项)?(?:$|[^\w\s]|_|\s+(?![a-z\s])|\s+(?:and|or)\b|和|与|及|或|以及|还是|[至到]|要么|吧|呢)"
)
_REASONED = re.compile(r"\s+(?:is|are|because|since|as|for|with)\b|因|由于|理由")
_BEGINS = re.compile(r"(?:^|[^\w]|_|[选是即故和与及或者而但则至到]|只有|要么|因此|所以|认为|觉得)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A letter that is no part of a word: what it says, and what it is said to be."""

    letter: str
    start: int
    end: int
    named: bool
    stands: bool
    begins: bool


def option_of(
    text: str, letters: tuple[str, ...], options: Mapping[str, str] | None = None
) -> str | None:
    """The letter that an answer chooses; ``None`` where it chooses none or several.

    Read in this order: the letter alone; the letter after a word of choosing (答案是B); the only
    letter that stands for an option; the only option whose content is written. Letters inside words
    (DCS) or before a noun (A类火灾), and letters that are denied (排除A和C) choose nothing.

    Parameters
    ----------
    text
        What the candidate wrote.
    letters
        The letters of the question's options.
    options
        The content of each option, where the dataset declares it.

    Examples
    --------
    >>> option_of("B（见DCS报警）", ("A", "B", "C", "D"))
    'B'
    """
    text = "\n".join(filter(None, map(plain, text.splitlines())))
    named = {letter.casefold(): letter for letter in letters}
    alone = re.sub(r"^[\W_]+|[\W_]+$", "", re.sub(r"^选项|[选]?项$", "", text)).casefold()
    if alone in named:
        return named[alone]
    mentions = _mentions(text, named)
    for chosen in (
        {mention.letter for mention in mentions if mention.named},
        {mention.letter for mention in mentions if mention.stands and mention.begins},
        {mention.letter for mention in mentions if mention.stands},
    ):
        if chosen:
            return chosen.pop() if len(chosen) == 1 else None
    return _by_content(text, options or {})


def _mentions(text: str, named: Mapping[str, str]) -> list[_Mention]:
    """The letters that an answer mentions and does not deny."""
    group = "|".join(re.escape(letter) for letter in sorted(named, key=len, reverse=True))
    letter = re.compile(
        rf"(?:(?<![A-Za-z0-9])|(?<=nswer)|(?<=ption))(?:{group})(?![A-Za-z0-9])", re.IGNORECASE
    )
    found: list[_Mention] = []
    for match in letter.finditer(text):
        mention = _mention(text, match, named[match[0].casefold()])
        if found and _joins(found[-1], mention, text):
            mention = replace(mention, named=mention.named or found[-1].named)
        found.append(mention)
    denied = _denied_letters(text, found)
    return [mention for mention, no in zip(found, denied, strict=True) if not no]


def _mention(text: str, match: re.Match[str], letter: str) -> _Mention:
    before, after = text[max(0, match.start() - NEAR) : match.start()], _after(text, match.end())
    opens = not re.search(r"[^\W_]", before) and match.start() < NEAR
    named = bool(_CHOICE.search(before)) and not _ASKED.match(after)
    if not letter.isascii():
        stands, begins = True, opens
    elif _NOUN.match(after):
        named = stands = begins = False
    else:
        judged = bool(_JUDGED.match(after))
        word = re.match(r"\s+[a-z]", after)
        named = named and not (word and match[0].islower())
        written = match[0] == letter
        reasoned = opens and bool(_REASONED.match(after) or (word and letter != "A"))
        stands = written and (judged or reasoned or bool(_BOUNDED.match(after)))
        begins = judged or bool(_BEGINS.search(before))
    return _Mention(
        letter=letter,
        start=match.start(),
        end=match.end(),
        named=named,
        stands=stands and not _ASKED.match(after),
        begins=begins,
    )


def _after(text: str, end: int) -> str:
    return text[end : end + REACH]


def _joins(first: _Mention, second: _Mention, text: str) -> bool:
    """Whether two letters are members of one list: A、B, A或B, A B."""
    between = text[first.end : second.start]
    if _TIGHT.fullmatch(between):
        return second.stands
    return bool(_LOOSE.fullmatch(between) and _LIST_ENDS.match(_after(text, second.end)))


def _denied_letters(text: str, mentions: list[_Mention]) -> list[bool]:
    """Which letters are denied; a denial before or after a list is of all its members."""
    before: list[bool] = []
    for place, mention in enumerate(mentions):
        near = text[max(0, mention.start - NEAR) : mention.start]
        listed = place > 0 and before[-1] and _joins(mentions[place - 1], mention, text)
        before.append(bool(listed or _DENIED_BEFORE.search(near)))
    after = [bool(_DENIED_AFTER.match(_after(text, mention.end))) for mention in mentions]
    for place in range(len(mentions) - 2, -1, -1):
        between = text[mentions[place].end : mentions[place + 1].start]
        after[place] |= after[place + 1] and bool(_TIGHT.fullmatch(between))
    return [early or late for early, late in zip(before, after, strict=True)]


def _by_content(text: str, options: Mapping[str, str]) -> str | None:
    """The only option whose content is written; a longer content hides a shorter one within it."""
    contents = sorted(options.items(), key=lambda item: -len(item[1]))
    found = []
    for letter, content in contents:
        content = plain(content)
        if content and content in text:
            if not all(_denied(text, place, len(content)) for place in _places(text, content)):
                found.append(letter)
            text = text.replace(content, "\0")
    return found[0] if len(found) == 1 else None


def _places(text: str, part: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(part), text)]


def _denied(text: str, start: int, length: int) -> bool:
    before, after = text[max(0, start - NEAR) : start], _after(text, start + length)
    return bool(_DENIED_BEFORE.search(before) or _CONTENT_DENIED.match(after))
