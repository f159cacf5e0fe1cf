"""How French people read dates, numbers and telephones. Filters for templates and mails."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date
from babel.numbers import format_decimal

from appel_solidaire import fragments
from campaigns import weeks

_LOCALE = "fr_FR"
_KEPT = 512  # Babel takes as long for a date as a whole page for its menu
NBSP = "\u00a0"


@lru_cache(maxsize=_KEPT)
def number(value: float) -> str:
    """« 26 400 » with spaces that do not break."""
    shown = 0 if value == 0 else value  # minus nothing is nothing
    return format_decimal(shown, locale=_LOCALE).replace("\u202f", NBSP)


def count(value: int, one: str, many: str | None = None) -> str:
    """« 1 personne », « 26 400 personnes », « aucune » stays the caller's word."""
    word = one if abs(value) < 2 else (many or f"{one}s")
    return f"{number(value)}{NBSP}{word}"


def percent(part: float, whole: float) -> str:
    """« 94 % »; nothing over nothing is « 0 % », and only the whole is « 100 % »."""
    share = round(100 * part / whole) if whole else 0
    return f"{min(share, 99) if part < whole else share}{NBSP}%"


def day(value: date | datetime, tz: ZoneInfo = weeks.PARIS) -> str:
    """« mardi 10 novembre »."""
    return _day(_local(value, tz))


@lru_cache(maxsize=_KEPT)
def _day(local: date) -> str:
    written = format_date(local, "EEEE d MMMM", locale=_LOCALE)
    return written.replace(" 1 ", " 1er ") if local.day == 1 else written


def short_day(value: date | datetime, tz: ZoneInfo = weeks.PARIS) -> str:
    """« 10 nov. 2026 »."""
    return _short_day(_local(value, tz))


@lru_cache(maxsize=_KEPT)
def _short_day(local: date) -> str:
    return format_date(local, "d MMM y", locale=_LOCALE)


def clock(value: datetime, tz: ZoneInfo = weeks.PARIS) -> str:
    """« 9 h 40 »."""
    local = value.astimezone(tz)
    return (
        f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}" if local.minute else f"{local.hour}{NBSP}h"
    )


def moment(value: datetime, *, now: datetime, tz: ZoneInfo = weeks.PARIS) -> str:
    """« aujourd’hui à 9 h 40 », « hier à 15 h 05 », « jeudi 12 novembre à 10 h 12 »."""
    gap = weeks.local_day(value, tz) - weeks.local_day(now, tz)
    named = {0: "aujourd’hui", -1: "hier", 1: "demain"}.get(gap.days) or day(value, tz)
    return f"{named} à {clock(value, tz)}"


@lru_cache(maxsize=_KEPT)
def week_start(week: str) -> str:
    """« 16 nov. »: the Monday of a week, in a narrow column."""
    return format_date(weeks.monday(week), "d MMM", locale=_LOCALE).replace(" ", NBSP)


@lru_cache(maxsize=_KEPT)
def week_title(week: str) -> str:
    """« semaine du 16 novembre »."""
    first = weeks.monday(week)
    number_of_day = "1er" if first.day == 1 else first.day
    return f"semaine du {number_of_day} {format_date(first, 'MMMM', locale=_LOCALE)}"


def phone(e164: str) -> str:
    """« 06 39 98 00 12 », as it is read aloud; a short number, « 3949 », as it is."""
    if not e164.startswith("+"):
        return e164.replace(" ", NBSP)
    parsed = phonenumbers.parse(e164, None)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == 33
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return str(phonenumbers.format_number(parsed, style)).replace(" ", NBSP)


def sentence(text: str) -> str:
    """« Habitué·e, à rappeler cette semaine »: the first letter is a capital, the others stay."""
    return text[:1].upper() + text[1:]


def delay(until: datetime, *, now: datetime) -> str:
    """« reste 2 h 20 », « en retard de 3 jours »."""
    gap = until - now
    if gap < timedelta(0):
        return f"en retard de {span(-gap)}"
    return f"reste {span(gap)}"


def span(gap: timedelta) -> str:
    """« 12 min », « 2 h 20 », « 3 jours »."""
    minutes = int(gap.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    if minutes < 24 * 60:
        return f"{minutes // 60}{NBSP}h" + (f"{NBSP}{minutes % 60:02d}" if minutes % 60 else "")
    return count(minutes // (24 * 60), "jour")


def _local(value: date | datetime, tz: ZoneInfo) -> date:
    return weeks.local_day(value, tz) if isinstance(value, datetime) else value


FILTERS = {
    "kept": fragments.kept,
    "number": number,
    "count": count,
    "percent": percent,
    "day": day,
    "short_day": short_day,
    "clock": clock,
    "moment": moment,
    "week_start": week_start,
    "week_title": week_title,
    "phone": phone,
    "sentence": sentence,
    "delay": delay,
    "span": span,
}
