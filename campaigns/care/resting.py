"""Rest: a break every hour, and never a third hard call in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import rows, weeks
from campaigns.care import settings
from campaigns.models import Call, Campaign, Mood, User

_NOON = 13  # a morning ends here, in Paris (``weeks.half_of``)
_LONGEST = timedelta(hours=6)  # nobody calls longer: older calls say nothing of now
_HARD = ("JOINT_ALERTE", "CONFUSION", "DECEDE")


def is_hard() -> sa.ColumnElement[bool]:
    """A call that weighs on who made it: they said so, or what they heard was worrying."""
    return sa.or_(
        Call.is_heavy.is_(True),
        Call.mood == Mood.WORRYING,
        # One by one: a list is written anew each time the statement is run.
        *(Call.outcome == one for one in _HARD),
    )


# Asked by every sheet: built once.
_RECENT = (
    sa.select(Call.at, Call.is_conversation, sa.case((is_hard(), 1), else_=0))
    .where(
        Call.volunteer_id == sa.bindparam("user_id"),
        Call.campaign_id == sa.bindparam("campaign_id"),
        Call.at > sa.bindparam("since"),
        Call.at <= sa.bindparam("now"),
    )
    .order_by(Call.at.desc(), Call.id.desc())
    .limit(sa.literal_column("120"))  # a constant: SQLAlchemy writes a number anew each time
)


def has_had_enough(session: Session, campaign: Campaign, user: User, *, at: datetime) -> bool:
    """Whether the last calls of this half-day were all hard, as many as are enough in a row.

    Calls nobody answered count for nothing. One statement.
    """
    return _had_enough(_recent(session, campaign, user, at=at), settings.of(campaign), at=at)


@dataclass(frozen=True, slots=True)
class Rest:
    """What the sheet says kindly: hard calls are spared for now, a break is due."""

    spares: bool
    break_is_due: bool


def of_today(session: Session, campaign: Campaign, user: User, *, at: datetime) -> Rest:
    """What to say to a caller about rest, on their sheet. One statement."""
    calls, rules = _recent(session, campaign, user, at=at), settings.of(campaign)
    return Rest(
        spares=_had_enough(calls, rules, at=at),
        break_is_due=_is_due([one.at for one in calls], rules, at=at),
    )


def break_is_due(session: Session, campaign: Campaign, user: User, *, at: datetime) -> bool:
    """Whether somebody has called for long enough without a break; told by their calls alone."""
    calls = _recent(session, campaign, user, at=at)
    return _is_due([one.at for one in calls], settings.of(campaign), at=at)


class _Made(NamedTuple):
    """One call: when it was logged, whether somebody spoke, whether it was hard."""

    at: datetime
    is_talk: bool
    is_hard: bool


def _recent(session: Session, campaign: Campaign, user: User, *, at: datetime) -> list[_Made]:
    """The calls of the last hours, the newest first."""
    asked = {"user_id": user.id, "campaign_id": campaign.id, "since": at - _LONGEST, "now": at}
    found = rows.read(session, _RECENT, asked).all()
    return [_Made(at, is_talk, bool(is_hard)) for at, is_talk, is_hard in found]


def _had_enough(calls: Sequence[_Made], rules: settings.Settings, *, at: datetime) -> bool:
    since = _half_day_began(at)
    told = [one for one in calls if one.at >= since and (one.is_talk or one.is_hard)]
    run = told[: rules.heavy_run]
    return len(run) == rules.heavy_run and all(one.is_hard for one in run)


def _is_due(instants: list[datetime], rules: settings.Settings, *, at: datetime) -> bool:
    """``instants`` are the calls logged, the newest first.

    A call is logged when it ends: a gap longer than the longest talk plus a break is a break.
    """
    began = at
    for instant in instants:
        if began - instant > _talk(rules):
            break
        began = instant
    return at - began >= rules.work


def _talk(rules: settings.Settings) -> timedelta:
    return timedelta(minutes=15) + rules.rest


def _half_day_began(at: datetime) -> datetime:
    day = weeks.local_day(at)
    return weeks.at(day, _NOON if weeks.half_of(at) == "pm" else 0)
