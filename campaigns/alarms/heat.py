"""The heat alert: one cycle a day, three tries the same day, until a day the lead chooses."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import Campaign, Enrolment, Stage, User, Wish
from campaigns.refusal import Refusal
from campaigns.retry import settings

LONGEST: Final = 60  # days: an alert nobody ends is a mistake
_BEFORE: Final = "before_heat"  # the rules the alert replaced, among the campaign’s thresholds
# Handbook, sections 8 and 9: every day from 9 to 20, about 10:00, 13:30 and 17:00.
RULES: Final[Mapping[str, Any]] = MappingProxyType(  # Any: plain JSON values
    {
        "rhythm_days": 1,
        "max_per_day": 3,
        "min_days_per_cycle": 1,
        "working_days": list(range(7)),
        "works_on_holidays": True,
        "bands": [["09:00", "12:00"], ["13:30", "16:00"], ["16:00", "20:00"]],
    }
)


def is_on(campaign: Campaign, today: date) -> bool:
    """Whether the campaign calls at the rhythm of a heat alert today."""
    return campaign.heat_until is not None and today <= campaign.heat_until


def switch_on(session: Session, campaign: Campaign, until: date, *, by: User, at: datetime) -> None:
    """Call everybody each day up to ``until`` included; asked again, it only moves the end.

    Who is called regularly is due today; on a communal register, everybody is. Refusal for a day
    that is past or too far.
    """
    today = weeks.local_day(at)
    if not today <= until <= today + timedelta(days=LONGEST):
        raise Refusal(
            f"Choisissez un jour entre aujourd’hui et dans {LONGEST}\u00a0jours.", field="until"
        )
    session.refresh(campaign, with_for_update=True)  # of two who switch it on, one comes second
    if campaign.heat_until is None:
        kept = {name: campaign.rules[name] for name in RULES if name in campaign.rules}
        campaign.thresholds = campaign.thresholds | {_BEFORE: kept}
        campaign.rules = settings.validated({**campaign.rules, **RULES})
        _due_today(session, campaign, today)
    campaign.heat_until = until
    journal.record(session, "heat_on", about=campaign, by=by, at=at, until=until.isoformat())
    session.flush()  # who looks under the lock next sees it


def switch_off(session: Session, campaign: Campaign, *, by: User | None, at: datetime) -> bool:
    """Back to the ordinary rhythm; False when no alert was on.

    A rule somebody changed during the alert stays as they left it.
    """
    session.refresh(campaign, with_for_update=True)
    if campaign.heat_until is None:
        return False
    kept: dict[str, Any] = campaign.thresholds.get(_BEFORE, {})
    rules = dict(campaign.rules)
    for name, value in settings.validated(RULES).items():
        if rules.get(name) == value:
            del rules[name]
            if name in kept:
                rules[name] = kept[name]
    campaign.rules = settings.validated(rules)
    campaign.thresholds = {k: v for k, v in campaign.thresholds.items() if k != _BEFORE}
    campaign.heat_until = None
    journal.record(session, "heat_off", about=campaign, by=by, at=at)
    session.flush()  # who looks under the lock next sees it
    return True


def over(session: Session, *, today: date) -> list[int]:
    """The ids of the campaigns whose alert ended before today."""
    ended = sa.select(Campaign.id).where(Campaign.heat_until < today).order_by(Campaign.id)
    return list(session.scalars(ended))


def _due_today(session: Session, campaign: Campaign, today: date) -> None:
    stages = [Stage.ROSTER]
    if campaign.is_register:
        stages += [Stage.RESTING, Stage.UNREACHABLE]
    session.execute(
        sa.update(Enrolment)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.stage.in_(stages),
            Enrolment.wish != Wish.NEVER,
            sa.or_(Enrolment.next_due_on.is_(None), Enrolment.next_due_on > today),
        )
        .values(next_due_on=today, stage=Stage.ROSTER)
        .execution_options(synchronize_session="fetch")
    )
