"""Appointments about a need, and places at the desks that help with online procedures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import (
    Appointment,
    DeskSlot,
    MeetingKind,
    MeetingState,
    Need,
    Office,
    User,
)
from campaigns.needs.holding import hold, hold_open, touch, worked_on
from campaigns.needs.steps import note
from campaigns.refusal import Refusal

_HELD = (MeetingState.PLANNED, MeetingState.KEPT, MeetingState.MISSED)
_FARTHEST = timedelta(days=366)
_MOST_PLACES = 50


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a desk, its office, and how many places are left."""

    slot: DeskSlot
    office: str
    insee: str | None
    left: int


def book(
    session: Session,
    need: Need,
    kind: MeetingKind,
    *,
    when: datetime,
    place: str,
    with_whom: str,
    by: User,
    version: int,
    at: datetime,
) -> Appointment:
    """Note an appointment: its kind, day and hour, place, with whom. Refusal when it is past."""
    hold_open(session, need, version)
    if kind is MeetingKind.DESK:
        raise ValueError("a desk has its own act: its places are counted")
    _to_come(when, at, field="day")
    if kind is MeetingKind.OFFICE and not place.strip():
        raise Refusal("Dites où la personne est attendue.", field="place")
    made = Appointment(
        need_id=need.id,
        kind=kind,
        at=when,
        place=place.strip()[:200],
        with_whom=with_whom.strip()[:120],
        made_at=at,
        made_by_id=by.id,
    )
    return _booked(session, need, made, by=by, at=at)


def book_place(
    session: Session, need: Need, slot_id: int, *, by: User, version: int, at: datetime
) -> Appointment:
    """Take a place at a desk; never more than there are, two people asking at once included."""
    hold_open(session, need, version)
    slot = session.scalar(sa.select(DeskSlot).where(DeskSlot.id == slot_id).with_for_update())
    if slot is None or slot.starts_at <= at:
        raise Refusal("Choisissez un créneau à venir.", field="slot")
    taken = sa.select(Appointment.need_id).where(
        Appointment.slot_id == slot.id, Appointment.state.in_(_HELD)
    )
    needs_there = list(session.scalars(taken))
    if need.id in needs_there:
        raise Refusal("Cette personne a déjà une place à ce créneau.", field="slot")
    if len(needs_there) >= slot.places:
        raise Refusal("Ce créneau vient d’être complet : choisissez-en un autre.", field="slot")
    office = session.get_one(Office, slot.office_id)
    made = Appointment(
        need_id=need.id,
        slot_id=slot.id,
        kind=MeetingKind.DESK,
        at=slot.starts_at,
        place=office.name,
        made_at=at,
        made_by_id=by.id,
    )
    return _booked(session, need, made, by=by, at=at)


