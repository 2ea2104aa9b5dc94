"""The option that a free answer to a multiple-choice question chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scoring.text.plain import plain

NEAR, REACH = 16, 200
_CHOICE = (
    r"(?:正确答案|答案|正确选项|正确的是|故选|应选|选择|选项|选|answer|option|choose)"
    r"\s*(?:应该?)?(?:是|为|选|is)?\s*[:,]?\s*[\[(“\"'*]*\s*"
)
_DENIED_BEFORE = re.compile(
    r"(?:不|不能|不应|别|勿|排除|并非|不是|而非|not)\s*(?:选择?|选项)?\s*$", re.IGNORECASE
)
_DENIED_AFTER = re.compile(
    r"^\s*[)\]”\"'*]*\s*(?:选?项)?\s*(?:是|都|均)?\s*(?:错|不对|不正确|不可|不符|不选|排除|有误|is wrong)"
)
_SEVERAL = re.compile(r"^\s*(?:[、,/&+]|和|与|及|或|and|or)\s*")


def option_of(
    text: str, letters: tuple[str, ...], options: Mapping[str, str] | None = None
) -> str | None:
    """The letter that an answer chooses; ``None`` where it chooses none or several.

    Read in this order: the letter alone; the letter after a word of choosing (答案是B); the letter
    that the answer opens with; the only letter that stands alone; the only option whose content
    is written. Letters inside words (DCS) and letters that are denied (A项错误) choose nothing.

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
    text = plain(text)
    named = {letter.casefold(): letter for letter in letters}
    alone = re.sub(r"^[\W_]+|[\W_]+$", "", re.sub(r"^选项|[选]?项$", "", text)).casefold()
    if alone in named:
        return named[alone]
    group = "|".join(re.escape(letter) for letter in sorted(letters, key=len, reverse=True))
    letter = rf"(?<![A-Za-z0-9])(?P<letter>{group})(?![A-Za-z0-9])"
    chosen = re.compile(_CHOICE + rf"(?P<letter>{group})(?![A-Za-z0-9])", re.IGNORECASE)
    for pattern in (chosen, re.compile(r"^[\W_]*" + letter), re.compile(letter)):
        matches = list(pattern.finditer(text))
        if matches:
            found = _affirmed(text, matches, re.compile(rf"(?P<letter>{group})(?![A-Za-z0-9])"))
            if found:
                return next(iter(found)) if len(found) == 1 else None
    return _by_content(text, options or {})


def _affirmed(text: str, matches: list[re.Match[str]], letter: re.Pattern[str]) -> set[str]:
    """Letters that are chosen and not denied; those listed after one (A、B) with it."""
    found = set()
    for match in matches:
        before = text[max(0, match.start() - NEAR) : match.start()]
        after = text[match.end() : match.end() + REACH]
        if _DENIED_BEFORE.search(before) or _DENIED_AFTER.search(after):
            continue
        found.add(match["letter"].upper() if match["letter"].isascii() else match["letter"])
        while several := _SEVERAL.match(after):
            following = letter.match(after, several.end())
            if following is None:
                break
            after = after[following.end() :]
            if not _DENIED_AFTER.search(after):
                found.add(following["letter"])
    return found


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
    return bool(_DENIED_BEFORE.search(text[:start]) or _DENIED_AFTER.search(text[start + length :]))
