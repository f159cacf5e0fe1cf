"""A new campaign, in preparation, with its guide."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal, reference
from campaigns.launch import finding
from campaigns.models import Campaign, CampaignState, GuideVersion, User
from campaigns.refusal import Refusal
from campaigns.values import fold


def create_campaign(
    session: Session,
    *,
    name: str,
    slug: str | None = None,
    guide: str | None = None,
    by: User | None,
    at: datetime,
) -> Campaign:
    """Create a campaign in preparation, with the call guide of the house as its first version.

    ``guide`` is another text for it, as Markdown. Refusal when the name is empty or its short
    name taken.
    """
    title = " ".join(name.split())
    short = re.sub(r"[^a-z0-9]+", "-", fold(slug or title)).strip("-")[:60]
    if not title or not short:
        raise Refusal("Donnez un nom à la campagne, par exemple « Canicule 2027 ».", field="name")
    if finding.by_slug(session, short) is not None:
        raise Refusal(
            f"Une campagne s’appelle déjà « {short} ». Choisissez un autre nom.", field="name"
        )
    campaign = Campaign(slug=short, name=title, state=CampaignState.DRAFT, created_at=at)
    session.add(campaign)
    session.flush()  # its guide and the journal need campaign.id
    session.add(
        GuideVersion(
            campaign_id=campaign.id,
            number=1,
            markdown=guide or reference.guide_markdown(),
            published_at=at,
        )
    )
    journal.record(session, "campaign_created", about=campaign, by=by, at=at)
    return campaign
