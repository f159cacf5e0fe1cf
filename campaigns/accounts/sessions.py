"""Open sessions as rows: they end for every copy of the cookie at once."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access, sealing
from campaigns.models import Campaign, Membership, Organisation, Role, SignedSession, User

ABSOLUTE = timedelta(hours=12)
IDLE = {Role.VOLUNTEER: timedelta(minutes=60)}
IDLE_STAFF = timedelta(minutes=30)
TOUCH_EVERY = timedelta(minutes=1)

_LIVE = (
    sa.select(SignedSession, User, Campaign, Organisation)
    .join(User, User.id == SignedSession.user_id)
    .outerjoin(Membership, Membership.user_id == User.id)
    .outerjoin(Campaign, Campaign.id == Membership.campaign_id)
    .outerjoin(Organisation, Organisation.id == 1)
    .where(
        SignedSession.key_hash == sa.bindparam("key_hash"),
        SignedSession.ended_at.is_(None),
        User.disabled_at.is_(None),
    )
    .order_by(*access.RUNNING_FIRST)
)


class Live(NamedTuple):
    """An open session, whose it is, the campaigns they were put in, as ``access.campaigns_of``
    gives them to all but ``access.IN_ALL``, and the organisation."""

    row: SignedSession
    user: User
    campaigns: list[Campaign]
    organisation: Organisation | None


def open_for(session: Session, user: User, *, at: datetime) -> str:
    """Open a session and give its random key, which only the cookie holds."""
    key = sealing.fresh_nonce()
    _seen(session, user.id, at=at)
    session.add(
        SignedSession(key_hash=sealing.digest(key), user_id=user.id, opened_at=at, seen_at=at)
    )
    return key


def live(session: Session, key: str, *, at: datetime) -> Live | None:
    """The open session behind a key; None when ended, expired or cut off. One statement: every
    page asks it."""
    found = session.execute(_LIVE, {"key_hash": sealing.digest(key)}).all()
    if not found:
        return None
    row, user, _, organisation = found[0]
    if at >= expires_at(row, user):
        return None
    joined = [campaign for _, _, campaign, _ in found if campaign is not None]
    return Live(row, user, joined, organisation)


def expires_at(row: SignedSession, user: User) -> datetime:
    """When a session ends by itself: too long idle, or twelve hours after it was opened."""
    return min(row.seen_at + IDLE.get(user.role, IDLE_STAFF), row.opened_at + ABSOLUTE)


def touch(session: Session, row: SignedSession, *, at: datetime) -> None:
    """Note that a session is in use; the caller asks at most once a minute."""
    if row.seen_at.date() != at.date():
        _seen(session, row.user_id, at=at)
    session.execute(sa.update(SignedSession).where(SignedSession.id == row.id).values(seen_at=at))


def _seen(session: Session, user_id: int, *, at: datetime) -> None:
    """Note the day somebody was last here: an account that serves is not let go."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    session.execute(
        sa.update(User)
        .where(User.id == user_id)
        .values(last_seen_at=day, inactive_told_at=None)
        .execution_options(synchronize_session=False)
    )


def end(session: Session, key: str, *, at: datetime) -> None:
    """Close one session."""
    session.execute(
        sa.update(SignedSession)
        .where(SignedSession.key_hash == sealing.digest(key), SignedSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_all(session: Session, user: User, *, at: datetime) -> None:
    """Close every session of a user."""
    session.execute(
        sa.update(SignedSession)
        .where(SignedSession.user_id == user.id, SignedSession.ended_at.is_(None))
        .values(ended_at=at)
    )
