"""Quality against latency, where the board asked for latency to be measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import Evaluation, Record
from reports.geometry import Scale, Tick, scale_over
from reports.standing import Name, name_of

HEIGHT = 220.0
QUANTILE = "p90"
COSTS = (
    ("peak_memory", 2**20, "MiB"), ("start_seconds", 1, "s"), ("wall_seconds", 1, "s"),
    ("cpu_seconds", 1, "s"), ("samples_per_second", 1, ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A candidate in the plane: position, whether nobody is both faster and better, and numbers."""

    name: Name
    x: str
    y: str
    low: str
    high: str
    front: bool
    latency: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """Measured points over latency, with the front of those that nobody beats in both."""

    points: tuple[Point, ...]
    across: tuple[Tick, ...]
    up: tuple[tuple[str, str], ...]
    samples: str


def efficiency_of(evaluation: Evaluation, item: Record, words: Words) -> Efficiency | None:
    """Efficiency of an item; none where the board asks for no latency or nobody was timed."""
    timed = []
    counts = set()
    for candidate in evaluation.candidates_of(item["id"]):
        key = (item["id"], candidate["id"])
        latency = ((evaluation.runs.get(key, {}).get("measured")) or {}).get("latency_seconds")
        measured = evaluation.scores.get(key, {}).get("measured") or {}
        if latency and measured.get("points") is not None:
            timed.append((candidate["id"], float(latency[QUANTILE]), measured))
            counts.add(str(latency.get("samples", "")))
    if not timed:
        return None
    across = scale_over([math.log10(max(seconds, 1e-6)) for _, seconds, _ in timed])
    numbers = [m["points"] for _, _, m in timed]
    numbers += [end for _, _, m in timed for end in m.get("interval") or ()]
    up = scale_over(numbers, (0.0, 100.0))
    return Efficiency(
        points=tuple(
            Point(
                name=name_of(evaluation, name, words),
                x=across.at(math.log10(max(seconds, 1e-6))),
                y=_height(up, measured["points"]),
                low=_height(up, (measured.get("interval") or [measured["points"]])[0]),
                high=_height(up, (measured.get("interval") or [measured["points"]])[-1]),
                front=not any(
                    other_seconds <= seconds
                    and other["points"] >= measured["points"]
                    and (other_seconds, other["points"]) != (seconds, measured["points"])
                    for _, other_seconds, other in timed
                ),
                latency=_milliseconds(seconds),
                points=numerals.points(measured["points"]),
            )
            for name, seconds, measured in timed
        ),
        across=tuple(
            Tick(x=tick.x, text=_milliseconds(10 ** float(tick.text))) for tick in across.ticks()
        ),
        up=tuple((_height(up, float(tick.text)), tick.text) for tick in up.ticks()),
        samples=words.join(sorted(counts)),
    )


def costs_of(
    evaluation: Evaluation, candidate: Record, words: Words
) -> tuple[tuple[str, str], ...]:
    """What a candidate's run took in time and memory; empty where the board asks for no latency."""
    run = evaluation.runs.get((candidate["item"], candidate["id"]), {})
    measured = run.get("measured") or {}
    latency = (measured.get("latency_seconds") or {}).get(QUANTILE)
    found = [("column.latency", None if latency is None else _milliseconds(float(latency)))]
    found += [
        (f"cost.{name}", None if measured.get(name) is None else f"{measured[name] / unit:.1f} {sign}".rstrip())
        for name, unit, sign in COSTS
    ]  # fmt: skip
    return tuple((words(key), text) for key, text in found if text is not None)


def _height(scale: Scale, value: float) -> str:
    place = float(scale.at(value).rstrip("%"))
    return f"{HEIGHT * (100 - place) / 100:.1f}"


def _milliseconds(seconds: float) -> str:
    return f"{numerals.rounded(1000 * seconds, 1 if seconds < 0.1 else 0)} ms"
