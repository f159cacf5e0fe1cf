"""Birth dates as clerks type them: day first, always, and never silently shifted."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isfinite

_DAY_FIRST = re.compile(
    r"(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{5}|\d{4}|\d{2})(?:\s|$|T)"
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]|$)")
_MONTHS = {
    "janv": 1, "fevr": 2, "mars": 3, "avri": 4, "mai": 5, "juin": 6, "juil": 7, "aout": 8,
    "sept": 9, "octo": 10, "nove": 11, "dece": 12,
}  # fmt: skip
_IN_WORDS = re.compile(r"(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?\s+(\d{4}|\d{2})$")
# « le 07/03/1941 », « Née le 7 mars 1941 »: what is said before a date.
_SAID_BEFORE = re.compile(r"(?:n[ée]e?(?:\(e\))?\s{1,3})?le\s{1,3}(?=\d)", re.IGNORECASE)
_EXCEL_EPOCH = date(1899, 12, 30)
# Nobody alive is older: beyond it a date is a slip or a filler such as 01/01/1900.
_OLDEST_YEARS = 118
# « 20 » is 1920 rather than 2020: lists are of old people, and somebody looks at it anyway.
_SURE_YEARS = 115
_YEARS = ("1850", "2100")  # four figures beyond them are no year
_NO_DATE_YET = "Cette date n’est pas reconnue."


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date, or why there is none. ``say`` is empty when all is well, else a French sentence.

    ``code``: "" · "impossible" · "filler" · "year_only" · "future" · "two_digit_year" (the date
    is kept, to be checked).
    """

    value: date | None
    code: str = ""
    say: str = ""


_NOTHING = DateReading(None)


def date_of(value: object, *, today: date) -> DateReading:
    """The birth date a cell or a field holds; ``today`` bounds what is believable.

    Texts (day first: « 07/03/1941 », « le 7 mars 41 », « 07031941 »; or « 19410307 »), real dates,
    timestamps, and Excel's day numbers, in text or not. A year of two figures is the earliest of
    somebody believable, to be checked.
    """
    if isinstance(value, datetime):
        return _believable(value.date(), today)
    if isinstance(value, date):
        return _believable(value, today)
    if isinstance(value, bool):
        return DateReading(None, "impossible", _NO_DATE_YET)
    if isinstance(value, float):
        if not isfinite(value):
            return DateReading(None, "impossible", _NO_DATE_YET)
        value = int(value)
    text = str(value).strip()
    if not text or text in {"0", "-", "?"}:
        return _NOTHING
    if text.isascii() and text.isdigit():
        return _from_digits(text, today)
    return _from_text(text, today)


def _from_text(text: str, today: date) -> DateReading:
    if len(text) == 10 and text[2] == text[5] == "/" and text.replace("/", "").isdecimal():
        return _of_written_year(text[6:], int(text[3:5]), int(text[:2]), today)
    if text[0] in "lLnN":
        text = _SAID_BEFORE.sub("", text, count=1)
    if found := _YEAR_FIRST.match(text):
        year, month, day = (int(part) for part in found.groups())
        return _built(year, month, day, today)
    if found := _DAY_FIRST.match(text):
        day, month = int(found[1]), int(found[2])
        return _of_written_year(found[3], month, day, today)
    from campaigns.values.words import fold  # words know no date: only this rare path needs them

    if (found := _IN_WORDS.match(fold(text))) and (number := _MONTHS.get(found[2][:4])):
        return _of_written_year(found[3], number, int(found[1]), today)
    return DateReading(None, "impossible", f"La date « {text[:30]} » n’est pas reconnue.")


def _from_digits(text: str, today: date) -> DateReading:
    if len(text) == 4 and _YEARS[0] <= text <= _YEARS[1]:
        # An age band reads a day of birth, and a day is never invented.
        say = f"L’année seule ({text}) ne fait pas une date : laissée vide."
        return DateReading(None, "year_only", say)
    if len(text) in (4, 5) and int(text) < 60000:  # Excel counts the days since 1899
        return _believable(_EXCEL_EPOCH + timedelta(days=int(text)), today)
    # 19410307: a year that 19/41/0307, read day first, could never be.
    if len(text) == 8 and _YEARS[0] <= text[:4] <= _YEARS[1] and text[4:6] <= "12":
        return _built(int(text[:4]), int(text[4:6]), int(text[6:]), today)
    if len(text) in (7, 8):  # 07031941 typed as a number loses its zero
        text = text.zfill(8)
        return _built(int(text[4:]), int(text[2:4]), int(text[:2]), today)
    return DateReading(None, "impossible", f"La date « {text[:30]} » n’est pas reconnue.")


def _of_written_year(written: str, month: int, day: int, today: date) -> DateReading:
    if len(written) == 5:
        say = f"L’année {written} a cinq chiffres : date laissée vide."
        return DateReading(None, "impossible", say)
    if len(written) == 4:
        return _built(int(written), month, day, today)
    year = 1900 + int(written)
    if today.year - year > _SURE_YEARS:
        year += 100
    read = _built(year, month, day, today)
    if read.value is None:
        return read
    say = f"Année à deux chiffres lue {year} : à vérifier."
    return DateReading(read.value, "two_digit_year", say)


def _built(year: int, month: int, day: int, today: date) -> DateReading:
    try:
        return _believable(date(year, month, day), today)
    except ValueError:
        say = f"La date {day:02}/{month:02}/{year:04} n’existe pas : laissée vide."
        return DateReading(None, "impossible", say)


def _believable(day: date, today: date) -> DateReading:
    if day > today:
        say = f"La date {day:%d/%m}/{day.year:04} est à venir : laissée vide."
        return DateReading(None, "future", say)
    if day.year < today.year - _OLDEST_YEARS or day == date(1900, 1, 1):
        say = f"La date {day:%d/%m}/{day.year:04} n’est pas vraisemblable : laissée vide."
        return DateReading(None, "filler", say)
    return DateReading(day)
