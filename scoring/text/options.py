"""The option that a free answer to a multiple-choice question chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from scoring.text import option_words as words
from scoring.text.markup import unmarked
from scoring.text.option_lines import letters_first
from scoring.text.plain import plain
from scoring.text.verdicts import is_pair, judged

NEAR, REACH = 40, 60

MOST = 400
"""Letters that the longest answer mentions; what mentions more chooses nothing."""


class _Weight(IntEnum):
    """How far a mention of a letter goes towards choosing it."""

    PROSE = -1
    NONE = 0
    STANDS = 1
    BEGINS = 2
    CHOSEN = 3
    CONCLUDED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A letter that is no part of a word.

    ``also`` where it is named beside another (B也可以), ``elsewhere`` where it is chosen for another
    case (如果是电气火灾，则选B).
    """

    letter: str
    start: int
    end: int
    weight: _Weight
    also: bool
    elsewhere: bool


def option_of(
    text: str, letters: tuple[str, ...], options: Mapping[str, str] | None = None
) -> str | None:
    """The letter that an answer chooses; ``None`` where it chooses none or several.

    Read in this order: the letter alone; the letter of a conclusion (答案是B, 故选B, B项错误，当选); the
    letter after a word of choosing (选B) or on a line of its own; the only letter that stands for
    an option; the only option whose content is written, or of two verdicts (正确, 错误) the one that
    is stated in other words too (不对, ×). Letters inside words (DCS) or before a noun (A类火灾)
    choose nothing, nor do letters that are denied (排除A和C), supposed (如果选A), others' (有人选A) or
    taken back (答案是A？不); one for another case (若是电气火灾则选A) yields to what is chosen without.

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
    >>> option_of("选A会超温，故选B（见DCS报警）", ("A", "B", "C", "D"))
    'B'
    """
    text = "\n".join(filter(None, map(plain, unmarked(text).splitlines())))
    text = letters_first(text, letters)
    named = {letter.casefold(): letter for letter in letters}
    alone = _bare(re.sub(r"^选项|选?项$", "", text)).casefold()
    if alone in named and not words.CROSSED.search(text):
        return named[alone]
    words_of = {letter: letter for letter in letters}
    if is_pair(words_of) and (verdict := judged(text, words_of)):
        return verdict
    contents = {key: plain(unmarked(content)) for key, content in (options or {}).items()}
    mentions = _mentions(_without_contents(text, contents), named)
    for weight in (_Weight.CONCLUDED, _Weight.CHOSEN, _Weight.BEGINS, _Weight.STANDS):
        chosen = {found.letter for found in mentions if found.weight == weight and not found.also}
        if chosen:
            chosen |= {found.letter for found in mentions if found.also}
            return chosen.pop() if len(chosen) == 1 else None
    return judged(text, contents) if is_pair(contents) else _by_content(text, contents)


def _bare(text: str) -> str:
    """A text without signs and blanks at its ends."""
    kept = [at for at, sign in enumerate(text) if sign.isalnum()]
    return text[kept[0] : kept[-1] + 1] if kept else ""


def _without_contents(text: str, contents: Mapping[str, str]) -> str:
    """A text without contents after their letters or with letters: ``B. 错误`` denies nothing."""
    for letter, content in contents.items():
        if content:
            own = rf"(?<![A-Za-z0-9])({re.escape(letter)}[ .、:,(]{{0,3}}){re.escape(content)}"
            text = re.sub(own, r"\1", text)
            if len(content) > 2 and words.HOLDS_LETTER.search(content):
                text = text.replace(content, "…")
    return text


def _mentions(text: str, named: Mapping[str, str]) -> list[_Mention]:
    """The letters that an answer mentions, without those that it denies, doubts or takes back."""
    group = "|".join(re.escape(letter) for letter in sorted(named, key=len, reverse=True))
    single = "".join(letter for letter in named.values() if re.fullmatch("[A-Z]", letter))
    several = f"|(?-i:[{single}]{{2,}})" if single else ""
    letter = re.compile(
        rf"(?:(?<![A-Za-z0-9])|(?<=nswer)|(?<=ption))(?:{group}{several})(?![A-Za-z0-9])",
        re.IGNORECASE,
    )
    matches = list(letter.finditer(text))
    if len(matches) > MOST:
        return []
    found = [mention for match in matches for mention in _read(text, match, named)]
    lists: list[list[_Mention]] = []
    for mention in _not_restated(found, list(named.values()), text):
        if lists and _joins(lists[-1][-1], mention, text):
            lists[-1].append(mention)
        else:
            lists.append([mention])
    kept = _held([mention for members in lists for mention in _alike(members, text)], text)
    return _of_this_case(kept, text)


