"""The package: what an applicant sends, from who they are to how their solution answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from harness.board import MODES
from harness.metric_text import MetricText
from harness.structure import (
    TRANSLATED,
    Draft,
    Reader,
    Translated,
    choice,
    date,
    flag,
    integer,
    listing,
    metric,
    number,
    optional,
    read_draft,
    record,
    relative_path,
    text,
)
from harness.yaml_text import read_document

SCHEMA = "jiebang/package/1"
KINDS = ("model", "scenario", "baseline")
ADAPTERS = ("python", "command", "predictions", "endpoint")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
APIS = ("chat", "completions")
SECRET = "JIEBANG_SECRET_"
"""What the name of an environment variable that a package may ask for begins with."""

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Applicant:
    """The legal person who applies, and with whom."""

    name: str
    credit_code: str
    city: str
    consortium: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Solution:
    """What answers samples, and how it is spoken to.

    Of an endpoint, ``secret`` names the environment variable that holds its key, ``rate`` is
    requests a second and ``concurrency`` how many may be under way at a time.
    """

    adapter: str
    entry: str | None = None
    argv: tuple[str, ...] = ()
    file: str | None = None
    model: str | None = None
    base_url: str | None = None
    api: str = "chat"
    secret: str | None = None
    concurrency: int = 4
    rate: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attestation:
    """A gate that people, not measurements, have checked: who, when and why."""

    gate: str
    checker: str
    date: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScenarioMetric:
    """A metric that a scenario declares for its own data."""

    metric: MetricText


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A claimed effect on a metric: from the baseline to what was reached."""

    metric: MetricText
    from_: float
    to: float
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """A benefit outside the test data, stated by the applicant."""

    name: Translated
    from_: float
    to: float
    unit: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """What an applicant submits: package.yaml in a folder with a solution."""

    kind: str
    item: str
    title: Translated
    applicant: Applicant
    solution: Solution
    mode: str
    description: Translated
    truth_statement: bool
    attested: tuple[Attestation, ...]
    dataset: str | None
    metrics: tuple[ScenarioMetric, ...]
    baseline: str | None
    claims: tuple[Claim, ...]
    effects: tuple[Effect, ...]


SOLUTION: Reader[Solution] = record(
    Solution,
    adapter=choice(*ADAPTERS),
    entry=optional(
        text(pattern="[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*", like="main:predict")
    ),
    argv=optional(listing(text(longest=200)), default=()),
    file=optional(relative_path()),
    model=optional(text(longest=120)),
    base_url=optional(text(longest=400, pattern=r"https?://[!-~]+", like="https://host/v1")),
    api=optional(choice(*APIS), default="chat"),
    secret=optional(text(pattern=f"{SECRET}[A-Z0-9_]{{1,40}}", like=f"{SECRET}DEMO")),
    concurrency=optional(integer(1, 256), default=4),
    rate=optional(number(0.01, 10_000)),
)

READER: Reader[Package] = record(
    Package,
    kind=choice(*KINDS),
    item=text(longest=40),
    title=TRANSLATED,
    applicant=record(
        Applicant,
        name=text(longest=120),
        credit_code=text(pattern=f"[{CREDIT_ALPHABET}]{{18}}", like="91370000DEMB0002XF"),
        city=text(longest=40),
        consortium=optional(listing(text(longest=120)), default=()),
    ),
    solution=SOLUTION,
    mode=choice(*MODES),
    description=TRANSLATED,
    truth_statement=flag(),
    attested=optional(
        listing(
            record(
                Attestation,
                gate=text(longest=200),
                checker=text(longest=120),
                date=date(),
                reason=text(longest=400),
            )
        ),
        default=(),
    ),
    dataset=optional(relative_path()),
    metrics=optional(listing(record(ScenarioMetric, metric=metric())), default=()),
    baseline=optional(relative_path()),
    claims=optional(
        listing(
            record(
                Claim,
                metric=metric(),
                from_=number(),
                to=number(),
                kind=choice("measured", "expected"),
            )
        ),
        default=(),
    ),
    effects=optional(
        listing(
            record(
                Effect,
                name=TRANSLATED,
                from_=number(),
                to=number(),
                unit=text(longest=40),
                kind=choice("measured", "expected"),
            )
        ),
        default=(),
    ),
)


def draft_package(folder: Path) -> Draft[Package]:
    """Read ``package.yaml`` of a folder as far as it can be read."""
    return read_draft(READER, read_document(folder / "package.yaml"), SCHEMA)


def read_package(folder: Path) -> Package:
    """Read ``package.yaml`` of a folder; raises ``Refusal`` with every problem in it."""
    return draft_package(folder).whole()


def is_loopback(address: str) -> bool:
    """Whether a web address leads to this machine."""
    try:
        return urlsplit(address).hostname in LOOPBACK
    except ValueError:
        return False


def is_plain_address(address: str) -> bool:
    """Whether a web address is a named host over TLS, or this machine, and nothing more."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  raises where it is none
    except ValueError:
        return False
    extra = parts.username or parts.password or parts.query or parts.fragment
    if extra or not parts.hostname:
        return False
    if parts.hostname in LOOPBACK:
        return True
    try:
        ip_address(parts.hostname)
    except ValueError:
        return parts.scheme == "https" and re.fullmatch(r"[\w.-]+", parts.hostname) is not None
    return False


def credit_code_is_valid(code: str) -> bool:
    """Whether the check digit of a unified social credit code is right (GB 32100)."""
    if len(code) != 18 or any(sign not in CREDIT_ALPHABET for sign in code):
        return False
    values: Sequence[int] = [CREDIT_ALPHABET.index(sign) for sign in code]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17]))
    return (31 - total % 31) % 31 == values[17]
