"""The instants of a week's sheets, in local time: proposed, published, topped up, told.

decisions.md, « The week's calendar ». None falls in the night of a clock change.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from campaigns import weeks


def proposed_at(week: str) -> datetime:
    """When the split of a week is proposed: the Thursday before, at 18:00."""
    return weeks.at(weeks.monday(week) - timedelta(days=4), 18)


def published_at(week: str) -> datetime:
    """When the week publishes itself where that is switched on: the Friday before, at noon."""
    return weeks.at(weeks.monday(week) - timedelta(days=3), 12)


def topped_up_at(week: str) -> datetime:
    """When who came in since is added: Monday at 7:00, before the mails."""
    return weeks.at(weeks.monday(week), 7)


def told_at(week: str) -> datetime:
    """When the mails of the week leave: Monday at 8:00."""
    return weeks.at(weeks.monday(week), 8)


def last_calls_at(week: str) -> datetime:
    """When a week is no longer worth splitting: Friday at noon, one half-day before its end."""
    return weeks.at(weeks.monday(week) + timedelta(days=4), 12)


def newest(instant_of: Callable[[str], datetime], now: datetime) -> str:
    """The newest week whose instant has come. ``instant_of`` is one of the functions above."""
    week = weeks.after(weeks.current(now))
    while instant_of(week) > now:
        week = weeks.after(week, -1)
    return week


def half_day_over(now: datetime) -> str | None:
    """The half-day of this week that ended last, as a period: ``2026-11-24-am`` from 13:00 on,
    ``-pm`` from 19:00 on, until the next one has ended. None before Monday 13:00."""
    today = weeks.local_day(now)
    if now >= weeks.at(today, 19):
        return f"{today}-pm"
    if now >= weeks.at(today, 13):
        return f"{today}-am"
    return f"{today - timedelta(days=1)}-pm" if today.weekday() else None


def next_places_at(now: datetime) -> datetime:
    """When places are given next: the next proposal of Thursday or the next top-up of Monday."""
    week = weeks.current(now)
    instants = (
        instant_of(weeks.after(week, ahead))
        for ahead in (0, 1, 2)
        for instant_of in (proposed_at, topped_up_at)
    )
    return min(instant for instant in instants if instant > now)
