"""Moments as people here read them: Beijing time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from reports.catalogue import Words

BEIJING = timezone(timedelta(hours=8))
UTC_TIME = "%Y-%m-%dT%H:%M:%SZ"


def day(text: str) -> str:
    """The day in Beijing of a moment kept in UTC.

    >>> day("2026-11-25T23:26:52Z")
    '2026-11-26'
    """
    return f"{datetime.strptime(text, UTC_TIME).replace(tzinfo=UTC).astimezone(BEIJING):%Y-%m-%d}"


def date_text(day: str, words: Words) -> str:
    """A day as a page writes it.

    >>> from reports.catalogue import words as catalogue
    >>> date_text("2026-11-05", catalogue("zh-CN")), date_text("2026-11-05", catalogue("en"))
    ('2026年11月5日', '2026-11-05')
    """
    year, month, number = (int(part) for part in day.split("-"))
    wide = 1 if words.locale == "zh-CN" else 2
    return words("day", year=year, month=f"{month:0{wide}}", day=f"{number:0{wide}}")


def moment(text: str | None, words: Words) -> str:
    """A moment kept in UTC, in Beijing time; any other text as it is.

    >>> from reports.catalogue import words as catalogue
    >>> moment("2026-11-25T23:26:52Z", catalogue("zh-CN"))
    '2026年11月26日 07:26（北京时间）'
    """
    if not text:
        return ""
    try:
        read = datetime.strptime(text, UTC_TIME).replace(tzinfo=UTC)
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
