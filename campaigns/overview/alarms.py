"""The alarms that are open: how many, how many past their time, since when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Alarm, Campaign


@dataclass(frozen=True, slots=True)
class OpenAlarms:
    """Open alarms, those past their time among them, and when the oldest was opened."""

    count: int
    late: int
    oldest_at: datetime | None


def open_alarms(
    session: Session, campaign: Campaign, *, at: datetime, within: Collection[int] | None = None
) -> OpenAlarms:
    """Count the people somebody is still looking for; ``within`` these territories."""
    query = sa.select(
        sa.func.count(), sa.func.count().filter(Alarm.due_at < at), sa.func.min(Alarm.opened_at)
    ).where(Alarm.campaign_id == campaign.id, Alarm.closed_at.is_(None))
    if within is not None:
        query = query.where(Alarm.territory_id.in_(sorted(within)))
    return OpenAlarms(*session.execute(query).one())
