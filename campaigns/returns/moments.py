"""Days and hours as they are written by hand on a sheet: « 24/11 », « mar », « 14h30 »."""

import re
from datetime import date, time, timedelta

from campaigns import weeks
from campaigns.refusal import Refusal
from campaigns.values import fold

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DATE = re.compile(r"(\d{1,2})(?:[/.\-\s](\d{1,2})(?:[/.\-\s](\d{4}|\d{2}))?)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_HOUR = re.compile(r"(\d{1,2})(?:\s*[hH:.]\s*(\d{2})?(?::\d{2})?)?")
_FOUR_FIGURES = re.compile(r"(\d{2})(\d{2})")
_SHARE = re.compile(r"0[.,]\d+")  # of a day: how a spreadsheet counts hours


def day_of_week(text: str, *, week: str) -> date:
    """The day of a call within the sheet's week: a date, its day alone, or the day's name.

    Refusal when it cannot be read or falls outside the week.
    """
    monday = weeks.monday(week)
    days = [monday + timedelta(days=ahead) for ahead in range(7)]
    named = _named(text)
    if named is not None:
        return days[named]
    found = _first(text, days)
    if found is None:
        raise Refusal(
            f"L’appel doit dater de la semaine de la feuille, du {monday:%d/%m} au "
            f"{days[-1]:%d/%m}. Corrigez le jour.",
            field="called_on",
        )
    return found


def day_after(text: str, *, after: date) -> date:
    """The day agreed for a call-back: the first one that fits, from the day of the call on.

    Refusal when it cannot be read.
    """
    days = [after + timedelta(days=ahead) for ahead in range(366)]
    named = _named(text)
    if named is not None:
        return next(day for day in days[1:] if day.weekday() == named)
    found = _first(text, days)
    if found is None:
        raise Refusal(
            "Le jour du rappel ne se lit pas. Écrivez-le ainsi : 30/11.", field="asked_on"
        )
    return found


def hour(text: str, *, field: str) -> time:
    """An hour of the day; Refusal, about ``field``, when it cannot be read."""
    bare = text.strip()
    if _SHARE.fullmatch(bare):
        minutes = round(float(bare.replace(",", ".")) * 24 * 60)
        return time(minutes // 60 % 24, minutes % 60)
    found = _FOUR_FIGURES.fullmatch(bare) or _HOUR.fullmatch(bare)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Refusal("L’heure ne se lit pas. Écrivez-la ainsi : 14:30.", field=field)
    return time(int(found[1]), int(found[2] or 0))


def _named(text: str) -> int | None:
    word = fold(text).rstrip(".").strip()
    if len(word) < 2 or not word.isalpha():
        return None
    return next((at for at, day in enumerate(_DAYS) if day.startswith(word)), None)


def _first(text: str, days: list[date]) -> date | None:
    """The first of these days a written date may mean: what is not written fits any."""
    bare = text.strip()
    iso = _ISO.fullmatch(bare)
    if iso is not None:
        return next((day for day in days if f"{day:%Y-%m-%d}" == bare[:10]), None)
    found = _DATE.fullmatch(bare)
    if found is None:
        return None
    year = found[3] and int(found[3]) % 100
    return next(
        (
            day
            for day in days
            if day.day == int(found[1])
            and (not found[2] or day.month == int(found[2]))
            and (not found[3] or day.year % 100 == year)
        ),
        None,
    )
