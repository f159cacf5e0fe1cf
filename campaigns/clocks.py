"""By when a need must be acknowledged: the one table of clocks, in working time.

U0 in 30 minutes whatever the hour, U1 in 2 opening hours, U2 in 2 working days, U3 in 7
(handbook, section 4). Pure: the instant, the hours and the days off are given.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.reference import Urgency

Hours = tuple[time, time]
Day = tuple[Hours, ...]  # in order; empty when offices stay closed

OFFICE_DAY: Day = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
OFFICE_WEEK: tuple[Day, ...] = (OFFICE_DAY,) * 5 + ((),) * 2


@dataclass(frozen=True, slots=True)
class Opening:
    """When the organisation's offices are open; every value is a setting.

    ``week`` has seven days, Monday first; at least one opens. ``closed`` are the organisation's
    own days off, beside the public holidays.
    """

    week: Sequence[Day] = OFFICE_WEEK
    holidays: Container[date] = frozenset()
    closed: Container[date] = frozenset()
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    vital: timedelta = timedelta(minutes=30)
    urgent: timedelta = timedelta(hours=2)
    priority_days: int = 2
    normal_days: int = 7

    def hours_on(self, day: date) -> Day:
        """The hours of a day; none when offices stay closed."""
        if day in self.holidays or day in self.closed:
            return ()
        return self.week[day.weekday()]

    def works_on(self, day: date) -> bool:
        """Whether offices open on this day."""
        return bool(self.hours_on(day))


def due(urgency: Urgency, *, raised_at: datetime, opening: Opening) -> datetime:
    """The UTC instant by which a need raised now must be acknowledged."""
    if urgency is Urgency.U0:
        return raised_at.astimezone(UTC) + opening.vital
    if urgency is Urgency.U1:
        return _after_hours(raised_at, opening.urgent, opening)
    days = opening.priority_days if urgency is Urgency.U2 else opening.normal_days
    return working_days_after(raised_at, days, opening)


def working_days_after(start: datetime, days: int, opening: Opening) -> datetime:
    """The same hour ``days`` working days later, brought inside opening hours."""
    local = start.astimezone(opening.timezone)
    day = local.date()
    while days > 0:
        day += timedelta(days=1)
        if opening.works_on(day):
            days -= 1
    return within(day, local.time(), opening)


def within(day: date, hour: time, opening: Opening) -> datetime:
    """The UTC instant of an hour of a day that offices open, brought inside its opening hours."""
    hours = opening.hours_on(day)
    inside = min(max(hour, hours[0][0]), hours[-1][1])
    return datetime.combine(day, inside.replace(tzinfo=None), opening.timezone).astimezone(UTC)


def _after_hours(start: datetime, left: timedelta, opening: Opening) -> datetime:
    """Count opening hours only, from ``start`` until ``left`` is used up."""
    local = start.astimezone(opening.timezone)
    day = local.date()
    while True:
        for opens, closes in opening.hours_on(day):
            begin = max(datetime.combine(day, opens, opening.timezone), local)
            end = datetime.combine(day, closes, opening.timezone)
            if begin >= end:
                continue
            if end - begin >= left:
                return (begin + left).astimezone(UTC)
            left -= end - begin
        day += timedelta(days=1)


def opens_at(day: date, opening: Opening) -> datetime:
    """The UTC instant at which offices open on a day that they do open."""
    opens, _ = opening.hours_on(day)[0]
    return datetime.combine(day, opens, opening.timezone).astimezone(UTC)


def next_opening(after: datetime, opening: Opening) -> datetime:
    """The UTC instant of the first opening strictly later than ``after``."""
    day = after.astimezone(opening.timezone).date()
    while not (opening.works_on(day) and opens_at(day, opening) > after):
        day += timedelta(days=1)
    return opens_at(day, opening)


def is_open(at: datetime, opening: Opening) -> bool:
    """Whether somebody is at work: a reminder arrives when it can be read, not at night."""
    local = at.astimezone(opening.timezone)
    hours = opening.hours_on(local.date())
    return bool(hours) and hours[0][0] <= local.time() < hours[-1][1]
