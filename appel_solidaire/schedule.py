"""Periodic acts, one line each. Any worker may try at any time: a row per period makes each happen
once, late rather than never, and only the current period is caught up."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from appel_solidaire import summaries
from appel_solidaire.instance import Instance
from campaigns import launch, once, weeks
from campaigns.models import Campaign, Occurrence

Act = Callable[[Session, Campaign, str, datetime], int]


def _monday_at_eight(now: datetime) -> str | None:
    """The week whose Monday mails are due: from Monday 8:00 local time on. Not before 4:00 nor at
    the clock change: 8:00 exists once on every Monday."""
    week = weeks.current(now)
    return week if now >= weeks.at(weeks.monday(week), 8) else None


# kind, the period that is due now (or None), what to do for each running campaign
PERIODIC: tuple[tuple[str, Callable[[datetime], str | None], Act], ...] = (
    ("week_mails", _monday_at_eight, summaries.post_week),
)


def run_due(instance: Instance) -> int:
    """Do what the clock asks for and nobody has done; give how many acts were done."""
    now = instance.clock()
    done = 0
    for kind, period_of, act in PERIODIC:
        period = period_of(now)
        if period is None:
            continue
        with instance.database.reading() as session:
            waiting = [
                campaign.id
                for campaign in launch.running(session)
                if not once.exists(session, kind=kind, period=f"{campaign.slug}:{period}")
            ]
        for campaign_id in waiting:
            done += _do(instance, kind, period, act, campaign_id, now)
    return done


def _do(
    instance: Instance, kind: str, period: str, act: Act, campaign_id: int, now: datetime
) -> int:
    with instance.database.unit() as session:
        campaign = session.get_one(Campaign, campaign_id)
        if not once.add(
            session, Occurrence, kind=kind, period=f"{campaign.slug}:{period}", at=now, produced=0
        ):
            return 0  # another worker was quicker
        produced = act(session, campaign, period, now)
        once.note_produced(session, kind=kind, period=f"{campaign.slug}:{period}", count=produced)
    return 1
