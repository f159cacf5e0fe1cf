"""May this person be called? Somebody looked, and says."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, people, quality
from campaigns.models import (
    Enrolment,
    Objection,
    Person,
    QualityCase,
    QualityKind,
    Role,
    StopReason,
    User,
)
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

_FOR_EVER = {StopReason.OBJECTED, StopReason.DUPLICATE}
_COORDINATES = {Role.COORDINATOR, Role.COORDINATION}
_LEAST_WORDS = 10
_HELD = {QualityKind.HOLD, QualityKind.MOVED, QualityKind.DOUBLE, QualityKind.OTHER}


def release(session: Session, person: Person, *, by: User, at: datetime) -> None:
    """Somebody checked a person kept aside: they may be called. Refusal when nobody kept them."""
    if person.hold is None:
        raise Refusal("Cette personne n’est pas mise de côté : il n’y a rien à confirmer.")
    people.confirm_callable(session, person, by=by, at=at)
    quality.settle(session, person, _HELD, result="Peut être appelée.", by=by, at=at)


def stop(session: Session, person: Person, *, reason: StopReason, by: User, at: datetime) -> None:
    """Nobody calls this person any more.

    Refusal when they were stopped already, and for « fiche en double »: two records are joined.
    """
    if reason is StopReason.DUPLICATE:
        raise Refusal("Pour une fiche en double, réunissez les deux fiches.", field="reason")
    # Somebody who left may still object: their « no » must outlive their record.
    may_follow = reason is StopReason.OBJECTED and person.stop not in _FOR_EVER
    if person.stop is not None and not may_follow:
        raise Refusal(f"Cette personne n’est déjà plus appelée : {person.stop.label}.")
    people.stop(session, person, reason=reason, by=by, at=at)
    person.hold = None
    answered = {*_HELD, QualityKind.DIED, QualityKind.CARE_HOME, QualityKind.ABSENT}
    result = f"N’est plus appelée : {reason.label}."
    quality.settle(session, person, answered, result=result, by=by, at=at)


def prioritise(
    session: Session, enrolment: Enrolment, *, priority: int, by: User, at: datetime
) -> None:
    """Say when a person's turn comes among those who wait: 0 first, 9 last.

    ValueError outside of it.
    """
    if not 0 <= priority <= 9:
        raise ValueError("a priority runs from 0 to 9")
    if enrolment.priority == priority:
        return
    enrolment.priority = priority
    about = ("person", enrolment.person_id)
    journal.record(session, "priority_set", about=about, by=by, at=at, priority=priority)


def restart(session: Session, person: Person, *, reason: str = "", by: User, at: datetime) -> None:
    """Call somebody again: it was a mistake, or they ask for it themselves.

    Their objection, if it was one, is forgotten: the coordination alone does it, and writes why
    (RGPD, article 21). Refusal when they were never stopped, and for a record joined to another.
    """
    if person.merged_into_id is not None:
        raise Refusal(f"Cette fiche est réunie à P-{person.merged_into_id} : ouvrez celle-là.")
    if person.stop is None:
        raise Refusal("Cette personne peut déjà être appelée.")
    if person.stop is StopReason.OBJECTED:
        _explain(session, person, reason.strip(), by=by, at=at)
    keys: Keys = session.info["keys"]
    session.execute(
        sa.delete(Objection).where(
            Objection.fingerprint.in_(people.fingerprints(keys.objection, person))
        )
    )
    journal.record(
        session, "person_restarted", about=person, by=by, at=at, reason=person.stop.value
    )
    person.stop = person.stopped_at = None
    person.updated_at = at
    answered = {QualityKind.DIED, QualityKind.CARE_HOME}
    quality.settle(session, person, answered, result="Peut être appelée.", by=by, at=at)


def _explain(session: Session, person: Person, reason: str, *, by: User, at: datetime) -> None:
    """Keep why somebody who objected is called again, among the points settled about them."""
    if by.role not in _COORDINATES:
        raise Refusal(
            "Cette personne ne souhaitait plus être appelée : seule la coordination reprend les "
            "appels, si la personne le demande elle-même."
        )
    if len(reason) < _LEAST_WORDS:
        raise Refusal(
            "Écrivez pourquoi : cette personne ne souhaitait plus être appelée.", field="reason"
        )
    session.add(
        QualityCase(
            person_id=person.id,
            kind=QualityKind.OTHER,
            detail="Opposition levée",
            opened_at=at,
            opened_by_id=by.id,
            closed_at=at,
            closed_by_id=by.id,
            result=reason[:300],
        )
    )
