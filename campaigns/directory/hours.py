"""What the lead decides of the opening: hours by weekday, days off, whose public holidays count."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from sqlalchemy.orm import Session

from campaigns import clocks, journal
from campaigns.bounds import hour
from campaigns.directory.opening import Closure, Region, closures_of, region_of, week_of
from campaigns.directory.writing import bounded
from campaigns.models import Organisation, User
from campaigns.refusal import Refusal
from campaigns.retry.slots import clock
from campaigns.weeks import WEEKDAYS, local_day

_BETWEEN = re.compile(r"–|—|-|→|\bà\b")  # the two ends of « 8:30 – 12:00 »
_BESIDE = re.compile(r"[,;\n]|\bet\b")  # « 8:30 – 12:00, 13:30 – 17:30 »
_CLOSED = frozenset({"", "fermé", "ferme", "-", "–"})
_MOST_BANDS = 4
_LONGEST, _MOST = 31, 60  # days of one closure; closures kept at once
_BACK, _AHEAD = timedelta(days=31), timedelta(days=2 * 366)
# A need is said to wait for sixty working days at most: older closures count for nobody.
_KEPT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of the week as typed, Monday first, each « 8:30 – 12:00, 13:30 – 17:30 » or empty;
    ``region`` is the code of a ``Region``."""

    days: Sequence[str]
    region: str


def in_force(organisation: Organisation) -> Week:
    """The hours and the region in force, as they are typed."""
    return Week([_typed(day) for day in week_of(organisation)], region_of(organisation).value)


def settle(
    session: Session, organisation: Organisation, wanted: Week, *, by: User, at: datetime
) -> bool:
    """Change the opening hours and whose public holidays count; False when nothing changed.

    Needs already raised keep the hour they were promised. Refusal names the field, ``day_0`` to
    ``day_6`` or ``region``; nothing is changed then.
    """
    week = tuple(_read_day(text, f"day_{number}") for number, text in enumerate(wanted.days))
    if not any(week):
        raise Refusal("Indiquez les heures d’au moins un jour de la semaine.", field="day_0")
    if wanted.region not in set(Region):
        raise Refusal("Choisissez une région de la liste.", field="region")
    session.refresh(organisation, with_for_update=True)  # somebody may be closing a day
    changed = [
        name
        for name, is_new in (
            ("opening_hours", week != week_of(organisation)),
            ("holidays_region", wanted.region != region_of(organisation)),
        )
        if is_new
    ]
    if not changed:
        return False
    if "opening_hours" in changed:
        organisation.opening_hours = {
            str(number): [[f"{end:%H:%M}" for end in band] for band in day]
            for number, (day, usual) in enumerate(zip(week, clocks.OFFICE_WEEK, strict=True))
            if day != usual
        }
    if "holidays_region" in changed:
        organisation.holidays_region = wanted.region
    journal.record(session, "opening_settled", about=organisation, by=by, at=at, names=changed)
    session.flush()  # who looks under the lock next sees it
    return True


def close(
    session: Session,
    organisation: Organisation,
    closure: Closure,
    *,
    by: User,
    at: datetime,
) -> None:
    """Close offices on some days beside the public holidays. Refusal names the field."""
    today = local_day(at)
    _check(closure, today)
    why = bounded(closure.why, 80, "why")
    session.refresh(organisation, with_for_update=True)  # somebody may be closing another day
    kept = [one for one in closures_of(organisation) if one.last_on >= today - _KEPT]
    for one in kept:
        if one.first_on <= closure.last_on and closure.first_on <= one.last_on:
            raise Refusal(
                f"Ces jours touchent une fermeture déjà notée, {say_days(one)} : retirez-la "
                "d’abord, ou choisissez d’autres jours.",
                field="first_on",
            )
    if len(kept) >= _MOST:
        raise Refusal(f"{_MOST} fermetures au plus : retirez-en une d’abord.", field="first_on")
    kept.append(Closure(closure.first_on, closure.last_on, why))
    _keep(session, organisation, kept)
    journal.record(
        session, "days_closed", about=organisation, by=by, at=at, first=str(closure.first_on)
    )


def open_again(
    session: Session, organisation: Organisation, first_on: date, *, by: User, at: datetime
) -> bool:
    """Take back the closure that begins on a day; False when there is none."""
    session.refresh(organisation, with_for_update=True)  # somebody may be closing another day
    found = closures_of(organisation)
    kept = [one for one in found if one.first_on != first_on]
    if len(kept) == len(found):
        return False
    _keep(session, organisation, kept)
    journal.record(session, "days_opened", about=organisation, by=by, at=at, first=str(first_on))
    return True


def say_hours(week: Sequence[clocks.Day]) -> list[str]:
    """« du lundi au vendredi, de 8 h 30 à 12 h et de 13 h 30 à 17 h 30 », a text a run of days."""
    said = []
    for day, run in groupby(enumerate(week), key=lambda pair: pair[1]):
        names = [WEEKDAYS[number] for number, _ in run]
        if not day:
            continue
        bands = " et ".join(f"de {clock(opens)} à {clock(closes)}" for opens, closes in day)
        said.append(f"{_run(names)}, {bands}")
    return said


def say_days(closure: Closure) -> str:
    """« le 15/05/2026 », « du 24/12/2026 au 31/12/2026 »."""
    first, last = f"{closure.first_on:%d/%m/%Y}", f"{closure.last_on:%d/%m/%Y}"
    return f"le {first}" if first == last else f"du {first} au {last}"


def _run(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"le {names[0]}"
    if len(names) == 2:
        return f"le {names[0]} et le {names[1]}"
    return f"du {names[0]} au {names[-1]}"


def _typed(day: clocks.Day) -> str:
    return ", ".join(f"{opens:%H:%M} – {closes:%H:%M}" for opens, closes in day)


def _read_day(text: str, field: str) -> clocks.Day:
    if text.strip().lower() in _CLOSED:
        return ()
    day = tuple(sorted(_read_band(band, field) for band in _BESIDE.split(text) if band.strip()))
    if not day or len(day) > _MOST_BANDS:
        raise Refusal(f"Donnez de une à {_MOST_BANDS} tranches pour un jour.", field=field)
    for (_, end), (start, _) in pairwise(day):
        if start < end:
            raise Refusal(
                f"Deux tranches se chevauchent autour de {clock(start)} : faites-les se suivre.",
                field=field,
            )
    return day


def _read_band(text: str, field: str) -> clocks.Hours:
    ends = [hour(part, field) for part in _BETWEEN.split(text)]
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise Refusal(
            "Une tranche va d’une heure à une autre, plus tardive, par exemple « 8:30 – 12:00 ».",
            field=field,
        )
    return ends[0], ends[1]


def _check(closure: Closure, today: date) -> None:
    if closure.last_on < closure.first_on:
        raise Refusal("Le dernier jour vient avant le premier : inversez-les.", field="last_on")
    if closure.last_on - closure.first_on >= timedelta(days=_LONGEST):
        raise Refusal(
            f"Une fermeture dure {_LONGEST} jours au plus : notez-la en plusieurs fois.",
            field="last_on",
        )
    if not today - _BACK <= closure.first_on <= today + _AHEAD:
        raise Refusal(
            "Choisissez un jour entre le mois dernier et dans deux ans.", field="first_on"
        )


def _keep(session: Session, organisation: Organisation, closures: list[Closure]) -> None:
    organisation.closed_days = [
        [one.first_on.isoformat(), one.last_on.isoformat(), one.why]
        for one in sorted(closures, key=lambda one: one.first_on)
    ]
    session.flush()  # who looks under the lock next sees it
