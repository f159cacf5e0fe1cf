"""The people a copied campaign takes over: those who said yes, never a register for another use."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import (
    Campaign,
    Enrolment,
    Labelled,
    Person,
    Provenance,
    SourceDecision,
    SourceList,
    User,
    Wish,
)
from campaigns.refusal import Refusal

# A wish to be called: the others are asked by nobody, or have not said.
_YES = (Wish.WEEKLY, Wish.FORTNIGHTLY, Wish.MONTHLY)


class Whom(Labelled):
    """Which people of the last campaign come into the new one."""

    NOBODY = "nobody", "personne : une nouvelle liste sera importée"
    WHO_SAID_YES = "yes", "celles qui ont demandé à être rappelées régulièrement"
    EVERYBODY = "all", "toutes celles qui peuvent être appelées, si l’usage est le même"


@dataclass(frozen=True, slots=True)
class Brought:
    """How many people came in, and how many a communal register keeps to its own use."""

    enrolled: int
    kept_by_register: int


def registers_of(session: Session, source: Campaign) -> list[SourceList]:
    """The communal registers that name people of a campaign, by name."""
    named = (
        sa.select(Provenance.source)
        .join(Enrolment, Enrolment.person_id == Provenance.person_id)
        .where(Enrolment.campaign_id == source.id)
    )
    return list(
        session.scalars(
            sa.select(SourceList)
            .where(SourceList.is_register.is_(True), SourceList.name.in_(named))
            .order_by(SourceList.name, SourceList.id)
        )
    )


def bring_people(
    session: Session, made: Campaign, source: Campaign, whom: Whom, *, by: User, at: datetime
) -> Brought:
    """Enrol the people of a campaign in its copy, each to be called first with their wish kept.

    Nobody who objected, left or is kept aside. Who is known through a communal register alone
    (CASF L121-6-1; CNIL, 14 April 2020) comes into a campaign of another use only after a named
    decision. Refusal when everybody is asked for although the purpose changed.
    """
    if whom is Whom.NOBODY:
        return Brought(0, 0)
    if whom is Whom.EVERYBODY and not _has_same_use(made, source):
        raise Refusal(
            "Cette campagne n’a pas le même usage : seules les personnes qui ont demandé à être "
            "rappelées peuvent y entrer.",
            field="people",
        )
    asked = [] if whom is Whom.EVERYBODY else [Enrolment.wish.in_(_YES)]
    found = [
        Enrolment.campaign_id == source.id,
        Enrolment.wish != Wish.NEVER,
        Person.stop.is_(None),
        Person.hold.is_(None),
        Person.merged_into_id.is_(None),
        Person.forgotten_at.is_(None),
        *asked,
    ]
    total = _count(session, found)
    if not made.is_register:
        found.append(_may_serve(made, source))
    enrolled = _count(session, found)
    _enrol(session, made, found, at=at)
    journal.record(
        session, "people_brought", about=made, by=by, at=at, source=source.id, count=enrolled
    )
    return Brought(enrolled, total - enrolled)


def _has_same_use(made: Campaign, source: Campaign) -> bool:
    return made.is_register is source.is_register and made.purpose == source.purpose


def _may_serve(made: Campaign, source: Campaign) -> sa.ColumnElement[bool]:
    """A source that is no register names the person, or one somebody decided about does.

    Who was added by hand to a campaign of the register belongs to it.
    """
    register = sa.select(SourceList.name).where(SourceList.is_register.is_(True))
    decided = (
        sa.select(SourceList.name)
        .join(SourceDecision, SourceDecision.source_id == SourceList.id)
        .where(SourceDecision.campaign_id == made.id)
    )
    named = sa.select(sa.literal(1)).where(Provenance.person_id == Person.id)
    free = named.where(
        sa.or_(Provenance.source.not_in(register), Provenance.source.in_(decided))
    ).exists()
    return free if source.is_register else sa.or_(free, ~named.exists())


def _count(session: Session, found: list[sa.ColumnElement[bool]]) -> int:
    query = sa.select(sa.func.count()).select_from(Enrolment).join(Enrolment.person)
    return session.scalar(query.where(*found)) or 0


def _enrol(
    session: Session, made: Campaign, found: list[sa.ColumnElement[bool]], *, at: datetime
) -> None:
    """One statement for all: the wish, the priority and the voice they know are kept."""
    kept = ("person_id", "wish", "priority", "last_volunteer_id", "times_by_last", "other_caller")
    session.flush()  # the campaign has its row
    columns = [getattr(Enrolment, name) for name in kept]
    rows = sa.select(*columns).join(Enrolment.person).where(*found).order_by(Enrolment.id)
    already = sa.select(Enrolment.person_id).where(Enrolment.campaign_id == made.id)
    read = session.execute(rows.where(Enrolment.person_id.not_in(already))).all()
    if read:
        session.execute(
            sa.insert(Enrolment),
            [
                {"campaign_id": made.id, "created_at": at, **dict(zip(kept, row, strict=True))}
                for row in read
            ],
        )
