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
EXCERPT = 160
NO_ANSWER = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTable:
    """Every sample of one candidate, as columns in one order.

    ``truth`` and ``given`` are places in ``labels`` (-1: no valid answer), empty for other tasks.
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
    inputs: Sequence[str] = ()
    targets: Sequence[str] = ()
    answers: Sequence[str | None] = ()
    parsed: Sequence[str | None] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLine:
    """A costly sample in words: input, reference answer, what came back, what was read in it."""

    id: str
    loss: str
    outcome: str
    input: str
    target: str
    raw: str
    parsed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePage:
    """A candidate's sample page."""

    name: Name
    item: str
    count: str
    costly: str
    lines: tuple[SampleLine, ...]
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
        lines=tuple(_line(table, place, words) for place in costly[:SPELLED_OUT]),
        withheld=withheld,
        confusion=confusion_of(score.get("confusion"), words),
        facts={
            "count": len(table.ids),
            "labels": [clean(label) for label in table.labels],
            "outcomes": [words(f"outcome.{name}") for name in OUTCOMES],
            "packed": packed(table),
        },
    )


def packed(table: SampleTable) -> str:
    """All columns in few bytes: codes, then losses, then ids, squeezed and in base 64.

    Little-endian: two unsigned shorts (truth, given) where there are labels, a byte of outcome
    and a float of loss for each sample, column by column; then the ids, one a line.
    """
    columns = bytearray()
    if table.labels:
        for codes in (table.truth, table.given):
            columns += struct.pack(
                f"<{len(codes)}H", *(NO_ANSWER if code < 0 else code for code in codes)
            )
    columns += bytes(OUTCOMES.index(outcome) for outcome in table.outcomes)
    columns += struct.pack(f"<{len(table.losses)}f", *array("f", table.losses))
    columns += "\n".join(clean(name, 80) for name in table.ids).encode()
    return base64.b64encode(gzip.compress(bytes(columns), 9, mtime=0)).decode()


def _line(table: SampleTable, place: int, words: Words) -> SampleLine:
    return SampleLine(
        id=clean(table.ids[place], 80),
        loss=numerals.rounded(table.losses[place], 3),
        outcome=words.or_text("outcome", table.outcomes[place]),
        input=_text(table.inputs, place),
        target=_text(table.targets, place),
        raw=_text(table.answers, place),
        parsed=_text(table.parsed, place),
    )


def _text(texts: Sequence[str | None], place: int) -> str:
    text = texts[place] if texts else None
    return numerals.DASH if text is None else clip(clean(text), EXCERPT)