def _not_restated(found: list[_Mention], letters: list[str], text: str) -> list[_Mention]:
    """The mentions without those of a place that writes all options out: A. 铁 B. 铜 C. 铝."""
    place, kept = 0, []
    while place < len(found):
        run = found[place : place + len(letters)]
        marks = {text[member.end : member.end + 2].strip()[:1] for member in run}
        gaps = [text[one.end : two.start] for one, two in pairwise(run)]
        restated = (
            [member.letter for member in run] == letters
            and len(marks) == 1
            and bool(words.MARK.match(marks.pop()))
            and all(len(gap) <= REACH and not words.SAID.search(gap) for gap in gaps)
        )
        kept += [] if restated else run[:1]
        place += len(letters) if restated else 1
    return kept


def _read(text: str, match: re.Match[str], named: Mapping[str, str]) -> Iterator[_Mention]:
    """What one place mentions: a letter, or several that are written as one word (BC)."""
    before, after = text[max(0, match.start() - NEAR) : match.start()], _after(text, match.end())
    one = named.get(match[0].casefold())
    for letter in [one] if one else match[0]:
        weight = _weight(before, after, match, letter)
        if not one and weight < _Weight.CHOSEN:
            weight = _Weight.NONE
        also = words.ALSO_BEFORE.search(before) or words.ALSO_AFTER.match(after)
        yield _Mention(
            letter=letter,
            start=match.start(),
            end=match.end(),
            weight=weight,
            also=bool(also) and match[0] == letter,
            elsewhere=weight >= _Weight.CHOSEN and bool(words.ELSEWHERE.search(before)),
        )


def _weight(before: str, after: str, match: re.Match[str], letter: str) -> _Weight:
    """What the words around a letter make of it."""
    if (letter.isascii() and words.NOUN.match(after)) or words.ASKED.match(after):
        return _Weight.PROSE
    article = match[0].islower() and re.match(r"\s+[a-z]", after)
    if not article and words.ELECTED.match(after):
        return _Weight.CONCLUDED
    if not article and _concludes(before, after):
        return _Weight.CONCLUDED
    if not article and words.CHOOSES.search(before):
        supposed = words.SUPPOSED.match(after) and not words.DECIDES.search(before)
        return _Weight.NONE if supposed else _Weight.CHOSEN
    if words.LINE.search(before) and words.LINE_ENDS.match(after):
        return _Weight.CHOSEN
    return _standing(before, after, match, letter)


def _concludes(before: str, after: str) -> bool:
    ends = words.ENDS.match(after)
    hence = ends and (words.HENCE.search(before) or words.NAMES_ANSWER.search(before))
    return bool(hence or words.CONCLUDES.search(before) or words.ONLY.match(after))


def _standing(before: str, after: str, match: re.Match[str], letter: str) -> _Weight:
    """Whether a letter that nothing chooses stands for its option."""
    opens = not re.search(r"[^\W_]", before) and match.start() < NEAR
    if not letter.isascii():
        return _Weight.BEGINS if opens else _Weight.STANDS
    labelled = bool(words.LABELS.search(before))
    judged = bool(words.JUDGED.match(after))
    word = re.match(r"\s+[a-z]", after)
    reasoned = opens and (words.REASONED.match(after) or (word and letter != "A"))
    if not (judged or reasoned or words.BOUNDED.match(after)) or match[0] not in (
        letter,
        letter.lower() if labelled else letter,
    ):
        return _Weight.NONE
    begins = judged or labelled or words.BEGINS.search(before)
    return _Weight.BEGINS if begins else _Weight.STANDS


def _after(text: str, end: int) -> str:
    return text[end : end + REACH]


