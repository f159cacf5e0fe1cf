"""Counts for pages and mails: reads only. Every number shown is one of these queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import access, weeks
from campaigns.models import (
    Call,
    Campaign,
    Enrolment,
    Line,
    Need,
    NeedState,
    Person,
    Phone,
    Sheet,
    Stage,
    Urgency,
    User,
    WeekPlan,
)


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """What a week held: attempts, people spoken to, needs raised and closed."""

    calls: int
    conversations: int
    raised: int
    closed: int

    @property
    def is_empty(self) -> bool:
        """Nothing at all happened."""
        return not (self.calls or self.raised or self.closed)


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the campaign's people stand. The causes and ``ready`` add up to ``total``."""

    total: int
    stopped: int
    to_confirm: int
    no_number: int
    ready: int
    reached: int  # spoken to at least once, among all


def week_counts(
    session: Session, campaign: Campaign, week: str, *, volunteer: User | None = None
) -> WeekCounts:
    """Count one week of the campaign, or of one volunteer in it."""
    start, end = weeks.starts_at(week), weeks.ends_at(week)
    calls = sa.select(
        sa.func.count(), sa.func.count().filter(Call.is_conversation.is_(True))
    ).where(Call.campaign_id == campaign.id, Call.at >= start, Call.at < end)
    raised = _needs(campaign).where(Need.raised_at >= start, Need.raised_at < end)
    closed = _needs(campaign).where(Need.closed_at >= start, Need.closed_at < end)
    if volunteer is not None:
        calls = calls.where(Call.volunteer_id == volunteer.id)
        raised = raised.where(Need.raised_by_id == volunteer.id)
        closed = closed.where(Need.raised_by_id == volunteer.id)
    attempts, conversations = session.execute(calls).one()
    return WeekCounts(
        attempts, conversations, session.scalar(raised) or 0, session.scalar(closed) or 0
    )


def _needs(campaign: Campaign) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(Need).where(Need.campaign_id == campaign.id)


def volunteer_weeks(session: Session, campaign: Campaign, week: str) -> dict[int, WeekCounts]:
    """Last week of every volunteer at once, for Monday's mails."""
    start, end = weeks.starts_at(week), weeks.ends_at(week)
    calls = session.execute(
        sa.select(
            Call.volunteer_id,
            sa.func.count(),
            sa.func.count().filter(Call.is_conversation.is_(True)),
        )
        .where(Call.campaign_id == campaign.id, Call.at >= start, Call.at < end)
        .group_by(Call.volunteer_id)
    ).all()
    raised = _needs_by_volunteer(session, campaign, Need.raised_at, start, end)
    closed = _needs_by_volunteer(session, campaign, Need.closed_at, start, end)
    talks = {row[0]: (row[1], row[2]) for row in calls}
    return {
        user_id: WeekCounts(
            *talks.get(user_id, (0, 0)), raised.get(user_id, 0), closed.get(user_id, 0)
        )
        for user_id in talks.keys() | raised.keys() | closed.keys()
    }


def _needs_by_volunteer(
    session: Session,
    campaign: Campaign,
    instant: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    start: datetime,
    end: datetime,
) -> dict[int, int]:
    rows = session.execute(
        sa.select(Need.raised_by_id, sa.func.count())
        .where(Need.campaign_id == campaign.id, instant >= start, instant < end)
        .group_by(Need.raised_by_id)
    )
    return {row[0]: row[1] for row in rows}


def targets(session: Session, campaign: Campaign) -> Targets:
    """Count the campaign's people by what stands between them and a call."""
    usable = (
        sa.select(sa.literal(1))
        .where(Phone.person_id == Person.id, Phone.invalid_at.is_(None))
        .exists()
    )
    cause = sa.case(
        (Person.stop.is_not(None), "stopped"),
        (Person.hold.is_not(None), "to_confirm"),
        (~usable, "no_number"),
        else_="ready",
    )
    rows = session.execute(
        sa.select(cause, sa.func.count())
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.campaign_id == campaign.id)
        .group_by(cause)
    )
    found = {row[0]: int(row[1]) for row in rows}
    reached = session.scalar(
        sa.select(sa.func.count())
        .select_from(Enrolment)
        .where(Enrolment.campaign_id == campaign.id, Enrolment.last_conversation_at.is_not(None))
    )
    names = ("stopped", "to_confirm", "no_number", "ready")
    return Targets(
        total=sum(found.values()),
        reached=reached or 0,
        **{name: found.get(name, 0) for name in names},
    )


def waiting_for_first_call(session: Session, campaign: Campaign) -> int:
    """People of the first sweep nobody has spoken to yet, callable or not."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Enrolment)
            .where(Enrolment.campaign_id == campaign.id, Enrolment.stage == Stage.SWEEP)
        )
        or 0
    )


def open_needs(session: Session, user: User, campaign: Campaign) -> dict[NeedState, int]:
    """How many needs stand in each state, among those this coordinator may read."""
    mine = access.visible_needs(session, user, campaign).subquery()
    rows = session.execute(sa.select(mine.c.state, sa.func.count()).group_by(mine.c.state))
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in NeedState}


def oldest_open(session: Session, user: User, campaign: Campaign, *, limit: int = 3) -> list[Need]:
    """The needs that have waited longest, for the weekly mail (references only)."""
    return list(
        session.scalars(
            access.visible_needs(session, user, campaign)
            .where(Need.state != NeedState.CLOSED)
            .order_by(Need.raised_at, Need.id)
            .limit(limit)
        )
    )


def late_for(session: Session, user: User, campaign: Campaign, *, at: datetime) -> int:
    """Needs this coordinator may read that nobody acknowledged in time."""
    late = access.visible_needs(session, user, campaign).where(
        Need.state == NeedState.NEW, Need.due_at < at
    )
    return session.scalar(sa.select(sa.func.count()).select_from(late.subquery())) or 0


def late_needs(session: Session, campaign: Campaign, *, at: datetime) -> int:
    """Needs of the campaign nobody acknowledged in time."""
    return (
        session.scalar(_needs(campaign).where(Need.state == NeedState.NEW, Need.due_at < at)) or 0
    )


def alarms_unseen(session: Session, user: User, campaign: Campaign) -> Sequence[Need]:
    """Vital emergencies nobody has acknowledged: they stay on top of every coordinator's page."""
    return list(
        session.scalars(
            access.visible_needs(session, user, campaign)
            .where(Need.urgency == Urgency.U0, Need.acknowledged_at.is_(None))
            .order_by(Need.raised_at, Need.id)
        )
    )


def sheet_counts(session: Session, campaign: Campaign, week: str) -> dict[int, tuple[int, int]]:
    """Lines of the published week by volunteer: (all, done)."""
    rows = session.execute(
        sa.select(
            Sheet.volunteer_id,
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(Line.closed_at.is_not(None)),
        )
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .join(Line, Line.sheet_id == Sheet.id)
        .where(
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.week == week,
            WeekPlan.published_at.is_not(None),
        )
        .group_by(Sheet.volunteer_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}
