"""People a list brought, taken out again with all that hangs on them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk
from campaigns.models import (
    Barred,
    Correction,
    Enrolment,
    FileNumber,
    Household,
    LeftOut,
    Line,
    MatchChoice,
    Pairing,
    Person,
    Phone,
    Provenance,
    QualityCase,
    Report,
    ReportDraft,
    Skip,
    SoftLock,
)

# Rows that belong to one person; nobody called them, so there is no call among them.
_OF_A_PERSON = (Phone, FileNumber, Provenance, Enrolment, QualityCase, Correction, MatchChoice)
# Rows that belong to a household, a planned line nobody touched included.
_OF_A_HOUSEHOLD = (SoftLock, Skip, LeftOut, Barred, Pairing, Line)


def forget(session: Session, people: Sequence[int]) -> None:
    """Take people out, by id, with their numbers, points and enrolments; nobody called them yet.

    Households they leave empty go too, and the planned lines of these.
    """
    homes: set[int] = set()
    for some in bulk.in_thousands(people):
        homes.update(
            session.scalars(sa.select(Person.household_id).where(Person.id.in_(some)).distinct())
        )
        session.execute(
            sa.update(QualityCase).where(QualityCase.other_id.in_(some)).values(other_id=None)
        )
        for model in _OF_A_PERSON:
            session.execute(sa.delete(model).where(model.person_id.in_(some)))
        session.execute(sa.delete(Person).where(Person.id.in_(some)))
    _empty(session, sorted(homes))


def _empty(session: Session, homes: Sequence[int]) -> None:
    for some in bulk.in_thousands(homes):
        lived_in = sa.select(Person.household_id).where(Person.household_id.in_(some))
        # A line somebody reported on is part of what happened.
        reported = (
            sa.select(Line.household_id)
            .join(Report, Report.line_id == Line.id)
            .where(Line.household_id.in_(some))
        )
        left = list(
            session.scalars(
                sa.select(Household.id).where(
                    Household.id.in_(some),
                    Household.id.not_in(lived_in),
                    Household.id.not_in(reported),
                )
            )
        )
        lines = sa.select(Line.id).where(Line.household_id.in_(left))
        session.execute(sa.delete(ReportDraft).where(ReportDraft.line_id.in_(lines)))
        for model in _OF_A_HOUSEHOLD:
            session.execute(sa.delete(model).where(model.household_id.in_(left)))
        session.execute(sa.delete(Household).where(Household.id.in_(left)))
