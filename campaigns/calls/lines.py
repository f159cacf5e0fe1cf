"""The household at the end of a line: who may be called, what was said before, giving it back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from campaigns import journal, once
from campaigns.calls import effects
from campaigns.models import (
    Barred,
    Call,
    Campaign,
    Enrolment,
    Line,
    Person,
    Phone,
    Report,
    User,
)


def at_the_line(session: Session, line: Line, *, campaign: Campaign) -> list[Enrolment]:
    """The household's members this campaign may call, the eldest record first."""
    return [
        one
        for one in everybody_at(session, line, campaign=campaign)
        if one.person.stop is None and one.person.hold is None
    ]


def everybody_at(session: Session, line: Line, *, campaign: Campaign) -> list[Enrolment]:
    """The whole household, those nobody may call included: an alarm is for any of them."""
    return list(
        session.scalars(
            sa.select(Enrolment)
            .join(Enrolment.person)
            .options(contains_eager(Enrolment.person).joinedload(Person.phones))
            .where(
                Enrolment.campaign_id == campaign.id,
                Person.household_id == line.household_id,
            )
            .order_by(Person.id)
        ).unique()
    )


def waits_now(enrolment: Enrolment, line: Line, *, at: datetime) -> bool:
    """Whether this member of the household is still to be called at once on this line."""
    if not effects.is_owed(enrolment, week=line.sheet.plan.week, at=at):
        return False
    next_at = enrolment.appointment_at or enrolment.not_before_at
    return next_at is None or next_at <= at


def number_to_dial(session: Session, person: Person, phone_id: int) -> Phone | None:
    """One usable number of a person, by its id."""
    return session.scalar(
        sa.select(Phone).where(
            Phone.id == phone_id, Phone.person_id == person.id, Phone.invalid_at.is_(None)
        )
    )


def last_calls(
    session: Session, person: Person, campaign: Campaign, *, limit: int = 3
) -> list[Call]:
    """The last calls of a person in this campaign, newest first, with who made them."""
    return list(
        session.scalars(
            sa.select(Call)
            .where(Call.person_id == person.id, Call.campaign_id == campaign.id)
            .options(selectinload(Call.volunteer))
            .order_by(Call.at.desc(), Call.id.desc())
            .limit(limit)
        )
    )


def told(session: Session, report_id: int, *, by: User) -> Report | None:
    """A report of this volunteer's own, to repeat what it entails."""
    return session.scalar(sa.select(Report).where(Report.id == report_id, Report.user_id == by.id))


def skip(session: Session, line: Line, *, knows: bool, by: User, at: datetime) -> bool:
    """Give a line back without a call; « je connais cette personne » bars it for good.

    A line nobody has called leaves the sheet, so that the next deal gives the household to somebody
    else: True. One with attempts is closed and keeps them until next week's split: False.
    """
    if knows:
        once.add(session, Barred, household_id=line.household_id, volunteer_id=by.id, at=at)
    journal.record(session, "line_returned", about=("line", line.id), by=by, at=at, knows=knows)
    was_tried = session.scalar(sa.select(Call.id).where(Call.line_id == line.id).limit(1))
    if was_tried is None:
        session.delete(line)
    else:
        line.closed_at = at
        line.next_at = None
    return was_tried is None
