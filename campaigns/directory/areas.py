"""Territories and the organisation's on-call service: how each is reached, day and night."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.directory import writing
from campaigns.models import Organisation, Territory, User
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Area:
    """How a territory is reached; telephones are as typed."""

    name: str
    email: str = ""
    director_email: str = ""
    phone: str = ""
    on_call_phone: str = ""


def territory(session: Session, territory_id: int) -> Territory | None:
    """A territory by its number."""
    return session.get(Territory, territory_id)


def area_of(found: Territory) -> Area:
    """What is noted of a territory."""
    return Area(**{one.name: getattr(found, one.name) for one in fields(Area)})


def change_territory(
    session: Session, found: Territory, wanted: Area, *, by: User, at: datetime
) -> None:
    """Correct how a territory is reached; the next mails and routes follow.

    Telephones are kept as E.164. Refusal names the field that cannot be read.
    """
    name = writing.bounded(wanted.name, 200, "name")
    if not name:
        raise Refusal("Indiquez le nom du territoire.", field="name")
    read = Area(
        name=name,
        email=writing.email(wanted.email, "email"),
        director_email=writing.email(wanted.director_email, "director_email"),
        phone=writing.e164(wanted.phone, "phone"),
        on_call_phone=writing.e164(wanted.on_call_phone, "on_call_phone"),
    )
    changed = [
        one.name for one in fields(read) if getattr(found, one.name) != getattr(read, one.name)
    ]
    for field in changed:
        setattr(found, field, getattr(read, field))
    if changed:
        journal.record(session, "territory_changed", about=found, by=by, at=at, names=changed)


def set_on_call(session: Session, *, phone: str, hours: str, by: User, at: datetime) -> None:
    """Say who is on call for the whole organisation, and when; empty: nobody is.

    Refusal when the number cannot be read, or when hours are given without a number.
    """
    organisation = session.get_one(Organisation, 1)
    number, when = writing.e164(phone, "phone"), writing.bounded(hours, 120, "hours")
    if when and not number:
        raise Refusal("Indiquez aussi le numéro à composer.", field="phone")
    if (organisation.on_call_phone, organisation.on_call_hours) != (number, when):
        organisation.on_call_phone, organisation.on_call_hours = number, when
        journal.record(session, "on_call_changed", about=organisation, by=by, at=at)
