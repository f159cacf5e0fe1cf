"""The needs that wait: for coordinators, for the weekly mails, for the lead's page."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access
from campaigns.models import Campaign, Need, NeedState, Territory, Urgency, User


@dataclass(frozen=True, slots=True)
class Late:
    """Needs of one territory nobody acknowledged in time; no territory: the coordination."""

    territory: str | None
    count: int
    vital: int
    oldest_at: datetime


def open_needs(
    session: Session, user: User, campaign: Campaign, *, at: datetime
) -> dict[NeedState, int]:
    """How many needs stand in each state, among those this coordinator may read."""
    mine = access.visible_needs(session, user, campaign, at=at).subquery()
    rows = session.execute(sa.select(mine.c.state, sa.func.count()).group_by(mine.c.state))
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in NeedState}


def oldest_open(
    session: Session, user: User, campaign: Campaign, *, at: datetime, limit: int = 3
) -> list[Need]:
    """The needs that have waited longest, for the weekly mail (references only)."""
    return list(
        session.scalars(
            access.visible_needs(session, user, campaign, at=at)
            .where(Need.state != NeedState.CLOSED)
            .order_by(Need.raised_at, Need.id)
            .limit(limit)
        )
    )


def late_for(session: Session, user: User, campaign: Campaign, *, at: datetime) -> int:
    """Needs this coordinator may read that nobody acknowledged in time."""
    late = access.visible_needs(session, user, campaign, at=at).where(
        Need.state == NeedState.NEW, Need.due_at < at
    )
    return session.scalar(sa.select(sa.func.count()).select_from(late.subquery())) or 0


def late_needs(session: Session, campaign: Campaign, *, at: datetime) -> int:
    """Needs of the campaign nobody acknowledged in time."""
    late = sa.select(sa.func.count()).select_from(Need).where(*_is_late(campaign, at))
    return session.scalar(late) or 0


def late_by_territory(session: Session, campaign: Campaign, *, at: datetime) -> list[Late]:
    """Where needs wait longer than promised, vital emergencies first, then the longest waits.

    The counts add up to ``late_needs``.
    """
    vital = sa.func.count().filter(Need.urgency == Urgency.U0)
    oldest = sa.func.min(Need.raised_at)
    rows = session.execute(
        sa.select(Territory.name, sa.func.count(), vital, oldest)
        .select_from(Need)
        .outerjoin(Territory, Territory.id == Need.territory_id)
        .where(*_is_late(campaign, at))
        .group_by(Territory.id, Territory.name)
        .order_by(vital.desc(), oldest, Territory.id)
    )
    return [Late(*row) for row in rows]


def _is_late(campaign: Campaign, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (Need.campaign_id == campaign.id, Need.state == NeedState.NEW, Need.due_at < at)
