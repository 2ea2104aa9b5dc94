"""Numbers in a text, in digits or Chinese numerals, with magnitude and unit, as exact quantities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from harness.normal_forms import normalized
from scoring.text.markup import unmarked
from scoring.text.named import asserted, concluded, named_parts, totalled, yielded
from scoring.text.plain import readable
from scoring.text.quantity import Quantity
from scoring.text.relations import relation_of
from scoring.text.unit_names import COUNTED, PARTS
from scoring.text.units import MAGNITUDE, PER, UNIT, is_known, units_of

DIGITS = {
    **{letter: value for value, letter in enumerate("零一二三四五六七八九")},
    **{letter: value for value, letter in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "两": 2,
    "貳": 2,
    "參": 3,
    "陸": 6,
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}

LONGEST = 60
"""Characters of the longest number that is read: what is longer was not meant as one."""

MOST_DIGITS = 40

LIMITS = {"<=", ">="}
"""Relations that the number itself has."""

_SIGN = r"(?:(?<![0-9%)\]年月A-Za-z])[-+]|负|零[下上])"
_MONEY = r"[¥€£]|(?:US|HK)?\$|(?:USD|RMB|CNY|EUR)\s?(?=[0-9])"
_DIGITS = (
    rf"(?P<sign>{_SIGN}?)(?:摄氏)?\s{{0,2}}(?P<money>{_MONEY})?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?![0-9,])|\d{1,3}(?: \d{3})+(?![0-9 ]?[0-9])|\d+)(?P<decimals>\.\d+)?"
    r"(?:(?:[eE](?P<e>[-+]?\d+))|(?:\s*[×xX*]\s*10\^(?P<power>[-+]?\d+))|(?:(?<=[^0-9.]10)|(?<=^10))\^(?P<tens>[-+]?\d+)|/(?P<below>\d+))?"
    r"(?![0-9])"
)
_LETTERS = "".join([*DIGITS, *TENS, *MYRIADS])
_TIMES = "".join([*TENS, *MYRIADS])
# A numeral does not end in 两 but where it is nothing else: 三两 is three of a unit.
_NUMERAL = rf"(?:[{_LETTERS.replace('两', '')}]|(?<![{_LETTERS}])两|两(?=[{_TIMES}]))+"
_CHINESE = (
    r"(?P<minus>负|零[下上])?(?:摄氏)?(?P<numeral>(?:百分之|千分之)?"
    rf"{_NUMERAL}(?:点{_NUMERAL})?(?:分之{_NUMERAL})?"
    r"|(?<![上下前后大小多过])半(?=个?(?:小时|钟头|月)|年))"
)
_AFTER = rf"(?P<gap>\s*)(?P<unit>{UNIT})(?P<half>半(?![年天月日小个数价径导成]))?"
_NUMBER = (
    rf"(?P<rate>{PER})?(?:%s{_DIGITS}(?:\s*(?P<magnitude>{MAGNITUDE}))?|{_CHINESE})(?:{_AFTER})?"
)
_PATTERN = re.compile(_NUMBER.replace("%s", r"(?<![A-Za-z0-9.])"))
# The next part of an amount may stand right after a unit's letters: 1h30min.
_NEXT = re.compile(_NUMBER.replace("%s", ""))
_WORD = re.compile(r"\s*[A-Za-z]")
# What follows a number without being counted by it: 12左右, 12的, 12符合要求.
_NO_WORD = (
    rf"[{_LETTERS}左右上下内外前后时之的地得是为即就才可能会应须需要吧呢哦啊了呀吗么整多余来约共和与或及到至但而所因则"
    "也都不并且又再最较更由从在其此该这那每乘除加减比大小高低等符合满正错无有已未均属作算解故综另若当按经通说表参见含仅只还将被给让用附起止]"
)
# An English word that is counted stands in the plural.
_COUNTED_BY = re.compile(
    rf"\s{{0,2}}(?:({'|'.join([*COUNTED, *PARTS])})|(?!{_NO_WORD})([\u4e00-\u9fff])"
    r"|(?!(?:plus|minus|this|thus|always|its|was|has|yes)\b)([a-z]{2,14}[a-rt-z]s)\b)"
)
_TOGETHER = re.compile(r"\s?(?:零|又)?\s?")
_AND_HALF = re.compile(r"个半(小时|钟头|星期|月)")
# Words of other meaning, unless they stand inside a number: 万一, but 六万一千; 一一, but 二〇一一.
_APART = rf"(?<![0-9{_LETTERS}])"
_EVERYDAY = re.compile(
    rf"{_APART}(?:十分(?![钟之])|万一|一一(?![{_LETTERS}])|千万(?![元吨人])|一度(?!电)|两两|一成不变)"
    rf"|(?<=[{_LETTERS}])百分点|第[一二三四五六七八九十]+"
    # The number and year of a standard: GB/T 19001-2016.
    r"|(?<![A-Za-z])[A-Z]{2,5}(?:/[A-Z]{1,2})? ?[0-9]{2,6}(?:\.[0-9]{1,3})?-(?:19|20)[0-9]{2}(?![0-9])"
)
# One letter alone is more often a word (一般, 统一) than a number, but not before a measure word.
_COUNTED = re.compile(r"[二两三四五六七八九十][个人次台条项座只件家名辆艘页层级类种步倍位处]")
_LIST = re.compile(r"\s*(?:[、,;/~～\-—至到或和与]|以及)\s*")
# One sign for a fraction, beside a whole number or alone: 1½ is 3/2, not 11/2.
_VULGAR = re.compile(r"((?<=[0-9０-９])\s?)?([¼½¾⅐-⅞])")
_MIXED = re.compile(r"(?<![0-9./])(\d{1,9})\s?又\s?(\d{1,9})/(\d{1,9})(?![0-9/])")
_COUNTED_MYRIADS = re.compile(r"(?<=[0-9])个(?=[万亿](?![分之]))")
# A unit in brackets is the number's all the same: 12(万元).
_BRACKETED = re.compile(
    rf"(?<=[0-9])\s?\((?:单位[:为]?)? ?({MAGNITUDE}{UNIT}|{UNIT}|{MAGNITUDE}) ?\)"
)


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every number of a text in order; a list such as ``3.5、3.9MPa`` shares its last unit.

    Numbers side by side whose units of one kind descend are one amount: 1小时30分, 5元3角.

    Examples
    --------
    >>> [(str(found.value), found.unit) for found in quantities("约1.2万元，合壹万贰仟元")]
    [('12000', '元'), ('12000', '元')]
    """
    return _found(_prepared(text))


