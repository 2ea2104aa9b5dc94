"""Samples that are the same or nearly so, among themselves and in what applicants have seen."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.canonical import canonical_json
from scoring.audit.columns import (
    chance_of_agreement,
    holds_sentences,
    is_digests,
    is_sentence,
    numbers_samples,
    variety,
)
from scoring.audit.table import Table, fingerprint, words_of
from scoring.text.plain import bare

Hashes = NDArray[np.uint64]

RUN, HASHES, ROWS = 5, 64, 4
ALIKE = 0.8
SHORTEST = 12
CROWD = 50
OF_KINDS, OF_FEW, BY_CHANCE = 0.5, 0.1, 0.005


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """Counts of samples: copies beyond the first, copies whose targets differ, near copies.

    ``answerable`` counts those that an answer to each distinct input can get right at most.
    """

    copies: int
    conflicting: int
    answerable: int
    near: int
    examples: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """The inputs by which samples are told to be the same.

    ``content`` are all but those that only number the samples. ``chance`` is how likely two samples
    agree in them by chance, were the inputs independent; 0 where they hold sentences or files,
    which do not agree by chance. ``views`` are the inputs that hold sentences, each by itself, and
    together where there are several.
    """

    whole: tuple[str, ...]
    content: tuple[str, ...]
    chance: float
    views: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, table: Table) -> Compared:
        """See what each input of the samples is."""
        columns = {name: table.column(name) for name in table.columns}
        content = [name for name in columns if not numbers_samples(columns[name])]
        varied = {name: variety(columns[name]) for name in content}
        sentences = [name for name in content if holds_sentences(columns[name])]
        surely = {*sentences, *(name for name in content if is_digests(columns[name]))}
        chance = 0.0
        if all(varied[name] < OF_FEW for name in surely):
            chance = math.prod(chance_of_agreement(columns[name]) for name in content)
        views: list[tuple[str, ...]] = [(name,) for name in sentences if varied[name] > OF_KINDS]
        several = tuple(name for name in sentences if varied[name] * len(table) > 1)
        if len(several) > 1:
            views.append(several)
        return cls(whole=table.columns, content=tuple(content), chance=chance, views=tuple(views))

    def telling(self, found: int, possible: int) -> bool:
        """Whether samples found to agree in content are so many more than by chance."""
        return bool(self.content) and self.chance * possible <= BY_CHANCE * found


def likeness(table: Table) -> Likeness:
    """Find samples that repeat another one, exactly or but for a few characters."""
    compared = Compared.of(table)
    groups = _groups(table.inputs, compared.content)
    found = sum(math.comb(len(places), 2) for places in groups.values())
    if not compared.telling(found, math.comb(len(table), 2)):
        groups = _groups(table.inputs, compared.whole)
    many = [places for places in groups.values() if len(places) > 1]
    targets = [
        Counter(canonical_json(_plain(table.targets[place])) for place in places) for places in many
    ]
    conflicting = sum(found.total() for found in targets if len(found) > 1)
    lost = sum(found.total() - max(found.values()) for found in targets)
    firsts = [places[0] for places in groups.values()]
    pairs = _near_by_any([table.inputs[place] for place in firsts], compared.views)
    near = {firsts[at] for pair in pairs for at in pair}
    examples = [(places[0], places[1]) for places in many] + [
        (firsts[a], firsts[b]) for a, b in pairs
    ]
    return Likeness(
        copies=sum(len(places) - 1 for places in many),
        conflicting=conflicting,
        answerable=len(table) - lost,
        near=len(near),
        examples=tuple(examples[:5]),
    )


def overlap(table: Table) -> tuple[int, int]:
    """How many hidden samples are the same as a public one, and how many nearly so."""
    compared = Compared.of(table)
    hidden = _unseen(table, compared.content)
    if not compared.telling(len(table) - len(hidden), len(table) * len(table.public)):
        hidden = _unseen(table, compared.whole)
    shown = len(table.public)
    rows = [*table.public, *(table.inputs[place] for place in hidden)]
    near = {b for a, b in _near_by_any(rows, compared.views) if a < shown <= b}
    return len(table) - len(hidden), len(near)


def _groups(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[bytes, list[int]]:
    """Places of the samples that agree in some inputs, by what these are."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[fingerprint(row, names)].append(place)
    return groups


def _unseen(table: Table, names: Sequence[str]) -> list[int]:
    """Places of the hidden samples that agree with no public one in some inputs."""
    seen = {fingerprint(row, names) for row in table.public}
    return [place for place, row in enumerate(table.inputs) if fingerprint(row, names) not in seen]


def _near_by_any(
    rows: Sequence[Mapping[str, Any]], views: Sequence[Sequence[str]]
) -> list[tuple[int, int]]:
    """Pairs of places of samples that are nearly the same in one view at least."""
    pairs = {pair for view in views for pair in near_pairs([words_of(row, view) for row in rows])}
    return sorted(pairs)


def near_pairs(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places whose texts share four fifths of their runs of five characters.

    Short sentences have too few runs and are a pair where they are equal but for punctuation.
    Candidates come from min-hashes (Broder 1997) in bands; each is then compared in full.
    """
    runs = [_runs(text) for text in texts]
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    equal: dict[str, list[int]] = defaultdict(list)
    for place, hashes in enumerate(runs):
        if len(hashes):
            marks = _marks(hashes)
            for band in range(0, HASHES, ROWS):
                buckets[band, marks[band : band + ROWS].tobytes()].append(place)
        elif is_sentence(texts[place]):
            equal[bare(texts[place])].append(place)
    candidates = {pair for places in buckets.values() for pair in _within(places)}
    alike = {pair for pair in candidates if _share(runs[pair[0]], runs[pair[1]]) >= ALIKE}
    return sorted(alike | {pair for places in equal.values() for pair in _within(places)})


def _within(places: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs of a bucket: all of them, or in a crowd each with the first and with the one before."""
    if len(places) <= CROWD:
        yield from itertools.combinations(places, 2)
    else:
        yield from ((places[0], place) for place in places[1:])
        yield from itertools.pairwise(places)


def _runs(text: str) -> Hashes:
    """Hashes of the distinct runs of characters of a text; none for a short one."""
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(letters) < SHORTEST:
        return np.empty(0, dtype=np.uint64)
    hashes = np.zeros(len(letters) - RUN + 1, dtype=np.uint64)
    for at in range(RUN):
        hashes = hashes * np.uint64(1_000_003) + letters[at : at + len(hashes)]
    return np.unique(hashes)


_ODD = np.arange(1, 2 * HASHES, 2, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def _marks(hashes: Hashes) -> Hashes:
    mixed = (hashes[:, None] + np.uint64(1)) * (_ODD[None, :] | np.uint64(1))
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    least: Hashes = mixed.min(axis=0)
    return least


def _share(ours: Hashes, theirs: Hashes) -> float:
    both = len(np.intersect1d(ours, theirs, assume_unique=True))
    return both / (len(ours) + len(theirs) - both)


def _plain(target: Any) -> Any:
    if isinstance(target, Mapping):
        return {str(key): _plain(value) for key, value in target.items()}
    if isinstance(target, tuple | list):
        return [_plain(part) for part in target]
    return target
