"""Moments as people here read them: Beijing time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from reports.catalogue import Words

BEIJING = timezone(timedelta(hours=8))


def moment(text: str | None, words: Words) -> str:
    """A moment kept in UTC, in Beijing time; any other text as it is.

    >>> from reports.catalogue import words as catalogue
    >>> moment("2026-11-25T23:26:52Z", catalogue("zh-CN"))
    '2026年11月26日 07:26（北京时间）'
    """
    if not text:
        return ""
    try:
        read = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return text
    local = read.astimezone(BEIJING)
    wide = 1 if words.locale == "zh-CN" else 2
    return words(
        "moment",
        year=local.year,
        month=f"{local.month:0{wide}}",
        day=f"{local.day:0{wide}}",
        clock=f"{local:%H:%M}",
    )
