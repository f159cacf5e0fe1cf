"""The stretch of days a bilan tells: a week, a month, the whole campaign, or any two days."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date

from campaigns import weeks
from campaigns.models import Campaign
from campaigns.overview import periods
from campaigns.refusal import Refusal

WEEK, MONTH, CAMPAIGN, DAYS = "semaine", "mois", "campagne", "dates"
_FRENCH = "fr_FR"
_YEARS = range(2000, 2100)
_MOST = 60  # weeks or months to choose from
_LONGEST = timedelta(days=366 * 5)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From a day to another, both included. ``title`` names it: « la semaine du 16 novembre »."""

    kind: str
    first_day: date
    last_day: date
    title: str

    @property
    def before(self) -> "Stretch | None":
        """The stretch of the same sort that came before; none before a whole campaign."""
        eve = self.first_day - timedelta(days=1)
        if self.kind == WEEK:
            return week(weeks.of(eve))
        if self.kind == MONTH:
            return month(eve)
        if self.kind == DAYS:
            return days(eve - (self.last_day - self.first_day), eve)
        return None

    @property
    def code(self) -> str:
        """What names it in an address and a file: « 2026-W47 », « 2026-11 », « campagne »,
        « 2026-11-16_2026-11-22 »; ``named`` reads it back."""
        if self.kind == CAMPAIGN:
            return CAMPAIGN
        if self.kind == WEEK:
            return weeks.of(self.first_day)
        if self.kind == MONTH:
            return f"{self.first_day:%Y-%m}"
        return f"{self.first_day.isoformat()}_{self.last_day.isoformat()}"

    def is_over(self, now: datetime) -> bool:
        """Whether its last day has passed: before that, its figures still grow."""
        return self.last_day < weeks.local_day(now)


def named(of: Campaign, code: str, *, now: datetime) -> Stretch:
    """The stretch of a code; ValueError when it is none."""
    if code == CAMPAIGN:
        return campaign(of, now=now)
    first, both, last = code.partition("_")
    if both:
        return _days(date.fromisoformat(first), date.fromisoformat(last))
    found = week(code) if "W" in code else month(date.fromisoformat(f"{code}-01"))
    if found.first_day.year not in _YEARS:
        raise ValueError(f"far from any campaign: {code!r}")
    return found


def _days(first: date, last: date) -> Stretch:
    try:
        return days(first, last)
    except Refusal as refusal:
        raise ValueError(refusal.say) from refusal


def offered(of: Campaign, *, now: datetime) -> tuple[list[Stretch], list[Stretch]]:
    """The weeks and the months to choose from, the newest first."""
    whole = campaign(of, now=now)
    last = (week(weeks.of(whole.last_day)), month(whole.last_day))
    found, months = (_back(one, whole.first_day) for one in last)
    return found, months


def _back(one: Stretch | None, since: date) -> list[Stretch]:
    """From a stretch back to the one that holds a day."""
    found: list[Stretch] = []
    while one and one.last_day >= since and len(found) < _MOST:
        found.append(one)
        one = one.before
    return found


def usual(of: Campaign, *, now: datetime) -> Stretch:
    """What is told unless something else is asked: the last week that is over."""
    found, _ = offered(of, now=now)
    return next((one for one in found if one.is_over(now)), found[0])


def week(name: str) -> Stretch:
    """A week by its ISO name; ValueError when it is none."""
    first = weeks.monday(name)
    return Stretch(WEEK, first, weeks.sunday(name), f"Semaine du {spoken(first)}")


def month(day: date) -> Stretch:
    """The month a day is in."""
    first = day.replace(day=1)
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Stretch(MONTH, first, last, format_date(first, "MMMM y", locale=_FRENCH).capitalize())


def days(first: date, last: date) -> Stretch:
    """Any two days; Refusal when the second comes first, or far from any campaign."""
    if first.year not in _YEARS or last.year not in _YEARS:
        raise Refusal("Choisissez des jours entre 2000 et 2099.", field="first_day")
    if last < first:
        raise Refusal("Le dernier jour vient avant le premier.", field="last_day")
    if last - first > _LONGEST:
        raise Refusal("Choisissez cinq ans au plus.", field="last_day")
    if first == last:
        return Stretch(DAYS, first, last, f"Journée du {spoken(first)}")
    return Stretch(DAYS, first, last, between(first, last))


def campaign(of: Campaign, *, now: datetime) -> Stretch:
    """A whole campaign, from the day it was made up to its end, or to today while it lasts."""
    kept = periods.frozen(of)
    if kept is not None:
        return Stretch(CAMPAIGN, kept.first_day, kept.last_day, "Toute la campagne")
    first = weeks.local_day(of.created_at)
    last = weeks.local_day(of.closed_at or now)
    return Stretch(CAMPAIGN, first, max(first, last), "Toute la campagne")


def between(first: date, last: date) -> str:
    """« Du 9 au 15 novembre 2026 », saying month and year once where they are the same."""
    if first == last:
        return f"Le {spoken(first)}"
    start = spoken(first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
        if first.month == last.month:
            start = start.split()[0]
    return f"Du {start} au {spoken(last)}"


def spoken(day: date) -> str:
    """« 16 novembre 2026 », « 1er décembre 2026 »."""
    written = format_date(day, "d MMMM y", locale=_FRENCH)
    return written.replace("1 ", "1er ", 1) if day.day == 1 else written
