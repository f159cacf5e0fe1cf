"""Campaigns, and the guide each of them reads."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, GuideVersion

# The id of the guide a call of ``campaign_id`` followed: the version its page showed, of which
# ``guide_id`` is the id, else the one in use.
GUIDE_ID = (
    sa.select(GuideVersion.id)
    .where(GuideVersion.campaign_id == sa.bindparam("campaign_id"))
    .order_by(
        (GuideVersion.id == sa.bindparam("guide_id", type_=sa.Integer)).desc(),
        GuideVersion.number.desc(),
    )
    .limit(sa.literal_column("1"))
)
_RUNNING = (CampaignState.PILOT, CampaignState.OPEN)


def by_slug(session: Session, slug: str) -> Campaign | None:
    """Find a campaign by its short name."""
    return session.scalar(sa.select(Campaign).where(Campaign.slug == slug))


def all_campaigns(session: Session) -> list[Campaign]:
    """Every campaign, the newest first."""
    return list(session.scalars(sa.select(Campaign).order_by(Campaign.id.desc())))


def running(session: Session) -> list[Campaign]:
    """Campaigns in which people are called now."""
    return list(
        session.scalars(
            sa.select(Campaign).where(Campaign.state.in_(_RUNNING)).order_by(Campaign.id)
        )
    )


def guide(session: Session, campaign: Campaign) -> GuideVersion:
    """The published guide in use."""
    return session.scalars(
        sa.select(GuideVersion)
        .where(GuideVersion.campaign_id == campaign.id)
        .order_by(GuideVersion.number.desc())
        .limit(1)
    ).one()