def _prepared(text: str) -> str:
    """A text without markup and the brackets of units, in NFKC, with mixed numbers in one."""
    text = _BRACKETED.sub(r" \1", readable(_VULGAR.sub(_fraction, unmarked(text))))
    return _COUNTED_MYRIADS.sub("", _MIXED.sub(_improper, text))


def _fraction(sign: re.Match[str]) -> str:
    return ("" if sign[1] is None else "又") + normalized("NFKC", sign[2]).replace("⁄", "/")


def _improper(mixed: re.Match[str]) -> str:
    whole, above, below = map(int, mixed.groups())
    return f"{whole * below + above}/{below}"


def _found(text: str) -> tuple[Quantity, ...]:
    """The quantities of a prepared text, with their places in it."""
    text = _EVERYDAY.sub(lambda word: "#" * len(word[0]), text)
    text = _AND_HALF.sub(r"个\1半", text)
    found: list[Quantity] = []
    for quantity in _summed(list(_each(text)), text):
        if found and _goes_on(found[-1], quantity, text):
            first = found.pop()
            more = quantity.value * (
                first.magnitude // 10 if _shortened(first, quantity, text) else 1
            )
            quantity = replace(quantity, value=first.value + more, start=first.start, scale=1)
        found.append(quantity)
    for place in range(len(found) - 2, -1, -1):
        here, following = found[place], found[place + 1]
        is_bare = not (here.unit or here.word)
        if is_bare and _LIST.fullmatch(text[here.end : following.start]):
            found[place] = replace(here, unit=following.unit, word=following.word)
    return tuple(replace(one, relation=relation_of(text, one.start, one.end)) for one in found)


