"""People and their wishes: finding, stopping, confirming."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import journal, objections, once
from campaigns.models import Objection, Person, StopReason, User
from campaigns.objections import Who
from campaigns.sealing import Keys


def of_household(session: Session, household_id: int) -> list[Person]:
    """Everybody who answers the same telephone."""
    return list(
        session.scalars(
            sa.select(Person).where(Person.household_id == household_id).order_by(Person.id)
        )
    )


def stop(
    session: Session, person: Person, *, reason: StopReason, by: User | None, at: datetime
) -> None:
    """Nobody calls this person any more, in any campaign, from now on.

    An objection also leaves a fingerprint that stops a later list from bringing them back
    (RGPD art. 21).
    """
    person.stop = reason
    person.stopped_at = person.updated_at = at
    if reason is StopReason.OBJECTED:
        keys: Keys = session.info["keys"]
        for mark in sorted(objections.to_keep(keys.objection, _who(person))):
            once.add(session, Objection, fingerprint=mark, made_at=at)
    journal.record(session, "person_stopped", about=person, by=by, at=at, reason=reason.value)


def complete_objections(session: Session, *, at: datetime) -> tuple[int, bool]:
    """Recognise under every spelling those who objected when fewer marks of them were kept.

    From what their records still hold. Gives how many people it completed, and whether objections
    are left whose record is forgotten: of these nothing but the older marks remains, by which a
    list is recognised as it was spelled then.
    """
    keys: Keys = session.info["keys"]
    kept = set(session.scalars(sa.select(Objection.fingerprint)))
    completed = 0
    for person in session.scalars(
        sa.select(Person)
        .options(selectinload(Person.phones))
        .where(Person.stop == StopReason.OBJECTED, Person.forgotten_at.is_(None))
        .order_by(Person.id)
    ):
        missing = objections.to_keep(keys.objection, _who(person)) - kept
        for mark in sorted(missing):
            made_at = person.stopped_at or at
            once.add(session, Objection, fingerprint=mark, made_at=made_at)
        kept |= missing
        completed += bool(missing)
    return completed, objections.are_bare(keys.objection, kept)


def fingerprints(key: bytes, person: Person) -> set[str]:
    """What recognises somebody who objected when a later list names them again."""
    return objections.fingerprints(key, _who(person))


def _who(person: Person) -> Who:
    return Who(
        last_name=person.last_name,
        first_name=person.first_name,
        birth_name=person.birth_name,
        birth_date=person.birth_date,
        phones=tuple(phone.e164 for phone in person.phones),
    )


def confirm_callable(session: Session, person: Person, *, by: User, at: datetime) -> None:
    """Somebody checked a person kept aside (« ne pas appeler », « EHPAD »…): they may be called."""
    person.hold = None
    person.updated_at = at  # a later list must not put the hold back
    journal.record(session, "person_confirmed", about=person, by=by, at=at)
