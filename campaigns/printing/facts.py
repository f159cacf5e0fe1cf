"""What stands on a sheet off screen: enough to call, and nothing more.

No benefit, no birth date, no address; initials unless the campaign says otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from babel.dates import format_date
from sqlalchemy.orm import Session

from campaigns import reference, values, weeks
from campaigns.models import (
    Call,
    Campaign,
    IssuedSheet,
    Organisation,
    Phone,
    Sheet,
    User,
    WeekPlan,
)
from campaigns.printing import household
from campaigns.printing.household import Member, Seat

_NBSP = "\u00a0"
_HALVES = {"am": "plutôt le matin", "pm": "plutôt l’après-midi"}
_MOST_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One person to call: what the caller reads before dialling."""

    code: str
    name: str
    phones: tuple[str, ...]
    why: str
    best_time: str
    last_contact: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One issued sheet: whose it is, for which week, and its rows in order."""

    number: str
    caller: str
    week: str
    organisation: str
    coordination_phone: str
    with_names: bool
    rows: tuple[Row, ...]


def papers(
    session: Session, campaign: Campaign, issued: Sequence[IssuedSheet], *, week: str
) -> list[Paper]:
    """Read issued sheets of one week as they are printed; four statements, however many."""
    organisation = session.get_one(Organisation, 1)
    callers = _callers(session, campaign, week)
    seats = {
        sheet_id: [seat for seat in rows if _is_printed(seat)]
        for sheet_id, rows in household.seats(session, campaign, issued, week=week).items()
    }
    people = [seat.member.person_id for rows in seats.values() for seat in rows if seat.member]
    phones = _phones(session, people)
    contacts = _last_contacts(session, campaign, people)
    return [
        Paper(
            number=sheet.number,
            caller=callers[sheet.sheet_id],
            week=week,
            organisation=organisation.name,
            coordination_phone=_read_aloud(organisation.coordination_phone),
            with_names=sheet.with_names,
            rows=tuple(
                _row(seat, member, phones, contacts, is_full=sheet.with_names)
                for seat in seats[sheet.id]
                if (member := seat.member)
            ),
        )
        for sheet in issued
    ]


def _is_printed(seat: Seat) -> bool:
    return seat.member is not None and seat.member.may_be_called and seat.member.is_owed


def _row(
    seat: Seat,
    member: Member,
    phones: dict[int, list[str]],
    contacts: dict[int, str],
    *,
    is_full: bool,
) -> Row:
    return Row(
        code=seat.code,
        name=seat.name(is_full=is_full),
        phones=tuple(phones.get(member.person_id, [])[:_MOST_NUMBERS]),
        why=seat.why,
        best_time=_best_time(member),
        last_contact=contacts.get(member.person_id, "premier appel"),
    )


def _best_time(member: Member) -> str:
    if member.appointment_at is not None:
        return f"rendez-vous {written_moment(member.appointment_at)}"
    return _HALVES.get(member.best_half, "")


def written_moment(at: datetime) -> str:
    """« mardi 24 novembre à 14 h 30 », local time."""
    local = at.astimezone(weeks.PARIS)
    minutes = f"{_NBSP}{local.minute:02d}" if local.minute else ""
    return f"{format_date(local, 'EEEE d MMMM', locale='fr')} à {local.hour}{_NBSP}h{minutes}"


def _callers(session: Session, campaign: Campaign, week: str) -> dict[int, str]:
    rows = session.execute(
        sa.select(Sheet.id, User.first_name, User.last_name)
        .join(User, User.id == Sheet.volunteer_id)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .where(WeekPlan.campaign_id == campaign.id, WeekPlan.week == week)
    )
    return {row[0]: f"{row[1]} {row[2]}".strip() for row in rows}


def _phones(session: Session, people: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for some in household.pieces(people):
        rows = session.execute(
            sa.select(Phone.person_id, Phone.e164)
            .where(Phone.person_id.in_(some), Phone.invalid_at.is_(None))
            .order_by(Phone.person_id, Phone.position, Phone.id)
        )
        for person_id, e164 in rows:
            found.setdefault(person_id, []).append(_read_aloud(e164))
    return found


def _last_contacts(session: Session, campaign: Campaign, people: Sequence[int]) -> dict[int, str]:
    outcomes = reference.outcomes()
    return {
        person_id: (
            f"{format_date(at.astimezone(weeks.PARIS), 'd MMM', locale='fr')}, "
            f"{outcomes[outcome].label[:1].lower()}{outcomes[outcome].label[1:]}"
        )
        for some in household.pieces(people)
        for person_id, at, outcome in _newest_calls(session, campaign, some)
    }


def _newest_calls(
    session: Session, campaign: Campaign, people: Sequence[int]
) -> list[tuple[int, datetime, str]]:
    newest = sa.func.row_number().over(
        partition_by=Call.person_id, order_by=(Call.at.desc(), Call.id.desc())
    )
    ranked = (
        sa.select(Call.person_id, Call.at, Call.outcome, newest.label("place"))
        .where(Call.campaign_id == campaign.id, Call.person_id.in_(people))
        .subquery()
    )
    rows = session.execute(
        sa.select(ranked.c.person_id, ranked.c.at, ranked.c.outcome).where(ranked.c.place == 1)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _read_aloud(e164: str) -> str:
    written = values.national(e164) if e164.startswith("+") else e164
    return written.replace(" ", _NBSP)
