"""What the lead decides today: one thing, the first that holds the others up."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import Campaign, CampaignState, Enrolment, Labelled, WeekPlan
from campaigns.overview.presence import has_volunteers, not_yet_invited
from campaigns.sheets import calendar


class Decision(Labelled):
    """The lead's next act, in the words of its button."""

    IMPORT = "import", "Importer une liste"
    ENLIST = "enlist", "Ajouter des volontaires"
    INVITE = "invite", "Inviter les volontaires"
    OPEN = "open", "Ouvrir la campagne"
    RESUME = "resume", "Reprendre la campagne"
    SPLIT = "split", "Répartir la semaine"
    PUBLISH = "publish", "Publier les feuilles d’appels"
    NOTHING = "nothing", "Rien à décider"


def decide(session: Session, campaign: Campaign, *, at: datetime) -> tuple[Decision, str]:
    """Name what to decide now, and the week it is about (``2026-W48``).

    A week without sheets comes before the next one until its last half-day: on a Saturday nobody
    would call from them any more.
    """
    week = weeks.current(at)
    before = _before_calls(session, campaign)
    if before is not None:
        return before, week
    if at >= calendar.last_calls_at(week):
        week = weeks.after(week)
    elif _is_published(session, campaign, week):
        if at < calendar.proposed_at(weeks.after(week)):
            return Decision.NOTHING, week
        week = weeks.after(week)
    published = _is_published(session, campaign, week)
    if published is None:
        return Decision.SPLIT, week
    return (Decision.NOTHING if published else Decision.PUBLISH), week


def can_be_split(session: Session, campaign: Campaign) -> bool:
    """Whether there are people to call, volunteers to call them, and calls are being made."""
    return _before_calls(session, campaign) is None


def _before_calls(session: Session, campaign: Campaign) -> Decision | None:
    """What stands between the campaign and its first sheet, if anything."""
    if campaign.state is CampaignState.CLOSED:
        return Decision.NOTHING
    if campaign.state is CampaignState.PAUSED:
        return Decision.RESUME
    anybody = sa.select(Enrolment.id).where(Enrolment.campaign_id == campaign.id).limit(1)
    if session.scalar(anybody) is None:
        return Decision.IMPORT
    if not has_volunteers(session, campaign):
        return Decision.ENLIST
    if campaign.state is CampaignState.DRAFT:
        waiting = not_yet_invited(session, campaign)
        return Decision.INVITE if waiting else Decision.OPEN
    return None


def _is_published(session: Session, campaign: Campaign, week: str) -> bool | None:
    """None when the week is not split yet."""
    row = session.execute(
        sa.select(WeekPlan.published_at).where(
            WeekPlan.campaign_id == campaign.id, WeekPlan.week == week
        )
    ).first()
    return None if row is None else row[0] is not None
