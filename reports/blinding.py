"""Names taken out of a record: codes for candidates, a blank for whatever tells who applies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from harness.normal_forms import normalized

BLANK = "［已隐去］"
STRUCTURAL = frozenset({
    "schema", "digest", "ledger", "lock", "proposal", "certainty", "mode", "modes", "adapter", "method",
    "task", "outcome", "kind", "verdict", "better", "floor_origin", "labels_held_by", "inputs",
    "tier", "metric", "bound", "draw_digest", "predictions", "run", "signature", "sha256", "test",
    "correction", "state", "step", "contested", "declared",
})  # fmt: skip
"""Keys whose values are codes of ours, never text of an applicant."""

_LEGAL = re.compile(
    r"(集团)?(股份|有限责任|有限|责任)*公司$|集团$|研究院$|研究所$|大学$|学院$|医院$|中心$|事务所$"
    r"|[\s,.]*\b(co|ltd|limited|inc|corp|corporation|company|llc|group)\b\.?$",
    re.I,
)
_TRADE = re.compile(
    r"(人工智能|智能|智慧|信息|科技|技术|软件|网络|大数据|数据|数字|电子|实业|发展|工程|服务|产业"
    r"|控股|投资|工业|制造|装备|机械|医疗|医药|能源|电力|化工|农业|教育|文化|传媒|物流|供应链|系统|云)$"
)
_PRODUCT = re.compile(
    r"(垂直领域|行业)?(大模型|模型|系统|平台|助手|引擎|方案|智能体|机器人|工具|软件)$|\s*v?\d+(\.\d+)*$",
    re.I,
)
_PLACE = re.compile(r"^.{2,3}?(省|市|自治区)")
_CITY = re.compile(r"(市|县|区|州|盟)$")
_CONTACTS = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Z]{2}\d{6}[0-9A-Z]{10}(?![0-9A-Za-z])"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|\bwww\.\S+|(?<!\d)1[3-9]\d{9}(?!\d)"
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)"
)
_GAP = r"[\s\u200b-\u200f\u2060\ufeff·・_.-]*"
_LEAST = 2
_LEAST_CORE = 3


def telling_terms(candidates: Iterable[Mapping[str, Any]], public: str) -> tuple[str, ...]:
    """Names that tell who applies: applicants, partners, cities, products, and their cores.

    A core (a name without its place, trade and legal form) that stands in the board's own words
    tells nothing and stays; a full name never does.
    """
    full: set[str] = set()
    cores: set[str] = set()
    for candidate in candidates:
        applicant = candidate["applicant"]
        titles = candidate["title"]
        products = [titles] if isinstance(titles, str) else list(titles.values())
        units = [applicant["name"], *(applicant.get("consortium") or ())]
        city = applicant.get("city") or ""
        full.update([*products, *units, city])
        cores.add(_CITY.sub("", city))
        for name in units:
            cores.update(_shorter(name, (_LEGAL, _TRADE, _PLACE)))
        for name in products:
            cores.update(_shorter(name, (_PRODUCT,)))
    plain = _plain(public)
    kept = {term for term in full if len(_plain(term)) >= _LEAST}
    for core in cores:
        least = _LEAST if core in {_CITY.sub("", term) for term in full} else _LEAST_CORE
        if len(_plain(core)) >= least and _plain(core) not in plain:
            kept.add(core)
    return tuple(sorted(kept, key=lambda term: (-len(term), term)))


class Blinder:
    """Takes terms out of texts, and puts codes in the place of candidates' ids."""

    def __init__(self, terms: Iterable[str], codes: Mapping[str, str]) -> None:
        self.codes = codes
        self._by_first: dict[str, list[str]] = {}
        for term in sorted(set(terms), key=lambda name: (-len(name), name)):
            letters = _plain(term)
            if letters:
                self._by_first.setdefault(letters[0], []).append(_spelled(letters))
        self._patterns = {
            first: re.compile("|".join(spelled), re.I) for first, spelled in self._by_first.items()
        }
        names = "|".join(re.escape(name) for name in sorted(codes, key=lambda n: (-len(n), n)))
        self._ids = re.compile(rf"(?<![0-9A-Za-z])(?:{names})(?![0-9A-Za-z])") if names else None
        self.text = cache(self._text)

    def record(self, value: Any, key: str = "") -> Any:
        """A record with every text blinded, and candidates' ids replaced, keys too."""
        if isinstance(value, str):
            return self.ids(value) if key in STRUCTURAL else self.text(value)
        if isinstance(value, Mapping):
            return {self.ids(name): self.record(entry, name) for name, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self.record(entry, key) for entry in value]
        return value

    def ids(self, text: str) -> str:
        """A text with codes in the place of candidates' ids."""
        if self._ids is None:
            return text
        return self._ids.sub(lambda found: self.codes[found[0]], text)

    def _text(self, text: str) -> str:
        """A text without terms, contacts or candidates' ids."""
        blind = text
        for first in sorted(set(_plain(text))):
            if first in self._patterns:
                blind = self._patterns[first].sub(BLANK, blind)
        return self.ids(_CONTACTS.sub(BLANK, blind))


def _shorter(name: str, endings: Iterable[re.Pattern[str]]) -> Iterator[str]:
    """Ever shorter forms of a name, each with one ending or beginning less."""
    for ending in endings:
        while (shorter := ending.sub("", name).strip()) != name:
            yield shorter
            name = shorter


def _spelled(letters: str) -> str:
    """A pattern that finds a term in either width, with or without gaps between its letters."""
    return _GAP.join(_either(letter) for letter in letters)


def _either(letter: str) -> str:
    wide = chr(ord(letter) + 0xFEE0) if 0x21 <= ord(letter) <= 0x7E else ""
    upper = chr(ord(letter.upper()) + 0xFEE0) if wide and letter.isalpha() else ""
    kinds = "".join({letter, wide, upper})
    return f"[{re.escape(kinds)}]" if wide else re.escape(letter)


def _plain(text: str) -> str:
    """Letters of a text alone: one width, one case, no gaps."""
    folded = normalized("NFKC", text).casefold()
    return re.sub(_GAP, "", folded)
