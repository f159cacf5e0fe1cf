"""Hours at which people are called: bands of working days, in local time, across clock changes."""

from datetime import UTC, date, datetime, time, timedelta

from campaigns.refusal import Refusal
from campaigns.retry.rules import Rules

_HORIZON_DAYS = 366


def band_of(at: datetime, rules: Rules) -> int | None:
    """Which band of the day an aware instant falls in; None between bands."""
    hour = at.astimezone(rules.timezone).time()
    return next(
        (index for index, (start, end) in enumerate(rules.bands) if start <= hour < end), None
    )


def next_slot(earliest: datetime, rules: Rules, *, avoid: int | None = None) -> datetime:
    """The first instant from ``earliest`` inside a band of a working day, in UTC.

    ``avoid`` is a band not to be used again, unless the day has no other. ValueError when a whole
    year holds no such instant: the settings leave no time to call anyone.
    """
    local = earliest.astimezone(rules.timezone)
    if len(rules.bands) < 2:
        avoid = None
    for ahead in range(_HORIZON_DAYS):
        day = local.date() + timedelta(days=ahead)
        if not rules.works_on(day):
            continue
        for index, (start, end) in enumerate(rules.bands):
            opening = max(earliest.astimezone(UTC), _instant(day, start, rules))
            if index != avoid and opening < _instant(day, end, rules):
                return opening
    raise ValueError("no band of any working day within a year: check the campaign's hours")


def later(now: datetime, delay: timedelta, rules: Rules) -> datetime:
    """``now`` plus a delay: whole days keep the hour of the clock, shorter waits are elapsed time.

    So that "in 24 hours" is the same hour tomorrow across a clock change.
    """
    if delay % timedelta(days=1):
        return now.astimezone(UTC) + delay
    local = now.astimezone(rules.timezone)
    return _instant(local.date() + delay, local.time(), rules)


def start_of(day: date, rules: Rules) -> datetime:
    """Midnight of a day, in UTC."""
    return _instant(day, time(0), rules)


def appointment(asked: datetime, *, now: datetime, rules: Rules) -> datetime:
    """The promised instant in UTC; Refusal when it is past, or on a day or hour without calls."""
    local = asked.astimezone(rules.timezone)
    if asked <= now:
        raise Refusal(
            "Ce moment est déjà passé\u00a0: choisissez un jour et une heure à venir.",
            field="asked",
        )
    if not rules.works_on(local.date()):
        raise Refusal(
            "Personne n’appelle ce jour-là\u00a0: choisissez un jour où la campagne appelle.",
            field="asked",
        )
    opens, closes = rules.appointments
    if not opens <= local.time() <= closes:
        raise Refusal(
            f"Choisissez une heure entre {clock(opens)} et {clock(closes)}.",
            field="asked",
        )
    return asked.astimezone(UTC)


def clock(hour: time) -> str:
    """An hour as it is said: « 14 h », « 9 h 30 »."""
    return f"{hour.hour}\u00a0h" + (f"\u00a0{hour:%M}" if hour.minute else "")


def _instant(day: date, hour: time, rules: Rules) -> datetime:
    return datetime.combine(day, hour, tzinfo=rules.timezone).astimezone(UTC)
