"""The household at the end of a line: who may be called, what was said before, giving it back."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from campaigns import journal, once, sheets
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
    Skip,
    SkipReason,
    User,
)

_EVERYBODY = (
    sa.select(Enrolment)
    .join(Enrolment.person)
    .options(contains_eager(Enrolment.person).joinedload(Person.phones))
    .where(
        Enrolment.campaign_id == sa.bindparam("campaign_id"),
        Person.household_id == sa.bindparam("household_id"),
    )
    .order_by(Person.id)
)
_LAST_CALLS = (
    sa.select(Call)
    .where(
        Call.person_id == sa.bindparam("person_id"), Call.campaign_id == sa.bindparam("campaign_id")
    )
    .options(joinedload(Call.volunteer))
    .order_by(Call.at.desc(), Call.id.desc())
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_TOLD = sa.select(Report).where(
    Report.id == sa.bindparam("report_id"), Report.user_id == sa.bindparam("user_id")
)


def at_the_line(session: Session, line: Line, *, campaign: Campaign) -> list[Enrolment]:
    """The household's members this campaign may call, the eldest record first."""
    return callable_now(everybody_at(session, line, campaign=campaign))


def callable_now(household: Iterable[Enrolment]) -> list[Enrolment]:
    """Those of a household who may be called."""
    return [one for one in household if one.person.stop is None and one.person.hold is None]


def everybody_at(session: Session, line: Line, *, campaign: Campaign) -> list[Enrolment]:
    """The whole household, those nobody may call included: an alarm is for any of them."""
    asked = {"campaign_id": campaign.id, "household_id": line.household_id}
    return list(session.scalars(_EVERYBODY, asked).unique())


def whoever_was_at(
    session: Session, line: Line, person_id: int, *, campaign: Campaign
) -> list[Enrolment]:
    """The whole household, and this person even when their record left it since the call."""
    members = everybody_at(session, line, campaign=campaign)
    if all(one.person_id != person_id for one in members):
        members += session.scalars(
            sa.select(Enrolment).where(
                Enrolment.campaign_id == campaign.id, Enrolment.person_id == person_id
            )
        )
    return members


def waits_now(enrolment: Enrolment, line: Line, *, at: datetime) -> bool:
    """Whether this member of the household is still to be called at once on this line."""
    week = line.sheet.plan.week
    if not effects.is_owed(enrolment, week=week):
        return False
    turn_at = effects.turn_at(enrolment, week=week, last_at=enrolment.last_conversation_at)
    return turn_at is None or turn_at <= at


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
    asked = {"person_id": person.id, "campaign_id": campaign.id, "limit": limit}
    return list(session.scalars(_LAST_CALLS, asked))


def told(session: Session, report_id: int, *, by: User) -> Report | None:
    """A report of this volunteer's own, to repeat what it entails."""
    return session.scalar(_TOLD, {"report_id": report_id, "user_id": by.id})


def skip(
    session: Session, line: Line, *, reason: SkipReason, campaign: Campaign, by: User, at: datetime
) -> bool:
    """Pass a household on without a call, to a colleague at once when one has room: True then.

    « Je connais cette personne » bars it for good; any other reason for the week. Attempts stay
    with the line; with nobody free the household waits for a place.
    """
    household = line.household_id
    if reason is SkipReason.KNOWN:
        once.add(session, Barred, household_id=household, volunteer_id=by.id, at=at)
    session.add(
        Skip(
            plan_id=line.plan_id,
            household_id=household,
            volunteer_id=by.id,
            reason=reason,
            at=at,
        )
    )
    about = ("line", line.id)
    journal.record(session, "line_returned", about=about, by=by, at=at, reason=reason.value)
    sheets.locks.leave(session, household, by=by)
    return bool(sheets.moving.pass_on(session, campaign, line, by=by, at=at).given)
