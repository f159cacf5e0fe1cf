"""When the organisation's offices are open, days off included: the one place that says.

The organisation chooses its hours, its own closed days and whose public holidays count; what it
did not choose is as usual: the hours of ``clocks.OFFICE_WEEK``, the holidays of its département.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache

import holidays
from sqlalchemy.orm import Session

from campaigns import clocks
from campaigns.models import Labelled, Organisation


class Region(Labelled):
    """Whose public holidays count (code du travail, L3133-1, L3134-13 and L3422-2)."""

    MAINLAND = "FR", "France métropolitaine"
    ALSACE_MOSELLE = "AM", "Alsace-Moselle"
    GUADELOUPE = "971", "Guadeloupe"
    MARTINIQUE = "972", "Martinique"
    GUYANE = "973", "Guyane"
    REUNION = "974", "La Réunion"
    SAINT_PIERRE = "975", "Saint-Pierre-et-Miquelon"
    MAYOTTE = "976", "Mayotte"
    SAINT_BARTHELEMY = "977", "Saint-Barthélemy"
    SAINT_MARTIN = "978", "Saint-Martin"
    WALLIS = "986", "Wallis-et-Futuna"
    POLYNESIE = "987", "Polynésie française"
    CALEDONIE = "988", "Nouvelle-Calédonie"


# As the library names them, where it has another name; the three départements of Alsace-Moselle
# have the same days.
_NAMES = {"FR": None, "AM": "57", "975": "PM", "977": "BL", "978": "MF", "986": "WF"} | {
    "987": "PF",
    "988": "NC",
}
_ALSACE_MOSELLE = frozenset({"57", "67", "68"})


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which offices stay closed though they usually open, both included; and why."""

    first_on: date
    last_on: date
    why: str

    @property
    def days(self) -> list[date]:
        """Each of its days."""
        count = (self.last_on - self.first_on).days + 1
        return [self.first_on + timedelta(days=number) for number in range(count)]


def opening_of(session: Session, year: int) -> clocks.Opening:
    """Opening hours with the days off around a year; the usual ones before there is anybody."""
    found = session.get(Organisation, 1)
    if found is None:
        return _usual(Region.MAINLAND, year)
    session.info["organisation"] = found  # kept at hand: every page and call asks
    plain = _usual(region_of(found), year)
    if not found.opening_hours and not found.closed_days:
        return plain
    return replace(plain, week=week_of(found), closed=_own(found))


def works_on(session: Session, day: date) -> bool:
    """Whether offices open on this day."""
    return opening_of(session, day.year).works_on(day)


def days_off(session: Session, year: int) -> frozenset[date]:
    """Public holidays and the organisation's own closed days around a year."""
    found = session.get(Organisation, 1)
    if found is None:
        return public_holidays(Region.MAINLAND, year)
    session.info["organisation"] = found
    plain = public_holidays(region_of(found), year)
    return plain | _own(found) if found.closed_days else plain


def region_of(organisation: Organisation) -> Region:
    """Whose public holidays count: as chosen, else those of the département."""
    if organisation.holidays_region:
        return Region(organisation.holidays_region)
    if organisation.departement in _ALSACE_MOSELLE:
        return Region.ALSACE_MOSELLE
    known = organisation.departement in set(Region)
    return Region(organisation.departement) if known else Region.MAINLAND


def is_overseas(region: Region) -> bool:
    """Whether its clocks are not those of Paris."""
    return region not in {Region.MAINLAND, Region.ALSACE_MOSELLE}


def week_of(organisation: Organisation) -> tuple[clocks.Day, ...]:
    """The hours of the seven days, Monday first."""
    kept = organisation.opening_hours
    return tuple(
        _day(kept[str(number)]) if str(number) in kept else usual
        for number, usual in enumerate(clocks.OFFICE_WEEK)
    )


def closures_of(organisation: Organisation) -> list[Closure]:
    """The organisation's own closed days, in order."""
    return [
        Closure(date.fromisoformat(first), date.fromisoformat(last), why)
        for first, last, why in organisation.closed_days
    ]


@cache
def public_holidays(region: Region, year: int) -> frozenset[date]:
    """The public holidays of a region, of a year and of those around it."""
    name, years = _NAMES.get(region.value, region.value), (year - 1, year, year + 1)
    return frozenset(holidays.country_holidays("FR", subdiv=name, years=years))


def _own(organisation: Organisation) -> frozenset[date]:
    return frozenset(day for closure in closures_of(organisation) for day in closure.days)


@cache
def _usual(region: Region, year: int) -> clocks.Opening:
    return clocks.Opening(holidays=public_holidays(region, year))


def _day(bands: Sequence[Sequence[str]]) -> clocks.Day:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in bands)
