"""One candidate sample by sample, for the organizer: every outcome, and the costliest in words."""

from __future__ import annotations

import base64
import gzip
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import OUTCOMES, Evaluation
from reports.mistakes import Confusion, confusion_of
from reports.standing import Name, name_of
from reports.text import clean, clip

SPELLED_OUT = 200
BARE = 50
"""Lines of a table without texts: the ids alone say little."""

TELLING = 20
EXCERPT = 160
NO_ANSWER = 0xFFFF
NOT_SURE = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTable:
    """Every sample of one candidate, as columns in one order.

    ``truth`` and ``given`` are places in ``labels`` (-1: no valid answer), empty for other tasks.
    ``beliefs`` is how sure the candidate was of its own answer, 0 to 1, empty where it never said.
    ``better`` and ``worse`` count those of the ``others`` on the same data who lost less and more.
    The texts are empty where the data may not be passed on.
    """

    candidate: str
    item: str
    ids: Sequence[str]
    outcomes: Sequence[str]
    losses: Sequence[float]
    labels: Sequence[str] = ()
    truth: Sequence[int] = ()
    given: Sequence[int] = ()
    beliefs: Sequence[float | None] = ()
    others: int = 0
    better: Sequence[int] = ()
    worse: Sequence[int] = ()
    inputs: Sequence[str] = ()
    targets: Sequence[str] = ()
    answers: Sequence[str | None] = ()
    parsed: Sequence[str | None] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """A sample in words: what it cost, how sure, how others did, input, reference, output, reading."""

    id: str
    loss: str
    outcome: str
    belief: str
    others: str
    input: str
    target: str
    raw: str
    parsed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleView:
    """Samples picked out for one reason: its code and words, and the first of them."""

    code: str
    title: str
    text: str
    lines: tuple[SampleLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage:
    """A candidate's sample page.

    ``views`` hold errors made with confidence, and samples on which all others did better or worse.
    """

    name: Name
    item: str
    count: str
    costly: str
    lines: tuple[SampleLine, ...]
    views: tuple[SampleView, ...]
    others: str
    sure: bool
    withheld: bool
    confusion: Confusion | None
    facts: Mapping[str, Any]


def sample_page(evaluation: Evaluation, table: SampleTable, words: Words) -> SamplePage:
    """Page of a table; only the costliest samples are spelled out."""
    order = sorted(range(len(table.ids)), key=lambda n: (-table.losses[n], table.ids[n]))
    costly = [place for place in order if table.losses[place] > 0]
    score = evaluation.scores.get((table.item, table.candidate), {})
    withheld = not table.targets
    return SamplePage(
        name=name_of(evaluation, table.candidate, words),
        item=table.item,
        count=str(len(table.ids)),
        costly=str(len(costly)),
        lines=tuple(
            _line(table, place, words) for place in costly[: BARE if withheld else SPELLED_OUT]
        ),
        views=tuple(
            _view(table, code, places, words) for code, places in telling(table, order).items()
        ),
        others=str(table.others) if table.others else "",
        sure=bool(table.beliefs),
        withheld=withheld,
        confusion=confusion_of(score.get("confusion"), words),
        facts={
            "count": len(table.ids),
            "labels": [clean(label) for label in table.labels],
            "outcomes": [words(f"outcome.{name}") for name in OUTCOMES],
            "sure": bool(table.beliefs),
            "others": table.others,
            "packed": packed(table),
        },
    )


def _view(table: SampleTable, code: str, places: Sequence[int], words: Words) -> SampleView:
    text = words(f"view.{code}.text", n=len(places))
    if len(places) > TELLING:
        text += words("view.first", n=TELLING)
    return SampleView(
        code=code,
        title=words(f"view.{code}.title"),
        text=text,
        lines=tuple(_line(table, place, words) for place in places[:TELLING]),
    )


def telling(table: SampleTable, order: Sequence[int]) -> dict[str, list[int]]:
    """Places of the samples that tell most, by view; ``order`` has the costliest first.

    A view that the table cannot have, because nobody said how sure or nobody else answered, is
    left out.
    """
    views: dict[str, list[int]] = {}
    if table.beliefs:
        sure = {place: table.beliefs[place] for place in order if table.losses[place] > 0}
        known = {place: belief for place, belief in sure.items() if belief is not None}
        views["sure"] = sorted(known, key=lambda place: (-known[place], table.ids[place]))
    if table.others:
        views["alone_worse"] = [n for n in order if table.better[n] == table.others]
        views["alone_better"] = sorted(
            (n for n in order if table.worse[n] == table.others),
            key=lambda n: (table.losses[n], table.ids[n]),
        )
        if table.others > 1:
            split = [n for n in order if table.better[n] + table.worse[n]]
            views["split"] = sorted(split, key=lambda n: (_alike(table, n), table.ids[n]))
    return views


def _alike(table: SampleTable, place: int) -> int:
    """How far those who answered agree on a sample: the squares of those better, level and worse."""
    better, worse = table.better[place], table.worse[place]
    level = table.others + 1 - better - worse
    return better * better + level * level + worse * worse


def packed(table: SampleTable) -> str:
    """All columns in few bytes: codes, then losses, then ids, squeezed and in base 64.

    Little-endian: two unsigned shorts (truth, given) where there are labels, a byte of outcome
    and a float of loss for each sample, then a byte of belief in per cent where anyone said so,
    and two unsigned shorts (better, worse) where there are others, column by column; then the
    ids, one a line.
    """
    columns = bytearray()
    if table.labels:
        for codes in (table.truth, table.given):
            columns += struct.pack(
                f"<{len(codes)}H", *(NO_ANSWER if code < 0 else code for code in codes)
            )
    columns += bytes(OUTCOMES.index(outcome) for outcome in table.outcomes)
    columns += struct.pack(f"<{len(table.losses)}f", *array("f", table.losses))
    if table.beliefs:
        columns += bytes(
            NOT_SURE if belief is None else round(100 * belief) for belief in table.beliefs
        )
    if table.others:
        for counts in (table.better, table.worse):
            columns += struct.pack(f"<{len(counts)}H", *(min(n, NO_ANSWER) for n in counts))
    columns += "\n".join(clean(name, 80) for name in table.ids).encode()
    return base64.b64encode(gzip.compress(bytes(columns), 9, mtime=0)).decode()


def _line(table: SampleTable, place: int, words: Words) -> SampleLine:
    return SampleLine(
        id=clean(table.ids[place], 80),
        loss=numerals.rounded(table.losses[place], 3),
        outcome=words.or_text("outcome", table.outcomes[place]),
        belief=_belief(table.beliefs[place]) if table.beliefs else "",
        others=f"{table.better[place]} : {table.worse[place]}" if table.others else "",
        input=_text(table.inputs, place),
        target=_text(table.targets, place),
        raw=_text(table.answers, place),
        parsed=_text(table.parsed, place),
    )


def _belief(belief: float | None) -> str:
    return numerals.DASH if belief is None else f"{round(100 * belief)}%"


def _text(texts: Sequence[str | None], place: int) -> str:
    text = texts[place] if texts else None
    return numerals.DASH if text is None else clip(clean(text), EXCERPT)