def written_quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of a text but those that it denies, as in 不是12, and its repetitions in words.

    Examples
    --------
    >>> [found.unit for found in written_quantities("12000元（大写壹万贰仟元整）")]
    ['元']
    """
    text = _prepared(text)
    found = asserted(text, _found(text))
    in_figures = {
        (entry.measures, entry.base)
        for entry in found
        if re.search("[0-9]", text[entry.start : entry.end])
    }
    return tuple(
        entry
        for entry in found
        if re.search("[0-9]", text[entry.start : entry.end])
        or in_figures.isdisjoint({("", entry.base), (entry.measures, entry.base)})
    )


def _each(text: str) -> Iterator[Quantity]:
    """The numbers of a text, each by itself."""
    match = _PATTERN.search(text)
    while match:
        quantity = _read(match)
        if quantity:
            yield quantity
        end = quantity.end if quantity else match.end()
        after = _NEXT.match(text, end) if quantity and quantity.unit else None
        match = after or _PATTERN.search(text, end)


def _summed(read: list[Quantity], text: str) -> Iterator[Quantity]:
    """The numbers with the parts of each amount added up: 1小时30分 is 1.5小时."""
    place = 0
    while place < len(read):
        whole, last = read[place], read[place]
        while place + 1 < len(read) and (unit := _part_of(last, read[place + 1], text)):
            place += 1
            last = read[place]
            named = replace(whole, unit=_in_full(whole.unit, unit))
            more = replace(last, unit=_in_full(last.unit, unit)).converted(named) or 0
            value = whole.value - more if whole.value < 0 else whole.value + more
            whole = replace(named, value=value, end=last.end, scale=1)
        place += 1
        if whole.unit not in PARTS:
            yield whole
        elif text[whole.start : whole.end - 1] not in DIGITS:
            yield replace(whole, unit="", word=whole.unit, end=whole.end - 1)


def _part_of(first: Quantity, second: Quantity, text: str) -> str:
    """What two neighbours measure as parts of one amount; ``""`` where they are two."""
    if not _TOGETHER.fullmatch(text[first.end : second.start]) or text[second.start] in "-+负¥$":
        return ""
    for ours in first.units:
        for theirs in second.units:
            if ours.quantity == theirs.quantity and theirs.size < ours.size:
                return ours.quantity
    return ""


def _in_full(unit: str, measured: str) -> str:
    """The unit that a word such as 分 stands for in an amount."""
    meant = (name for name in PARTS.get(unit, ()) if units_of(name)[0].quantity == measured)
    return next(meant, unit)


def _goes_on(first: Quantity, second: Quantity, text: str) -> bool:
    """Whether two numbers are the parts of one, as in 3亿5千万, 6万一千, 3万2000 and 1万5."""
    between = text[first.end : second.start]
    if first.unit or first.word or between not in ("", "零") or first.value <= 0:
        return False
    if not 0 < second.value < first.magnitude:
        return False
    fills = second.value * 10 >= first.magnitude or between or text[second.start] in "零〇"
    return second.magnitude > 1 or bool(fills) or _shortened(first, second, text)


def _shortened(first: Quantity, second: Quantity, text: str) -> bool:
    """Whether a number goes on with one digit without its magnitude: 5 in 1万5."""
    digit = second.value in range(1, 10) and text[second.start] in "123456789"
    return digit and second.magnitude == 1 and first.end == second.start


def answered_number(text: str, wanted: Quantity) -> Fraction | None:
    """The one number that a text gives as its answer, in the wanted unit; ``None`` for several.

    Where the text names its answer (答案是…) only what follows is read. Numbers of another kind
    (80℃ beside a wanted MPa, 吨 beside a wanted 元/吨) and in units that nobody knows are not
    answers, nor is a count (12台) where a unit is wanted or a unit where a count is; a bare number
    is in the wanted unit.

    Examples
    --------
    >>> wanted = quantities("12000元")[0]
    >>> answered_number("共1.2万元", wanted), answered_number("11000、12000元", wanted)
    (Fraction(12000, 1), None)
    """
    text = _prepared(text)
    named = named_parts(text)
    values = _values(named or [text], wanted)
    if len(values) > 1 and not named:
        parts = concluded(text)
        values = values if parts == [text] else _values(parts, wanted)
        if len(values) > 1:
            values = _total(parts, wanted)
    return values.pop() if len(values) == 1 else None


def _total(parts: list[str], wanted: Quantity) -> set[Fraction | None]:
    """What a conclusion gives as a total, if it has one.

    What was not counted before is no total of it: 3个班 in 需12台，共3个班.
    """
    before, after = totalled(parts[0])
    if after == parts[0]:
        return set()
    summed, total = (
        {entry.measures or entry.word for entry in _found(part)} for part in (before, after)
    )
    if summed and not (summed & total or "" in summed | total):
        return set()
    return _values([after, *parts[1:]], wanted)


def _values(parts: list[str], wanted: Quantity) -> set[Fraction | None]:
    """The values of some parts of a text; of several only what the calculations among them yield."""
    told = [(part, asserted(part, _found(part))) for part in parts]
    values = _converted([quantity for _, found in told for quantity in found], wanted)
    if len(values) > 1:
        values = _converted(
            [quantity for part, found in told for quantity in yielded(part, found)], wanted
        )
    return values


def _converted(found: list[Quantity], wanted: Quantity) -> set[Fraction | None]:
    """The values that may be meant, in the wanted unit; ``None`` among them for a contradiction.

    A number that something else is related to (大于12) is not written, unless the wanted one is
    related alike. Where neither is so and no number is written for itself, a limit that holds its
    number (至少12, ≤12) writes it; limits in both directions contradict each other.
    """
    holding = [entry for entry in found if entry.relation in ("", *LIMITS)]
    meant = _meant(holding, wanted)
    plain: set[Fraction | None] = {value for entry, value in meant if not entry.relation}
    if plain and not wanted.relation:
        return plain
    directions = {wanted.relation, *(entry.relation for entry, _ in meant)}
    directions |= {entry.relation for entry in holding if not (entry.unit or entry.word)}
    if wanted.relation:
        meant = _meant([one for one in found if one.relation in ("", wanted.relation)], wanted)
    values: set[Fraction | None] = {value for _, value in meant}
    return values | {None} if directions >= LIMITS else values


def _meant(found: list[Quantity], wanted: Quantity) -> list[tuple[Quantity, Fraction]]:
    """The quantities that measure what is wanted, in its unit; bare numbers where none does."""
    alike = [(entry, value) for entry in found if (value := entry.converted(wanted)) is not None]
    if alike:
        return alike
    bare = [entry for entry in found if not entry.unit and not (wanted.unit and entry.word)]
    if not bare and not wanted.unit and not wanted.word:
        bare = [entry for entry in found if entry.measures == "share"]
        if not bare:
            return [(entry, entry.value) for entry in found]
    return [(entry, entry.read_as(wanted)) for entry in bare]


def chinese_number(numeral: str) -> Fraction | None:
    """The value of a Chinese numeral, everyday or financial; ``None`` where it is none or too long.

    Examples
    --------
    >>> chinese_number("壹万贰仟"), chinese_number("十二点五"), chinese_number("万一")
    (Fraction(12000, 1), Fraction(25, 2), None)
    """
    if len(numeral) > MOST_DIGITS:
        return None
    if numeral == "半":
        return Fraction(1, 2)
    for word, parts in (("百分之", 100), ("千分之", 1000)):
        if numeral.startswith(word):
            above = chinese_number(numeral[len(word) :])
            return None if above is None else above / parts
    if "分之" in numeral:
        below, above = (chinese_number(part) for part in numeral.split("分之", 1))
        return None if not below or above is None else above / below
    whole, point, decimals = numeral.partition("点")
    value = _whole(whole)
    if value is None:
        return None
    if point:
        tail = decimals.rstrip("".join(MYRIADS))
        if not tail or any(letter not in DIGITS for letter in tail):
            return None
        value += Fraction(int("".join(str(DIGITS[letter]) for letter in tail)), 10 ** len(tail))
        for letter in decimals[len(tail) :]:
            value *= MYRIADS[letter]
    return value


def _whole(numeral: str) -> Fraction | None:
    if not numeral:
        return None
    if all(letter in DIGITS for letter in numeral):
        return Fraction(int("".join(str(DIGITS[letter]) for letter in numeral)))
    total = section = 0
    digit: int | None = None
    last = 1
    for letter in numeral:
        if letter in DIGITS:
            if digit:
                return None
            digit = DIGITS[letter]
        elif letter in TENS:
            if digit is None and not (letter in "十拾" and section == 0):
                return None
            section += (1 if digit is None else digit) * TENS[letter]
            last, digit = TENS[letter], None
        else:
            section += digit or 0
            if not section and not total:
                return None
            total = (
                (total + section) * MYRIADS[letter]
                if letter in "亿億"
                else total + (section * MYRIADS[letter])
            )
            last, section, digit = MYRIADS[letter], 0, None
    if digit and last > 10 and numeral[-2] not in "零〇":
        digit *= last // 10  # 一万二 is 12000
    return Fraction(total + section + (digit or 0))


def _unit_after(match: re.Match[str]) -> tuple[str, int]:
    """The unit after a number and where it ends; a word after a space is none, nor is a year's 年."""
    unit = match["unit"]
    if unit is None:
        return "", match.end()
    word = match["gap"] and unit not in PARTS and not is_known(unit)
    if word and (unit.islower() or _WORD.match(match.string, match.end())):
        return "", match.start("gap")
    if unit == "年" and len(match["digits"] or match["numeral"]) == 4:
        return "", match.start("gap")
    return unit, match.end()


