"""The board: what the organizer publishes, from tracks and items to weights and gates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.dataset import TASKS
from harness.metric_text import MetricText
from harness.structure import (
    TRANSLATED,
    Draft,
    Reader,
    Translated,
    choice,
    date,
    duration,
    either,
    flag,
    integer,
    listing,
    metric,
    number,
    optional,
    read_draft,
    record,
    relative_path,
    size,
    table,
    text,
)
from harness.yaml_text import read_document

SCHEMA = "jiebang/board/1"
TRACKS = ("vertical_model", "benchmark_scenario")
PARTS = ("measured", "innovation", "benefit", "replicability", "compliance")
MODES = ("hosted", "supervised", "remote", "submitted")
SETTLEMENTS = ("reserve_samples", "secondary_criteria", "panel", "draw", "committee")
CAPS = ("city", "industry")
PLACE = re.compile(r"\{(\w+)\}")
"""The name of an input in a prompt's template."""

PARSES = ("label", "value", "text", "json")
SCENARIO = "scenario"
BASELINE = "baseline"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """A bound that is judged before ranking and never weighted.

    ``by`` says what is held against it: the value as measured, or the confidence bound on the
    safe side.
    """

    at_least: float | None = None
    at_most: float | None = None
    by: str = "value"


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """A metric with its weight, its anchors and, where declared, its gate."""

    metric: MetricText
    weight: int
    floor: float | str
    target: float
    gate: Gate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchored:
    """A weight with absolute anchors, for what is not a metric of the item itself."""

    weight: int
    floor: float = 0.0
    target: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a candidate may use: bytes, cores, seconds and samples a batch."""

    memory: int
    cpus: int
    wall: float
    start: float
    batch_wall: float
    batch: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """How an endpoint is asked and its words are read: the board's, the same for everyone.

    ``template`` holds names of inputs in braces, and ``{labels}``. ``parse`` finds the answer in
    what comes back: a declared ``label``, the last number (``value``), the ``text`` itself, or
    ``json`` in the shape of the task's answer.
    """

    template: str
    parse: str
    system: str | None = None
    max_tokens: int = 512
    temperature: float = 0.0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LatencyPhase:
    """The beginning of a run, in which samples are asked one at a time and timed."""

    samples: int
    warm_up: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One measured task of a track: dataset, metrics and limits."""

    id: str
    track: str
    title: Translated
    industry: Translated
    places: int
    task: str
    dataset: str | None
    baseline: str | None
    modes: tuple[str, ...]
    rank_modes_together: bool
    metrics: tuple[Criterion, ...]
    criteria: Mapping[str, Anchored]
    coverage: Gate | None
    tie_break: tuple[MetricText, ...]
    attested: tuple[str, ...]
    limits: Limits
    prompt: Prompt | None = None
    retry_window: float = 600.0
    repeat: int = 1
    latency: LatencyPhase | None = None
    reserve: str | None = None
    references: tuple[str, ...] = ()

    def criterion(self, text: str) -> Criterion | None:
        """The criterion of a metric's text, if the item has it."""
        return next((entry for entry in self.metrics if str(entry.metric) == text), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """How many places a track has at most, and how many of them one city or industry."""

    at_most: int
    caps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lots:
    """The public randomness that a draw of lots will use, how it is written, and its day.

    ``form`` is a regular expression on the one spelling that is hashed; ``on`` is the day of the
    announcement. Neither leaves a choice to whoever draws.
    """

    source: Translated
    form: str
    on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Objections:
    """Working days for raising an objection and for answering it, and the days that differ.

    ``holidays`` are weekdays on which nobody works, ``workdays`` weekend days on which people do.
    """

    within: int = 5
    answered: int = 10
    holidays: tuple[str, ...] = ()
    workdays: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """A scorecard and a quota."""

    title: Translated
    quota: Quota
    scorecard: Mapping[str, int]
    contested: tuple[str, ...] = ()
    reserves: int = 1
    secondary: tuple[str, ...] = ()
    draw: Lots | None = None

    @property
    def steps(self) -> tuple[str, ...]:
        """What settles the line, each step once; the committee decides last, declared or not."""
        *_, committee = SETTLEMENTS
        return (*dict.fromkeys(step for step in self.contested if step != committee), committee)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rounding:
    """How published points are rounded, which decides ties."""

    digits: int
    mode: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TierDemand:
    """The weakest sandbox tier that may be ranked."""

    demanded: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """What the organizer publishes before the call opens."""

    id: str
    title: Translated
    official: bool
    mode: str
    tier: TierDemand
    rounding: Rounding
    confidence: float
    draws: int
    tracks: Mapping[str, Track]
    items: tuple[Item, ...] = field(default=())
    objections: Objections = field(default_factory=Objections)

    def item(self, identity: str) -> Item | None:
        """The item of an id, if the board has it."""
        return next((entry for entry in self.items if entry.id == identity), None)


_GATE: Reader[Gate] = record(
    Gate,
    at_least=optional(number()),
    at_most=optional(number()),
    by=optional(
        choice("value", "bound"),
        default="value",
        says="以实测值还是以置信界判定 / whether the value or its confidence bound decides",
    ),
)
_WEIGHT = integer(0, 100)

_ITEM: Reader[Item] = record(
    Item,
    id=text(pattern="[A-Z][A-Z0-9]*-[A-Z0-9]{1,8}", like="SD-01"),
    track=choice(*TRACKS),
    title=TRANSLATED,
    industry=TRANSLATED,
    places=integer(1, 1000),
    task=choice(*TASKS, SCENARIO),
    dataset=optional(relative_path(), says="dataset.yaml 所在目录 / the folder of dataset.yaml"),
    reserve=optional(
        relative_path(),
        says="备用样本的数据集目录，只用于名额线附近 / a dataset kept back for the band at the line",
    ),
    baseline=optional(
        relative_path(), says="基线的申报包目录 / the folder of the baseline's package"
    ),
    references=optional(
        listing(relative_path()),
        default=(),
        says="参照模型的申报包目录，实测后列出，不参评 / folders of reference models' packages: "
        "measured and shown, not ranked",
    ),
    modes=optional(listing(choice(*MODES)), default=("hosted",)),
    rank_modes_together=optional(flag(), default=False),
    metrics=optional(
        listing(
            record(
                Criterion,
                metric=metric(),
                weight=_WEIGHT,
                floor=either(BASELINE, number()),
                target=number(),
                gate=optional(_GATE),
            )
        ),
        default=(),
    ),
    criteria=optional(
        table(
            record(
                Anchored,
                weight=_WEIGHT,
                floor=optional(number(), default=0.0),
                target=optional(number(), default=1.0),
            ),
            keys=("skill", "claims"),
        ),
        default={},
    ),
    coverage=optional(_GATE),
    tie_break=optional(listing(metric()), default=()),
    attested=optional(
        listing(text(pattern="[a-z][a-z0-9_]{1,40}", like="third_party_report")),
        default=(),
        says="须人工核验的门槛 / gates that people check",
    ),
    limits=record(
        Limits,
        memory=size(),
        cpus=integer(1, 64),
        wall=duration(),
        start=duration(),
        batch_wall=optional(duration(), default=60.0),
        batch=integer(1, 1024),
    ),
    prompt=optional(
        record(
            Prompt,
            template=text(longest=20_000),
            parse=choice(*PARSES),
            system=optional(text(longest=20_000)),
            max_tokens=optional(integer(1, 1_000_000), default=512),
            temperature=optional(number(0.0, 2.0), default=0.0),
            stop=optional(listing(text(longest=100)), default=()),
        ),
        says="接口（endpoint）的提问与解析 / how endpoints are asked and read",
    ),
    retry_window=optional(
        duration(),
        default=600.0,
        says="线路故障时重试多久 / how long faults of the line are retried",
    ),
    repeat=optional(
        integer(1, 5), default=1, says="每个对象运行几遍 / how many times each candidate is run"
    ),
    latency=optional(
        record(
            LatencyPhase,
            samples=integer(1, 10_000),
            warm_up=optional(integer(0, 1_000), default=3),
        ),
        says="逐样本测延迟的样本数 / samples asked one at a time to measure latency",
    ),
)

READER: Reader[Board] = record(
    Board,
    id=text(pattern="[A-Z0-9][A-Z0-9-]{1,30}", like="SD-2026"),
    title=TRANSLATED,
    official=optional(flag(), default=False),
    mode=choice("trial", "official"),
    tier=optional(
        record(TierDemand, demanded=choice("A", "B", "C")), default=TierDemand(demanded="A")
    ),
    rounding=record(Rounding, digits=integer(0, 6), mode=choice("half_up")),
    confidence=number(0.5, 0.999),
    draws=optional(integer(199, 99_999), default=9_999),
    tracks=table(
        record(
            Track,
            title=TRANSLATED,
            quota=record(
                Quota,
                at_most=integer(1, 1000),
                caps=optional(table(integer(1, 1000), keys=CAPS), default={}),
            ),
            scorecard=table(_WEIGHT, keys=PARTS),
            contested=optional(listing(choice(*SETTLEMENTS)), default=("committee",)),
            reserves=optional(integer(0, 100), default=1),
            secondary=optional(listing(choice(*PARTS)), default=()),
            draw=optional(
                record(
                    Lots,
                    source=TRANSLATED,
                    form=text(longest=200, like="[0-9]{2}( [0-9]{2}){6}"),
                    on=date(),
                ),
                says="抽签所用公开随机数的来源、统一写法后的格式和公告日期 / where the public "
                "randomness of a draw comes from, its form in the one spelling, and its day",
            ),
        ),
        keys=TRACKS,
    ),
    items=listing(_ITEM),
    objections=optional(
        record(
            Objections,
            within=optional(integer(1, 60), default=5),
            answered=optional(integer(1, 90), default=10),
            holidays=optional(listing(date()), default=()),
            workdays=optional(listing(date()), default=()),
        ),
        default=Objections(),
    ),
)


def draft_board(folder: Path) -> Draft[Board]:
    """Read ``board.yaml`` of a folder as far as it can be read."""
    path = folder if folder.is_file() else folder / "board.yaml"
    return read_draft(READER, read_document(path), SCHEMA)


def read_board(folder: Path) -> Board:
    """Read ``board.yaml`` of a folder; raises ``Refusal`` with every problem in it."""
    return draft_board(folder).whole()
