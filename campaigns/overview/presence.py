"""Who takes part this week, and which accounts have been invited or have come."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import launch
from campaigns.models import (
    Campaign,
    Line,
    Membership,
    Role,
    Sheet,
    SignedSession,
    SignInLink,
    User,
    WeekPlan,
)
from campaigns.sheets import callers


@dataclass(frozen=True, slots=True)
class Presence:
    """The campaign's active volunteers in one week. ``room`` counts households; ``unused`` have
    some of it and nobody to call, while others have their sheet."""

    total: int
    present: int
    away: int  # half-days given, none worked this week
    without_half_day: int
    room: int
    unused: int


@dataclass(frozen=True, slots=True)
class MemberState:
    """When somebody was last sent a link, and last signed in."""

    invited_at: datetime | None
    seen_at: datetime | None


def presence(session: Session, campaign: Campaign, week: str) -> Presence:
    """Count the volunteers who give half-days this week, as the split counts them."""
    found = callers.read(session, campaign, week)
    has_lines = set(session.scalars(_served(campaign, week)))
    return Presence(
        total=len(found),
        present=sum(bool(one.caller.half_days) for one in found),
        away=sum(one.is_away for one in found),
        without_half_day=sum(not one.ticked for one in found),
        room=sum(one.caller.capacity for one in found),
        unused=sum(one.caller.capacity > 0 and one.id not in has_lines for one in found)
        if has_lines
        else 0,
    )


def _served(campaign: Campaign, week: str) -> sa.Select[int]:
    """The volunteers who have somebody on their published sheet."""
    return (
        sa.select(Sheet.volunteer_id)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .where(
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.week == week,
            WeekPlan.published_at.is_not(None),
            sa.select(sa.literal(1)).where(Line.sheet_id == Sheet.id).exists(),
        )
    )


def has_volunteers(session: Session, campaign: Campaign) -> bool:
    """Whether anybody may call in this campaign, half-days or not."""
    query = sa.select(User.id).join(Membership, Membership.user_id == User.id)
    return (
        session.scalar(
            query.where(
                Membership.campaign_id == campaign.id,
                User.role == Role.VOLUNTEER,
                User.disabled_at.is_(None),
                User.suspended_at.is_(None),
            ).limit(1)
        )
        is not None
    )


def member_states(session: Session, ids: list[int]) -> dict[int, MemberState]:
    """Say of each account when it was last sent a link and last opened a session."""
    invited = _latest(session, SignInLink.user_id, SignInLink.made_at, ids)
    seen = _latest(session, SignedSession.user_id, SignedSession.opened_at, ids)
    return {one: MemberState(invited.get(one), seen.get(one)) for one in ids}


def not_yet_invited(session: Session, campaign: Campaign) -> list[User]:
    """Volunteers of the campaign who were never sent a link, by name.

    Those a pilot leaves out wait until it is over.
    """
    return list(
        session.scalars(
            sa.select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.campaign_id == campaign.id,
                User.role == Role.VOLUNTEER,
                User.disabled_at.is_(None),
                ~sa.select(sa.literal(1)).where(*_sent(campaign)).exists(),
                *launch.pilot.may_be_invited(campaign),
            )
            .order_by(User.last_name, User.first_name, User.id)
        )
    )


def _sent(campaign: Campaign) -> list[sa.ColumnElement[bool]]:
    """A link was sent to somebody; for a copied campaign, since it exists: they come again."""
    sent = [SignInLink.user_id == User.id]
    return [*sent, SignInLink.made_at >= campaign.created_at] if campaign.copied_from_id else sent


def _latest(
    session: Session,
    owner: InstrumentedAttribute[int],
    instant: InstrumentedAttribute[datetime],
    ids: list[int],
) -> dict[int, datetime]:
    rows = session.execute(
        sa.select(owner, sa.func.max(instant)).where(owner.in_(ids)).group_by(owner)
    )
    return {row[0]: row[1] for row in rows}
