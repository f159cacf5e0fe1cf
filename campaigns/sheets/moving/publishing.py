"""Publishing a week as it stands now: who lost their half-days since the split gets no sheet."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns.models import Campaign, User, WeekPlan
from campaigns.sheets import giving
from campaigns.sheets.moving.ending import take_back_without_room


def publish(session: Session, plan: WeekPlan | None, *, by: User | None, at: datetime) -> None:
    """Open the proposed sheets of a week to their volunteers.

    What stands on the sheet of whoever has no room in that week any more (half-days unticked,
    absent, suspended, account closed) goes to the others first. Refusal as ``giving.publish``.
    """
    if plan is not None and plan.published_at is None:
        campaign = session.get_one(Campaign, plan.campaign_id)
        if campaign.is_running:
            take_back_without_room(session, campaign, plan, at=at)
    giving.publish(session, plan, by=by, at=at)
