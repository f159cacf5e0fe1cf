"""The retry settings in force: the defaults of the handbook with the year's public holidays."""

from functools import cache

import holidays

from campaigns.retry import Rules


@cache
def rules_of(year: int) -> Rules:
    """The rules for calls made in a year, with the next one's holidays too: December looks far."""
    return Rules(holidays=frozenset(holidays.country_holidays("FR", years=(year, year + 1))))