def _joins(first: _Mention, second: _Mention, text: str) -> bool:
    """Whether two letters are members of one list: A、B, A或B, A B."""
    between = text[first.end : second.start]
    if words.TIGHT.fullmatch(between):
        return second.weight > _Weight.NONE or not words.DASH.search(between)
    after = _after(text, second.end)
    if between == "\n":
        return first.weight == _Weight.CONCLUDED and bool(words.LINE_ENDS.match(after))
    return bool(words.LOOSE.fullmatch(between) and words.LIST_ENDS.match(after))


def _alike(members: list[_Mention], text: str) -> list[_Mention]:
    """The members of a list that are not denied, all of one weight.

    A denial before a member is of all that follow it, one after a member of all before it.
    """
    weights = [member.weight for member in members]
    weight = _Weight.PROSE if _Weight.PROSE in weights else max(weights)
    first, last = 0, len(members)
    for place, member in enumerate(members):
        if place < last and _denied_before(text, member):
            last = place
        if _denied_after(text, member):
            first = place + 1
    return [replace(member, weight=weight) for member in members[first:last]]


def _denied_before(text: str, mention: _Mention) -> bool:
    before = text[max(0, mention.start - NEAR) : mention.start]
    compared = before[-1:] in ("与", "和", "跟", "同") and words.COMPARED.match(
        _after(text, mention.end)
    )
    line = before.rpartition("\n")[2]
    return bool(compared or words.DENIED_BEFORE.search(line) or words.DOUBTED_BEFORE.search(before))


def _denied_after(text: str, mention: _Mention) -> bool:
    after = _after(text, mention.end)
    judged_wrong = words.DENIED_AFTER.match(after) and not words.ELECTED.match(after)
    return bool(judged_wrong or words.REJECTED.match(after))


def _held(mentions: list[_Mention], text: str) -> list[_Mention]:
    """The mentions after the last correction that a choice follows, and after what voids a text."""
    choices = [mention.start for mention in mentions if mention.weight >= _Weight.CHOSEN]
    marks = [found.end() for found in words.CORRECTED.finditer(text)]
    followed = [mark for mark in marks if choices and mark <= choices[-1]]
    voided = [found.end() for found in words.VOIDED.finditer(text)]
    held_from = max(followed + voided, default=0)
    return [mention for mention in mentions if mention.start >= held_from]


def _of_this_case(mentions: list[_Mention], text: str) -> list[_Mention]:
    """The mentions without those for another case, where an answer without one goes before."""
    chosen = (
        mention.end
        for mention in mentions
        if not mention.elsewhere and (mention.weight >= _Weight.CHOSEN or _alone(mention, text))
    )
    first = min(chosen, default=len(text))
    return [one for one in mentions if not one.elsewhere or one.start < first]


def _alone(mention: _Mention, text: str) -> bool:
    before = text[max(0, mention.start - NEAR) : mention.start]
    after = _after(text, mention.end)
    return bool(words.LINE.search(before) and words.SENTENCE.match(after))


def _by_content(text: str, contents: Mapping[str, str]) -> str | None:
    """The only option whose content is written, or is concluded; a longer content hides a shorter."""
    others = ("\0", *filter(None, contents.values()))
    found: list[str] = []
    concluded: list[str] = []
    for letter, content in sorted(contents.items(), key=lambda item: -len(item[1])):
        if not content:
            continue
        places = [
            (text[max(0, match.start() - NEAR) : match.start()], _after(text, match.end()))
            for match in re.finditer(re.escape(content), text)
        ]
        said = [place for place in places if not _denied(*place)]
        found += [letter] if said else []
        concluded += [letter] if any(_concluded(*place, others) for place in said) else []
        text = text.replace(content, "\0")
    chosen = concluded or found
    return chosen[0] if len(chosen) == 1 else None


def _denied(before: str, after: str) -> bool:
    unsaid = words.DENIED_BEFORE.search(before) or words.DOUBTED_BEFORE.search(before)
    return bool(unsaid or words.CONTENT_DENIED.match(after))


def _concluded(before: str, after: str, others: tuple[str, ...]) -> bool:
    """Whether a content is concluded and no other follows it as in a list."""
    listed = after.lstrip(words.LISTED).startswith(others)
    return bool(words.CONCLUDES.search(before)) and not listed
