"""Alarms nobody closed in time, and regulars nobody called although they expected it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import mails, once, team, weeks
from campaigns.models import (
    Alarm,
    Call,
    Campaign,
    Commune,
    Enrolment,
    Occurrence,
    Person,
    Phone,
    Role,
    Stage,
    Wish,
)

_TOLD = "alarm_late"  # the act, once an alarm
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Expecting:
    """Regulars owed a call whom nobody called this week: the first of them, and how many."""

    people: tuple[Enrolment, ...]
    count: int


def late(session: Session, *, at: datetime) -> list[int]:
    """The ids of the open alarms past their deadline of which nobody above was told yet."""
    told = (
        sa.select(sa.literal(1))
        .where(Occurrence.kind == _TOLD, Occurrence.period == sa.cast(Alarm.id, sa.String))
        .exists()
    )
    return list(
        session.scalars(
            sa.select(Alarm.id)
            .where(Alarm.closed_at.is_(None), Alarm.due_at <= at, ~told)
            .order_by(Alarm.due_at, Alarm.id)
        )
    )


def tell_above(session: Session, alarm_id: int, *, at: datetime) -> int:
    """The deadline passed: the coordination and the lead are told, once; give how many mails."""
    alarm = session.get(Alarm, alarm_id)
    if alarm is None or alarm.closed_at is not None:
        return 0
    if not once.add(session, Occurrence, kind=_TOLD, period=str(alarm_id), at=at, produced=0):
        return 0
    posted = 0
    for role in (Role.COORDINATION, Role.LEAD):
        for user in team.of_role(session, alarm.campaign_id, role):
            key = f"alarm:{alarm_id}:late:{user.id}"
            about = {"alarm": alarm_id}
            posted += mails.post(session, "alarm_late", to=user, key=key, about=about, at=at)
    once.note_produced(session, kind=_TOLD, period=str(alarm_id), count=posted)
    return posted


def expecting(
    session: Session,
    campaign: Campaign,
    *,
    territories: Sequence[int] | None,
    today: date,
    limit: int = 10,
) -> Expecting:
    """Regulars who asked for a weekly call and got no try this week although one was due.

    Before Friday only those who were owed it since an earlier week: the others are still on a
    sheet. ``territories`` None looks everywhere.
    """
    query = _expecting(campaign, territories, today)
    count = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.options(joinedload(Enrolment.person).joinedload(Person.commune))
        .order_by(Enrolment.next_due_on, Enrolment.id)
        .limit(limit)
    )
    return Expecting(tuple(rows), count)


def _expecting(
    campaign: Campaign, territories: Sequence[int] | None, today: date
) -> sa.Select[Enrolment]:
    week = weeks.of(today)
    is_late = Enrolment.next_due_on < weeks.monday(week)
    if today.weekday() >= _FRIDAY:
        is_late = Enrolment.next_due_on <= today
    usable = sa.select(Phone.id).where(Phone.person_id == Person.id, Phone.invalid_at.is_(None))
    tried = sa.select(Call.id).where(
        Call.enrolment_id == Enrolment.id,
        Call.at >= weeks.starts_at(week),
        Call.outcome != "NON_TRAITE",
    )
    query = (
        sa.select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.stage == Stage.ROSTER,
            Enrolment.wish == Wish.WEEKLY,
            is_late,
            Person.stop.is_(None),
            Person.hold.is_(None),
            sa.or_(Enrolment.suspended_until.is_(None), Enrolment.suspended_until <= today),
            usable.exists(),
            ~tried.exists(),
        )
    )
    if territories is None:
        return query
    return query.join(Commune, Commune.insee == Person.insee).where(
        Commune.territory_id.in_(territories)
    )
