"""Who calls whom, where the coordination decides it: a household kept for a voice, or from one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from campaigns import journal, weeks
from campaigns.models import (
    Barred,
    Campaign,
    Commune,
    Enrolment,
    Household,
    Pairing,
    PairingKind,
    Person,
    User,
)
from campaigns.refusal import Refusal

MOST = 200  # listed on one page


@dataclass(frozen=True, slots=True)
class Said:
    """One decision in force, with who it is about and who took it; ``by`` is empty when unknown.

    ``is_gone``: the volunteer's account is closed or suspended, nobody calls under this name.
    """

    pairing: Pairing
    volunteer: str
    is_gone: bool
    by: str


def decide(
    session: Session,
    person: Person,
    volunteer: User,
    *,
    kind: PairingKind,
    reason: str,
    last_on: date | None,
    by: User,
    at: datetime,
) -> Pairing:
    """Reserve a person's household for a volunteer, or keep it from them, until a day or for good.

    It holds from the next split on; ``last_on`` still counts. A household has one chosen voice: a
    new one takes the place of the other, and what is said of a volunteer replaces what was. Refusal
    (fields « reason », « last_on », « volunteer ») without a reason, for a day gone by, and for
    somebody who knows them.
    """
    _refuse(session, person, volunteer, kind=kind, reason=reason, last_on=last_on, at=at)
    # The row of the household is the lock: of two people who decide at once, the last one stands.
    session.get_one(Household, person.household_id, with_for_update=True)
    for other in session.scalars(_open(person.household_id)).all():
        is_other_voice = kind is other.kind is PairingKind.RESERVED
        if other.volunteer_id == volunteer.id or is_other_voice:
            other.ended_at, other.ended_by_id = at, by.id
    made = Pairing(
        household_id=person.household_id,
        volunteer_id=volunteer.id,
        kind=kind,
        reason=reason.strip()[:200],
        last_on=last_on,
        at=at,
        by_id=by.id,
    )
    session.add(made)
    session.flush()  # the split of this transaction reads it by query
    action = "voice_chosen" if kind is PairingKind.RESERVED else "voice_kept_away"
    journal.record(session, action, about=person, by=by, at=at, volunteer=volunteer.id)
    return made


def end(session: Session, person: Person, pairing: Pairing, *, by: User, at: datetime) -> None:
    """Take a decision back: the split is free again. Nothing happens when it was already."""
    if pairing.ended_at is not None:
        return
    pairing.ended_at, pairing.ended_by_id = at, by.id
    about = pairing.volunteer_id
    journal.record(session, "voice_freed", about=person, by=by, at=at, volunteer=about)


def follow(session: Session, kept: Person, double: Person) -> None:
    """Two records are made one: what was decided for the double holds for the one that stays.

    What was decided for that one itself comes first; those who lived with the double keep theirs.
    """
    if kept.household_id == double.household_id:
        return
    mine = session.scalars(_open(kept.household_id)).all()
    settled = {one.volunteer_id for one in mine}
    has_voice = any(one.kind is PairingKind.RESERVED for one in mine)
    for other in session.scalars(_open(double.household_id)).all():
        is_second = has_voice and other.kind is PairingKind.RESERVED
        if other.volunteer_id not in settled and not is_second:
            session.add(
                Pairing(
                    household_id=kept.household_id,
                    volunteer_id=other.volunteer_id,
                    kind=other.kind,
                    reason=other.reason,
                    last_on=other.last_on,
                    at=other.at,
                    by_id=other.by_id,
                )
            )


def one(session: Session, person: Person, pairing_id: int) -> Pairing | None:
    """A decision about this person's household, ended or not."""
    return session.scalar(
        sa.select(Pairing).where(
            Pairing.id == pairing_id, Pairing.household_id == person.household_id
        )
    )


def of_person(session: Session, person: Person, *, today: date) -> list[Said]:
    """What is decided of who calls this person, as it stands today; the chosen voice first."""
    return _said(session, Pairing.household_id == person.household_id, today=today)


def of_campaign(
    session: Session, campaign: Campaign, *, territories: Sequence[int] | None, today: date
) -> list[tuple[Person, Said]]:
    """Everything decided about the people of a campaign, by name; at most ``MOST``.

    One person speaks for a household. ``territories`` None looks everywhere.
    """
    reach = () if territories is None else (Commune.territory_id.in_(territories),)
    first = (
        sa.select(sa.func.min(Person.id).label("id"), Person.household_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(Enrolment.campaign_id == campaign.id, Person.merged_into_id.is_(None), *reach)
        .group_by(Person.household_id)
        .subquery()
    )
    speaks = sa.select(first.c.household_id)
    said = _said(session, Pairing.household_id.in_(speaks), today=today)
    homes = {one.pairing.household_id for one in said}
    people = session.scalars(
        sa.select(Person).where(
            Person.id.in_(sa.select(first.c.id).where(first.c.household_id.in_(homes)))
        )
    )
    of_home = {person.household_id: person for person in people}
    found = [(of_home[one.pairing.household_id], one) for one in said]
    return sorted(found, key=lambda pair: (pair[0].last_name, pair[0].first_name, pair[0].id))


def of_week(kind: PairingKind, week: str) -> sa.Select[int, int]:
    """Household and volunteer of each decision of a kind that holds in a week, for the split."""
    return sa.select(Pairing.household_id, Pairing.volunteer_id).where(
        Pairing.kind == kind, *_in_force(weeks.monday(week))
    )


def _refuse(
    session: Session,
    person: Person,
    volunteer: User,
    *,
    kind: PairingKind,
    reason: str,
    last_on: date | None,
    at: datetime,
) -> None:
    if person.merged_into_id is not None:
        raise Refusal(f"Cette fiche est réunie à P-{person.merged_into_id} : ouvrez celle-là.")
    if not reason.strip():
        raise Refusal("Dites pourquoi en quelques mots.", field="reason")
    if last_on is not None and last_on < weeks.local_day(at):
        raise Refusal("Ce jour est déjà passé.", field="last_on")
    if kind is PairingKind.NEVER:
        return
    knows = sa.select(Barred.id).where(
        Barred.household_id == person.household_id, Barred.volunteer_id == volunteer.id
    )
    if session.scalar(knows) is not None:
        raise Refusal(
            f"{volunteer.first_name} a dit connaître cette personne : "
            "choisissez quelqu’un d’autre.",
            field="volunteer",
        )


def _open(household_id: int) -> sa.Select[Pairing]:
    return sa.select(Pairing).where(
        Pairing.household_id == household_id, Pairing.ended_at.is_(None)
    )


def _in_force(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Pairing.ended_at.is_(None),
        sa.or_(Pairing.last_on.is_(None), Pairing.last_on >= day),
    )


def _said(session: Session, which: sa.ColumnElement[bool], *, today: date) -> list[Said]:
    voice, decider = aliased(User), aliased(User)
    rows = session.execute(
        sa.select(Pairing, voice, decider)
        .join(voice, voice.id == Pairing.volunteer_id)
        .outerjoin(decider, decider.id == Pairing.by_id)
        .where(which, *_in_force(today))
        .order_by(Pairing.kind.desc(), Pairing.at, Pairing.id)
        .limit(MOST)
    )
    return [
        Said(
            pairing,
            volunteer.full_name,
            volunteer.disabled_at is not None or volunteer.suspended_at is not None,
            "" if by is None else by.full_name,
        )
        for pairing, volunteer, by in rows
    ]
