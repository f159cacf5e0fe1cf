"""When the organisation's offices are open, public holidays included: the one place that says."""

from datetime import date
from functools import cache

import holidays

from campaigns import clocks


@cache
def opening_of(year: int) -> clocks.Opening:
    """Opening hours with the public holidays around a year."""
    return clocks.Opening(
        holidays=frozenset(holidays.country_holidays("FR", years=(year - 1, year, year + 1)))
    )


def works_on(day: date) -> bool:
    """Whether offices open on this day."""
    return opening_of(day.year).works_on(day)