def _read(match: re.Match[str]) -> Quantity | None:
    unit, end = _unit_after(match)
    numeral, magnitude = match["numeral"], 1
    if len(match[0]) > LONGEST or sum(map(str.isdigit, match[0])) > MOST_DIGITS:
        return None
    if numeral is not None:
        value = chinese_number(numeral)
        lone = len(numeral) == 1 and not unit and len(match.string.strip()) > 1
        if value is None or (lone and not _COUNTED.match(match.string, match.start("numeral"))):
            return None
        for word, sign in (("百分之", "%"), ("千分之", "‰")):
            if numeral.startswith(word) and not unit:
                value, unit = value / units_of(sign)[0].size, sign
        magnitude = TENS.get(numeral[-1]) or MYRIADS.get(numeral[-1]) or 1
        if match["minus"] in ("负", "零下"):
            value = -value
    else:
        digits = match["digits"].replace(",", "").replace(" ", "")
        value = Fraction(digits + (match["decimals"] or ""))
        if match["below"]:
            if not int(match["below"]):
                return None
            value /= int(match["below"])
        if match["tens"]:
            value = Fraction(1)
        exponent = int(match["e"] or match["power"] or match["tens"] or 0)
        if abs(exponent) > 30:
            return None
        value *= Fraction(10) ** exponent
        for letter in match["magnitude"] or "":
            magnitude *= TENS.get(letter) or MYRIADS[letter]
        value *= magnitude
        if match["sign"] in ("-", "负", "零下"):
            value = -value
        unit = unit or (match["money"] or "").strip()
    if unit and match["half"]:
        value += Fraction(1, 2)
    counted = None if unit else _COUNTED_BY.match(match.string, end)
    is_one = magnitude in MYRIADS.values() and (
        numeral is None or sum(letter in MYRIADS for letter in numeral) == 1
    )
    return Quantity(
        value=value,
        unit=unit,
        word=next(filter(None, counted.groups())) if counted else "",
        start=match.end("rate") if match["rate"] else match.start(),
        end=end,
        magnitude=magnitude,
        scale=magnitude if is_one and (unit or counted) else 1,
        per=match["per"] or "",
    )
