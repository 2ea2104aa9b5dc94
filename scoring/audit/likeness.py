"""Samples that are the same or nearly so, among themselves and in what applicants have seen."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.canonical import canonical_json
from scoring.audit.table import Table, fingerprint, words_of

Hashes = NDArray[np.uint64]

RUN, HASHES, ROWS = 5, 64, 4
ALIKE = 0.8
SHORTEST = 12
CROWD = 50


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


def likeness(table: Table) -> Likeness:
    """Find samples that repeat another one, exactly or but for a few characters."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for place, row in enumerate(table.inputs):
        groups[fingerprint(row)].append(place)
    many = [places for places in groups.values() if len(places) > 1]
    targets = [
        Counter(canonical_json(_plain(table.targets[place])) for place in places) for places in many
    ]
    conflicting = sum(found.total() for found in targets if len(found) > 1)
    lost = sum(found.total() - max(found.values()) for found in targets)
    firsts, names = [places[0] for places in groups.values()], table.texts
    pairs = near_pairs([words_of(table.inputs[place], names) for place in firsts])
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
    seen = {fingerprint(row) for row in table.public}
    hidden = [place for place, row in enumerate(table.inputs) if fingerprint(row) not in seen]
    names = table.texts
    shown = [words_of(row, names) for row in table.public]
    pairs = near_pairs([*shown, *(words_of(table.inputs[place], names) for place in hidden)])
    near = {b for a, b in pairs if a < len(shown) <= b}
    return len(table) - len(hidden), len(near)


def near_pairs(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places whose texts share four fifths of their runs of five characters.

    Candidates come from min-hashes (Broder 1997) in bands; each is then compared in full.
    """
    runs = [_runs(text) for text in texts]
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, hashes in enumerate(runs):
        if len(hashes):
            marks = _marks(hashes)
            for band in range(0, HASHES, ROWS):
                buckets[band, marks[band : band + ROWS].tobytes()].append(place)
    candidates = {pair for places in buckets.values() for pair in _within(places)}
    return sorted(pair for pair in candidates if _share(runs[pair[0]], runs[pair[1]]) >= ALIKE)


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
