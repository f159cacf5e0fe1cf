"""Somebody wants to be forgotten: what stands in the way, what goes, what the law keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings, records
from campaigns.models import (
    Alarm,
    Need,
    Person,
    Provenance,
    Right,
    RightsRequest,
    SourceList,
    StopReason,
    TombstoneKind,
    User,
)
from campaigns.refusal import Refusal
from campaigns.retention import erasing, tombstones
from campaigns.rights import asking, certifying, words

DONE = "Données effacées ; l’attestation est prête."


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would do, before it is done.

    ``obstacles``: sentences to deal with first; ``on_register``: a mairie keeps its own list.
    """

    counts: list[tuple[str, str]]
    kept: tuple[str, ...]
    obstacles: tuple[str, ...]
    on_register: bool


def preview(session: Session, person: Person, *, at: datetime) -> Preview:
    """Say what would go, by table, what stays and why, and what must be settled before."""
    objected = (words.OBJECTION_KEPT,) if person.stop is StopReason.OBJECTED else ()
    strokes = erasing.count(session, holdings.same_person(session, person.id), at=at)
    return Preview(
        counts=certifying.titled(_rows(strokes, _held(session, person))),
        kept=(*words.KEPT, *objected),
        obstacles=tuple(_obstacles(session, person)),
        on_register=_on_register(session, person),
    )


def erase(
    session: Session,
    request: RightsRequest,
    *,
    left_register: bool,
    objects: bool = False,
    by: User,
    at: datetime,
) -> None:
    """Forget the person who asked, bury their number so that no backup brings them back, certify.

    A later list brings them back as somebody new, unless they objected before or ``objects``: a
    fingerprint stays then (RGPD, articles 17.3 and 21; reliability.md, c3 and c4).

    Refusal while a need or an alarm is open (somebody is on their way to help), and for somebody
    on a communal register until the mairie has taken them off it (CASF, L121-6-1).
    """
    asking.still_open(request)
    person = asking.person_of(session, request)
    if person is None or request.right is not Right.ERASURE:
        raise Refusal("Cette demande n’est pas un effacement, ou il est déjà fait.")
    _refuse(session, person, left_register=left_register)
    if objects and person.stop is not StopReason.OBJECTED:
        records.stop(session, person, reason=StopReason.OBJECTED, by=by, at=at)
    objected = person.stop is StopReason.OBJECTED
    numbers = holdings.same_person(session, person.id)
    tombstones.objections_changed(session, at=at)  # while it still says who objected
    held = _held(session, person)
    counts = _rows(erasing.erase_person(session, person, at=at), held)  # its doubles with it
    for number in numbers:
        tombstones.bury(session, TombstoneKind.ERASED, "person", number, at=at)
    certifying.seal(session, request, counts, objected=objected, by=by, at=at)
    asking.step(session, request, "person_erased", by=by, at=at)
    asking.answer(session, request, said=DONE, by=by, at=at)


def _refuse(session: Session, person: Person, *, left_register: bool) -> None:
    for say in _obstacles(session, person):
        raise Refusal(say)
    if _on_register(session, person) and not left_register:
        raise Refusal(
            "Cette personne est sur un registre communal : la mairie l’en retire d’abord, puis "
            "vous cochez que c’est fait.",
            field="left_register",
        )


def _held(session: Session, person: Person) -> dict[str, int]:
    return {name: len(rows) for name, rows in holdings.of_person(session, person.id).items()}


def _rows(strokes: Mapping[str, int], held: Mapping[str, int]) -> dict[str, int]:
    """Rows, each once: one that is emptied in several strokes was counted several times."""
    return {name: min(count, held.get(name, count)) for name, count in strokes.items()}


def _obstacles(session: Session, person: Person) -> list[str]:
    people = holdings.same_person(session, person.id)
    needs = session.scalars(
        sa.select(Need)
        .where(Need.person_id.in_(people), Need.closed_at.is_(None))
        .order_by(Need.id)
    ).all()
    alarms = session.scalars(
        sa.select(Alarm)
        .where(Alarm.person_id.in_(people), Alarm.closed_at.is_(None))
        .order_by(Alarm.id)
    ).all()
    said = []
    if alarms:
        names = ", ".join(one.reference for one in alarms)
        said.append(
            f"On cherche cette personne en ce moment ({names}) : attendez que la levée de doute "
            "soit close."
        )
    if needs:
        names = ", ".join(one.reference for one in needs)
        said.append(
            f"Une aide est encore en cours ({names}) : demandez à la coordination de clore le "
            "besoin d’abord, « retiré » si la personne n’en veut plus."
        )
    return said


def _on_register(session: Session, person: Person) -> bool:
    query = (
        sa.select(Provenance.id)
        .join(SourceList, SourceList.name == Provenance.source)
        .where(
            Provenance.person_id.in_(holdings.same_person(session, person.id)),
            SourceList.is_register.is_(True),
        )
        .limit(1)
    )
    return session.scalar(query) is not None
