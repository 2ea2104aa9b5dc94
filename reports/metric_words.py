"""A metric's name, value and interval as tables print them."""

from __future__ import annotations

from reports import numerals
from reports.catalogue import Words
from reports.evaluation import Record


def metric_name(metric: Record, words: Words) -> str:
    """A metric's name in the page's language, or its text where it has none."""
    return str(
        metric.get("zh" if words.locale == "zh-CN" else "en")
        or words.or_text("criterion", metric["metric"])
    )


def metric_of(score: Record, text: str) -> Record | None:
    """Entry of a metric in a score record."""
    return next((entry for entry in score.get("metrics", ()) if entry["metric"] == text), None)


def value_text(score: Record, entry: Record, digits: int) -> str:
    """A metric's value, with decimals enough to tell it from a gate's threshold."""
    for gate in score.get("gates", ()):
        if gate.get("metric") == entry["metric"] and gate.get("threshold") is not None:
            return numerals.against(entry["value"], gate["threshold"], digits)
    return numerals.score(entry["value"], digits)


def interval_text(interval: Record | None, digits: int) -> str:
    """An interval's ends with a metric's decimals."""
    if not interval:
        return numerals.DASH
    return numerals.pair(
        numerals.score(interval["low"], digits), numerals.score(interval["high"], digits)
    )


def method_name(entry: Record, words: Words) -> str:
    """How a metric's interval was made."""
    return words.or_text("method", (entry.get("interval") or {}).get("method", "none"))


def ends(interval: Record | None) -> tuple[float, float] | None:
    """An interval's ends as numbers."""
    return (interval["low"], interval["high"]) if interval else None
