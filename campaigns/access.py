"""Who may see and do what. A folder is opened by role (the gate); a row is found by these."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import (
    Campaign,
    CampaignState,
    Coverage,
    Line,
    Membership,
    Need,
    Role,
    Sheet,
    User,
    WeekPlan,
)


def campaigns_of(session: Session, user: User) -> list[Campaign]:
    """The campaigns somebody takes part in, running ones first, then the newest."""
    query = sa.select(Campaign).order_by(
        sa.case((Campaign.state == CampaignState.CLOSED, 1), else_=0), Campaign.id.desc()
    )
    if user.role not in {Role.LEAD, Role.DPO}:
        query = query.join(Membership, Membership.campaign_id == Campaign.id).where(
            Membership.user_id == user.id
        )
    return list(session.scalars(query))


def territories_of(session: Session, user: User) -> list[int] | None:
    """Ids of the territories a coordinator answers for; None means all of them."""
    if user.role is Role.COORDINATION:
        return None
    return list(
        session.scalars(
            sa.select(Coverage.territory_id)
            .where(Coverage.user_id == user.id)
            .order_by(Coverage.territory_id)
        )
    )


def line_of(
    session: Session, user: User, line_id: int, *, campaign: Campaign, at: datetime
) -> Line | None:
    """A line of this volunteer's own published sheets of the campaign, or None.

    A sheet closes a week after its own (reliability.md, c1); a suspended volunteer has none.
    """
    if user.suspended_at is not None:
        return None
    oldest = weeks.after(weeks.current(at), -1)  # « YYYY-Www » sorts as text
    return session.scalar(
        sa.select(Line)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(
            Line.id == line_id,
            Sheet.volunteer_id == user.id,
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.published_at.is_not(None),
            WeekPlan.week >= oldest,
        )
    )


def visible_needs(session: Session, user: User, campaign: Campaign) -> sa.Select[Need]:
    """The needs a coordinator may read: those of their territories.

    Sensitive ones (violence, children, ill-treatment, suicide) are read by the coordination and
    by the territory's named readers only.
    """
    query = sa.select(Need).where(Need.campaign_id == campaign.id)
    if user.role is Role.COORDINATION:
        return query
    mine = sa.select(Coverage.territory_id).where(Coverage.user_id == user.id)
    return query.where(
        Need.territory_id.in_(mine),
        sa.or_(
            Need.is_sensitive.is_(False),
            Need.territory_id.in_(mine.where(Coverage.reads_sensitive.is_(True))),
        ),
    )


def need_of(session: Session, user: User, need_id: int, *, campaign: Campaign) -> Need | None:
    """One need a coordinator may read, or None."""
    return session.scalar(visible_needs(session, user, campaign).where(Need.id == need_id))
