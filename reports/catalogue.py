"""The words of a page in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markupsafe import Markup, escape

LOCALES = ("zh-CN", "en")
FOLDER = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A locale's sentences by key, with ``{name}`` fields."""

    locale: str
    sentences: Mapping[str, str]

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence of a key with its fields filled in.

        Raises
        ------
        KeyError
            A key or a field that the catalogue does not have.
        """
        return self.sentences[key].format(**fields)

    def rich(self, key: str, **fields: object) -> Markup:
        """Return the sentence as HTML, with every field escaped and set in bold."""
        bold = {name: Markup("<b>{}</b>").format(value) for name, value in fields.items()}
        return escape(self.sentences[key]).format(**bold)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows a key."""
        return key in self.sentences

    def or_text(self, prefix: str, code: str) -> str:
        """Return the word of a code, or the code itself where none is known."""
        return self.sentences.get(f"{prefix}.{code}", code)

    def pick(self, text: Mapping[str, Any] | str | None) -> str:
        """Return the locale's side of a text in two languages."""
        if text is None or isinstance(text, str):
            return text or ""
        first, second = ("zh", "en") if self.locale == "zh-CN" else ("en", "zh")
        return str(text.get(first) or text.get(second) or "")

    def join(self, parts: list[str]) -> str:
        """Several things in a row, with the language's comma."""
        return self.sentences["list.comma"].join(parts)


@cache
def words(locale: str) -> Words:
    """Return the catalogue of a locale."""
    text = (FOLDER / f"{locale}.yaml").read_text(encoding="utf-8")
    return Words(locale=locale, sentences=yaml.safe_load(text))
