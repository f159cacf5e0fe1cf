"""Who may be rung when offices are closed, or that nobody can be (handbook, section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from campaigns import clocks
from campaigns.directory.opening import opening_of
from campaigns.models import Organisation, Territory
from campaigns.values import national

_EVE = time(12, 0)  # from noon on, the eve of a day off speaks of the day off


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is on call. ``phone`` is E.164, empty when nobody is; ``is_closed`` says whether offices
    are closed at this instant; ``when`` is « ce week-end »… while they are or soon will be for a
    day off, else empty; ``say`` is the sentence to show, empty when there is none to."""

    phone: str
    whose: str
    hours: str
    is_closed: bool
    when: str
    say: str


def on_call(session: Session, territory: Territory | None, at: datetime) -> OnCall:
    """Who to ring at an instant for a territory: its own on-call service, else the organisation's.

    When nobody is on call and offices are closed, or about to be for a day off, ``say`` tells it:
    before a weekend the tool must say so on screen.
    """
    organisation = session.get_one(Organisation, 1)
    own = territory.on_call_phone if territory is not None else ""
    phone = own or organisation.on_call_phone
    whose = territory.name if own and territory is not None else organisation.name
    hours = "" if own else organisation.on_call_hours
    opening = opening_of(session, at.year)
    when, is_closed = _closed_when(at, opening), not clocks.is_open(at, opening)
    if phone:
        told = f", {hours}" if hours else ""
        say = f"Astreinte ({whose})\u00a0: {national(phone)}{told}."
        return OnCall(phone, whose, hours, is_closed, when, say)
    say = f"Personne n’est d’astreinte {when}." if when else ""
    return OnCall("", whose, "", is_closed, when, say)


def on_call_before_closing(
    session: Session, territories: Sequence[Territory], at: datetime
) -> list[OnCall]:
    """What a coordinator must know while offices are closed, and from noon on the eve of a day off.

    Each on-call service of these territories once, the organisation's for those that have none of
    their own; empty the rest of the time.
    """
    found = [on_call(session, one, at) for one in territories] or [on_call(session, None, at)]
    if not found[0].when:
        return []
    return list({one.say: one for one in found}.values())


def is_closing(session: Session, at: datetime) -> bool:
    """Whether offices are closed, or will be from the eve's noon on: nothing is asked meanwhile."""
    return bool(_closed_when(at, opening_of(session, at.year)))


def _closed_when(at: datetime, opening: clocks.Opening) -> str:
    """« ce week-end »… when offices are closed or soon will be for a day off, else empty."""
    local = at.astimezone(opening.timezone)
    today, tomorrow = local.date(), local.date() + timedelta(days=1)
    if not opening.works_on(today):
        return "ce week-end" if today.weekday() >= 5 else f"aujourd’hui{_why(today, opening)}"
    if not opening.works_on(tomorrow) and local.time() >= _EVE:
        return "ce week-end" if tomorrow.weekday() >= 5 else f"demain{_why(tomorrow, opening)}"
    return "" if clocks.is_open(at, opening) else "en ce moment"


def _why(day: date, opening: clocks.Opening) -> str:
    if day in opening.holidays:
        return ", jour férié"
    return ", jour de fermeture" if day in opening.closed else ""
