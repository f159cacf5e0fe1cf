"""Clocks of needs, looked at by any worker: what nobody has seen climbs, what no longer moves is
said again, partners who say nothing are reminded."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import schedule
from appel_solidaire.instance import Instance
from campaigns import care, clocks, needs, once
from campaigns.directory import opening_of
from campaigns.models import Campaign, CampaignState
from campaigns.needs import escalating

FOLLOWED = "needs_followed"


def run_due(instance: Instance) -> int:
    """Do what the clocks of needs ask for and nobody has done; give how many acts were done.

    Urgent needs are looked at each time, day and night; the others once an opening hour.
    """
    now = instance.clock()
    with instance.database.reading() as session:
        is_urgent = escalating.is_any_due(session, at=now)
        alerts = care.sounding.late(session, at=now)
        waiting = _not_followed_yet(session, now)
    done = 0
    for request_id in alerts:
        with instance.database.unit() as session:
            done += care.sounding.climb(session, request_id, at=now)
    if is_urgent:
        with instance.database.unit() as session:
            done += needs.escalate(session, at=now)
    for campaign_id in waiting:
        with instance.database.unit() as session:
            campaign = session.get_one(Campaign, campaign_id)
            done += (
                schedule.do_once(session, campaign, FOLLOWED, _hour(now), _follow, at=now)
                is not None
            )
    return done


def _follow(session: Session, campaign: Campaign, _period: str, at: datetime) -> int:
    return needs.follow(session, campaign, at=at) + needs.remind_partners(session, campaign, at=at)


def _not_followed_yet(session: Session, now: datetime) -> list[int]:
    """Campaigns whose needs were not looked at in this opening hour; a paused one has needs too."""
    if not clocks.is_open(now, opening_of(session, now.year)):
        return []
    started = sa.select(Campaign).where(Campaign.state != CampaignState.DRAFT)
    return [
        campaign.id
        for campaign in session.scalars(started.order_by(Campaign.id))
        if not once.exists(session, kind=FOLLOWED, period=f"{campaign.slug}:{_hour(now)}")
    ]


def _hour(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H}"