def settle(
    session: Session,
    appointment: Appointment,
    state: MeetingState,
    *,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Say what became of an appointment: kept, missed or cancelled; a cancelled place is free."""
    need = session.get_one(Need, appointment.need_id)
    hold(session, need, version)
    if state is MeetingState.PLANNED or appointment.state is not MeetingState.PLANNED:
        raise Refusal("Ce rendez-vous a déjà sa suite. Rien n’a été changé.")
    if state is not MeetingState.CANCELLED and appointment.at > at:
        raise Refusal("Ce rendez-vous n’a pas encore eu lieu.")
    appointment.state = state
    touch(need, at=at)
    note(need, "meeting", f"Rendez-vous du {_day(appointment.at)} : {state.label}.", by=by, at=at)
    journal.record(session, "meeting_settled", about=need, by=by, at=at, state=state.value)
    session.flush()  # the version moves on with the act


def of_need(session: Session, need: Need) -> list[Appointment]:
    """The appointments of a need, soonest first."""
    return list(
        session.scalars(
            sa.select(Appointment)
            .where(Appointment.need_id == need.id)
            .order_by(Appointment.at, Appointment.id)
            .limit(50)
        )
    )


def one(session: Session, need: Need, appointment_id: int) -> Appointment | None:
    """An appointment of this need, or None."""
    return session.scalar(
        sa.select(Appointment).where(
            Appointment.id == appointment_id, Appointment.need_id == need.id
        )
    )


def desks(session: Session) -> list[Office]:
    """Offices that may keep a desk: those that help with procedures, by name."""
    return list(
        session.scalars(
            sa.select(Office)
            .where(
                Office.closed_at.is_(None),
                sa.or_(
                    Office.kind.icontains("france"),
                    Office.kind.icontains("numerique"),
                    Office.topics.contains("NUM_DEMARCHES"),
                    Office.id.in_(sa.select(DeskSlot.office_id)),
                ),
            )
            .order_by(Office.name, Office.id)
            .limit(200)
        )
    )


def slots(session: Session, *, at: datetime, limit: int = 60) -> Sequence[Slot]:
    """Times to come at the desks with the places left, soonest first."""
    taken = (
        sa.select(sa.func.count())
        .where(Appointment.slot_id == DeskSlot.id, Appointment.state.in_(_HELD))
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(DeskSlot, Office.name, Office.insee, taken)
        .join(Office, Office.id == DeskSlot.office_id)
        .where(DeskSlot.starts_at > at)
        .order_by(DeskSlot.starts_at, Office.name, DeskSlot.id)
        .limit(limit)
    )
    return [Slot(slot, name, insee, slot.places - int(count)) for slot, name, insee, count in rows]


def open_slot(
    session: Session, office: Office, *, starts_at: datetime, places: int, by: User, at: datetime
) -> DeskSlot:
    """Keep a time at an office's desk for so many people; Refusal when it is kept already."""
    _to_come(starts_at, at, field="day")
    if not 1 <= places <= _MOST_PLACES:
        raise Refusal(f"De une à {_MOST_PLACES} places.", field="places")
    same = sa.select(DeskSlot.id).where(
        DeskSlot.office_id == office.id, DeskSlot.starts_at == starts_at
    )
    if session.scalar(same) is not None:
        raise Refusal("Ce créneau existe déjà pour ce lieu.", field="day")
    slot = DeskSlot(office_id=office.id, starts_at=starts_at, places=places)
    session.add(slot)
    journal.record(session, "slot_opened", about=office, by=by, at=at, places=places)
    session.flush()  # the page names it by its id
    return slot


def close_slot(session: Session, slot: DeskSlot, *, by: User, at: datetime) -> None:
    """Take a time away; Refusal when somebody has a place there."""
    held = sa.select(Appointment.id).where(Appointment.slot_id == slot.id)
    if session.scalar(held.limit(1)) is not None:
        raise Refusal("Quelqu’un a eu une place à ce créneau : il reste dans l’histoire.")
    session.delete(slot)
    journal.record(session, "slot_closed", about=("slot", slot.id), by=by, at=at)


def _booked(
    session: Session, need: Need, made: Appointment, *, by: User, at: datetime
) -> Appointment:
    session.add(made)
    worked_on(need, by=by, at=at)
    where = f", {made.place}" if made.place else ""
    whom = f", avec {made.with_whom}" if made.with_whom else ""
    label = made.kind.label[:1].upper() + made.kind.label[1:]
    note(need, "meeting", f"{label} le {_day(made.at)}{where}{whom}.", by=by, at=at)
    journal.record(session, "meeting_booked", about=need, by=by, at=at, kind=made.kind.value)
    session.flush()  # the version moves on with the act
    return made


def _to_come(when: datetime, at: datetime, *, field: str) -> None:
    if when <= at:
        raise Refusal("Ce jour ou cette heure est passé.", field=field)
    if when - at > _FARTHEST:
        raise Refusal("Choisissez un jour d’ici un an.", field=field)


def _day(when: datetime) -> str:
    local = when.astimezone(weeks.PARIS)
    minutes = f"\u00a0{local.minute:02d}" if local.minute else ""
    return f"{local:%d/%m/%Y} à {local.hour}\u00a0h{minutes}"
