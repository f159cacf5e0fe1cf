"""The alarms of a period: why they were opened, how they ended."""

from collections.abc import Collection
from datetime import datetime
from typing import Any  # the columns of ``Counts``

from sqlalchemy.orm import Session

from campaigns.models import Alarm, Campaign
from campaigns.overview.periods import cells


def worried(
    session: Session,
    campaign: Campaign,
    start: datetime,
    end: datetime,
    *,
    within: Collection[int] | None = None,
) -> dict[str, Any]:
    """Alarms opened from ``start`` to before ``end`` by cause, and those closed by ending;
    ``within`` keeps those of some territories."""
    ours = [Alarm.campaign_id == campaign.id]
    if within is not None:
        ours.append(Alarm.territory_id.in_(sorted(within)))
    opened, closed = Alarm.opened_at, Alarm.closed_at
    whys = cells.by(session, Alarm.why, *ours, opened >= start, opened < end)
    endings = cells.by(session, Alarm.ending, *ours, closed >= start, closed < end)
    return {
        "alarms": sum(whys.values()),
        "alarm_whys": whys,
        "alarms_closed": sum(endings.values()),
        "endings": endings,
    }
