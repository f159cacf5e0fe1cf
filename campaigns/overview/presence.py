"""Who takes part this week, and which accounts have been invited or have come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import launch
from campaigns.models import Campaign, Membership, Role, SignedSession, SignInLink, User
from campaigns.sheets.callers import Volunteer


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


def presence(volunteers: Sequence[Volunteer], served: Collection[int]) -> Presence:
    """Count the volunteers of a week, as the split counts them; ``served`` are the ids of those
    who have somebody on their published sheet."""
    return Presence(
        total=len(volunteers),
        present=sum(bool(one.caller.half_days) for one in volunteers),
        away=sum(one.is_away for one in volunteers),
        without_half_day=sum(not one.ticked for one in volunteers),
        room=sum(one.caller.capacity for one in volunteers),
        unused=sum(one.caller.capacity > 0 and one.id not in served for one in volunteers)
        if served
        else 0,
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
