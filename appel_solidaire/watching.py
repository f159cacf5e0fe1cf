"""What cannot wait for an hour of the calendar: alarms past their deadline, heat alerts over."""

from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from campaigns import alarms, weeks
from campaigns.models import Campaign


def look(instance: Instance) -> int:
    """Tell above of each alarm nobody closed in time, once, and end the alerts that are over.

    Asked every second: it reads two short lists, and writes only when one holds something.
    """
    now = instance.clock()
    with instance.database.reading() as session:
        late = alarms.late(session, at=now)
        over = alarms.heat.over(session, today=weeks.local_day(now))
    for alarm_id in late:
        with instance.database.unit() as session:
            posted = alarms.tell_above(session, alarm_id, at=now)
        logger().info("alarm_late", alarm=alarm_id, mails=posted)
    for campaign_id in over:
        with instance.database.unit() as session:
            campaign = session.get_one(Campaign, campaign_id)
            alarms.heat.switch_off(session, campaign, by=None, at=now)
    return len(late) + len(over)
