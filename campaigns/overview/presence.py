"""Who takes part this week, and which accounts have been invited or have come."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns.models import Campaign, Membership, Role, SignedSession, SignInLink, User
from campaigns.sheets import callers


@dataclass(frozen=True, slots=True)
class Presence:
    """The campaign's active volunteers in one week. ``room`` counts households."""

    total: int
    present: int
    away: int  # half-days given, none worked this week
    without_half_day: int
    room: int


@dataclass(frozen=True, slots=True)
class MemberState:
    """When somebody was last sent a link, and last signed in."""

    invited_at: datetime | None
    seen_at: datetime | None


def presence(session: Session, campaign: Campaign, week: str) -> Presence:
    """Count the volunteers who give half-days this week, as the split counts them."""
    found = callers.read(session, campaign, week)
    return Presence(
        total=len(found),
        present=sum(bool(one.caller.half_days) for one in found),
        away=sum(one.is_away for one in found),
        without_half_day=sum(not one.ticked for one in found),
        room=sum(one.caller.capacity for one in found),
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
    """Volunteers of the campaign who were never sent a link, by name."""
    return list(
        session.scalars(
            sa.select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.campaign_id == campaign.id,
                User.role == Role.VOLUNTEER,
                User.disabled_at.is_(None),
                ~sa.select(sa.literal(1)).where(SignInLink.user_id == User.id).exists(),
            )
            .order_by(User.last_name, User.first_name, User.id)
        )
    )


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
