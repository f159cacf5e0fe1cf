"""How fast an account reads people's records. Large leaks came from accounts that had every right
to each record, one after the other: past an ordinary day's work, one waits a little.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, mails, weeks
from campaigns.models import JournalEntry, Need, Role, User

_MINUTE = timedelta(minutes=1)
_TOLD = (Role.DPO, Role.COORDINATION)
# A need's page tells of a person too. Alarms are left out: nobody waits when somebody may be ill.
_WHOM = sa.case((JournalEntry.object_kind == "need", Need.person_id), else_=JournalEntry.object_id)
_OPENED = (
    sa.select(
        _WHOM.label("whom"), sa.func.min(JournalEntry.at, type_=JournalEntry.at.type).label("first")
    )
    .outerjoin(Need, sa.and_(JournalEntry.object_kind == "need", Need.id == JournalEntry.object_id))
    .where(
        JournalEntry.at >= sa.bindparam("since"),
        JournalEntry.actor_id == sa.bindparam("actor_id"),
        JournalEntry.action.in_(("person_opened", "need_opened")),
    )
    .group_by(_WHOM)
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many people's records an account opens without waiting.

    Past ``a_day`` new people on a local day, one more opens each ``then_every``: whoever works
    late is slowed down, never locked out of a record somebody needs.
    """

    a_day: int = 60
    a_minute: int = 20
    then_every: timedelta = timedelta(minutes=2)


def wait(
    session: Session, user: User, person_id: int, pace: Pace, *, at: datetime
) -> timedelta | None:
    """How long somebody waits before they open this person's record; None when they do not.

    A person already opened that day is not counted again.
    """
    midnight = weeks.at(weeks.local_day(at), 0)
    asked = {"since": midnight, "actor_id": user.id}
    first = {row.whom: row.first for row in session.execute(_OPENED, asked)}
    if person_id in first:
        return None
    opened = sorted(first.values())
    free_at = at
    if len(opened) >= pace.a_day:
        free_at = opened[-1] + pace.then_every
    if len(opened) >= pace.a_minute:
        free_at = max(free_at, opened[-pace.a_minute] + _MINUTE)
    return free_at - at if free_at > at else None


def tell_slowed(session: Session, user: User, *, at: datetime) -> int:
    """Note that an account was slowed down and tell who protects the data and the coordination,
    once a day; the lead when there is nobody else. Gives how many mails were posted.
    """
    day = weeks.local_day(at).isoformat()
    about = {"reader": user.id}
    told = sum(
        mails.post(
            session, "reading_slowed", to=one, key=f"reading:{user.id}:{day}:{one.id}",
            about=about, at=at,
        )
        for one in _told(session, user)
    )  # fmt: skip
    since = weeks.at(weeks.local_day(at), 0)
    named = ("user", user.id)
    if not journal.was_noted(session, "reading_slowed", about=named, by=user, since=since):
        journal.record(session, "reading_slowed", about=named, by=user, at=at)
    return told


def _told(session: Session, user: User) -> list[User]:
    others = session.scalars(
        sa.select(User)
        .where(
            User.role.in_((*_TOLD, Role.LEAD)),
            User.id != user.id,
            User.disabled_at.is_(None),
            User.forgotten_at.is_(None),
        )
        .order_by(User.id)
    ).all()
    return [one for one in others if one.role in _TOLD] or list(others)
