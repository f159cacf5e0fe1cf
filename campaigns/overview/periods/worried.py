"""The alarms of a period: why they were opened, how they ended."""

from datetime import datetime
from typing import Any  # the columns of ``Counts``

from sqlalchemy.orm import Session

from campaigns.models import Alarm, Campaign
from campaigns.overview.periods import cells


def worried(session: Session, campaign: Campaign, start: datetime, end: datetime) -> dict[str, Any]:
    """Alarms opened from ``start`` to before ``end`` by cause, and those closed by ending."""
    ours = Alarm.campaign_id == campaign.id
    whys = cells.by(session, Alarm.why, ours, Alarm.opened_at >= start, Alarm.opened_at < end)
    endings = cells.by(session, Alarm.ending, ours, Alarm.closed_at >= start, Alarm.closed_at < end)
    return {
        "alarms": sum(whys.values()),
        "alarm_whys": whys,
        "alarms_closed": sum(endings.values()),
        "endings": endings,
    }
