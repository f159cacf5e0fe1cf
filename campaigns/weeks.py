"""The weeks of a campaign, in the organisation's local time.

A week is written as ISO 8601 does, ``2026-W48``: it begins on Monday at midnight, Paris time,
and its sheets close on Sunday evening.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
HALVES = ("am", "pm")
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_NOON = time(13, 0)


def of(day: date) -> str:
    """Name the ISO week of a day: ``2026-W48``."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


def current(now: datetime, tz: ZoneInfo = PARIS) -> str:
    """Name the week an aware instant falls in, local time."""
    return of(local_day(now, tz))


def monday(week: str) -> date:
    """Give the first day of a week; ValueError when the name is not ``YYYY-Www``."""
    year, separator, number = week.partition("-W")
    if not separator or len(year) != 4 or len(number) != 2:
        raise ValueError(f"not an ISO week: {week!r}")
    return date.fromisocalendar(int(year), int(number), 1)


def sunday(week: str) -> date:
    """Give the last day of a week."""
    return monday(week) + timedelta(days=6)


def after(week: str, count: int = 1) -> str:
    """Name the week ``count`` weeks later (earlier when negative)."""
    return of(monday(week) + timedelta(weeks=count))


def local_day(now: datetime, tz: ZoneInfo = PARIS) -> date:
    """Give the local calendar day of an aware instant."""
    return now.astimezone(tz).date()


def at(day: date, hour: int, minute: int = 0, tz: ZoneInfo = PARIS) -> datetime:
    """Give the UTC instant of a local wall-clock time."""
    return datetime.combine(day, time(hour, minute), tz).astimezone(UTC)


def starts_at(week: str, tz: ZoneInfo = PARIS) -> datetime:
    """Give the UTC instant a week begins."""
    return at(monday(week), 0, tz=tz)


def ends_at(week: str, tz: ZoneInfo = PARIS) -> datetime:
    """Give the UTC instant a week is over: the first of the next one."""
    return starts_at(after(week), tz)


def half_of(now: datetime, tz: ZoneInfo = PARIS) -> str:
    """Say whether an instant falls in a morning (``am``) or an afternoon (``pm``)."""
    return "am" if now.astimezone(tz).time() < _NOON else "pm"
